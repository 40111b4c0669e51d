"""The directory as HSDS 3.1 publishes it: whole resources, each cut to what the asker may see.

- viewers: who asks, and what of a record that lets them see.
- fitting: a publisher's record cut to the table of shared.hsds.
- terms: the taxonomies and terms of our own codes.
- resources: services, organizations and the rest, put together of records.
- finding: which records a list holds, by filters and page, in MongoDB.
- answers: what the two commands say.
"""
