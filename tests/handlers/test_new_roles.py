"""Desk, contact, supervisor, window clerk and registrar: bound by invitation, a menu, words of refusal, no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from backend_client.models import Staff
from bot.clock import HandClock
from bot.core import Core
from bot.model import Observed, Order, Person, RoleBinding, Said, Spot
from bot.ops.places import new_link
from tests.handlers.house import BRIEF, HELPER, LINE, LISTS, RESIDENT, ROAD, House, at_home, told

OPERATOR, NEW, NO = 41, 51, "MR1123-1"
LATER = ("desk", "contact", "supervisor", "window-clerk", "registrar")
PLACED = Order(NO, "", 0, 0, "", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER,
               topic=f"consult:{NO}",
               snapshot={"patient": BRIEF, "asked": [asdict(LINE)], "answers": {}, "photos": [],
                         "rx_date": "2026-11-10"})  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    operator = Person(OPERATOR, lang="en", roles=(RoleBinding("operator", "pr-90", "Wu"),))
    async with at_home(tmp_path / "core.sqlite", clock, (operator, PLACED)) as house:
        later = tuple(Staff(f"pr-{role}", role, f"钱{role}", locations=("comp-1",)) for role in LATER)
        house.services = replace(house.services, catalogue=lambda: replace(LISTS, staff=(*LISTS.staff, *later)))
        house.core = Core(house.services, house.core._route)
        yield house


async def joined(house: House, role: str) -> Person:
    turn = house.turn()
    link = await new_link(turn, "join", f"pr-{role}")
    await house.services.store.commit(turn.outcome())
    await house.take(house.arrival(Said(Spot(NEW, NEW), 900, f"/start {link}")))
    await house.decides(OPERATOR)
    return (await house.services.store.get(Person, NEW)) or Person(NEW)


def heard(house: House) -> list[str]:
    return [getattr(post.content, "html", "") for post in house.posts() if post.chat == NEW]


@pytest.mark.parametrize("role", LATER)
async def test_an_invitation_binds_the_account_and_says_as_what(house: House, role: str) -> None:
    person = await joined(house, role)
    assert [(binding.role, binding.id) for binding in person.roles] == [(role, f"pr-{role}")]
    assert house.label(f"role.{role}") in heard(house)[-1]
    await house.take(house.arrival(Said(Spot(NEW, NEW), 901, "/menu")))
    assert house.posts()[-1].chat == NEW


@pytest.mark.parametrize("role", LATER)
async def test_nothing_of_an_order_reaches_it_and_every_press_is_refused_in_words(house: House, role: str) -> None:
    await joined(house, role)
    before = len(heard(house))
    for stage in ROAD:
        house.clock.advance(1)
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil()))))
        for action in ("take", "give_back", "unfit", "pass", "return", "query", "pay", "door", "received", "cancel"):
            answer = await house.take(house.press(NEW, f"a:{action}:{NO}"))
            assert answer.toast == house.label("refused.not-for-you")
    assert heard(house)[before:] == []
    assert not [command for command in house.commands() if command.origin.person == NEW]


async def test_the_operator_invites_them(house: House) -> None:
    await house.take(house.arrival(Said(Spot(OPERATOR, OPERATOR), 902, "/invite")))
    await house.tap(OPERATOR, "window-clerk")
    shown = [getattr(post.content, "html", "") for post in house.posts() if post.chat == OPERATOR]
    assert "钱window-clerk: https://t.me/medrelay_bot?start=join-" in shown[-1]
