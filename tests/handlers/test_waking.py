"""A timer of an order, a batch or a person begins the flow that is due: once, about what is still true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.clock import HandClock
from bot.core import Core
from bot.dialog import FLOWS, Ask, Start, days, events, flow, hours
from bot.intents.waking import unwake, wake
from bot.model import Dialog, Due, Outcome, Reached, Said, Spot, Timer, ToPerson
from bot.ops import waking
from bot.running import advance, begin
from bot.turn import Turn
from bot.workers.timekeeper import Timekeeper
from tests.handlers.house import HELPER, RESIDENT, House, at_home
from tests.handlers.test_asking_others import read

TRUTH = {"MR-1": "late"}


@pytest.fixture(autouse=True)
def flows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Flows that only these tests know; their sentences are the house's own."""
    known = dict(FLOWS)
    monkeypatch.setitem(TRUTH, "MR-1", "late")

    @flow("sets")
    async def sets(ask: Ask) -> None:
        await ask.once("wake", wake("check-in", "MR-1", after=hours(2), person=RESIDENT))
        if await ask.choice("sure", options=["yes", "no"]) == "no":
            await ask.once("unwake", unwake("check-in", "MR-1", person=RESIDENT))

    @flow("asks_how", start=Start(due="check-in"), expire=days(1))
    async def asks_how(ask: Ask) -> None:
        if TRUTH[ask.subject] == "late":
            await ask.text("how")

    @flow("tells", start=Start(due="escalate"))
    async def tells(ask: Ask) -> None:
        await ask.tell("late", to=ToPerson(HELPER), said=ask.subject)

    @flow("breaks", start=Start(due="breaks"))
    async def breaks(ask: Ask) -> None:
        raise RuntimeError("a fault of ours")

    for what, name in (("check-in", "asks_how"), ("escalate", "tells"), ("breaks", "breaks")):
        monkeypatch.setitem(wiring.DUES, what, name)
    yield
    FLOWS.clear()
    FLOWS.update(known)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        words, mine = house.services.words, ("sets.", "asks_how.", "tells.")
        say, has, label = words.say, words.has, words.label

        def own(lang: str, key: str, values: Any = {}, *more: Any) -> str:  # noqa: B006
            return f"{key} {values.get('said', '')}" if key.startswith(mine) else say(lang, key, values, *more)

        monkeypatch.setattr(words, "say", own)
        monkeypatch.setattr(words, "has", lambda key: key.startswith(mine) or has(key))
        monkeypatch.setattr(words, "label", lambda lang, key, *v: key if key.startswith(mine) else label(lang, key, *v))
        yield house


async def sets(house: House, what: str, subject: str = "MR-1", person: int = 0) -> None:
    async def route(turn: Turn) -> None:
        waking.wake(turn, what, subject, at=turn.now + hours(2), person=person)

    await Core(house.services, route).take(house.arrival(Said(Spot(HELPER, HELPER), house.count, "x")))


async def pass_(house: House, time: int) -> None:
    """Time passes; a process that has just started finds what is due."""
    house.clock.advance(time / 1000)
    await Timekeeper(house.services.store, house.clock, house.take).once()


async def dialogs(house: House, name: str = "asks_how") -> list[Dialog]:
    return [dialog for dialog in await house.services.store.find(Dialog) if dialog.flow == name]


async def test_at_its_time_the_flow_is_begun_with_its_person_about_its_subject(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(1))
    assert read(house, RESIDENT) == []
    await pass_(house, hours(1))
    assert read(house, RESIDENT) == ["asks_how.how "]
    (dialog,) = await dialogs(house)
    assert (dialog.state, dialog.subject, dialog.chat) == ("open", "MR-1", RESIDENT)
    await house.take(house.text(RESIDENT, "well"))
    assert [dialog.state for dialog in await dialogs(house)] == ["done"]
    await pass_(house, days(9))
    assert [post for post in read(house, RESIDENT) if "well" not in post] == ["asks_how.how "]


async def test_set_anew_it_rings_at_the_new_time_only(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    house.clock.advance(3600)
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(1.5))
    assert await dialogs(house) == []
    await pass_(house, hours(1))
    assert len(await dialogs(house)) == 1


async def test_delivered_twice_and_to_two_replicas_it_asks_once(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    house.clock.advance(hours(2) / 1000)
    (timer,) = await house.services.store.timers_due(house.clock.civil())
    ring = house.arrival(Due(timer), f"{timer.key}/{timer.due}")
    await house.together(ring, house.arrival(Due(timer), "by another name"))
    await house.take(ring)
    assert len(await dialogs(house)) == 1
    assert await house.services.store.timers_due(house.clock.civil()) == []


async def test_a_crash_before_the_commit_rings_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await sets(house, "check-in", person=RESIDENT)
    commit = house.services.store.commit

    async def dies(outcome: Outcome) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(house.services.store, "commit", dies)
    await pass_(house, hours(2))
    monkeypatch.setattr(house.services.store, "commit", commit)
    assert await dialogs(house) == []
    await pass_(house, hours(1))
    assert len(await dialogs(house)) == 1


async def test_what_has_moved_on_meanwhile_is_nobodys_business(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    TRUTH["MR-1"] = "confirmed"
    await pass_(house, hours(2))
    assert read(house, RESIDENT) == []
    assert [dialog.state for dialog in await dialogs(house)] in ([], ["done"])


async def test_a_notice_tells_and_asks_nobody(house: House) -> None:
    await sets(house, "escalate")
    await pass_(house, hours(2))
    assert read(house, HELPER) == ["tells.late MR-1"]
    assert await dialogs(house, "tells") == []
    await sets(house, "escalate")
    await pass_(house, hours(2))
    assert read(house, HELPER) == ["tells.late MR-1"] * 2


async def test_a_flow_sets_one_and_takes_it_back(house: House) -> None:
    async def begins(turn: Turn) -> None:
        await begin(turn, "sets", Spot(HELPER, HELPER))

    async def taps(option: str) -> None:
        await Core(house.services, begins).take(house.arrival(Said(Spot(HELPER, HELPER), house.count, "x")))
        await house.show()
        await house.tap(HELPER, option)

    await taps("no")
    await pass_(house, hours(3))
    assert await dialogs(house) == []
    await taps("yes")
    await pass_(house, hours(3))
    assert len(await dialogs(house)) == 1


async def test_it_stands_aside_while_another_question_is_open_and_is_asked_anew_afterwards(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    await house.take(house.text(RESIDENT, "/language"))
    await pass_(house, hours(2))
    assert [dialog.state for dialog in await dialogs(house)] == ["parked"]
    await house.take(house.text(RESIDENT, "/cancel"))
    assert [dialog.state for dialog in await dialogs(house)] == ["open"]
    await house.take(house.text(RESIDENT, "well"))
    assert [dialog.state for dialog in await dialogs(house)] == ["done"]


async def test_the_same_flow_about_the_same_thing_is_not_begun_beside_itself(house: House) -> None:
    for _ in range(2):
        await sets(house, "check-in", person=RESIDENT)
        await pass_(house, hours(2))
    assert len(await dialogs(house)) == 1


async def test_she_cancels_or_lets_it_expire_as_every_dialog(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(2))
    await house.take(house.text(RESIDENT, "/cancel"))
    assert [dialog.state for dialog in await dialogs(house)] == ["done"]
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(2))
    await pass_(house, days(20))
    assert [dialog.state for dialog in await dialogs(house)] == ["done", "done"]


async def test_whoever_blocks_the_bot_is_not_asked_and_is_forgotten(house: House) -> None:
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(2))
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, reachable=False)))
    assert [dialog.state for dialog in await dialogs(house)] == ["done"]
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(2))
    assert len(await dialogs(house)) == 1


async def test_a_release_without_the_question_any_more_ends_it(house: House) -> None:
    """A deploy between the ringing and the answer: the dialog goes on as every other."""
    await sets(house, "check-in", person=RESIDENT)
    await pass_(house, hours(2))
    del FLOWS["asks_how"]

    @flow("asks_how", start=Start(due="check-in"))
    async def asks_how(ask: Ask) -> None:
        return

    (dialog,) = await dialogs(house)

    async def resumes(turn: Turn) -> None:
        await advance(turn, dialog, events.Resume())

    await Core(house.services, resumes).take(house.arrival(Said(Spot(HELPER, HELPER), house.count, "x")))
    assert [dialog.state for dialog in await dialogs(house)] == ["done"]


# ---------------------------------------------------------------- what cannot be rung


@pytest.mark.parametrize("timer", [Timer("k", 1, "ladder", "MR-1", "Ann Lee"), Timer("k", 1, "due", "MR-1", "later")])
async def test_a_kind_that_only_the_next_release_knows_is_put_aside_once(
    house: House, timer: Timer, caplog: pytest.LogCaptureFixture
) -> None:
    async def route(turn: Turn) -> None:
        turn.timer(timer)

    await Core(house.services, route).take(house.arrival(Said(Spot(HELPER, HELPER), 1, "x")))
    for _ in range(3):
        await pass_(house, hours(1))
    told = [record.getMessage() for record in caplog.records if "unknown kind" in record.getMessage()]
    assert len(told) == 1
    assert "Ann Lee" not in caplog.text
    (letter,) = await house.services.store.dead_letters()
    assert (letter["source"], letter["id"], letter["times"]) == ("timer", "k", 1)
    assert await house.services.store.timers_due(house.clock.civil()) == []


async def test_one_whose_flow_breaks_is_put_aside_and_not_rung_for_ever(house: House) -> None:
    await sets(house, "breaks")
    for _ in range(3):
        await pass_(house, hours(2))
    (letter,) = await house.services.store.dead_letters()
    assert (letter["source"], letter["times"]) == ("timer", 1)
    assert await house.services.store.timers_due(house.clock.civil()) == []


async def test_a_misspelled_word_is_refused_where_it_is_set(house: House) -> None:
    with pytest.raises(KeyError, match="no flow says"):
        waking.wake(house.turn(), "chekin", "MR-1", at=1)
