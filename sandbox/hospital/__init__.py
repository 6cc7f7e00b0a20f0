"""The sandbox hospital: a generic small FHIR R4 store. No clinical logic, nothing of the bot or its client."""
