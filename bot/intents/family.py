"""What a flow may ask about people on one phone: a relative is added, the hospital approves, either side ends it.

Carried out by bot/ops/family.py, the hospital's by bot/calls.py.
"""

from __future__ import annotations

from typing import Literal

from bot.dialog import Op
from bot.intents import people
from bot.intents._declare import local, remote
from bot.model.names import Called
from bot.views import AddedView, AskedView, DecidedFamilyView, FamilyRowView, PatientView

Relation = Literal["child", "parent", "other"]
Kind = Literal["guardian", "family"]
Scope = Literal["all", "stage"]
Proof = Literal["own-phone", "hospital", "sent"]


@local
def may_add(patient: PatientView) -> AddedView:
    """What is needed for this person: age, and who is asked on her own phone (0 = she has none here).

    Refused("added-already" / "asked-already" / "own-record").
    """
    ...


@local
def keep_asked(
    asked: AskedView, patient: PatientView, kind: Kind, scope: Scope, name: str, proof: Proof, relation: Relation
) -> None:
    """The hospital has the application: it counts for nothing before it is approved."""
    ...


@local
def about_to_ask() -> AddedView:
    """The key of an application, the keyed hash of the acting account, and until when it is asked for."""
    ...


@local
def decided(right: str) -> DecidedFamilyView:
    """What the hospital decided of an application; told once. ``account`` 0: there is nothing to tell."""
    ...


@local
def family_rows() -> tuple[FamilyRowView, ...]:
    """The relatives on the acting person's phone, waiting ones too, and who has her on his."""
    ...


@local
def received_by(order: str, reader: int) -> Called:
    """Who pressed [Received], for another one who could have; "" where it was the reader, or nobody yet."""
    ...


@local
def end_family(right: str) -> DecidedFamilyView:
    """By either side, from this commit on. Refused("already-ended" / "not-for-you")."""
    ...


@remote("hospital")
def ask_family(
    key: str,
    account: str,
    patient: str,
    relation: Relation,
    kind: Kind,
    name: str,
    proof: Proof,
    scope: Scope,
    until: int,
    shown: str = "",
) -> AskedView:
    """RelatedPerson, not active, and the Task application; a registrar decides and the feed tells.

    ``shown``: where the hospital keeps the proof that was sent (proofs.keep_proof, several with a space between), "" =
    it is shown there.
    """
    ...


@remote("hospital")
def end_related(related: str, key: str = "") -> None:
    """Told afterwards: ``ends`` gives the key."""
    ...


@remote("hospital")
def read_related(related: str, patient: str) -> None:
    """The RelatedPerson as it stands now; what the hospital ended has ended here, too, when this is answered."""
    ...


def ends(related: str) -> Op[None]:
    """Over at the hospital, too, told as often as it takes."""
    return people.told(end_related(related))
