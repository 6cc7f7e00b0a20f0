"""What a flow may ask about people: who speaks, for whom he may act, his helpers, and the settings of the house.

Each refuses with a code; carried out by bot/ops/people.py and bot/ops/places.py, the hospital's by bot/calls.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialog import Op
from bot.intents._declare import local, remote
from bot.model import Json
from bot.model.names import Names
from bot.views import (
    ActsForView,
    EndedMandateView,
    HelperView,
    MandateAskedView,
    MandateRowView,
    MandateView,
    MeView,
    OperatorsView,
    PatientView,
    RoleView,
    RulesView,
)

ACTS = ("order-refill", "collect")  # what a mandate permits

# ---------------------------------------------------------------- the house


@local
def rules() -> RulesView:
    """The settings a flow's sentences and checks need (months, hours), and today."""
    ...


@local
def mint() -> str:
    """A key for something that is done once: the same in every replay, another one next time."""
    ...


@local
def note(what: str, reason: str = "") -> None:
    """One line of the audit trail (R11)."""
    ...


@local
def send(op: str, args: Mapping[str, Json]) -> None:
    """A command that nobody waits for; flows say ``told``."""
    ...


def told(op: Op[Any]) -> Op[None]:
    """Tell the hospital something nobody waits for: repeated until it is through, under a key of its own."""
    return send(op.name, op.args)


# ---------------------------------------------------------------- who speaks


@local
def me() -> MeView:
    """The acting person: proved or not, consent, compound, roles."""
    ...


@local
def remember(facts: Mapping[str, Json]) -> None:
    """Keep plain facts of the acting person, beside those that are kept already."""
    ...


def consents(given: bool) -> Op[None]:
    """To the use of his health data (R13)."""
    return remember({"consent": given})


def lives_at(compound: str) -> Op[None]:
    """Where his parcels go."""
    return remember({"compound": compound})


@local
def language(lang: str) -> None:
    """From now on he is spoken to in this language."""
    ...


@local
def plainly(on: bool) -> None:
    """From now on what he is told is written to be read aloud, with two buttons at a time; or as usual."""
    ...


@local
def reads_plainly() -> bool:
    """Whether he chose to be written to so."""
    ...


@local
def i_am(patient: PatientView) -> None:
    """The account proved to be this patient. Refused("held") where another account has it: that one is asked first."""
    ...


@local
def forget_drafts() -> None:
    """R13: with the consent goes what was filled in under it; its old buttons answer that they are old."""
    ...


@local
def require_role(role: str) -> RoleView:
    """The acting person in this role; Refused("not-for-you") without it."""
    ...


# ---------------------------------------------------------------- who acts for whom


@local
def patients() -> tuple[ActsForView, ...]:
    """Everybody the person may order for today, himself first."""
    ...


@local
def closed_records() -> tuple[str, ...]:
    """The patients of the acting person whose record said, when it was read last, that no order is for them."""
    ...


@local
def keep_record(patient: str, seen: PatientView) -> ActsForView:
    """The hospital's record of this patient, read just now: rights, mandates and orders follow it where it was merged.

    Refused("deceased" / "record-closed" / "record-merged") where no order may be for it; helpers and operators hear it.
    """
    ...


@local
def called(patient: PatientView, reader: int = 0) -> Names:
    """How this account (0 = the acting person) calls the patient, by language: told apart from others of one name."""
    ...


@local
def account(patient: str) -> int:
    """The account that proved to be this patient, 0 where the patient has none here (a person with no phone)."""
    ...


@local
def serving(compound: str) -> HelperView | None:
    """The compound's ambassador, None where it has none."""
    ...


@local
def operators(compound: str) -> OperatorsView:
    """The operators, for their private chats, and the compound's name."""
    ...


@local
def ask_mandate(patient: PatientView, until: str) -> str:
    """A question to the resident, kept as an inactive mandate until she answers on her own phone; its id."""
    ...


@local
def mandate_asked(asked: str, drop: bool = False) -> MandateAskedView:
    """What was asked of the acting resident; Refused when it was answered before or is somebody else's."""
    ...


@local
def keep_mandate(mandate: MandateView, ambassador: int, patient: PatientView, asked: str = "") -> None:
    """The hospital recorded the Consent: from now on the ambassador may act (checked again before each act)."""
    ...


@local
def end_mandate(mandate: str) -> EndedMandateView:
    """Both sides may end it; it counts from this commit, the hospital hears of it afterwards."""
    ...


@local
def mandates() -> tuple[MandateRowView, ...]:
    """Who may act for me, and for whom I may act, today."""
    ...


# ---------------------------------------------------------------- the hospital


@remote("hospital")
def find_patient(credential: str, birth_date: str) -> PatientView:
    """The one whom number and birthday fit (R3); Refused where they fit nobody. The number is not kept."""
    ...


@remote("hospital")
def read_record(patient: str) -> PatientView:
    """The patient's record as it stands now; of one that was merged the one it went into."""
    ...


@remote("hospital")
def orders_of(patient: str) -> None:
    """The patient's orders, by whomever they were entered: the house has taken them in when this is answered."""
    ...


@remote("hospital")
def record_consent(patient: str, given: bool, key: str = "", proof: str = "", by: str = "", shown: str = "") -> None:
    """R13. Told afterwards: ``told`` gives the key.

    ``proof``: how somebody without a phone agreed, ``by`` the PractitionerRole who read it to her, and ``shown`` where
    the hospital keeps what he sent of it (proofs.keep_proof, several with a space between).
    """
    ...


@remote("hospital")
def grant_mandate(
    key: str,
    patient: str,
    ambassador: str,
    until: str,
    proof: str,
    actions: Sequence[str],
    reference: str = "",
    shown: str = "",
) -> MandateView:
    """The Consent by which an ambassador (PractitionerRole) may act; flows say ``grants``.

    ``reference``: by which the proof is found again; ``shown``: as in ``record_consent``.
    """
    ...


def grants(key: str, patient: str, ambassador: str, until: str, proof: str, shown: str = "") -> Op[MandateView]:
    """``proof``: how she agreed. ``key`` differs each time: a Consent that was taken back stays taken back."""
    return grant_mandate(key, patient, ambassador, until, proof, ACTS, shown=shown)


@remote("hospital")
def revoke_mandate(mandate: str) -> None:
    """Taken back by either side."""
    ...
