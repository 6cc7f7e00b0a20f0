"""It stands A16 (R10): what is over goes, when the hospital has all of it; what must stay stays."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_orders
from bot.clock import HandClock
from bot.messenger.errors import Flooded, Refused
from bot.model import (
    Batch,
    Command,
    Counted,
    Custody,
    Dialog,
    Incident,
    Mandate,
    Observed,
    Order,
    Outcome,
    Payment,
    Person,
    Post,
    PutAside,
    Relayed,
    Right,
    Text,
    Topic,
    UsedPrescription,
)
from bot.ops.putting_away import ORDER, PERSON
from bot.ops.rights import mark, mark_orders
from bot.orders import is_put_away
from bot.store import housekeeping
from bot.wiring import ACTIONS
from bot.workers import retention
from bot.workers.retention import Retention
from bot.workers.topics import keep
from tests.cases.rows import CASE, NO, OPERATOR, PHARMACIST, ROWS, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, RESIDENT, House, at_home, told
from tests.workers.fakes import Chats

DAY = 86_400  # s
NOW = 10**12


def rows(at: int) -> tuple[Any, ...]:
    """An order that is long over, with all that there may be of one."""
    order = replace(
        CASE,
        stage="confirmed",
        since=at,
        updated=at,
        rx=("h1",),
        mandate="c-1",
        snapshot={**CASE.snapshot, "over": True},
    )
    return (
        *(row for row in ROWS if row is not CASE),
        order,
        Relayed("7:71", NO, "r:7:71", RESIDENT, sealed={"text": "秘密", "copies": []}),
        Counted(f"up:{NO}", 3),
        Counted(f"down:{NO}", 2),
        Payment("ch-1", NO, 1000, "CNY", at, sealed={"account": RESIDENT, "payload": f"pay:{NO}:1000"}),
        Custody(f"{NO}:01", NO, at, "ambassador", "resident", "code"),
        UsedPrescription("h1", NO),
        Dialog("old", "confirm", RESIDENT, RESIDENT, subject=NO, state="done", journal="[]"),
        Incident(f"post:{NO}", "post", NO, at, at, NO, done_at=at, word="秘密"),
    )


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, rows(clock.civil())) as house:
        yield house


def keeper(house: House) -> Retention:
    return Retention(house.services.store, house.clock, house.core.take, house.services.config.keep_days)


async def days(house: House, count: float) -> None:
    house.clock.advance(count * DAY)
    await keeper(house).once()


async def put_away(house: House) -> bool:
    return is_put_away(await house.order(NO))


async def test_an_order_goes_three_weeks_after_the_delivery_and_its_proof_stays(house: House) -> None:
    store = house.services.store
    await days(house, 20.9)
    assert not await put_away(house), "seven days of her words, and fourteen"
    await days(house, 0.2)
    order = await house.order(NO)
    assert order == Order(
        NO, "confirmed", CASE.since and order.since, order.updated, "v1", 10**13, "", "", "", 0,
        version=order.version, patient=mark(house.turn(), ""),
    )  # fmt: skip
    for kind in (Relayed, Counted, Incident):
        assert await store.find(kind) == []
    assert await store.find(Dialog, subject=NO) == []
    payment = await store.get(Payment, "ch-1")
    assert payment is not None
    assert (payment.amount, payment.sealed) == (1000, {})
    assert await store.get(Custody, f"{NO}:01")
    assert await store.get(UsedPrescription, "h1"), "R8"
    assert (await store.audit(NO))[-1]["what"] == ORDER
    topic = await store.get(Topic, CASE.topic)
    assert topic is not None
    assert topic.gone
    assert await store.dead_letters() == []
    await days(house, 1)
    assert (await house.order(NO)).version == order.version, "once"


async def _pending(house: House) -> None:
    await put(house, replace(await house.order(NO), pending="confirm"))


async def _incident(house: House) -> None:
    await put(house, Incident(f"told:{NO}", "told", NO, 1, 1, NO))


async def _dialog(house: House) -> None:
    await put(house, Dialog("d", "confirm", RESIDENT, RESIDENT, subject=NO, state="parked"))


async def _unanswered(house: House) -> None:
    said = Command("tg:7:71", f"say:{NO}", "hospital.say", {"photo": "file"})
    await house.services.store.commit(Outcome(house.arrival(None), commands=(said,)))


async def _unsent(house: House) -> None:
    post = Post("r:7:71", FORUM, Text("x"), topic=CASE.topic, not_before=1 << 60)
    await house.services.store.commit(Outcome(house.arrival(None), posts=(post,)))


async def _on_the_road(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="problem"))


async def _asked(house: House) -> None:
    order = await house.order(NO)
    waits = {"since": 1, "step": 0, "by": "", "ids": []}
    await put(house, replace(order, snapshot={**order.snapshot, "over": False, "unanswered": waits}))


@pytest.mark.parametrize(
    "holds", [_pending, _incident, _dialog, _unanswered, _unsent, _on_the_road, _asked], ids=lambda one: one.__name__
)
async def test_what_still_holds_an_order(house: House, holds: Any) -> None:
    await holds(house)
    await days(house, 40)
    assert not await put_away(house)
    assert await house.services.store.get(Relayed, "7:71")


async def test_one_that_was_cancelled_has_no_days_of_words(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="cancelled"))
    await days(house, 13.9)
    assert not await put_away(house)
    await days(house, 0.2)
    assert await put_away(house)


async def test_old_buttons_of_it_are_answered_by_a_sentence(house: House) -> None:
    await days(house, 22)
    before, toasts = len(house.posts()), set[str]()
    presses = [(who, who) for who in (RESIDENT, HELPER, PHARMACIST, OPERATOR)] + [(LI, FORUM)]
    for who, chat in presses:
        for action in sorted(ACTIONS):
            toasts.add((await house.take(house.press(who, f"a:{action}:{NO}", chat))).toast)
    assert await house.services.store.dead_letters() == []
    assert house.label("refused.put-away") in toasts
    assert BRIEF["name"] not in "".join(texts(house, who, before) for who in (RESIDENT, HELPER, LI, FORUM))


async def test_what_the_hospital_says_later_brings_nothing_back(house: House) -> None:
    await days(house, 22)
    posts = len(house.posts())
    await house.take(house.arrival(Observed(told(NO, "confirmed", house.clock.civil()))))
    assert await put_away(house)
    assert len(house.posts()) == posts
    await house.take(house.arrival(Observed(told(NO, "problem", house.clock.civil() + 1))))
    assert (await house.order(NO)).stage == "problem"
    assert await put_away(house)
    (opened,) = await house.services.store.find(Incident, done_at=0)
    assert (opened.kind, opened.order) == ("told", NO), "a person must look"


async def test_the_start_of_the_release_before_finds_nothing_to_do(house: House) -> None:
    await days(house, 22)
    assert await mark_orders(house.services, house.clock.civil()) == 0


async def test_one_that_fails_or_waits_does_not_hold_up_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "STEP", 2)
    housekeeping._keep_sql.cache_clear()
    case = await house.order(NO)
    await put(house, *(replace(case, no=f"N-{n}", topic="", version=0) for n in range(6)))
    await put(house, Incident("told:N-0", "told", "N-0", 1, 1, "N-0"))

    async def take(arrival: Any) -> Any:
        if arrival.body.timer.ref == "N-1":
            raise RuntimeError("秘密")
        return await house.core.take(arrival)

    house.clock.advance(22 * DAY)
    with caplog.at_level(logging.ERROR):
        await Retention(house.services.store, house.clock, take, 14).once()
    housekeeping._keep_sql.cache_clear()
    gone = [n for n in range(6) if is_put_away(await house.order(f"N-{n}"))]
    assert gone == [2, 3, 4, 5]
    assert ["RuntimeError" in record.message for record in caplog.records] == [True]
    assert (retention.ORDER, retention.PERSON) == (ORDER, PERSON)


async def test_a_person_of_whom_nothing_is_left_goes(house: House) -> None:
    store, turn = house.services.store, house.turn()
    account = turn.blind("account", "903")
    await put(
        house,
        Person(901, facts={"consult": {"order": NO}}),
        Person(902),
        Dialog("d2", "confirm", 902, 902, state="parked"),
        Person(903),
        Right("r1", account, "p", "family", 1, "2999-01-01", 1, {"account": 903, "patient": BRIEF}),
        Person(904),
        Mandate("m1", 904, "~p", "2999-01-01", False),
        Mandate("m2", HELPER, "~p", "2020-01-01", True, {"name": "秘密"}),
    )
    await days(house, 13)
    assert await store.get(Person, 901)
    await days(house, 2)
    known = {person.id for person in await store.find(Person)}
    assert known & {901, 902, 903, 904} == {902, 903, 904}
    assert {RESIDENT, HELPER, LI} <= known
    assert await store.get(Mandate, "m2") is None, "it ended long ago"


# ---------------------------------------------------------------- the topic


async def test_the_topic_is_deleted_and_then_its_row(house: House, clock: HandClock) -> None:
    store, chats = house.services.store, Chats(clock)
    await days(house, 22)
    (topic,) = await store.topics_due()
    chats.fail("delete_topic", Flooded(3))
    await keep(topic, store, chats, lambda chat: None)
    assert await store.topics_due() == [topic], "another time"
    await keep(topic, store, chats, lambda chat: None)
    assert chats.methods() == ["delete_topic"] * 2
    assert await store.get(Topic, topic.key) is None
    assert await store.topics_due() == []


async def test_without_the_right_it_stays_closed_under_the_number_until_the_right_is_there(
    house: House, clock: HandClock
) -> None:
    store, chats = house.services.store, Chats(clock)
    await put(house, replace((await store.find(Topic))[0], name="R-1 王", shown="R-1 王"))
    await days(house, 22)
    (topic,) = await store.topics_due()
    chats.fail("delete_topic", Refused("no-right"))
    await keep(topic, store, chats, lambda chat: None)
    (topic,) = await store.topics_due()
    assert (topic.name, topic.closed, topic.gone) == (NO, True, False)
    await keep(topic, store, chats, lambda chat: None)
    assert await store.topics_due() == [], "no endless tries"
    assert [letter["source"] for letter in await store.dead_letters()] == ["rights"], "an operator hears"
    await house.take(house.arrival(PutAside("rights", str(FORUM), "")))
    assert [one.gone for one in await store.topics_due()] == [True]


async def test_what_was_put_away_is_not_read_again_for_ever(house: House) -> None:
    """Many never press [Received]: such an order is looked at by what the hospital says, not each five minutes."""
    store = house.services.store
    await put(house, replace(await house.order(NO), stage="handed-over"))
    assert NO in await open_orders(store)
    await days(house, 22)
    assert await put_away(house)
    assert NO not in await open_orders(store)


async def test_a_batch_of_which_a_parcel_never_left_is_emptied_too(house: House) -> None:
    """One that failed on the road is handed over to nobody."""
    line = {"order": NO, "label": "A-1"}
    await put(
        house,
        replace(await house.order(NO), stage="failed", batch="B-1"),
        Batch("B-1", "run", "with-ambassador", house.clock.civil(), "loc-1", 3, HELPER, 2, 1, manifest=(line,)),
    )
    await days(house, 13)
    batch = await house.services.store.get(Batch, "B-1")
    assert batch is not None
    assert (batch.manifest, batch.ambassador) == ((line,), HELPER), "the order is not put away yet"
    await days(house, 2)
    batch = await house.services.store.get(Batch, "B-1")
    assert batch is not None
    assert (batch.manifest, batch.courier, batch.ambassador) == ((), 0, 0)
