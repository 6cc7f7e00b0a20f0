"""The request for a mandate: once it is answered it asks nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.dialog import FLOWS
from bot.dialog.testing import DialogTester
from bot.model import Mandate
from tests.cases.rows import ROWS
from tests.flows.test_deploys import OPS
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home

ASKED = Mandate("ask-1", HELPER, "pat-1", "2027-05-01", False, {"patient": BRIEF})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, ASKED)) as house:
        yield house


@pytest.mark.parametrize("said", ["agree", "refuse"])
async def test_the_request_goes_when_it_is_answered(house: House, said: str) -> None:
    """Its buttons would stand in her chat for ever; what she said stands there instead."""
    before = len(house.posts())
    await house.take(house.press(RESIDENT, f"a:{said}:ask-1"))
    if said == "agree":
        granted = {"id": "con-1", "until": "2027-05-01", "active": True}
        await house.answer(house.commands()[-1].op, granted)
    hers = {post.key: post.content for post in house.posts()[before:] if post.chat == RESIDENT}
    assert hers.pop("asked:ask-1", "stands") is None
    assert len([content for content in hers.values() if content]) == 1


def test_it_is_asked_as_the_card_that_goes() -> None:
    account = {"local.account": 22, "local.ask_mandate": "ask-1"}
    t = DialogTester(FLOWS["neighbour"], {**OPS, "local.require_role": {"id": "pr-3", "name": "陈老师"}, **account})
    t.start()
    t.says("13800000000")
    t.says("1950-01-01")
    assert "asked:ask-1" in [say.card_key for say in t.screen.posts.values()], t.screen.log
