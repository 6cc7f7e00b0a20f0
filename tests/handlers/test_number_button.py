"""The button below the chat that shares a telephone number: it stands while its question does, and goes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Due, Person, Visit
from tests.cases.rows import NEW, ROWS, put, texts
from tests.handlers.house import House, at_home
from tests.handlers.test_applying import NAME, PHONE, shares
from tests.waiting import posts_due

Asks = Callable[[House], Awaitable[None]]


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def applies(house: House) -> None:
    await house.take(house.text(NEW, "/start helpout-comp-1"))
    await house.tap(NEW, "yes", "here")
    await house.take(house.text(NEW, NAME))


async def calls(house: House) -> None:
    await house.take(house.press(NEW, "a:call_me"))


async def visits(house: House) -> None:
    await house.take(house.press(NEW, "a:visit"))
    await house.tap(NEW, "call")


def below(house: House) -> str:
    """What stands below her chat now, as Telegram does it: what the last message that says something of it says."""
    said = [one.phone for post in house.posts() if post.chat == NEW
            for row in getattr(post.content, "buttons", ()) for one in row if one.phone]  # fmt: skip
    return said[-1].replace("gone", "") if said else ""


async def expires(house: House) -> None:
    timers = [one for outcome in house.outcomes for one in outcome.timers if one.kind == "expire"]
    house.clock.set(timers[-1].due)
    await house.take(house.arrival(Due(timers[-1])))


async def ends(house: House, how: str) -> None:
    match how:
        case "expires":
            await expires(house)
        case "withdraws":  # her forms are erased by an operation, no event of theirs
            await house.take(house.text(NEW, "/withdraw"))
            await house.tap(NEW, "yes")
        case command:
            await house.take(house.text(NEW, command))


@pytest.mark.parametrize("asks", [applies, calls, visits])
@pytest.mark.parametrize("how", ["/cancel", "/refill", "/family", "expires", "withdraws", "139 1234-5678"])
async def test_however_the_question_ends_its_button_goes(house: House, asks: Asks, how: str) -> None:
    await asks(house)
    assert below(house) == "ask"
    await ends(house, how)
    assert below(house) == ""


@pytest.mark.parametrize("asks", [applies, calls])
async def test_back_takes_it_away_and_the_way_forward_brings_it_again(house: House, asks: Asks) -> None:
    await asks(house)
    if asks is applies:
        await house.take(house.text(NEW, "/back"))
        assert below(house) == ""
        await house.take(house.text(NEW, NAME))
    else:  # another form comes between, and this one is begun again
        await house.take(house.text(NEW, "/refill"))
        assert below(house) == ""
        await calls(house)
    assert below(house) == "ask"


async def test_a_number_shared_takes_it_away_and_nothing_is_said_twice(house: House) -> None:
    await calls(house)
    since = len(house.posts())
    await shares(house)
    assert below(house) == ""
    assert house.label("call_me.kept") in texts(house, NEW, since)
    assert house.label("engine.number_away") not in texts(house, NEW, since)
    assert PHONE not in texts(house, NEW), "it is deleted afterwards: no message of ours repeats it"
    assert [row.sealed["phone"] for row in await house.services.store.find(Visit)] == [PHONE]


async def test_who_was_asked_by_the_release_before_is_called_too(house: House) -> None:
    """Its [Please call me] asked no question: for an hour a number that came was for that."""
    asked = Person(NEW, facts={"number_until": house.clock.civil() + 3_600_000, "compound": "comp-1"})
    await put(house, asked)
    await shares(house, phone="")
    assert house.label("wrong.not_hers") in texts(house, NEW)
    await shares(house)
    assert house.label("call_me.kept") in texts(house, NEW)
    assert [row.sealed["phone"] for row in await house.services.store.find(Visit)] == [PHONE]
    me = await house.services.store.get(Person, NEW)
    assert me is not None
    assert "number_until" not in me.facts


async def test_what_is_no_number_leaves_it_there(house: House) -> None:
    await applies(house)
    await house.take(house.text(NEW, "12345"))
    await shares(house, phone="")
    assert house.label("wrong.not_hers") in texts(house, NEW)
    assert below(house) == "ask"


async def test_a_word_aside_leaves_it_there(house: House) -> None:
    """A list that was asked for ends at once: the question still waits."""
    await applies(house)
    await house.take(house.text(NEW, "/help"))
    assert below(house) == "ask"


async def test_of_two_that_ask_for_one_the_newer_keeps_it(house: House) -> None:
    await applies(house)
    await calls(house)
    assert below(house) == "ask"
    await shares(house)
    assert below(house) == ""
    assert await house.services.store.find(Visit)


async def test_one_that_was_never_shown_is_not_shown_any_more(house: House) -> None:
    await house.core.take(house.press(NEW, "a:call_me"))  # and nothing leaves
    await house.core.take(house.text(NEW, "/cancel"))
    assert below(house) == ""
    waits = [one.post.key for one in await posts_due(house.services.store, house.clock.civil())]
    assert f"number:{NEW}" not in waits


@pytest.mark.parametrize("asks", [applies, calls, None])
@pytest.mark.parametrize("phone", [PHONE, ""])
@pytest.mark.parametrize("waits", [True, False])
async def test_a_number_that_nobody_asks_for_is_answered_and_not_kept(
    house: House, asks: Asks | None, phone: str, waits: bool
) -> None:
    """Proved: after /cancel it was kept where she waits for a visit, and else answered as a voice note is."""
    now = house.clock.civil()
    if waits:
        await put(house, Visit("v-1", "requested", "comp-1", now, now + 86_400_000, NEW))
    if asks is not None:
        await asks(house)
        await house.take(house.text(NEW, "/cancel"))
    since = len(house.posts())
    await shares(house, phone=phone)
    (told,) = [post for post in house.posts()[since:] if post.chat == NEW]
    assert getattr(told.content, "html", "") == house.label("handlers.number_not_kept")
    assert getattr(told.content, "buttons", ()), "and what can be done next"
    assert not [row for row in await house.services.store.find(Visit) if row.sealed.get("phone")]
    assert PHONE not in repr(await house.services.store.get(Person, NEW))


async def test_a_number_at_another_question_is_not_kept_and_the_question_asked_again(house: House) -> None:
    await house.take(house.press(NEW, "a:visit"))
    since = len(house.posts())
    await shares(house)
    assert house.label("handlers.number_not_kept") in texts(house, NEW, since)
    assert getattr(house.posts()[-1].content, "buttons", ())
