"""The hospital's lists as last read: departments, staff, compounds, drugs, questions.

Kept, so that a dialog never waits for them and a start while the hospital is down is a start.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from backend_client.hospital import Hospital
from backend_client.models import (
    Compound,
    Department,
    Drug,
    Questionnaire,
    Staff,
)
from bot.decoding import Kept
from bot.roles import BOUND

NEVER_EMPTY = ("departments", "compounds", "drugs", "staff")


@dataclass(frozen=True, slots=True)
class Catalogue:
    departments: tuple[Department, ...] = ()
    compounds: tuple[Compound, ...] = ()
    drugs: tuple[Drug, ...] = ()
    staff: tuple[Staff, ...] = ()
    questionnaire: Questionnaire | None = None

    def compound(self, id: str) -> Compound:
        """An unknown compound shows its id: nothing breaks because a list is old."""
        return next((c for c in self.compounds if c.id == id), Compound(id, id, id))

    def department(self, id: str) -> Department:
        return next((d for d in self.departments if d.id == id), Department(id, "", id, id))

    def drug(self, code: str) -> Drug | None:
        return next((d for d in self.drugs if d.code == code), None)

    def member(self, id: str) -> Staff | None:
        return next((s for s in self.staff if s.id == id), None)

    def search(self, words: str, limit: int = 8) -> tuple[Drug, ...]:
        """Drugs whose Chinese or English name contains the words; those that begin with them first."""
        wanted = words.strip().lower()
        found = [d for d in self.drugs if wanted and (wanted in d.name_zh.lower() or wanted in d.name_en.lower())]
        starts = [d for d in found if d.name_zh.startswith(wanted) or d.name_en.lower().startswith(wanted)]
        return tuple([*starts, *(d for d in found if d not in starts)][:limit])


async def read(hospital: Hospital, questionnaire: str) -> Catalogue:
    """One pass over the hospital's reference data. Raises HospitalError; the caller keeps what it had."""
    (departments, compounds, drugs, questions), staff = await asyncio.gather(
        asyncio.gather(
            hospital.departments(), hospital.compounds(), hospital.formulary(), hospital.questionnaire(questionnaire)
        ),
        asyncio.gather(*(hospital.staff(role) for role in BOUND)),
    )
    return Catalogue(departments, compounds, drugs, tuple(member for group in staff for member in group), questions)


KEPT = Kept(Catalogue)


def completed(fresh: Catalogue, last: Catalogue) -> tuple[Catalogue, tuple[str, ...]]:
    """``fresh``, but a list that came empty stands as it was last; and the names of those: no hospital has none."""
    empty = tuple(name for name in NEVER_EMPTY if not getattr(fresh, name))
    return replace(fresh, **{name: getattr(last, name) for name in empty}), empty


def dumps(catalogue: Catalogue) -> str:
    return KEPT.dumps(catalogue)


def loads(text: str) -> Catalogue:
    """What dumps() of any release wrote; an empty text is an empty catalogue. Raises Unreadable."""
    return KEPT.loads(text) if text else Catalogue()
