"""The codes that R4 binds as required to the coded elements we meet. Data only, from the FHIR R4 4.0.1 value sets."""

from __future__ import annotations

from collections.abc import Mapping

_FINANCIAL = "active cancelled draft entered-in-error"
_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_REQUEST = "draft active on-hold revoked completed entered-in-error unknown"
_OUTCOME = "queued complete error partial"
_PRIORITY = "routine urgent asap stat"
_GENDER = "male female other unknown"
_PUBLICATION = "draft active retired unknown"

CODES: Mapping[str, frozenset[str]] = {
    path: frozenset(codes.split())
    for path, codes in {
        "AllergyIntolerance.type": "allergy intolerance",
        "AllergyIntolerance.category": "food medication environment biologic",
        "AllergyIntolerance.criticality": "low high unable-to-assess",
        "AllergyIntolerance.reaction.severity": "mild moderate severe",
        "Appointment.status": (
            "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist"
        ),
        "Appointment.participant.status": "accepted declined tentative needs-action",
        "Claim.status": _FINANCIAL,
        "Claim.use": "claim preauthorization predetermination",
        "ClaimResponse.status": _FINANCIAL,
        "ClaimResponse.use": "claim preauthorization predetermination",
        "ClaimResponse.outcome": _OUTCOME,
        "Communication.status": _EVENT,
        "CommunicationRequest.status": _REQUEST,
        "Consent.status": "draft proposed active rejected inactive entered-in-error",
        "Coverage.status": _FINANCIAL,
        "CoverageEligibilityRequest.status": _FINANCIAL,
        "CoverageEligibilityRequest.purpose": "auth-requirements benefits discovery validation",
        "CoverageEligibilityResponse.status": _FINANCIAL,
        "CoverageEligibilityResponse.purpose": "auth-requirements benefits discovery validation",
        "CoverageEligibilityResponse.outcome": _OUTCOME,
        "DetectedIssue.status": "registered preliminary final amended corrected cancelled entered-in-error unknown",
        "DetectedIssue.severity": "high moderate low",
        "DocumentReference.status": "current superseded entered-in-error",
        "Encounter.status": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
        "ExplanationOfBenefit.status": _FINANCIAL,
        "ExplanationOfBenefit.use": "claim preauthorization predetermination",
        "ExplanationOfBenefit.outcome": _OUTCOME,
        "PractitionerRole.availableTime.daysOfWeek": "mon tue wed thu fri sat sun",
        "HealthcareService.availableTime.daysOfWeek": "mon tue wed thu fri sat sun",
        "Invoice.status": "draft issued balanced cancelled entered-in-error",
        "List.status": "current retired entered-in-error",
        "List.mode": "working snapshot changes",
        "MedicationDispense.status": (
            "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown"
        ),
        "MedicationRequest.status": "active on-hold cancelled completed entered-in-error stopped draft unknown",
        "MedicationRequest.intent": (
            "proposal plan order original-order reflex-order filler-order instance-order option"
        ),
        "Observation.status": "registered preliminary final amended corrected cancelled entered-in-error unknown",
        "PaymentNotice.status": _FINANCIAL,
        "PaymentReconciliation.status": _FINANCIAL,
        "Questionnaire.status": _PUBLICATION,
        "QuestionnaireResponse.status": "in-progress completed amended entered-in-error stopped",
        "Slot.status": "busy free busy-unavailable busy-tentative entered-in-error",
        "Subscription.status": "requested active error off",
        "Subscription.channel.type": "rest-hook websocket email sms message",
        "Task.status": (
            "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed "
            "entered-in-error"
        ),
        "Task.intent": "unknown proposal plan order original-order reflex-order filler-order instance-order option",
        "Communication.priority": _PRIORITY,
        "CommunicationRequest.priority": _PRIORITY,
        "Consent.provision.type": "deny permit",
        "Location.status": "active suspended inactive",
        "Location.mode": "instance kind",
        "Medication.status": "active inactive entered-in-error",
        "MedicationRequest.priority": _PRIORITY,
        "Patient.gender": _GENDER,
        "Patient.link.type": "replaced-by replaces refer seealso",
        "PaymentReconciliation.outcome": _OUTCOME,
        "Practitioner.gender": _GENDER,
        "Provenance.entity.role": "derivation revision quotation source removal",
        "RelatedPerson.gender": _GENDER,
        "SupplyDelivery.status": "in-progress completed abandoned entered-in-error",
        "Task.priority": _PRIORITY,
    }.items()
}
"""Element path -> the codes it may hold."""

_PEOPLE = ("Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Organization")

TARGETS: Mapping[str, tuple[str, ...]] = {
    "*.authorizingPrescription": ("MedicationRequest",),
    "*.beneficiary": ("Patient",),
    "*.claim": ("Claim",),
    "*.claimResponse": ("ClaimResponse",),
    "*.coverage": ("Coverage",),
    "*.encounter": ("Encounter",),
    "*.insurer": ("Organization",),
    "*.managingOrganization": ("Organization",),
    "*.patient": ("Patient",),
    "*.practitioner": ("Practitioner",),
    "*.schedule": ("Schedule",),
    "*.slot": ("Slot",),
    "Communication.recipient": _PEOPLE,
    "Communication.sender": _PEOPLE,
    "Communication.subject": ("Patient",),
    "CoverageEligibilityResponse.request": ("CoverageEligibilityRequest",),
    "Encounter.subject": ("Patient",),
    "Invoice.subject": ("Patient",),
    "MedicationDispense.subject": ("Patient",),
    "MedicationRequest.requester": _PEOPLE,
    "MedicationRequest.subject": ("Patient",),
    "HealthcareService.location": ("Location",),
    "HealthcareService.coverageArea": ("Location",),
    "Location.partOf": ("Location",),
    "Organization.partOf": ("Organization",),
    "Patient.link.other": ("Patient", "RelatedPerson"),
    "PaymentNotice.payment": ("PaymentReconciliation",),
    "PractitionerRole.location": ("Location",),
    "PractitionerRole.organization": ("Organization",),
    "Provenance.agent.onBehalfOf": _PEOPLE,
    "Provenance.agent.who": _PEOPLE,
    "SupplyDelivery.destination": ("Location",),
    "Task.owner": _PEOPLE,
    "Task.partOf": ("Task",),
    "Task.requester": _PEOPLE,
}
"""Reference element (`*` any type) -> the types, of those kept here, that R4 lets it point at."""
