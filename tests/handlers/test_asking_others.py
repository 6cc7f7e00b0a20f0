"""A dialog that asks somebody else: two people, two chats, one commit at each end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.dialog import FLOWS, Ask, Refused, days, events, flow
from bot.model import Dialog, Due, Reached, Said, Spot, Timer
from bot.running import advance, begin
from bot.turn import Turn
from tests.handlers.house import HELPER, RESIDENT, House, at_home


@pytest.fixture(autouse=True)
def flows() -> Iterator[None]:
    """Two flows that only these tests know; their sentences are the house's own."""
    known = dict(FLOWS)

    @flow("asks")
    async def asks(ask: Ask) -> None:
        try:
            said = await ask.other("hers", "answers", person=RESIDENT, subject="MR-1")
        except Refused as no:
            said = f"({no.code})"
        await ask.choice("seen", options=["yes"], stored_as="seen", said=said)

    @flow("answers", expire=days(1))
    async def answers(ask: Ask) -> str:
        return await ask.text("words")

    yield
    FLOWS.clear()
    FLOWS.update(known)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        words, mine = house.services.words, ("asks.", "answers.")
        say, has, label = words.say, words.has, words.label

        def own(lang: str, key: str, values: Any = {}, *more: Any) -> str:  # noqa: B006
            return f"{key} {values.get('said', '')}" if key.startswith(mine) else say(lang, key, values, *more)

        monkeypatch.setattr(words, "say", own)
        monkeypatch.setattr(words, "has", lambda key: key.startswith(mine) or has(key))
        monkeypatch.setattr(words, "label", lambda lang, key, *v: key if key.startswith(mine) else label(lang, key, *v))
        yield house


async def asked(house: House) -> Dialog:
    """The helper has begun; the question stands on the resident's phone."""

    async def begins(turn: Turn) -> None:
        await begin(turn, "asks", Spot(HELPER, HELPER))

    await Core(house.services, begins).take(house.arrival(Said(Spot(HELPER, HELPER), 1, "x")))
    await house.show()
    return await hers(house)


async def of(house: House, person: int, name: str) -> Dialog:
    return next(d for d in await house.services.store.find(Dialog, person=person) if d.flow == name)


async def hers(house: House) -> Dialog:
    return await of(house, RESIDENT, "answers")


async def his(house: House) -> Dialog:
    return await of(house, HELPER, "asks")


def read(house: House, chat: int) -> list[str]:
    return [getattr(post.content, "html", "") for post in house.posts() if post.chat == chat]


async def test_her_answer_goes_on_in_his_dialog(house: House) -> None:
    child = await asked(house)
    assert (child.state, child.kind, child.subject, (await his(house)).state) == ("open", "text", "MR-1", "parked")
    await house.take(house.text(RESIDENT, "twice a day"))
    assert (await hers(house)).state == "done"
    assert read(house, HELPER)[-1] == "asks.seen twice a day"
    assert ((await his(house)).step, (await his(house)).state) == ("seen", "open")
    await house.tap(HELPER, "yes")
    assert (await his(house)).state == "done"


async def test_the_same_answer_delivered_twice_is_one_answer(house: House) -> None:
    await asked(house)
    answer = house.text(RESIDENT, "twice a day")
    await house.take(answer)
    before = len(house.posts())
    await house.take(answer)
    assert len(house.posts()) == before


async def test_two_replicas_take_her_answer_and_his_cancel_at_once(house: House) -> None:
    """Either may come first; the other one then finds it done, and nobody waits for ever."""
    await asked(house)
    cancel = house.arrival(Said(Spot(HELPER, HELPER), 9, "/cancel"))
    await house.together(house.text(RESIDENT, "twice a day"), cancel)
    assert (await hers(house)).state == "done"
    assert (await his(house)).kind in ("choice", "")


async def test_if_she_cancels_he_hears_it(house: House) -> None:
    await asked(house)
    await house.take(house.text(RESIDENT, "/cancel"))
    assert read(house, HELPER)[-1] == "asks.seen (declined)"


async def test_if_her_question_expires_he_hears_it(house: House) -> None:
    child = await asked(house)
    await house.take(house.arrival(Due(Timer(f"{child.id}:expire", 0, "expire", child.id, "words", 0))))
    assert read(house, HELPER)[-1] == "asks.seen (expired)"


async def test_if_she_cannot_be_reached_he_hears_it_at_once(house: House) -> None:
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False)))
    await house.take(house.arrival(Said(Spot(HELPER, HELPER), 1, "/start")))

    async def begins(turn: Turn) -> None:
        await begin(turn, "asks", Spot(HELPER, HELPER))

    await Core(house.services, begins).take(house.arrival(Said(Spot(HELPER, HELPER), 2, "x")))
    assert read(house, HELPER)[-1] == "asks.seen (unreachable)"


async def test_if_she_blocks_the_bot_meanwhile_he_hears_it(house: House) -> None:
    await asked(house)
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False)))
    assert read(house, HELPER)[-1] == "asks.seen (unreachable)"
    assert (await hers(house)).state == "done"


async def test_if_he_ends_it_her_question_goes_and_she_reads_why(house: House) -> None:
    child = await asked(house)
    waiting = await his(house)

    async def ends(turn: Turn) -> None:
        await advance(turn, waiting, events.Cancel())

    await Core(house.services, ends).take(house.arrival(Said(Spot(HELPER, HELPER), 3, "x")))
    assert (await hers(house)).state == "done"
    gone = [post for post in house.posts() if post.key == child.prompt][-1]
    assert gone.content is None
    assert read(house, RESIDENT)[-1] == house.services.words.say("zh-CN", "engine.not_needed", {})
    await house.take(house.text(RESIDENT, "twice a day"))
    assert (await his(house)).state == "done"


async def test_while_she_answers_something_else_it_stands_aside_and_is_asked_anew_after_it(house: House) -> None:
    await house.take(house.text(RESIDENT, "/language"))
    child = await asked(house)
    assert child.state == "parked"
    await house.tap(RESIDENT, "en")
    again = await hers(house)
    assert (again.state, again.prompt != child.prompt) == ("open", True)
    await house.take(house.text(RESIDENT, "twice a day"))
    assert read(house, HELPER)[-1] == "asks.seen twice a day"


async def test_a_reply_to_the_question_that_stands_aside_is_its_answer(house: House) -> None:
    await house.take(house.text(RESIDENT, "/language"))
    child = await asked(house)
    standing = await house.services.store.standing(child.prompt)
    assert standing is not None
    reply = Said(Spot(RESIDENT, RESIDENT), 20_000, "twice a day", reply_to=standing.message)
    await house.take(house.arrival(reply))
    assert read(house, HELPER)[-1] == "asks.seen twice a day"
    assert (await of(house, RESIDENT, "language")).state == "parked"
