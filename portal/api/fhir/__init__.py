"""The FHIR face: referrals as HL7 FHIR R4 resources, on the SDOH Clinical Care task graph."""
