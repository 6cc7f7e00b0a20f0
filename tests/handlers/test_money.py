"""Money is answered no unless it was decided: whoever asks, whatever fails."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Patient, Settlement
from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.model import Incident, Order, Outcome, PaidInChat, Person, PreCheckout, Spot
from bot.ops.charges import payment_of
from bot.store.port import Conflict
from bot.turn import Answer, Turn
from tests.handlers.house import BRIEF, HELPER, LINE, RESIDENT, House, as_known, at_home

NO, STRANGER = "MR1123-1", 999
MONEY = {"total": 4000, "pooled": 2500, "personal": 500, "self_pay": 1000, "insured": True}
QUOTED = Order(NO, "quoted", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER,
               topic=f"consult:{NO}",
               snapshot={"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生", "asked": [asdict(LINE)],
                         "prescribed": [asdict(LINE)], "days_left": "3-7", "condition": "", "answers": {},
                         "settlement": MONEY})  # fmt: skip
RIGHT = PreCheckout("q", RESIDENT, 1000, "CNY", f"pay:{NO}:1000", as_known(QUOTED))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """An order that waits to be paid."""
    async with at_home(tmp_path / "core.sqlite", clock, (QUOTED,)) as house:
        yield house


class Failing:
    """A store whose commits all fail with this error."""

    def __init__(self, store: Any, error: Exception) -> None:
        self._store, self._error = store, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, outcome: Outcome) -> None:
        raise self._error


def refused(answer: Answer, house: House) -> bool:
    """No, and the person reads what to do."""
    reasons = ("not-yours", "not-now", "paid", "amount", "leased", "unread")
    return not answer.ok and answer.reason in {house.label(f"settle.checkout.{why}") for why in reasons}


# ---------------------------------------------------------------- before the money


def test_an_answer_is_no_until_somebody_says_yes() -> None:
    assert not Answer().ok
    assert not Answer(toast="seen").ok


async def test_the_right_person_and_sum_are_answered_yes_as_often_as_asked(house: House) -> None:
    first = await house.take(house.arrival(RIGHT))
    again = await house.take(house.arrival(RIGHT))
    assert first == again == Answer(ok=True)


async def test_no_second_yes_while_a_charge_for_it_lies_aside(house: House) -> None:
    """As where the order's row did not open when the charge came: it was paid, though nobody could book it yet."""
    came = PaidInChat(Spot(RESIDENT, RESIDENT), 77, 1000, "CNY", RIGHT.payload, "ch-1")
    row = payment_of(came, house.clock.civil(), aside=True)
    await house.services.store.commit(Outcome(house.arrival(None, "aside"), rows=(row,)))
    answer = await house.take(house.arrival(RIGHT))
    assert (answer.ok, answer.reason) == (False, house.label("settle.checkout.paid"))


@pytest.mark.parametrize(
    "body",
    [
        replace(RIGHT, person=STRANGER),
        replace(RIGHT, person=HELPER),
        replace(RIGHT, amount=1),
        replace(RIGHT, amount=-1000, payload=f"pay:{NO}:-1000"),
        replace(RIGHT, currency="JPY"),
        replace(RIGHT, currency="cny"),
        replace(RIGHT, payload=f"pay:{NO}:1"),
        replace(RIGHT, payload=f"pay:{NO}:²"),
        replace(RIGHT, payload=f"pay:{NO}:"),
        replace(RIGHT, payload="pay:MR-none:1000"),
        replace(RIGHT, payload=f"gift:{NO}:1000"),
        replace(RIGHT, payload=""),
    ],
    ids=str,
)
async def test_everything_else_is_answered_no(house: House, body: PreCheckout) -> None:
    assert refused(await house.take(house.arrival(body)), house)
    assert not await house.services.store.dead_letters(), "decided, not failed"


@pytest.mark.parametrize("settlement", [None, {}, {"total": 4000}])
async def test_no_yes_without_a_settlement(tmp_path: Path, clock: HandClock, settlement: Any) -> None:
    order = replace(QUOTED, snapshot={**QUOTED.snapshot, "settlement": settlement})
    async with at_home(tmp_path / "core.sqlite", clock, (order,)) as house:
        assert refused(await house.take(house.arrival(replace(RIGHT, amount=1, payload=f"pay:{NO}:1"))), house)


@pytest.mark.parametrize("table", ["orders", "people"])
@pytest.mark.parametrize("body", [RIGHT, PreCheckout("q", STRANGER, 1, "XXX", f"pay:{NO}:1")], ids=["hers", "stranger"])
async def test_a_row_that_does_not_open_is_no(house: House, table: str, body: PreCheckout) -> None:
    sealed = {"orders": "snapshot", "people": "facts"}[table]
    with sqlite3.connect(house.services.config.database) as store:
        store.execute(f"UPDATE {table} SET {sealed} = substr({sealed}, 1, 20) || zeroblob(40)")  # noqa: S608
    assert refused(await house.take(house.arrival(body)), house)


@pytest.mark.parametrize("error", [KeyError("x"), TimeoutError(), RuntimeError()], ids=repr)
async def test_a_turn_that_fails_is_no(house: House, error: Exception) -> None:
    async def fails(turn: Turn) -> None:
        await route(turn)
        raise error

    assert refused(await Core(house.services, fails).take(house.arrival(RIGHT)), house)
    assert (await house.order(NO)).lease_by == 0


@pytest.mark.parametrize("error", [Conflict("busy"), OSError("disk full"), TimeoutError()], ids=repr)
async def test_what_cannot_be_written_down_is_no(house: House, error: Exception) -> None:
    store: Any = Failing(house.services.store, error)
    assert refused(await Core(replace(house.services, store=store), route).take(house.arrival(RIGHT)), house)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_no_is_in_her_language(house: House, lang: str) -> None:
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    await house.services.store.commit(Outcome(house.arrival(None, "lang"), rows=(replace(me, lang=lang),)))
    store: Any = Failing(house.services.store, Conflict("busy"))
    answer = await Core(replace(house.services, store=store), route).take(house.arrival(RIGHT))
    assert answer.reason == house.services.words.label(lang, "settle.checkout.not-now")


# ---------------------------------------------------------------- A4: read again at the very moment of paying (R18)


def said_no(answer: Answer, house: House, why: str) -> bool:
    return (answer.ok, answer.reason) == (False, house.label(f"settle.checkout.{why}"))


async def test_a_hospital_that_does_not_say_how_it_stands_is_no(house: House) -> None:
    answer = await house.take(house.arrival(replace(RIGHT, seen=None)))
    assert said_no(answer, house, "unread")
    assert (await house.order(NO)).lease_by == 0


async def test_who_died_since_the_bill_is_not_paid_for(house: House) -> None:
    """Nobody touched the order: only the record says so."""
    dead = replace(as_known(QUOTED).patient, deceased=True)
    answer = await house.take(await house.checkout(RESIDENT, 1000, NO, patient=dead))
    assert said_no(answer, house, "not-now")
    assert (await house.order(NO)).snapshot["patient"]["deceased"], "what was read is kept"


async def test_a_price_that_changed_since_the_bill_is_another_amount(house: House) -> None:
    dearer = Settlement(4000, 2000, 500, 1500, True)
    assert said_no(await house.take(await house.checkout(RESIDENT, 1000, NO, settlement=dearer)), house, "amount")
    after = await house.take(await house.checkout(RESIDENT, 1500, NO, "q2"))
    assert after.ok, "the new bill is for what it costs now"


@pytest.mark.parametrize(
    ("stage", "why"), [("returned", "not-now"), ("cancelled", "not-now"), ("paid", "paid"), ("packed", "paid")]
)
async def test_an_order_that_moved_on_since_is_no(house: House, stage: Any, why: str) -> None:
    moved = {"stage": stage, "version": "v2", "updated": 2}
    assert said_no(await house.take(await house.checkout(RESIDENT, 1000, NO, **moved)), house, why)
    assert (await house.order(NO)).stage == stage


async def test_a_record_that_went_into_anothers_is_not_paid_by_the_former_one(house: House) -> None:
    another = Patient("pat-9", "李梅", "1960-02-02", "female", "", "", "")
    answer = await house.take(await house.checkout(RESIDENT, 1000, NO, patient=another))
    assert not answer.ok
    assert [one.kind for one in await house.services.store.find(Incident, done_at=0)] == ["record"]


@pytest.mark.parametrize("seen", [{"no": "MR1123-2"}, {"patient": None}], ids=str)
async def test_an_answer_about_something_else_is_no(house: House, seen: Any) -> None:
    assert not (await house.take(house.arrival(replace(RIGHT, seen=replace(RIGHT.seen, **seen))))).ok
