"""What the hospital tells and what people press, on a real store: one notice a stage, one owner, one effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import OrderSnapshot, Settlement, TaskSnapshot
from bot.clock import HandClock
from bot.core import by_meaning
from bot.model import (
    Arrival,
    Command,
    Dialog,
    Observed,
    Order,
    Origin,
    Outcome,
    PaidInChat,
    Returned,
    Spot,
    Topic,
    UsedPrescription,
)
from bot.ops.registry import TASKS
from bot.turn import Turn
from bot.workers.feed import Feed
from tests.handlers.house import (
    BRIEF,
    FORUM,
    HELPER,
    HISTORY,
    LI,
    PATIENT,
    RESIDENT,
    ROAD,
    ZHAO,
    Books,
    House,
    at_home,
    told,
)

NO = "MR1123-1"
PLACED = Order(NO, "", 0, 0, "", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER, rx=("mark",),
               topic=f"consult:{NO}", pending="submit", pending_by=RESIDENT,
               snapshot={"patient": BRIEF, "asked": [], "doctor_name": "", "days_left": "3-7", "condition": "",
                         "prescribed": [], "answers": {}, "photos": [], "rx_date": "2026-11-10"})  # fmt: skip


@pytest.fixture
async def bare(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """The resident has sent an order; the hospital has not answered."""
    async with at_home(tmp_path / "core.sqlite", clock, (PLACED, UsedPrescription("mark", NO))) as house:
        yield house


class Tellers:
    """One state of the order, told by three that do not know of each other."""

    def __init__(self, house: House) -> None:
        self.house, self.books = house, Books()
        self.feed = Feed(house.services.store, self.books, house.clock, house.core.take, self._open)

    async def _open(self) -> list[str]:
        return [NO]

    def write(self, stage: str) -> OrderSnapshot:
        self.books.written.append(told(NO, stage, self.house.clock.civil()))
        self.house.clock.advance(1)
        return self.books.written[-1]

    async def ping(self) -> None:
        self.feed.wake()
        await self.feed.once()

    async def catch_up(self) -> None:
        await self.feed.reread()

    async def result(self) -> None:
        await self.house.take(await self.returned())

    async def returned(self) -> Any:
        seen = self.books.written[-1]
        key = f"o:{NO}:{seen.version}:{self.house.count}"
        command = Command(key, NO, "hospital.told", {"order": NO}, Origin(chat=RESIDENT))
        await self.house.services.store.commit(Outcome(self.house.arrival(None), commands=(command,)))
        return self.house.arrival(Returned(key, seen), f"{key}:result")

    async def all_say(self, stage: str, order: Sequence[str] = ("result", "ping", "catch_up")) -> None:
        self.write(stage)
        for teller in order:
            await getattr(self, teller)()


def notices(house: House) -> Counter[tuple[str, int]]:
    """How often each notice of a stage was posted to whom: (flow, chat)."""
    keys = {(post.key, post.chat, number) for number, outcome in enumerate(house.outcomes) for post in outcome.posts
            if post.key.startswith("t:n:")}  # fmt: skip
    return Counter((key.split(":")[4], chat) for key, chat, _ in keys)


# ---------------------------------------------------------------- one notice a stage


@pytest.mark.parametrize("order", [*permutations(("result", "ping", "catch_up"))], ids="-".join)
async def test_a_stage_told_three_times_is_told_to_people_once(house: House, order: tuple[str, ...]) -> None:
    tellers = Tellers(house)
    for stage in ROAD:
        await tellers.all_say(stage, order)
    found = notices(house)
    assert set(found.values()) == {1}, found
    assert len({post.key for post in house.posts() if post.key.startswith("taken:")}) == 1
    for flow in ("paid_notice", "on_the_way_notice"):
        assert found[(flow, RESIDENT)] == 1, found
    assert len(house.commands("hospital.claim")) == 1, "the bot claims once, however often the pass is told"
    assert (await house.order(NO)).stage == "confirmed"


@pytest.mark.parametrize("stage", ["prescribed", "paid", "on-the-way", "cancelled"])
async def test_two_replicas_told_at_once_give_one_notice(house: House, stage: str) -> None:
    tellers = Tellers(house)
    for before in ROAD[: ROAD.index(stage) if stage in ROAD else 1]:
        await tellers.all_say(before)
    sure = notices(house)
    tellers.write(stage)
    await house.together(await tellers.returned(), await tellers.returned())
    fresh = notices(house) - sure
    assert fresh
    assert set(fresh.values()) == {1}


# ---------------------------------------------------------------- R8


async def refill(house: House, photo: str) -> None:
    """As far as the question how long the medicine lasts, or to the refusal before it."""
    await house.take(house.text(RESIDENT, "/refill"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.take(house.photo(RESIDENT, photo))
    await house.tap(RESIDENT, "done", "2026-11", "2026-11-10", "all")


async def placed(house: House, photo: str) -> str:
    await refill(house, photo)
    await house.tap(RESIDENT, "3-7", "first", "ok")
    no = house.commands("hospital.submit")[-1].lane
    await house.answer("hospital.submit", told(no, "submitted", house.clock.civil()))
    return no


async def observe(house: House, no: str, stage: str) -> None:
    tellers = Tellers(house)
    tellers.books.written.append(told(no, stage, house.clock.civil()))
    house.clock.advance(1)
    await tellers.ping()


def said(house: House) -> str:
    return "\n".join(str(getattr(post.content, "html", "")) for post in house.outcomes[-1].posts)


@pytest.mark.parametrize("photo", ["same", "other"])
@pytest.mark.parametrize("end", ["cancelled", "not-suitable", "failed"])
async def test_a_prescription_serves_one_order_and_is_free_again_when_that_dies(
    bare: House, photo: str, end: str
) -> None:
    first = await placed(bare, "same")
    await refill(bare, photo)
    assert first in said(bare), "refused, and the person reads by which order it is used"
    assert not await bare.services.store.find(Dialog, person=RESIDENT, state="open")
    if end == "not-suitable":
        await observe(bare, first, "in-consult")
    await observe(bare, first, end)
    second = await placed(bare, photo)
    assert second != first
    assert (await bare.order(second)).rx
    await refill(bare, photo)
    assert second in said(bare), "used again, now by the second order"


async def test_a_dispensed_prescription_stays_used(bare: House) -> None:
    first = await placed(bare, "same")
    for stage in ROAD[1:]:
        await observe(bare, first, stage)
    await refill(bare, "same")
    assert first in said(bare)


# ---------------------------------------------------------------- one owner, one effect


async def stand(house: House, *stages: str) -> None:
    """The order as far as these stages, its topic made."""
    tellers = Tellers(house)
    for stage in stages:
        await tellers.all_say(stage)
    topic = await house.services.store.get(Topic, f"consult:{NO}")
    assert topic is not None
    await house.services.store.topic_made(topic, 5)


@pytest.mark.parametrize(("one", "two"), [(LI, ZHAO), (ZHAO, LI)])
async def test_two_doctors_take_at_once_and_one_has_it(house: House, one: int, two: int) -> None:
    await stand(house, "submitted")
    answers = await house.together(*(house.press(who, f"a:take:{NO}", FORUM) for who in (one, two)))
    taken = house.commands("hospital.take")
    assert len(taken) == 1
    owner = (await house.order(NO)).doctor
    assert owner == taken[0].origin.person
    assert Counter(a.toast for a in answers)[house.label("refused.under-way")] == 1
    assert answers[(one, two).index(owner)].toast == house.label("take.taking")
    await house.answer("hospital.take", told(NO, "in-consult", house.clock.civil() + 1))
    late = await house.take(house.press(LI + ZHAO - owner, f"a:take:{NO}", FORUM))
    assert late.alert
    assert "李医生" in late.toast
    assert len(house.commands("hospital.take")) == 1


async def sure(house: House) -> str:
    """[Cancel] pressed once: the data of the second tap."""
    await house.take(house.press(RESIDENT, f"a:cancel:{NO}"))
    return house.button("yes")


@pytest.mark.parametrize("first", ["pay", "cancel"])
async def test_cancel_against_confirming_a_free_order_does_one_of_them(house: House, first: str) -> None:
    await stand(house, *ROAD[:4])
    free = Settlement(4000, 3500, 500, 0, True)
    await house.take(_observed(house, told(NO, "quoted", house.clock.civil(), settlement=free)))
    house.slow = True
    await house.take(house.press(RESIDENT, f"a:pay:{NO}"))
    (read,) = house.commands("hospital.read_record")
    arrivals = [house.press(RESIDENT, await sure(house)), house.arrival(Returned(read.key, asdict(PATIENT)))]
    answers = await house.together(*(arrivals if first == "cancel" else reversed(arrivals)))
    done = [c.op for c in house.commands() if c.op in ("hospital.pay", "hospital.cancel")]
    assert done == [f"hospital.{(await house.order(NO)).pending}"]
    told_why = [*(answer.toast for answer in answers), said(house)]  # a question asked again says why above it
    assert sum(house.label("refused.under-way") in words for words in told_why) == 1


@pytest.mark.parametrize("first", ["pay", "cancel"])
async def test_cancel_against_a_payment_moves_once_and_no_charge_is_lost(house: House, first: str) -> None:
    await stand(house, *ROAD[:5])
    bill = f"pay:{NO}:1000"
    paid = house.arrival(PaidInChat(Spot(RESIDENT, RESIDENT), 900, 1000, "CNY", bill, "ch-1"))
    arrivals = [house.press(RESIDENT, await sure(house)), paid]
    await house.together(*(arrivals if first == "cancel" else reversed(arrivals)))
    row = await house.order(NO)
    moves = [
        c for c in house.commands() if c.key.startswith(f"o:{NO}:") and c.op in ("hospital.pay", "hospital.cancel")
    ]
    assert [c.op for c in moves] == [f"hospital.{row.pending}"], "one of them is asked for as a move"
    assert len(house.commands("hospital.pay")) == 1, "the hospital hears of the charge once, also behind a cancel"
    again = await house.core.take(await house.checkout(RESIDENT, 1000, NO))
    assert not again.ok


async def test_a_button_pressed_twice_on_two_replicas_has_one_effect(house: House) -> None:
    await stand(house, "submitted")
    await house.together(*(house.press(LI, f"a:take:{NO}", FORUM) for _ in range(2)))
    assert len(house.commands("hospital.take")) == 1
    await observe(house, NO, "in-consult")
    data = await sure(house)
    answers = await house.together(house.press(RESIDENT, data), house.press(RESIDENT, data))
    assert len(house.commands("hospital.cancel")) == 1
    assert sum(bool(answer.toast) for answer in answers) == 1, "the second press is answered too"


async def test_send_pressed_twice_on_two_replicas_places_one_order(bare: House) -> None:
    await refill(bare, "a")
    await bare.tap(RESIDENT, "3-7", "first")
    data = bare.button("ok")
    await bare.together(bare.press(RESIDENT, data), bare.press(RESIDENT, data))
    assert len(bare.commands("hospital.submit")) == 1
    assert len(await bare.services.store.find(Order, placed_by=RESIDENT)) == 1


# ---------------------------------------------------------------- words and a press at once


@pytest.mark.parametrize("first", ["press", "words"])
async def test_words_and_a_press_at_a_choice_are_both_answered(bare: House, first: str) -> None:
    await refill(bare, "a")
    before = len(bare.outcomes)
    arrivals = [bare.press(RESIDENT, bare.button("3-7")), bare.text(RESIDENT, "大概还有五天")]
    await bare.together(*(arrivals if first == "press" else reversed(arrivals)))
    fresh = [post for outcome in bare.outcomes[before:] for post in outcome.posts]
    assert (await bare.dialog(RESIDENT)).step == "doctor", "the press counts"
    assert any(post.key == f"wanted:{by_meaning(arrivals[1]).id}" for post in fresh), (
        "the words are answered: use the buttons"
    )
    assert bare.button("first")


@pytest.mark.parametrize("first", ["press", "words"])
async def test_words_and_a_press_at_one_question_are_one_answer(bare: House, first: str) -> None:
    """The month of the prescription: pressed on one replica, the whole day typed on the other."""
    await bare.take(bare.text(RESIDENT, "/refill"))
    await bare.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await bare.take(bare.photo(RESIDENT, "a"))
    await bare.tap(RESIDENT, "done")
    before = len(bare.outcomes)
    arrivals = [bare.press(RESIDENT, bare.button("2026-11")), bare.text(RESIDENT, "2026-11-10")]
    answers = await bare.together(*(arrivals if first == "press" else reversed(arrivals)))
    fresh = [post for outcome in bare.outcomes[before:] for post in outcome.posts]
    step = (await bare.dialog(RESIDENT)).step
    if step == "rx_day":  # the press was first: the words are no day's button
        assert any(post.key == f"wanted:{by_meaning(arrivals[1]).id}" for post in fresh)
        await bare.tap(RESIDENT, "2026-11-10")
    else:
        assert any(answer.toast for answer in answers), "the press came late and is answered"
    assert (await bare.dialog(RESIDENT)).step == "as_before"


def _observed(house: House, seen: OrderSnapshot) -> Any:
    house.clock.advance(1)
    return Arrival("hospital", f"order/{seen.no}/{seen.version}", house.clock.civil(), Observed(seen))


async def test_a_task_goes_to_whoever_follows_its_kind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = TaskSnapshot("v1", "home-visit", "1", 5, "requested", patient="Patient/pat-1")
    seen: list[TaskSnapshot] = []

    async def follow(turn: Turn, task: TaskSnapshot) -> None:
        seen.append(task)

    told = house.arrival(Observed(visit), "task/v1/1")
    before = len(house.outcomes)
    await house.take(told)  # nobody follows it yet
    assert (seen, len(house.outcomes)) == ([], before)
    monkeypatch.setitem(TASKS, "home-visit", follow)
    await house.take(told)
    await house.take(house.arrival(Observed(replace(visit, kind="application")), "task/v2/1"))
    assert seen == [visit]
