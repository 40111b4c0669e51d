"""The directory for other programs: the HSDS 3.1 API."""
