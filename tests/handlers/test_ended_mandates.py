"""Whose mandate has ended hears nothing more of an order that he placed, but for the end of his own part (R18)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.decoding import jsonable
from bot.dosing import Line, Proof
from bot.forms import GivenView
from bot.model import Batch, Dialog, Mandate, Observed, Person, Reached
from tests.cases.rows import CASE, GROUP, NO, ROWS, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, RESIDENT, ROAD, House, at_home, told

OTHER = 33  # collects and hands over; HELPER only ordered
RECORD = Proof("record", dispense="MedicationDispense/md-1", day="2026-10-14", boxes=2)
GIVEN = GivenView(Line("d1", "二甲双胍", "0.5g", 2, "每次1片 每日2次", 28, proof=RECORD), "2026-10-14", "糖尿病")
BY = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A helper ordered for her under a mandate; another one serves the compound."""
    mine = replace(CASE, placed_by=HELPER, mandate="m-1", ambassador=OTHER, batch="b-1")
    batch = Batch("b-1", "run-1", "arrived", 1, "comp-1", 41, OTHER, 1, 1)
    async with at_home(
        tmp_path / "core.sqlite", clock, (*(mine if row is CASE else row for row in ROWS), BY, batch)
    ) as house:
        yield house


async def stands(house: House, stage: str, **more: Any) -> None:
    await house.take(house.arrival(Observed(replace(told(NO, stage, house.clock.civil()), **more))))


async def takes_back(house: House) -> int:
    """She lets him no more; answers how many posts there were."""
    await stands(house, "in-consult")
    row = await house.services.store.get(Mandate, "m-1")
    assert row is not None
    await put(house, replace(row, active=False))
    return len(house.posts())


async def test_no_stage_is_told_and_his_card_says_that_it_is_over(house: House) -> None:
    before = await takes_back(house)
    for stage in ("prescribed", "returned", "prescribed", *ROAD[3:]):
        await stands(house, stage, **({"reason": "dose"} if stage == "returned" else {}))
    his = [post for post in house.posts()[before:] if post.chat == HELPER]
    hers = {post.key for post in house.posts()[before:] if post.chat == RESIDENT}
    assert len(hers) > 8
    assert all(post.card for post in his), "what stands is changed, and makes no sound"
    assert {post.key.partition(":")[0] for post in his} == {"card", "taken"}
    read = texts(house, HELPER, before)
    assert "不再替这位居民办事" in read
    assert not any(word in read for word in ("王秀英", "二甲双胍", "打包", "药师"))


async def test_he_looks_nothing_up_any_more(house: House) -> None:
    await takes_back(house)
    await stands(house, "with-ambassador")
    before = len(house.posts())
    await house.take(house.text(HELPER, "/orders"))
    assert NO not in texts(house, HELPER, before)
    answer = await house.take(house.press(HELPER, "a:is_mine:b-1", GROUP))
    assert "A-07" not in answer.toast


async def test_he_is_not_told_that_she_cannot_be_reached(house: House) -> None:
    before = await takes_back(house)
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False)))
    assert texts(house, HELPER, before) == ""


@pytest.mark.parametrize(("stage", "said"), [
    ("in-consult", ""), ("arrived", "A-07"), ("with-ambassador", "王秀英"), ("handed-over", ""),
])  # fmt: skip
async def test_who_collects_reads_her_name_only_while_he_has_the_parcel(house: House, stage: str, said: str) -> None:
    """What a notice may show: before [Taken] an ambassador without her mandate reads counts and labels."""
    await stands(house, stage)
    before = len(house.posts())
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False)))
    await house.take(house.arrival(Reached(RESIDENT, RESIDENT, False), f"unreachable/{RESIDENT}/1"))
    read = texts(house, OTHER, before)
    assert said in read
    assert ("王秀英" in read, NO in read) == (stage == "with-ambassador",) * 2
    assert bool(read) == bool(said)
    assert len({post.key for post in house.posts()[before:] if post.chat == FORUM and post.key[:5] == "gone:"}) < 2
    told_him = {post.key for post in house.posts()[before:] if post.chat == OTHER}
    assert len(told_him) == bool(said), "once, whoever noticed it"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("at", ["read_drugs", "summary"])
async def test_his_form_ends_with_the_button_that_its_sentence_names(house: House, at: str, lang: str) -> None:
    """Refused at the end, or by the hospital on the way: her drugs do not stand in the chat any longer."""
    me = await house.services.store.get(Person, HELPER)
    mandate = await house.services.store.get(Mandate, "m-1")
    assert me is not None
    assert mandate is not None
    await put(house, replace(me, lang=lang))
    await house.take(house.press(HELPER, "a:need:pat-1"))
    form = await house.dialog(HELPER)
    if at == "summary":
        await house.answer("hospital.patient_file", {"cover": "covered", "history": jsonable([GIVEN])})
        for option in ("history", "all", "3-7", "first"):
            await house.tap(HELPER, option)
        assert "0.5g" in texts(house, HELPER, 0)
        await put(house, replace(mandate, active=False))
        await house.tap(HELPER, "ok")
        assert not house.commands("hospital.submit")
    else:
        await house.answer("hospital.patient_file", refusal="mandate-ended")
    last = [post for post in house.posts() if post.chat == HELPER and post.key.startswith("t:")][-1]
    assert [[one.data for one in row] for row in last.content.buttons] == [["a:neighbour"]]
    label = house.services.words.label(lang, "action.neighbour")
    assert last.content.buttons[0][0].label == label
    assert label in last.content.html
    asked = {post.key: post.content for post in house.posts() if post.key.startswith(f"d:{form.id}:")}
    assert len(asked) == (5 if at == "summary" else 0)
    assert not any(asked.values()), "every question of it is gone"
    gone = await house.services.store.get(Dialog, form.id)
    assert gone is None or gone.state == "done"


async def test_he_reads_only_that_the_hospital_stopped_it(house: House) -> None:
    before = await takes_back(house)
    await stands(house, "cancelled", reason="乙肝")
    assert "请问本人" in texts(house, HELPER, before)
    assert "乙肝" not in texts(house, HELPER, before)
