"""Allergies and findings on the cards of doctor and pharmacist: not known is said so, and words stay words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Allergy, Cautions, Issue
from bot.clock import HandClock
from bot.model import Due, Observed
from bot.ops.orders import HOUR
from bot.phrases import allergy_words, whom_words
from bot.render.messages import words_of
from bot.views import CautionsView, OrderView, PatientView, SnapshotView
from tests.cases.rows import CASE, NO, PHARMACIST, REVIEW, ROWS, texts
from tests.handlers.house import FORUM, LI, House, at_home, told

FOUND = Issue("两药不宜同用 <慎用>", "high")
ESCAPED = "两药不宜同用 &lt;慎用&gt;"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = tuple(replace(row, stage="submitted") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def stands(house: House, stage: str, **more: Any) -> int:
    before = len(house.posts())
    seen = replace(
        told(NO, stage, house.clock.civil()), rx="rx-1" if stage in ("prescribed", "returned") else "", **more
    )
    await house.take(house.arrival(Observed(seen)))
    return before


async def test_the_card_says_not_known_until_the_hospital_says_more(house: House) -> None:
    before = await stands(house, "in-consult")
    assert "过敏史：不清楚" in texts(house, FORUM, before)
    before = len(house.posts())
    await house.answer("hospital.cautions", Cautions(NO, (Allergy("青霉素 <皮试>", "high"),)))
    assert "青霉素 &lt;皮试&gt;（风险高）" in texts(house, FORUM, before)
    before = len(house.posts())
    await house.take(house.press(LI, f"a:prescribe:{NO}", FORUM))
    assert "青霉素 &lt;皮试&gt;（风险高）" in texts(house, FORUM, before), "the preview says it, too"


async def test_what_was_found_is_shown_to_the_pharmacist_and_after_a_return_to_the_doctor(house: House) -> None:
    await stands(house, "prescribed")
    before = len(house.posts())
    await house.answer("hospital.cautions", Cautions(NO, (), "rx-1", (FOUND,)))
    assert ESCAPED in texts(house, REVIEW, before)
    assert "没有已知过敏" in texts(house, REVIEW, before)
    assert ESCAPED not in texts(house, FORUM, before)
    before = await stands(house, "returned", reason="interaction")
    assert ESCAPED in texts(house, FORUM, before)


async def test_what_was_found_in_another_prescription_is_not_shown(house: House) -> None:
    await stands(house, "prescribed")
    before = len(house.posts())
    await house.answer("hospital.cautions", Cautions(NO, (), "rx-0", (FOUND,)))
    assert ESCAPED not in texts(house, REVIEW, before)


async def rings(house: House, hours: float, answer: Any) -> None:
    """Every timer of these looks until then; after each one ``answer`` is what comes back."""
    end = house.clock.civil() + int(hours * HOUR)
    while due := [t for t in await house.services.store.timers_due(end) if t.step == "cautions"]:
        house.clock.advance((due[0].due - house.clock.civil()) / 1000)
        await house.take(house.arrival(Due(due[0])))
        await answer()


@pytest.mark.parametrize("refusal", ["", "not-found"])
async def test_it_is_looked_for_again_while_the_pharmacist_has_it_and_not_for_ever(house: House, refusal: str) -> None:
    async def answer() -> None:
        await house.answer("hospital.cautions", None if refusal else Cautions(NO, ()), refusal)

    await stands(house, "prescribed")
    await answer()
    asked = len(house.commands("hospital.cautions"))
    await rings(house, 31 / 3600, answer)
    assert len(house.commands("hospital.cautions")) == asked + 1
    await rings(house, 3, answer)
    assert asked + 5 < len(house.commands("hospital.cautions")) < asked + 12, "with growing pauses, about an hour"


async def test_nothing_more_is_asked_while_the_hospital_is_away(house: House) -> None:
    async def nothing() -> None: ...

    await stands(house, "prescribed")
    await stands(house, "returned")
    await stands(house, "prescribed")
    await rings(house, 2, nothing)
    assert len(house.commands("hospital.cautions")) == 3, "one for each change, and no more before an answer"


UNKNOWN = [
    (None, "Allergies: not known"),
    ((), "No known allergy (hospital's record)"),
    ((Allergy("penicillin", "low"),), "Allergies:\n· penicillin (low risk)"),
    ((Allergy("penicillin", "very-bad"),), "Allergies:\n· penicillin (very-bad)"),
    ((Allergy(""),), "Allergies:\n· an entry that cannot be read"),
]


@pytest.mark.parametrize(("known", "says"), UNKNOWN)
def test_unknown_words_are_shown_as_they_came(known: Any, says: str) -> None:
    seen = SnapshotView(cautions=CautionsView(known))
    key = allergy_words(seen)
    assert not isinstance(key, str)
    assert words_of("Asia/Shanghai").say("en", *key) == says


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (None, "王秀英（过敏史：不清楚）"),
        ((), "王秀英（没有已知过敏（医院记录））"),
        ((Allergy("青霉素 <皮试>", "high"), Allergy("虾")), "王秀英（过敏：青霉素 &lt;皮试&gt;; 虾）"),
        ((Allergy("青霉素"), Allergy("")), "王秀英（过敏：青霉素，还有看不清的记录）"),
        ((Allergy(""),), "王秀英（过敏：有看不清的记录）"),
    ],
)
def test_of_whom_and_allergic_to_what_stands_in_one_line(known: Any, said: str) -> None:
    """True 15: on each screen of an act."""
    seen = SnapshotView(patient=PatientView("pat-1", "王秀英"), cautions=CautionsView(known))
    told_ = whom_words(OrderView(NO, snapshot=seen))
    assert words_of("Asia/Shanghai").say("zh-CN", *told_) == said


async def test_each_screen_of_an_act_says_of_whom(house: House) -> None:
    """True 15: [Not suitable], and the pharmacist's [Return], [Ask the patient]."""
    await stands(house, "in-consult")
    await house.answer("hospital.cautions", Cautions(NO, (Allergy("青霉素"),)))
    before = len(house.posts())
    await house.take(house.press(LI, f"a:unfit:{NO}", FORUM))
    assert "王秀英（过敏：青霉素）：为什么不适合" in texts(house, FORUM, before)
    await stands(house, "prescribed")
    for act in ("return", "query"):
        before = len(house.posts())
        await house.take(house.press(PHARMACIST, f"a:{act}:{NO}:0", REVIEW))
        assert "王秀英（过敏：青霉素）" in texts(house, REVIEW, before)
