"""The hospital as the bot sees it: a protocol, its data, its errors, and the FHIR R4 implementation."""

from backend_client.errors import (
    Broken,
    Busy,
    Clash,
    HospitalError,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Refusal,
    RetryLater,
    Unauthorised,
    Unintelligible,
    Unreachable,
    WrongState,
)
from backend_client.fhir import FhirHospital
from backend_client.hospital import Hospital

__all__ = [
    "Broken",
    "Busy",
    "Clash",
    "FhirHospital",
    "Hospital",
    "HospitalError",
    "Invalid",
    "NotFound",
    "OutcomeUnknown",
    "Refusal",
    "RetryLater",
    "Unauthorised",
    "Unintelligible",
    "Unreachable",
    "WrongState",
]
