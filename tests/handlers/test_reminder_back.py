"""Nobody is left out 8: a reminder that the hospital revokes goes away, whenever it is revoked."""

from __future__ import annotations

import pytest

from backend_client.models import Reminder
from bot.model import Post
from tests.handlers.house import RESIDENT, House
from tests.handlers.test_following import asked, handed_over, house, row_of
from tests.handlers.test_hearing import at, html, until

__all__ = ["house"]
NINE = "2026-12-10T09:00"  # after the last check-in, on 30 November


async def says(house: House, words: str = "请来续方", *, served: bool = True) -> None:
    """What the hospital answers to the newest question."""
    about = (await row_of(house)).id
    await house.answer("hospital.read_reminder", Reminder(at(NINE) if words else 0, words, about, served))


async def due(house: House, day: str) -> list[Post]:
    return [one for one in asked(await until(house, day)) if one.key.startswith("due:")]


async def test_revoked_after_the_last_check_in_it_is_never_told(house: House) -> None:
    await handed_over(house)
    await says(house)
    await until(house, "2026-12-05T12:00")
    await says(house, "")
    assert await due(house, "2027-01-01T00:00") == [], "nor ours in its place"
    assert (await row_of(house)).done > 0


async def test_revoked_since_the_morning_it_is_not_told_at_nine(house: House) -> None:
    """It is read once more before it is told."""
    await handed_over(house)
    await says(house)
    assert await due(house, "2026-12-10T09:30") == []
    await says(house, "")
    assert await due(house, "2027-01-01T00:00") == []


@pytest.mark.parametrize("served", [True, False])
async def test_what_still_stands_is_told_once(house: House, served: bool) -> None:
    await handed_over(house)
    await says(house)
    await due(house, "2026-12-10T09:30")
    await says(house, served=served)
    (one,) = await due(house, "2026-12-10T12:00")
    assert "请来续方" in html(one)


async def test_what_was_told_and_is_revoked_then_says_so(house: House) -> None:
    await handed_over(house)
    await says(house)
    await due(house, "2026-12-10T09:30")
    await says(house)
    (told,) = await due(house, "2026-12-10T12:00")
    await due(house, "2026-12-12T12:00")
    await says(house, "")
    (gone,) = await due(house, "2026-12-12T12:30")
    assert gone.key == told.key, "in the same place"
    assert house.label("refill_due.taken_back", name="") in html(gone)
    assert not getattr(gone.content, "buttons", ())
    assert gone.chat == RESIDENT


async def test_a_hospital_that_cannot_say_takes_nothing_away(house: House) -> None:
    await handed_over(house)
    await says(house)
    await until(house, "2026-12-05T12:00")
    await says(house, "", served=False)
    await due(house, "2026-12-10T09:30")
    await says(house)
    assert len(await due(house, "2026-12-10T12:00")) == 1
