"""True: what is written on a prescription, said in a consult and told to a person is never wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.errors import Unintelligible
from backend_client.models import Changes, Patient, Unread
from bot.clock import HandClock
from bot.model import (
    Mandate,
    Observed,
    Outcome,
    Person,
    Photographed,
    RoleBinding,
    Said,
    Spot,
)
from bot.workers.feed import Feed, Looking
from bot.workers.letters import Letters
from locales import sentences, tags
from tests.cases.rows import CASE, NEW, NO, REVIEW, ROWS, THREAD, news, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, RESIDENT, ZHAO, House, at_home, told


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """One consult that Dr Li has taken."""
    rows = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


def labels(house: House, chat: int, since: int = 0) -> list[str]:
    posts = [post for post in house.posts()[since:] if post.chat == chat]
    return [button.label for post in posts for row in getattr(post.content, "buttons", ()) for button in row]


async def stands_at(house: House, stage: str, **more: Any) -> None:
    """The hospital says so."""
    await house.take(house.arrival(Observed(replace(told(NO, stage, house.clock.civil()), **more))))


def in_topic(house: House, words: str, who: int = LI, **more: Any) -> Any:
    return house.arrival(Said(Spot(FORUM, who, THREAD), more.pop("message", 70), words, **more))


def at_home_says(house: House, words: str, **more: Any) -> Any:
    return house.arrival(Said(Spot(RESIDENT, RESIDENT), more.pop("message", 71), words, **more))


# ---------------------------------------------------------------- 3: a return can be obeyed


async def test_a_returned_line_can_be_changed(house: House) -> None:
    await stands_at(house, "returned", reason="dose")
    await house.take(house.press(LI, f"a:prescribe:{NO}", FORUM))
    (link,) = {
        b.url for p in house.posts() for row in getattr(p.content, "buttons", ()) for b in row if "sign-" in b.url
    }
    before = len(house.posts())
    await house.take(house.text(LI, f"/start {link.partition('start=')[2]}"))
    assert [label for label in labels(house, LI, before) if LINE.name in label], "a line is a button that changes it"


async def test_a_second_prescription_is_a_new_message_for_the_pharmacist(house: House) -> None:
    for stage in ("prescribed", "returned", "prescribed"):
        await stands_at(house, stage)
    assert len({post.key for post in house.posts() if post.chat == REVIEW}) > 1


# ---------------------------------------------------------------- 4: a drug without a price


async def test_a_claim_without_a_price_is_told_to_somebody(house: House) -> None:
    await stands_at(house, "passed")
    before = len(house.posts())
    await house.answer("hospital.claim", refusal="no-price")
    assert NO in news(house, before)


# ---------------------------------------------------------------- 5: an aside stays among colleagues


ASIDES = {
    "colleague": (ZHAO, "这个病人很难缠"),
    "other department": (NEW, "他科的话"),
    "note, full width": (LI, "／／ 请帮我看一下"),
}


@pytest.mark.parametrize("aside", ASIDES)
async def test_an_aside_between_doctors_is_not_relayed(house: House, aside: str) -> None:
    who, words = ASIDES[aside]
    other = Person(NEW, roles=(RoleBinding("doctor", "pr-8", "他科", "dep-9"),))
    await house.services.store.commit(Outcome(house.arrival(None, "other"), rows=(other,)))
    await house.take(in_topic(house, words, who))
    assert texts(house, RESIDENT) == ""
    assert not house.commands("hospital.say")


async def test_a_note_of_the_doctor_who_took_the_case_is_not_relayed(house: House) -> None:
    await house.take(in_topic(house, "// 她上次也没按时吃"))
    assert texts(house, RESIDENT) == ""
    assert not house.commands("hospital.say")


# ---------------------------------------------------------------- 6: a correction is carried


@pytest.mark.parametrize("kind", ["patient", "doctor"])
async def test_a_correction_reaches_the_other_side_and_the_record(house: House, kind: str) -> None:
    says, reader = (at_home_says, FORUM) if kind == "patient" else (in_topic, RESIDENT)
    await house.take(says(house, "每次50微克"))
    before = len(house.posts())
    await house.take(says(house, "每次100微克", edited=True))
    assert "100微克" in texts(house, reader, before)
    assert [c.args["text"] for c in house.commands("hospital.say")][-1] == "每次100微克"


async def test_a_corrected_caption_is_carried(house: House) -> None:
    here = Spot(RESIDENT, RESIDENT)
    await house.take(house.arrival(Photographed(here, 71, "f", "u", 9, 9, 9, caption="一天一片")))
    before = len(house.posts())
    await house.take(at_home_says(house, "一天半片", edited=True))  # an edited caption comes as an edited text
    assert "一天半片" in texts(house, FORUM, before)


# ---------------------------------------------------------------- 9: her words after the signature


@pytest.mark.parametrize("stage", ["passed", "paid", "handed-over", "confirmed"])
async def test_her_words_reach_the_doctor_until_after_delivery(house: House, stage: str) -> None:
    await stands_at(house, stage)
    before = len(house.posts())
    await house.take(at_home_says(house, "能吃柚子吗？"))
    assert "能吃柚子吗" in texts(house, FORUM, before)


# ---------------------------------------------------------------- 10: no medical advice of ours


def test_no_sentence_of_ours_says_to_stop_a_medicine() -> None:
    stopping = ("马上停药", "立即停药", "unwell stop", "stop the medicine", "stop taking")
    found = [
        (tag, key) for tag in tags() for key, text in sentences(tag).items() if any(one in text for one in stopping)
    ]
    assert found == []


# ---------------------------------------------------------------- 11: a sum that is a fen off


class FenOff:
    """A hospital whose order cannot be read: its three lines do not add up."""

    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes:
        return Changes((), (), "t1", (), (Unread(f"Task/{NO}", "sum-differs", NO),))

    async def order(self, no: str) -> Any:
        raise Unintelligible("sum-differs")


async def the_sum_is_off(house: House) -> int:
    """Twelve minutes of looks at the hospital after the pass; how many posts there were before."""
    letters = Letters(house.services.store, house.clock, house.take)
    await letters.once()  # it begins
    await stands_at(house, "passed")
    before = len(house.posts())

    async def open_orders() -> list[str]:
        return [NO]

    feed = Feed(house.services.store, FenOff(), house.clock, house.core.take, open_orders, Looking(45, 60))
    for _ in range(12):
        house.clock.advance(60)
        await feed.once()
        await letters.once()
    return before


async def test_a_sum_that_is_off_is_told_to_the_operators_once(house: House) -> None:
    before = await the_sum_is_off(house)
    assert news(house, before).count(NO) == 1


async def test_a_sum_that_is_off_is_told_to_her_within_minutes(house: House) -> None:
    before = await the_sum_is_off(house)
    assert texts(house, RESIDENT, before)


# ---------------------------------------------------------------- 12: a merged record


async def test_an_order_of_a_merged_record_is_still_hers(house: House) -> None:
    merged = Patient("pat-2", "王秀英", "1950-01-01", "female", "3号楼301", "3", "6789")
    await stands_at(house, "prescribed", patient=merged)
    await house.take(house.press(RESIDENT, f"a:cancel:{NO}"))
    await house.tap(RESIDENT, "yes")
    assert [command.args["who"]["reference"] for command in house.commands("hospital.cancel")] == ["Patient/pat-2"]


# ---------------------------------------------------------------- 13: two people of one name


def mandate(patient: str, building: str) -> Mandate:
    brief = {**BRIEF, "id": patient, "building": building, "address": f"{building}号楼301"}
    return Mandate(f"m-{patient}", HELPER, patient, "2027-05-01", True, {"name": BRIEF["name"], "brief": brief})


async def test_two_neighbours_of_one_name_are_told_apart(house: House) -> None:
    rows = (mandate("pat-5", "5"), mandate("pat-6", "6"))
    await house.services.store.commit(Outcome(house.arrival(None, "two"), rows=rows))
    await house.take(house.press(HELPER, "a:need"))
    named = [label for label in labels(house, HELPER) if BRIEF["name"] in label]
    assert len(named) == 2
    assert len(set(named)) == 2


async def test_two_mandates_of_one_name_are_told_apart(house: House) -> None:
    rows = (mandate("pat-5", "5"), mandate("pat-6", "6"))
    await house.services.store.commit(Outcome(house.arrival(None, "two"), rows=rows))
    await house.take(house.text(HELPER, "/helpers"))
    lines = [getattr(post.content, "html", "") for post in house.posts() if post.chat == HELPER]
    assert len(lines) == 2
    assert len(set(lines)) == 2
