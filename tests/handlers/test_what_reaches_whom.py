"""What of an order reaches a role is what its row in the table says: looked for in all that is posted on its road."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import BatchSnapshot, ManifestLine
from bot.clock import HandClock
from bot.model import Observed, Order, Person, Place, PlaceKind, RoleBinding
from bot.roles import ROLES
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, RESIDENT, ROAD, House, at_home, told

NO, REVIEW, OPERATORS = "MR1123-77", -300, -400
PHARMACIST, COURIER, OPERATOR = 61, 62, 63
MARKED = {"address": "8号楼808室", "building": "8", "phone_tail": "9753"}
#: How each thing looks where it is told; a stage has many words, and every card has one.
LOOKS = {
    "number": (NO,),
    "name": (BRIEF["name"],),
    "door": (MARKED["address"], MARKED["phone_tail"]),
    "case": (LINE.name, LINE.sig, "2型糖尿病"),
    "label": ("A-07",),
    "code": ("4711",),
    "compound": ("幸福里",),
}
CHATS = {"doctor": (FORUM, LI), "pharmacist": (REVIEW, PHARMACIST), "courier": (COURIER,), "ambassador": (HELPER,),
         "operator": (OPERATORS, OPERATOR)}  # fmt: skip
AT_THE_DOOR = frozenset({"name"})  # "door": name, flat and telephone's tail


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    own = {**BRIEF, **MARKED}
    staff = (
        Person(PHARMACIST, roles=(RoleBinding("pharmacist", "pr-3", "孙药师"),)),
        Person(COURIER, roles=(RoleBinding("courier", "pr-5", "赵师傅"),)),
        Person(OPERATOR, roles=(RoleBinding("operator", "pr-90", "吴老师"),)),
        Place(REVIEW, PlaceKind.REVIEW),
        Place(OPERATORS, PlaceKind.OPERATORS),
    )
    placed = Order(NO, "", 0, 0, "", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER,
                   topic=f"consult:{NO}",
                   snapshot={"patient": own, "asked": [asdict(LINE)], "answers": {}, "photos": [], "days_left": "3-7",
                             "condition": "2型糖尿病", "rx_date": "2026-11-10"})  # fmt: skip
    async with at_home(tmp_path / "core.sqlite", clock, (*staff, placed)) as house:
        yield house


async def on_its_road(house: House) -> None:
    """Each stage as the hospital tells it, with the run that carries it."""
    patient = replace(told(NO, "submitted", 1).patient, **MARKED)
    for stage in ROAD:
        house.clock.advance(60)
        seen = told(NO, stage, house.clock.civil())
        parcel = replace(seen.parcel, batch="b-1") if seen.parcel else None
        await house.take(house.arrival(Observed(replace(seen, patient=patient, parcel=parcel))))
        if stage in ("packed", "on-the-way", "arrived", "with-ambassador"):
            line = ManifestLine(NO, "A-07")
            run = BatchSnapshot("b-1", "run-1", f"v-{stage}", house.clock.civil(), stage, "pr-5", "comp-1", (line,))
            await house.take(house.arrival(Observed(run)))


def reached(house: House, role: str) -> set[str]:
    """What stands in the messages of his chats: their text, and what is on their buttons."""
    contents: list[Any] = [post.content for post in house.posts() if post.chat in CHATS[role]]
    texts = [getattr(one, "html", "") for one in contents]
    texts += [button.label for one in contents for row in getattr(one, "buttons", ()) for button in row]
    return {what for what, looks in LOOKS.items() if any(look in text for look in looks for text in texts)}


@pytest.mark.parametrize("role", sorted(CHATS))
async def test_it_is_what_the_table_says(house: House, role: str) -> None:
    await on_its_road(house)
    may = ROLES[role].sees | (AT_THE_DOOR if "door" in ROLES[role].sees else frozenset())
    assert reached(house, role) <= may


async def test_something_reaches_each_of_those_who_work_on_it(house: House) -> None:
    """Or the test above would be of nobody."""
    await on_its_road(house)
    found = {role: reached(house, role) for role in CHATS}
    assert {"case", "name"} <= found["doctor"]
    assert {"number", "case"} <= found["pharmacist"]
    assert {"label", "compound"} <= found["courier"]
    assert "label" in found["ambassador"]
