"""It stands 2: one arrival that cannot be handled is put aside, and the line behind it goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.messenger.port import Received
from bot.model import (
    Arrival,
    Body,
    Due,
    Incident,
    Observed,
    Outcome,
    Pressed,
    PutAside,
    Relayed,
    Returned,
    Said,
    Spot,
    Timer,
)
from bot.store.port import Conflict
from bot.turn import Services
from bot.workers.intake import Asked
from bot.workers.letters import Letters
from bot.workers.orphans import Orphans
from bot.workers.poller import Poller
from tests.cases.rows import FORUM, NO, OPERATORS, ROWS, THREAD, put, stage, texts
from tests.handlers.house import HELPER, LI, RESIDENT, House, at_home, told
from tests.workers.fakes import Chats

HER_CHAT = range(5)  # of the 110 that come behind it, how many she writes herself


class Spoiled:
    """A store in which the turn of one arrival never ends: ``how`` is raised whenever it is committed with effects."""

    def __init__(self, store: Any, message: int, how: Callable[[], Exception]) -> None:
        self._store, self._message, self._how = store, message, how

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, outcome: Outcome) -> None:
        spoiled = getattr(outcome.arrival.body, "message", 0) == self._message
        if spoiled and any(not post.key.startswith("dead:") for post in outcome.posts):
            raise self._how()
        await self._store.commit(outcome)


class Nobody:
    async def adopt(self, key: str, chat: int, message: int) -> None:
        raise AssertionError("there is one copy of everything")


def damage(house: House, table: str, column: str, where: str, key: Any, value: Any = b"\x01damaged") -> None:
    with closing(sqlite3.connect(house.services.config.database)) as file, file:
        assert file.execute(f'UPDATE {table} SET "{column}" = ? WHERE "{where}" = ?', (value, key)).rowcount  # noqa: S608


async def damaged_person(house: House) -> tuple[Body, Services]:
    damage(house, "people", "facts", "id", RESIDENT)
    return Said(Spot(RESIDENT, RESIDENT), 500, "血压 130"), house.services


async def damaged_dialog(house: House) -> tuple[Body, Services]:
    await house.take(house.text(RESIDENT, "/language"))
    pressed = house.press(RESIDENT, house.button("en")).body
    dialog = await house.dialog(RESIDENT)
    damage(house, "dialogs", "journal", "id", dialog.id)
    return replace(pressed, message=500), house.services


async def dialog_of_a_later_release(house: House) -> tuple[Body, Services]:
    """Sealed as it should be; what it says nobody knows here."""
    await house.take(house.text(RESIDENT, "/language"))
    pressed = house.press(RESIDENT, house.button("en")).body
    await put(house, replace(await house.dialog(RESIDENT), journal="a format of 2031"))
    return replace(pressed, message=500), house.services


async def conflicts(house: House) -> tuple[Body, Services]:
    spoiled: Any = Spoiled(house.services.store, 500, lambda: Conflict("a row of nobody"))
    return Said(Spot(RESIDENT, RESIDENT), 500, "血压 130"), replace(house.services, store=spoiled)


async def not_written(house: House) -> tuple[Body, Services]:
    spoiled: Any = Spoiled(house.services.store, 500, lambda: OverflowError("too large to convert"))
    return Said(Spot(RESIDENT, RESIDENT), 500, "血压 130"), replace(house.services, store=spoiled)


async def doctors_words(house: House) -> tuple[Body, Services]:
    spoiled: Any = Spoiled(house.services.store, 500, lambda: Conflict("a row of nobody"))
    return Said(Spot(FORUM, LI, THREAD), 500, "请停药"), replace(house.services, store=spoiled)


POISONS = (damaged_person, damaged_dialog, dialog_of_a_later_release, conflicts, not_written, doctors_words)


@pytest.mark.parametrize("poison", POISONS)
async def test_one_poisoned_arrival_and_110_more_are_all_answered(
    tmp_path: Path, clock: HandClock, poison: Any
) -> None:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        await stage(house, "in-consult")
        await Letters(house.services.store, clock, house.take).once()  # it begins
        body, services = await poison(house)
        chats = Chats(clock)
        ids = range(1000, 1111)
        bodies = [body, *(Said(Spot(who, who), 600 + n, "/help") for n, who in enumerate(crowd()))]
        chats.inbox = [
            Received(id, (Arrival("telegram", str(id), clock.civil(), one),))
            for id, one in zip(ids, bodies, strict=True)
        ]
        before = len(house.posts())
        poller = Poller(
            chats, clock, Core(services, route).take, Asked(before_press=Orphans(services.store, Nobody()).look)
        )
        for n in range(40):
            if n == 2:  # it dies in the middle; what was not confirmed comes again
                poller = Poller(
                    chats, clock, Core(services, route).take, Asked(before_press=Orphans(services.store, Nobody()).look)
                )
            await poller.once()
            clock.advance(0.5)
        assert poller.confirmed == ids[-1] + 1
        read = house.posts()[before:]
        answered = {outcome.arrival.id for outcome in house.outcomes if outcome.posts}
        assert {f"message/{who}/{600 + n}" for n, who in enumerate(crowd())} <= answered
        if not isinstance(body, Pressed):
            lost = [post for post in read if post.key.startswith("dead:") and post.reply_to == 500]
            assert [post.chat for post in lost] == [body.spot.chat]
            assert getattr(lost[0].content, "html", "") in (house.label("error.put_aside"), house.label("error.kept"))
        await Letters(services.store, clock, Core(house.services, route).take).once()
        kinds = {row.kind for row in await services.store.find(Incident)}
        assert "arrival" in kinds
        assert texts(house, OPERATORS)


def crowd() -> list[int]:
    """Who writes behind it: her, her doctor, her helper, and strangers."""
    return [*(RESIDENT for _ in HER_CHAT), LI, HELPER, *range(2000, 2103)]


async def test_what_fails_while_the_store_is_away_is_not_put_aside(house: House) -> None:
    """It comes again when the store answers, however long that took."""

    class Away:
        def __init__(self, store: Any) -> None:
            self.store, self.away = store, True

        def __getattr__(self, name: str) -> Any:
            return self._gone if self.away else getattr(self.store, name)

        async def _gone(self, *args: Any, **more: Any) -> Any:
            raise OSError("away")

    store: Any = Away(house.services.store)
    core = Core(replace(house.services, store=store), route)
    arrival = house.text(LI, "/help")
    for _ in range(6):
        with pytest.raises(OSError, match="away"):
            await core.take(arrival)
    store.away = False
    before = len(house.posts())
    await core.take(arrival)
    assert not [post for post in house.posts()[before:] if post.key.startswith("dead:")]
    assert house.posts()[before:]


# ---------------------------------------------------------------- neighbours: what is no message


@pytest.mark.parametrize(
    "body",
    [
        Observed(told(NO, "prescribed", 5)),
        Due(Timer("k", 1, "due", NO, "settling")),
        Returned("c-none"),
    ],
    ids=["the hospital's news", "a timer", "a result"],
)
async def test_nothing_else_is_repeated_for_ever_either(house: House, body: Body) -> None:
    class Never(Spoiled):
        async def commit(self, outcome: Outcome) -> None:
            if outcome.rows or outcome.posts or outcome.commands or outcome.done:
                raise Conflict("a row of nobody")
            await self._store.commit(outcome)

    spoiled: Any = Never(house.services.store, 0, Exception)
    core = Core(replace(house.services, store=spoiled), route)
    source: Any = {Observed: "hospital", Due: "timer", Returned: "result"}[type(body)]
    raised = 0
    for _ in range(4):
        try:
            await core.take(Arrival(source, "order/x/1", house.clock.civil(), body))
        except Exception:
            raised += 1
    assert raised <= 2


async def test_a_letter_that_cannot_be_told_does_not_hide_the_others(house: House) -> None:
    failed: list[str] = []

    async def take(arrival: Arrival) -> Any:
        if isinstance(arrival.body, PutAside) and arrival.body.id == "bad":
            failed.append(arrival.id)
            raise OSError("away")
        return await house.take(arrival)

    letters = Letters(house.services.store, house.clock, take)
    await letters.once()
    for id in ("bad", "good"):
        await house.services.store.dead_letter("later", id, "x")
    await letters.once()
    await letters.once()
    assert len(failed) == 2, "it is brought again"
    assert len(await house.services.store.find(Incident)) == 1


async def test_all_that_one_chat_lost_is_one_exception(house: House) -> None:
    damage(house, "people", "facts", "id", RESIDENT)
    letters = Letters(house.services.store, house.clock, house.take)
    await letters.once()
    for n in range(3):
        await house.take(house.text(RESIDENT, f"word {n}"))
        await letters.once()
    assert [(row.kind, row.times) for row in await house.services.store.find(Incident) if row.kind == "arrival"] == [
        ("arrival", 3)
    ]


async def test_the_doctors_words_under_a_new_id_are_one_copy(house: House) -> None:
    await stage(house, "in-consult")
    for edited in (False, True, True):
        for _ in range(2):
            await house.take(
                house.arrival(Said(Spot(FORUM, LI, THREAD), 500, "每天半片" if edited else "每天一片", edited=edited))
            )
    (row,) = await house.services.store.find(Relayed, order=NO)
    assert row.sealed["edits"] == 1
    assert not await house.services.store.dead_letters()
