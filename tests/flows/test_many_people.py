"""An ambassador for 120 residents: her list is shown by its first ones, and part of a name finds the right one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.clock import HandClock
from bot.dialog import FLOWS
from bot.dialog.narrowing import MANY
from bot.dialog.testing import DialogTester
from bot.model import Button, Mandate, Person, Place, PlaceKind, Post, RoleBinding, Said, Spot
from tests.flows.test_deploys import BRIEF, OPS, READ
from tests.flows.test_reading import album
from tests.handlers.house import HELPER, House, at_home

assert wiring.ROOMS  # all flows are registered
NAMES = [f"李{n:03}" for n in range(118)] + ["王秀英", "王秀兰"]
PEOPLE = [{"id": f"pat-{n}", "name": name, "mandate": f"m{n}", "brief": {**BRIEF, "id": f"pat-{n}", "name": name}}
          for n, name in enumerate(NAMES)]  # fmt: skip
FIRST = [f"pat-{n}" for n in range(MANY)]


def test_she_orders_for_the_one_she_names() -> None:
    t = DialogTester(FLOWS["refill"], {**OPS, "local.patients": PEOPLE})
    t.start()
    t.expect_prompt("who", options=FIRST)
    t.says("王秀")
    t.expect_prompt("who", options=["pat-118", "pat-119"])
    t.taps("王秀兰")
    t.expect_prompt("rx", name={"zh-CN": "王秀兰"})


def test_she_says_whose_a_photo_is() -> None:
    t, kept = album("a", PEOPLE, [{**READ, "pages": [0], "names": []}])
    t.expect_prompt("whose[a]", options=[*FIRST, "nobody"])
    t.says("秀英")
    t.expect_prompt("whose[a]", options=["pat-118", "nobody"])
    t.taps("pat-118")
    assert [*kept[0]] == ["pat-118"]


# ---------------------------------------------------------------- in a house, as she reads it


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    mandates = [
        Mandate(f"m{n:03}", HELPER, person["id"], "2027-11-01", True, {"brief": person["brief"]})
        for n, person in enumerate(PEOPLE)
    ]
    async with at_home(tmp_path / "core.sqlite", clock, mandates) as house:
        yield house


def question(house: House) -> tuple[str, list[str]]:
    """The newest question: its text and the labels on its buttons."""
    asked: list[Post] = [post for post in house.posts() if getattr(post.content, "buttons", ())]
    content: Any = asked[-1].content
    buttons: list[Button] = [button for row in content.buttons for button in row]
    return content.html, [button.label for button in buttons]


async def test_she_is_told_that_there_are_more_and_that_nobody_is_called_so(house: House) -> None:
    await house.take(house.text(HELPER, "/refill"))
    said, labels = question(house)
    assert said.endswith("\n" + house.label("engine.more"))
    assert [label for label in labels if label in NAMES] == labels[:MANY]
    await house.take(house.text(HELPER, "张"))
    said, _ = question(house)
    assert said.startswith(house.label("wrong.none_such"))
    await house.take(house.text(HELPER, "秀英"))
    said, labels = question(house)
    assert labels[0] == "王秀英"
    assert house.label("wrong.none_such") not in said
    await house.take(house.text(HELPER, "王秀英"))
    assert (await house.dialog(HELPER)).step != "who"


async def test_a_name_that_was_sent_before_the_question_stood_there_chooses_nobody(house: House) -> None:
    await house.take(house.text(HELPER, "/refill"))
    early = house.text(HELPER, "王秀英")
    assert isinstance(early.body, Said)
    await house.take(replace(early, body=replace(early.body, message=1)))
    assert (await house.dialog(HELPER)).step == "who"
    assert house.label("handlers.wanted_button") in [getattr(post.content, "html", "") for post in house.posts()]


async def test_in_a_group_part_of_a_name_is_a_reply_to_the_question(tmp_path: Path, clock: HandClock) -> None:
    office, operator = -300, 41
    rows = [Person(operator, roles=(RoleBinding("operator", "pr-9", "方主任"),)), Place(office, PlaceKind.OPERATORS)]
    rows += [Place(-400 - n, PlaceKind.COMPOUND, f"court {n:02}") for n in range(MANY + 5)]
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:

        async def says(text: str, reply_to: int | None = None) -> None:
            await house.take(house.arrival(Said(Spot(office, operator), 20_000 + house.count, text, reply_to)))

        await says("/announce")
        said, labels = question(house)
        assert said.endswith("\n" + house.label("engine.more_in_group"))
        assert len(labels) == 1 + MANY, "all of them, and the first"
        asked = await house.services.store.standing((await house.dialog(operator)).prompt)
        assert asked is not None
        await says("44")
        assert question(house)[1] == labels
        await says("t 4", asked.message)
        narrowed = [labels[0], *(f"court 4{n}" for n in range(5)), house.label("button.back")]
        assert question(house)[1] == narrowed
