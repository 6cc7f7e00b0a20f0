"""The hospital's lists as last read: departments, staff, compounds, drugs, questions.

Kept, so that a dialog never waits for them and a start while the hospital is down is a start.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from backend_client.hospital import Hospital
from backend_client.models import (
    Compound,
    Department,
    Drug,
    Questionnaire,
    Staff,
)
from bot.decoding import Kept
from bot.model.names import BASE, two_names
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
        return next((c for c in self.compounds if c.id == id), Compound(id, {BASE: id}))

    def department(self, id: str) -> Department:
        return next((d for d in self.departments if d.id == id), Department(id, "", {BASE: id}))

    def drug(self, code: str) -> Drug | None:
        return next((d for d in self.drugs if d.code == code), None)

    def member(self, id: str) -> Staff | None:
        return next((s for s in self.staff if s.id == id), None)

    def search(self, words: str, limit: int = 8) -> tuple[Drug, ...]:
        """Drugs of which a name, in any language, contains the words; those that begin with them first."""
        wanted = words.strip().lower()
        found = [d for d in self.drugs if wanted and any(wanted in name.lower() for name in d.names.values())]
        starts = [d for d in found if any(name.lower().startswith(wanted) for name in d.names.values())]
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
    """With the names as the release before reads them, too."""
    return _each_item(KEPT.dumps(catalogue), lambda item: {**_two_names(item), **item})


def loads(text: str) -> Catalogue:
    """What dumps() of any release wrote; an empty text is an empty catalogue. Raises Unreadable."""
    return KEPT.loads(_each_item(text, lambda item: {"names": _names(item), **item})) if text else Catalogue()


def _two_names(item: Mapping[str, Any]) -> dict[str, str]:
    """Until names were kept by language there were two."""
    return dict(zip(("name_zh", "name_en"), two_names(item["names"]), strict=True))


def _names(item: Mapping[str, Any]) -> dict[str, str]:
    names = {BASE: item.get("name_zh") or item.get("name"), "en": item.get("name_en")}
    return {tag: name for tag, name in names.items() if isinstance(name, str) and name}


def _each_item(text: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """The document with each item of its lists changed; one that is no such document as it is."""
    try:
        document = json.loads(text)
        lists = {name: [change(item) for item in document[name]] for name in NEVER_EMPTY if name in document}
        return json.dumps({**document, **lists}, ensure_ascii=False)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return text


def row_of(drug: Drug) -> dict[str, Any]:
    """A drug as the photo reader's lists have it (bot/photo/formulary.py)."""
    return {**asdict(drug), **_two_names(asdict(drug))}
