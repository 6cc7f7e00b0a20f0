"""A reply that comes before the id of what it answers is written down: it waits a moment and reaches the right side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.handlers.topics import replied
from bot.model import Body, Dialog, Mandate, Order, Person, Photographed, Post, Relayed, Said, SentOther, Spot, Topic
from bot.store.port import Mark, Standing
from bot.turn import Hold, Turn
from tests.cases.rows import put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, RESIDENT, House, at_home

ONE, TWO, THREAD, COPY = "MR1123-1", "MR1123-2", 55, 900


def consult(no: str) -> Order:
    of = {"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生"}
    return Order(no, "in-consult", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, doctor=LI,
                 topic=f"consult:{no}", snapshot=of)  # fmt: skip


ROWS = (*map(consult, (ONE, TWO)), Topic(f"consult:{ONE}", FORUM, ONE, "1", "1", THREAD),
        Topic(f"consult:{TWO}", FORUM, TWO, "2", "2", THREAD + 1))  # fmt: skip


class Landing:
    """A store in which the sender notes the id of ``key`` just after somebody has looked for it."""

    def __init__(self, store: Any, key: str, lands: bool = True) -> None:
        self._store, self._key, self._lands, self.looks = store, key, lands, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def post_of(self, chat: int, message: int) -> Standing | None:
        found = await self._store.post_of(chat, message)
        await self._looked()
        return found

    async def standing(self, key: str) -> Standing | None:
        found = await self._store.standing(key)
        if key == self._key:
            await self._looked()
        return found

    async def _looked(self) -> None:
        self.looks += 1
        if self._lands:
            await self._store.mark([Mark(self._key, "sent", shown=1, message=COPY)])


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """One resident in two consults of the same doctor."""
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def leaves(house: House, body: Body) -> Post:
    """What is said makes a post, which is now on its way: it may stand on the screen, its id is not known."""
    await house.core.take(house.arrival(body))
    post = house.outcomes[-1].posts[-1]
    await house.services.store.mark([Mark(post.key, "sending", attempts=1)])
    return post


async def hears(house: House, body: Body, key: str, lands: bool = True) -> Sequence[Post]:
    store: Any = Landing(house.services.store, key, lands)
    await Core(replace(house.services, store=store), route).take(house.arrival(body))
    assert store.looks >= 2, "it was not looked for again"
    return house.outcomes[-1].posts


def doctor_asks() -> Said:
    return Said(Spot(FORUM, LI, THREAD + 1), 70, "血压多少？")


@pytest.mark.parametrize("kind", ["text", "photo"])
async def test_her_answer_reaches_the_doctor_who_asked(house: House, kind: str) -> None:
    post = await leaves(house, doctor_asks())
    here = Spot(RESIDENT, RESIDENT)
    answer: Body = (Said(here, 71, "130", reply_to=COPY) if kind == "text"
                    else Photographed(here, 71, "f", "u", 9, 9, 9, caption="130", reply_to=COPY))  # fmt: skip
    posts = await hears(house, answer, post.key)
    assert [(one.key, one.chat, one.topic) for one in posts] == [(f"r:{RESIDENT}:71", FORUM, f"consult:{TWO}")]


@pytest.mark.parametrize("lands", [True, False])
async def test_a_word_taken_back_while_it_is_on_its_way_makes_a_sound(house: House, lands: bool) -> None:
    """It may have been read by then, and a change alone is not seen; where its id stays unknown, under nothing."""
    post = await leaves(house, doctor_asks())
    posts = await hears(house, Said(Spot(FORUM, LI, THREAD + 1), 72, "撤回", reply_to=70), post.key, lands)
    under = [one.reply_to for one in posts if one.chat == RESIDENT and one.key != post.key]
    assert under == [COPY if lands else None]


async def test_the_doctors_answer_stands_under_her_words(house: House) -> None:
    await house.take(house.arrival(doctor_asks()))
    copy = await house.services.store.standing(f"r:{FORUM}:70:{RESIDENT}")
    assert copy is not None
    post = await leaves(house, Said(Spot(RESIDENT, RESIDENT), 71, "130", reply_to=copy.message))
    posts = await hears(house, Said(Spot(FORUM, LI, THREAD + 1), 72, "好", reply_to=COPY), post.key)
    assert [(one.chat, one.reply_to) for one in posts] == [(RESIDENT, 71)]


async def test_who_answers_what_stays_unknown_is_asked(house: House) -> None:
    """The outcome of the doctor's copy is not known for long: her words are neither lost nor sent to a guess."""
    post = await leaves(house, doctor_asks())
    await house.services.store.mark([Mark(post.key, "unknown", attempts=1)])
    posts = await hears(house, Said(Spot(RESIDENT, RESIDENT), 71, "130", reply_to=COPY), post.key, lands=False)
    assert [one.chat for one in posts] == [RESIDENT]
    assert (await house.dialog(RESIDENT)).flow == "which_consult"


@pytest.mark.parametrize(("second", "lang", "labels"), [
    (("pr-2", "赵医生"), "zh-CN", ["内分泌科 李医生", "内分泌科 赵医生"]),
    (("pr-2", "赵医生"), "en", ["Endocrinology Li", "Endocrinology Zhao"]),
    (("", ""), "zh-CN", ["内分泌科", "内分泌科 李医生"]),
    (("pr-1", "李医生"), "zh-CN", [f"内分泌科 李医生 {ONE}", f"内分泌科 李医生 {TWO}"]),
])  # fmt: skip
async def test_two_consults_of_one_patient_are_told_apart_by_who_sees_her(
    house: House, second: tuple[str, str], lang: str, labels: list[str]
) -> None:
    """A number tells her nothing, and stands there only where nothing else differs."""
    me, two = await house.services.store.get(Person, RESIDENT), await house.order(TWO)
    assert me is not None
    seen = {**two.snapshot, "doctor": second[0], "doctor_name": second[1]}
    await put(house, replace(me, lang=lang), replace(two, snapshot=seen))
    await house.take(house.text(RESIDENT, "晚上腿疼"))
    asked = [post for post in house.posts() if post.chat == RESIDENT][-1]
    assert sorted(one.label for row in asked.content.buttons for one in row) == labels


@pytest.mark.parametrize(("kind", "file", "sent"), [("photo", "new", "new"), ("voice", "same", "same")])
async def test_a_picture_changed_before_she_said_for_whom_goes_as_it_is_now(
    house: House, kind: str, file: str, sent: str
) -> None:
    here = Spot(RESIDENT, RESIDENT)
    first: Body = (Photographed(here, 71, "old", "u1", 9, 9, 9) if kind == "photo"
                   else SentOther(here, 71, "voice", file="same", size=9))  # fmt: skip
    await house.take(house.arrival(first))
    await house.take(house.arrival(Said(here, 71, "早上拍的", edited=True, kind=kind, file=file, unique="u2", size=9)))
    asked = await house.dialog(RESIDENT)
    assert (asked.args["photo"], asked.args["kind"], asked.args["text"]) == (sent, kind, "早上拍的")


async def test_words_turned_into_take_back_before_she_said_for_whom_go_to_nobody(house: House) -> None:
    here = Spot(RESIDENT, RESIDENT)
    await house.take(house.arrival(Said(here, 71, "晚上腿疼")))
    await house.take(house.arrival(Said(here, 71, "收回", edited=True)))
    assert not await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent", "parked"))
    assert "晚上腿疼" not in texts(house, FORUM)


async def test_words_changed_before_she_said_for_whom_go_as_they_are_now(house: House) -> None:
    """Asked which doctor, she corrects what she wrote: the doctor reads what stands on her phone, once."""
    here = Spot(RESIDENT, RESIDENT)
    await house.take(house.arrival(Said(here, 71, "晚上腿疼")))
    await house.take(house.arrival(Said(here, 71, "早上腿疼", edited=True)))
    await house.tap(RESIDENT, TWO)
    read = texts(house, FORUM)
    assert "早上腿疼" in read
    assert "晚上腿疼" not in read
    assert not await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent", "parked"))


async def test_a_reply_to_her_own_words_does_not_wait(house: House) -> None:
    post = await leaves(house, doctor_asks())
    rows = await house.services.store.find(Relayed, order=TWO)
    assert [row.id for row in rows] == [f"{FORUM}:70"]
    store: Any = Landing(house.services.store, post.key, lands=False)
    core = Core(replace(house.services, store=store), route)
    await core.take(house.arrival(Said(Spot(FORUM, LI, THREAD + 1), 72, "量过吗", reply_to=70)))
    assert store.looks == 1
    assert [one.chat for one in house.outcomes[-1].posts] == [RESIDENT]


async def test_a_reply_in_a_group_is_for_the_question_on_its_way(house: House) -> None:
    """Whoever replies in the topic answers the open question, not the resident, however long its id stays unknown."""
    post = await leaves(house, doctor_asks())
    arrival = house.arrival(reply := Said(Spot(RESIDENT, RESIDENT), 71, "130", reply_to=COPY))
    with pytest.raises(Hold):
        await replied(Turn(house.services, arrival), reply, post.key)
    assert await replied(Turn(house.services, arrival, held=True), reply, post.key) == post.key
    assert await replied(Turn(house.services, arrival, held=True), reply, "another") == ""
    await house.services.store.mark([Mark(post.key, "sent", shown=1, message=COPY + 1)])
    assert await replied(Turn(house.services, arrival), reply, post.key) == ""


# ---------------------------------------------------------------- while a question is open


async def test_words_that_an_open_question_does_not_take_are_told_to_be_unread(house: House) -> None:
    """A form asks for a number while a doctor hears her: what she says is no number, and he has not got it."""
    await house.take(house.press(HELPER, "a:neighbour"))
    consults = [replace(await house.order(no), placed_by=HELPER, mandate="m-1") for no in (ONE, TWO)]
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-05-01", True, {"name": BRIEF["name"], "brief": BRIEF})
    await put(house, mandate, *consults)
    before = len(house.posts())
    await house.take(house.text(HELPER, "She says she is fine"))
    heard = texts(house, HELPER, before)
    assert house.label("wrong.credential") in heard
    assert house.label("relay.not_heard") in heard
    assert not house.commands("hospital.say")
    await put(house, *[replace(await house.order(no), stage="cancelled") for no in (ONE, TWO)])
    before = len(house.posts())
    await house.take(house.text(HELPER, "She says she is fine"))
    assert house.label("wrong.credential") in texts(house, HELPER, before)
    assert house.label("relay.not_heard") not in texts(house, HELPER, before), "no doctor hears her any more"


async def test_a_question_without_a_button_asks_nobody_to_press_one(house: House) -> None:
    await house.take(house.press(HELPER, "a:neighbour"))
    before = len(house.posts())
    await house.take(house.photo(HELPER, "a-page"))
    assert house.label("handlers.wanted_typed") in texts(house, HELPER, before)
    assert house.label("handlers.wanted_text") not in texts(house, HELPER, before)
