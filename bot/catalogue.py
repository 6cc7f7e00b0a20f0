"""The hospital's lists as last read: departments, staff, compounds, drugs, questions.

Kept, so that a dialog never waits for them and a start while the hospital is down is a start.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Any

from backend_client.hospital import Hospital
from backend_client.models import (
    Compound,
    Department,
    Drug,
    Question,
    Questionnaire,
    QuestionOption,
    Role,
    Staff,
)

ROLES: tuple[Role, ...] = ("doctor", "pharmacist", "courier", "ambassador", "operator")


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
        asyncio.gather(*(hospital.staff(role) for role in ROLES)),
    )
    return Catalogue(departments, compounds, drugs, tuple(member for group in staff for member in group), questions)


def dumps(catalogue: Catalogue) -> str:
    return json.dumps(asdict(catalogue), ensure_ascii=False)


def loads(text: str) -> Catalogue:
    """What dumps() wrote; an empty text is an empty catalogue."""
    if not text:
        return Catalogue()
    doc: dict[str, Any] = json.loads(text)
    asked = doc["questionnaire"]
    return Catalogue(
        tuple(Department(**d) for d in doc["departments"]),
        tuple(Compound(**c) for c in doc["compounds"]),
        tuple(Drug(**d) for d in doc["drugs"]),
        tuple(_member(s) for s in doc["staff"]),
        asked and Questionnaire(asked["url"], asked["version"], tuple(_question(q) for q in asked["questions"])),
    )


def _member(doc: dict[str, Any]) -> Staff:
    fields: dict[str, Any] = {**doc, "locations": tuple(doc["locations"])}
    return Staff(**fields)


def _question(doc: dict[str, Any]) -> Question:
    options = tuple(QuestionOption(**o) for o in doc["options"])
    return Question(doc["link_id"], doc["kind"], doc["text"], options, doc["required"])
