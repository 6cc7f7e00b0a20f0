"""Calls of the hospital about who acts for whom: mandates, relatives, ambassadors. Joined by calls.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from backend_client.models import Applicant, FamilyDraft, MandateDraft, StandIn
from bot.intents import applying, family, people, standing_in
from bot.reach import DECLARED as DECLARED
from bot.reach import Reach, carries_out
from bot.views import ApplicantView, AskedView, MandateView


@carries_out(people.grant_mandate)
async def grant_mandate(
    to: Reach,
    key: str,
    patient: str,
    ambassador: str,
    until: str,
    proof: str,
    actions: Sequence[str],
    reference: str = "",
    shown: str = "",
) -> MandateView:
    draft = MandateDraft(key, patient, ambassador, tuple(actions), until, proof, reference, tuple(shown.split()))
    granted = await to.hospital.grant_mandate(draft)
    return MandateView(granted.id, granted.until, granted.active)


@carries_out(family.ask_family)
async def ask_family(
    to: Reach,
    key: str,
    account: str,
    patient: str,
    relation: family.Relation,
    kind: family.Kind,
    name: str,
    proof: family.Proof,
    scope: family.Scope,
    until: int,
    shown: str = "",
) -> AskedView:
    draft = FamilyDraft(key, account, patient, relation, kind, name, proof, scope, until, tuple(shown.split()))
    return AskedView(**asdict(await to.hospital.ask_family(draft)))


@carries_out(family.end_related)
async def end_related(to: Reach, related: str, key: str = "") -> None:
    await to.hospital.end_family(related)


@carries_out(family.read_related)
async def read_related(to: Reach, related: str, patient: str) -> Any:
    """``patient``: as the house knows her; the record may have been merged since, or be gone."""
    return replace(await to.hospital.related(related), patient=patient)


@carries_out(people.revoke_mandate)
async def revoke_mandate(to: Reach, mandate: str) -> None:
    await to.hospital.revoke_mandate(mandate)


@carries_out(applying.ask_ambassador)
async def ask_ambassador(to: Reach, draft: ApplicantView) -> Any:
    return await to.hospital.ask_ambassador(Applicant(**asdict(draft)))


@carries_out(applying.withdraw_ambassador)
async def withdraw_ambassador(to: Reach, key: str, unanswered: bool = False) -> Any:
    return await to.hospital.withdraw_ambassador(key, unanswered=unanswered)


@carries_out(applying.describe_ambassador)
async def describe_ambassador(to: Reach, role: str, public: str, hours: Sequence[applying.Hours]) -> None:
    await to.hospital.describe_ambassador(role, public, hours)


@carries_out(standing_in.stands_in)
async def stands_in(to: Reach, key: str, compound: str, giver: str, helper: str, since: int, until: int) -> None:
    await to.hospital.stands_in(StandIn(key, compound, giver, helper, since, until))


@carries_out(standing_in.is_back)
async def is_back(to: Reach, key: str) -> None:
    await to.hospital.is_back(key)


@carries_out(applying.end_ambassador)
async def end_ambassador(to: Reach, role: str, key: str = "") -> None:
    await to.hospital.end_ambassador(role)
