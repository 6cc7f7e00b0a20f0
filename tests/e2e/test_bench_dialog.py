"""The bench's dialog on our bot: every dialog goes on after kill -9, and no update that comes twice has two effects."""

from __future__ import annotations

import pytest

from bench.dialog import BOTS, Way, doubled, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OURS = Way(BOTS["ours"])


async def test_every_open_dialog_goes_on_after_the_bot_was_killed() -> None:
    assert await survived(OURS, each=1, busy=4) == (10, 10)


async def test_an_update_that_comes_twice_under_another_id_has_one_effect() -> None:
    assert await doubled(OURS, "other", count=3) == (0, 0)
