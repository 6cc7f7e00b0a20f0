"""The bench's dialog on our bot: every dialog goes on after kill -9, and no update that comes twice has two effects."""

from __future__ import annotations

import pytest

from bench.dialog import BOTS, Way, doubled, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OURS = [name for name in BOTS if name.startswith("ours")]  # also on uvloop, where that is installed


@pytest.mark.parametrize("name", OURS)
async def test_every_open_dialog_goes_on_after_the_bot_was_killed(name: str) -> None:
    assert await survived(Way(BOTS[name]), each=1, busy=4) == (10, 10)


@pytest.mark.parametrize("name", OURS)
async def test_an_update_that_comes_twice_under_another_id_has_one_effect(name: str) -> None:
    assert await doubled(Way(BOTS[name]), "other", count=3) == (0, 0)
