"""The hospital's lists as last read: departments, staff, compounds, drugs, questions.

Kept, so that a dialog never waits for them and a start while the hospital is down is a start.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from backend_client.errors import HospitalError, RetryLater
from backend_client.hospital import Hospital
from backend_client.models import (
    NOT_SAID,
    Area,
    Compound,
    Department,
    Drug,
    Listed,
    Questionnaire,
    Staff,
    Times,
)
from bot.decoding import Kept
from bot.model.names import BASE, two_names
from bot.roles import BOUND

NEVER_EMPTY = ("departments", "compounds", "drugs", "staff")


@dataclass(frozen=True)  # without slots: what is looked up is put in order once, a city has thousands
class Catalogue:
    departments: tuple[Department, ...] = ()
    compounds: tuple[Compound, ...] = ()
    drugs: tuple[Drug, ...] = ()
    staff: tuple[Staff, ...] = ()
    questionnaire: Questionnaire | None = None
    areas: tuple[Area, ...] = ()
    times: Times = NOT_SAID  # when doctors and pharmacists work, as far as the hospital says
    left_out: bool = False  # the hospital has questions that this release cannot ask as they are

    def compound(self, id: str) -> Compound:
        """An unknown compound shows its id: nothing breaks because a list is old."""
        return self._compounds.get(id) or Compound(id, {BASE: id})

    def area(self, id: str) -> Area:
        """An unknown area shows its id, too."""
        return self._areas.get(id) or Area(id, {BASE: id})

    def around(self, compound: str) -> tuple[Area, ...]:
        """The areas that a compound lies in, the nearest first: sub-district, district."""
        known, found = self._areas, dict[str, Area]()
        at = known.get(self.compound(compound).area)
        while (
            at is not None and at.id not in found
        ):  # an area may lie in itself: it is told, and nobody goes in circles
            found[at.id] = at
            at = known.get(at.within)
        return tuple(found.values())

    def department(self, id: str) -> Department:
        return next((d for d in self.departments if d.id == id), Department(id, "", {BASE: id}))

    def drug(self, code: str) -> Drug | None:
        return next((d for d in self.drugs if d.code == code), None)

    def member(self, id: str) -> Staff | None:
        return self._staff.get(id)

    @cached_property
    def _compounds(self) -> Mapping[str, Compound]:
        return {one.id: one for one in reversed(self.compounds)}

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {one.id: one for one in self.areas}

    @cached_property
    def _staff(self) -> Mapping[str, Staff]:
        return {one.id: one for one in reversed(self.staff)}

    def search(self, words: str, limit: int = 8) -> tuple[Drug, ...]:
        """Drugs of which a name, in any language, contains the words; those that begin with them first."""
        wanted = words.strip().lower()
        found = [d for d in self.drugs if wanted and any(wanted in name.lower() for name in d.names.values())]
        starts = [d for d in found if any(name.lower().startswith(wanted) for name in d.names.values())]
        return tuple([*starts, *(d for d in found if d not in starts)][:limit])


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over the hospital's reference data, each list by itself: what came, and why another did not."""

    came: Mapping[str, Any]
    failed: Mapping[str, HospitalError]
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])  # ids that were no use


async def read(hospital: Hospital, questionnaire: str) -> Reading:
    """Raises RetryLater where no list came and all may come later: the hospital is away, nothing is said of a list."""
    calls: dict[str, Awaitable[Any]] = {
        "departments": hospital.departments(),
        "compounds": hospital.compounds(),
        "areas": hospital.areas(),
        "drugs": hospital.formulary(),
        "times": hospital.hours(),
        "staff": _staff(hospital),
        "questionnaire": hospital.questionnaire(questionnaire),
    }
    got = dict(zip(calls, await asyncio.gather(*calls.values(), return_exceptions=True), strict=True))
    failed = {name: one for name, one in got.items() if isinstance(one, BaseException)}
    for error in failed.values():
        if not isinstance(error, HospitalError):
            raise error
    known = {name: error for name, error in failed.items() if isinstance(error, HospitalError)}
    if len(known) == len(got) and all(isinstance(error, RetryLater) for error in known.values()):
        raise known["staff"]
    came = {name: one for name, one in got.items() if name not in failed}
    left_out = {name: _left_out(one) for name, one in came.items() if _left_out(one)}
    return Reading({name: _plain(one) for name, one in came.items()}, known, left_out)


def _left_out(found: Any) -> tuple[str, ...]:
    """Of another implementation's list, which is a plain tuple, nothing is known."""
    return getattr(found, "left_out", ())


def _plain(found: Any) -> Any:
    return tuple(cast("tuple[Any, ...]", found)) if isinstance(found, tuple) else found


async def _staff(hospital: Hospital) -> Listed[Staff]:
    groups = await asyncio.gather(*(hospital.staff(role) for role in BOUND))
    found = Listed(member for group in groups for member in group)
    found.left_out = tuple(id for group in groups for id in _left_out(group))
    return found


KEPT = Kept(Catalogue)


@dataclass(frozen=True, slots=True)
class Completed:
    """``now``: what counts. ``held``: lists that came with less than half of what they had, or with nothing at all, by
    how many came: they wait for an operator, and what they had before counts meanwhile.
    """

    now: Catalogue
    held: Mapping[str, int]


def completed(reading: Reading, last: Catalogue, taken: Mapping[str, int]) -> Completed:
    """A whole list replaces the last one, also a shorter one. ``taken``: how many an operator said are right."""
    held = {
        name: len(reading.came[name])
        for name in NEVER_EMPTY
        if name in reading.came and 2 * len(reading.came[name]) < max(1, len(getattr(last, name)))
        and taken.get(name) != len(reading.came[name])
    }  # fmt: skip
    fresh = {name: one for name, one in reading.came.items() if name not in held}
    error = reading.failed.get("questionnaire")
    if error is None:
        return Completed(replace(last, **fresh, left_out=False), held)
    if isinstance(error, RetryLater):
        return Completed(replace(last, **fresh), held)
    return Completed(replace(last, **fresh, questionnaire=None, left_out=True), held)  # all of it or nothing


CURSOR = "catalogue"  # where the running bot keeps the last copy of the lists


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
    row = asdict(drug)
    return {**row, **_two_names(row)}
