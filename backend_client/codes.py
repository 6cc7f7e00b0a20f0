"""The names of things in the hospital's FHIR: own code systems, identifiers, extensions, and the public ones we use."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

NS = "https://medrelay.example/fhir"

CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
PROCESS_PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
PAYMENT_TYPE = "http://terminology.hl7.org/CodeSystem/payment-type"
PAYMENT_STATUS = "http://terminology.hl7.org/CodeSystem/paymentstatus"
CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PROVENANCE_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
SUPPLY_ITEM_TYPE = "http://terminology.hl7.org/CodeSystem/supply-item-type"
SIGNATURE_TYPE = "urn:iso-astm:E1762-95:2013"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"

PRESCRIPTION_PHOTO = "57833-6"  # LOINC: prescription for medication
AUTHOR_SIGNATURE = "1.2.840.10065.1.12.1.1"


@dataclass(frozen=True, slots=True)
class Codes:
    """Names under the hospital's own namespace (a setting)."""

    ns: str = NS

    def id(self, kind: str) -> str:
        """Identifier system of our own keys, e.g. ``order``."""
        return f"{self.ns}/id/{kind}"

    def system(self, name: str) -> str:
        return f"{self.ns}/CodeSystem/{name}"

    def extension(self, name: str) -> str:
        return f"{self.ns}/StructureDefinition/{name}"

    def uuid(self, key: str) -> str:
        """The fixed logical id of a Provenance or Binary, which have no identifier in R4 (contract G8)."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.ns}/{key}"))
