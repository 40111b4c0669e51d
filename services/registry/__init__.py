"""The registry owns the provider directory and what makes it usable for referral.

Organizations, services, locations and where a service is given (HSDS 3.1 records with the HSDS-HT
profile); how many units of a service are free; trainings, agreements and the membership they give;
and who is on call in an area. Readers hear of a change by event and fetch the public tier by call.
"""
