"""Seeding: an invented city with its residents and their paper prescriptions, written to any FHIR server by PUT."""
