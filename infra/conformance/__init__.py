"""The conformance profile of Open Referral, run against a running HSDS API."""
