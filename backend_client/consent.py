"""Consent: the separate one for health data (R13), and the mandate that lets an ambassador act (G9)."""

from __future__ import annotations

from collections.abc import Sequence

from backend_client.codes import CONSENT_SCOPE, PARTICIPATION
from backend_client.errors import WrongState
from backend_client.family import related
from backend_client.models import Actor, Mandate, MandateDraft, Proxy
from backend_client.patients import patient as record_of
from backend_client.rest import Rest
from backend_client.shapes import (
    codes_of,
    concept,
    day,
    each,
    extension,
    identifier,
    instant,
    ref,
    target_id,
    word,
)
from backend_client.states import set_status
from backend_client.wire import Json

MANDATE, HEALTH_DATA = "act-on-behalf", "health-data"


async def record_consent(rest: Rest, key: str, patient: str, given: bool, proxy: Proxy | None = None) -> None:
    """Give it once by ``key``, or withdraw every one that is active. ``proxy``: who says it for her."""
    if given:
        consent = _consent(rest, key, patient, HEALTH_DATA, "health-data-v1")
        if proxy is not None:
            consent |= _proved(rest, proxy.proof, proxy.number, proxy.shown) | {"performer": [ref(proxy.reference)]}
        await rest.create(consent, rest.codes.id("consent"), key)
        return
    category = f"{rest.codes.system('consent')}|{HEALTH_DATA}"
    params = {"patient": f"Patient/{patient}", "category": category, "status": "active"}
    for consent in await rest.search("Consent", params):
        await set_status(rest, f"Consent/{consent['id']}", "inactive")


async def grant_mandate(rest: Rest, draft: MandateDraft) -> Mandate:
    codes = rest.codes
    actor = {
        "role": concept(PARTICIPATION, "AUT"),
        "reference": ref(f"PractitionerRole/{draft.ambassador}"),
    }
    consent = _consent(rest, draft.key, draft.patient, MANDATE, "ambassador-v1") | {
        **_proved(rest, draft.proof, draft.reference, draft.shown),
        "provision": {
            "type": "permit",
            "period": {"end": draft.until},
            "actor": [actor],
            "action": [concept(codes.system("consent-action"), action) for action in draft.actions],
        },
    }
    return mandate_of(rest, await rest.create(consent, codes.id("consent"), draft.key))


async def revoke_mandate(rest: Rest, mandate: str) -> Mandate:
    return mandate_of(rest, await set_status(rest, f"Consent/{mandate}", "inactive"))


async def mandate(rest: Rest, id_: str) -> Mandate:
    return mandate_of(rest, await rest.read(f"Consent/{id_}"))


async def check_mandate(rest: Rest, actor: Actor) -> None:
    """WrongState(``mandate-ended``, ``family-ended``) when what the actor relies on is over, or for somebody else."""
    kind, _, id_ = actor.reference.partition("/")
    if kind == "RelatedPerson":
        await _check_related(rest, id_, actor.on_behalf_of)
    if not actor.mandate:
        return
    held = await mandate(rest, actor.mandate)
    for_him = f"PractitionerRole/{held.ambassador}" == actor.reference
    if held.patient != actor.on_behalf_of:  # given for a record that was merged meanwhile
        for_him = for_him and (await record_of(rest, held.patient)).id == actor.on_behalf_of
    if not held.active or not for_him:
        raise WrongState("mandate-ended")


async def _check_related(rest: Rest, id_: str, patient: str) -> None:
    found = await related(rest, id_)
    same = found.patient == patient or (await record_of(rest, found.patient)).id == patient if found.holds else False
    if not same:
        raise WrongState("family-ended")


def mandate_of(rest: Rest, consent: Json) -> Mandate:
    """``active`` is also False after its last day."""
    codes = rest.codes
    until = word(consent, "provision", "period", "end")[:10]
    return Mandate(
        id=str(consent["id"]),
        patient=target_id(consent, "patient"),
        ambassador=target_id(consent, "provision", "actor", 0, "reference"),
        actions=tuple(codes_of(each(consent, "provision", "action"), codes.system("consent-action"))),
        until=until,
        active=word(consent, "status") == "active" and (not until or day(rest.now()) <= until),
    )


def _proved(rest: Rest, proof: str, number: str, shown: Sequence[str]) -> Json:
    """How she agreed, by what that is found again, and what was sent of it (FHIR R4 Consent.source[x]).

    ``source`` takes one attachment: each further picture is an extension.
    """
    told = {"consent-proof": proof, "consent-reference": number}
    said = [extension(rest.codes.extension(name), "String", word) for name, word in told.items() if word]
    said += [extension(rest.codes.extension("consent-source"), "Attachment", {"url": one}) for one in shown[1:]]
    return {"extension": said} | ({"sourceAttachment": {"url": shown[0]}} if shown else {})


def _consent(rest: Rest, key: str, patient: str, category: str, policy: str) -> Json:
    codes = rest.codes
    return {
        "resourceType": "Consent",
        "identifier": [identifier(codes.id("consent"), key)],
        "status": "active",
        "scope": concept(CONSENT_SCOPE, "treatment" if category == MANDATE else "patient-privacy"),
        "category": [concept(codes.system("consent"), category)],
        "patient": ref(f"Patient/{patient}"),
        "dateTime": instant(rest.now()),
        "policyRule": concept(codes.system("consent-policy"), policy),
    }
