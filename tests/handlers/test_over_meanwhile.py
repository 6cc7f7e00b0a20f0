"""An order ends while somebody fills in a form about it: the next answer ends the form, whichever question stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.lines import Proof
from bot.clock import HandClock
from bot.model import Dialog, Due, Observed, Said, Spot
from tests.cases.rows import IN_CONSULT, NO, PHARMACIST, REVIEW, put, stands, texts
from tests.handlers.house import FORUM, HELPER, LI, LINE, RESIDENT, House, at_home, told

HOLDING = ("open", "sent", "parked")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


async def forms(house: House, who: int) -> list[str]:
    return [dialog.flow for dialog in await house.services.store.find(Dialog, person=who, state=HOLDING)]


async def writes(house: House, link: str) -> str:
    """[Prescribe], and the link into his private chat, which is what this answers."""
    await house.take(house.press(LI, f"a:prescribe:{NO}", FORUM))
    urls = [b.url for p in house.posts() for row in getattr(p.content, "buttons", ()) for b in row]
    word = [url.partition("start=")[2] for url in urls if f"start={link}-" in url][-1]
    await house.take(house.text(LI, f"/start {word}"))
    return f"/start {word}"


async def replies(house: House, words: str) -> None:
    """The pharmacist, to the question that stands in his group."""
    (dialog,) = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    standing = await house.services.store.standing(dialog.prompt)
    assert standing is not None
    await house.take(house.arrival(Said(Spot(REVIEW, PHARMACIST), 9000 + house.count, words, standing.message)))


async def over(house: House, code: str) -> str:
    """What whoever fills in the form reads: which order it was, and why it is over."""
    why = (f"refused.{code}", {"name": "赵医生", "at": (await house.order(NO)).since})
    return house.services.words.say("zh-CN", "engine.over", {"order": NO, "why": why})


async def pressed_over(house: House, who: int, option: str) -> str:
    """What he reads; and nothing is asked any more."""
    before = len(house.posts())
    await house.take(house.press(who, house.button(option)))
    posts = {post.key: post for post in house.posts()[before:] if post.chat == who}
    assert not [one for one in posts.values() if getattr(one.content, "buttons", ())], "asked nothing more"
    return texts(house, who, before)


async def test_the_doctor_is_asked_for_no_pin_for_an_order_that_was_cancelled(house: House) -> None:
    """Proved: all its questions were asked, down to the PIN."""
    await writes(house, "sign")
    assert "请按 4 位签名密码" in texts(house, LI)
    await stands(house, "cancelled")
    assert await over(house, "already-cancelled") in await pressed_over(house, LI, "1")
    assert await forms(house, LI) == []


async def test_nor_is_he_who_changes_its_lines(house: House) -> None:
    await writes(house, "amend")
    await house.tap(LI, "line-1")
    await stands(house, "cancelled")
    before = len(house.posts())
    await house.take(house.text(LI, "一次一片"))
    assert await over(house, "already-cancelled") in texts(house, LI, before)
    assert await forms(house, LI) == []
    assert not house.commands("hospital.prescribe")


@pytest.mark.parametrize(("stage", "why"), [("received", "not-now"), ("in-consult", "other-doctor")])
async def test_given_to_another_doctor_meanwhile_it_ends_too(house: House, stage: str, why: str) -> None:
    await writes(house, "amend")
    house.clock.advance(1)
    seen = replace(told(NO, stage, house.clock.civil()), doctor="pr-2", doctor_name="赵医生")
    await house.take(house.arrival(Observed(seen)))
    assert await over(house, why) in await pressed_over(house, LI, "word")
    assert await forms(house, LI) == []


async def test_a_move_under_way_ends_no_form(house: House) -> None:
    """In a moment it is known: until then what he wrote stands."""
    await writes(house, "amend")
    await put(house, replace(await house.order(NO), pending="cancel"))
    await house.tap(LI, "line-1")
    assert await forms(house, LI) == ["amend"]
    await put(house, replace(await house.order(NO), pending=""))
    await house.take(house.text(LI, "一次一片"))
    assert await forms(house, LI) == ["amend"]


async def new_line(house: House) -> None:
    """A line that only the doctor wrote: she is asked for her word."""
    line = replace(LINE, code="v1", name="缬沙坦胶囊", proof=Proof("doctor", boxes=2))
    seen = replace(told(NO, "prescribed", house.clock.civil()), prescribed=(LINE, line), rx="rx-1")
    await house.take(house.arrival(Observed(seen)))
    assert await forms(house, RESIDENT) == ["new_line"]


async def test_a_reminder_asks_nothing_about_what_is_over(house: House) -> None:
    await new_line(house)
    await put(house, replace(await house.order(NO), stage="cancelled"))  # as the release before left it
    before = len(house.posts())
    for timer in await house.services.store.timers_due(house.clock.civil() + 4 * 3_600_000):
        if timer.kind == "remind":
            await house.take(house.arrival(Due(timer)))
    assert await over(house, "nothing-new") in texts(house, RESIDENT, before)
    assert await forms(house, RESIDENT) == []


async def test_a_new_line_of_a_stopped_order_is_asked_about_no_more(house: House) -> None:
    await new_line(house)
    before = await stands(house, "cancelled")
    assert await over(house, "nothing-new") in texts(house, RESIDENT, before)
    assert await forms(house, RESIDENT) == []


async def test_what_answers_nothing_is_followed_by_no_question_anew(house: House) -> None:
    await writes(house, "amend")
    await put(house, replace(await house.order(NO), stage="cancelled"))
    before = len(house.posts())
    await house.take(house.text(LI, "我的早会几点"))
    assert await over(house, "already-cancelled") in texts(house, LI, before)
    assert await forms(house, LI) == []


# ---------------------------------------------------------------- what somebody else was asked


async def writes_query(house: House) -> None:
    await house.take(house.press(PHARMACIST, f"a:query:{NO}", REVIEW))
    await replies(house, "还在吃华法林吗？")
    assert "还在吃华法林吗？" in texts(house, RESIDENT)


@pytest.mark.parametrize("end", ["cancelled", "failed", "not-suitable"])
async def test_she_is_asked_no_more_and_the_pharmacist_reads_why(house: House, end: str) -> None:
    """Proved: her answer went nowhere, and she was asked again and again."""
    await stands(house, "prescribed")
    await writes_query(house)
    before = await stands(house, end)
    assert texts(house, RESIDENT, before).count(house.services.words.say("zh-CN", "engine.not_needed", {})) == 1
    assert f"订单 {NO} 已经停了：问患者的问题收回了" in texts(house, REVIEW, before)
    assert await forms(house, RESIDENT) == []
    assert await forms(house, PHARMACIST) == []
    before = len(house.posts())
    await house.take(house.text(RESIDENT, "没有，上个月停了"))
    assert "没有，上个月停了" not in texts(house, REVIEW, before)
    assert not house.commands("hospital.say")


async def test_a_form_that_rests_on_it_is_closed_with_it(house: House) -> None:
    await stands(house, "with-ambassador")
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    assert await forms(house, HELPER) == ["door"]
    before = await stands(house, "failed")
    assert await over(house, "already-failed") in texts(house, HELPER, before)
    assert await forms(house, HELPER) == []


async def test_what_goes_on_without_the_order_stays_open(house: House) -> None:
    """What she says of herself rests on no order."""
    await house.take(house.press(LI, f"a:changed:{NO}", FORUM))
    await house.take(house.press(RESIDENT, "a:need"))
    open_ = await forms(house, LI), await forms(house, RESIDENT)
    assert all(open_)
    await stands(house, "cancelled")
    assert (await forms(house, LI), await forms(house, RESIDENT)) == open_


async def test_what_she_has_in_her_hands_closes_no_form(house: House) -> None:
    await stands(house, "handed-over")
    await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    await stands(house, "confirmed")
    assert await forms(house, RESIDENT) == ["parcel_wrong"]


async def test_at_the_door_he_reads_that_it_is_over(house: House) -> None:
    await stands(house, "with-ambassador")
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    await put(house, replace(await house.order(NO), stage="failed"))
    before = len(house.posts())
    await house.take(house.text(HELPER, "4711"))
    assert await over(house, "already-failed") in texts(house, HELPER, before)
    assert await forms(house, HELPER) == []


async def opens(house: House, link: str, who: int = LI) -> str:
    """What he reads."""
    before = len(house.posts())
    await house.take(house.text(who, link))
    return texts(house, who, before)


@pytest.mark.parametrize("link", ["sign", "amend"])
@pytest.mark.parametrize(("stage", "code"), [
    ("in-consult", "sign-again"), ("prescribed", "already-prescribed"), ("passed", "sign-over"), ("paid", "sign-over"),
    ("cancelled", "already-cancelled"),
])  # fmt: skip
async def test_an_old_link_sends_him_only_to_a_button_that_stands(
    house: House, link: str, stage: str, code: str
) -> None:
    """Proved: "press Prescribe in the group again", of a case whose topic was closed."""
    word = await writes(house, link)
    await house.take(house.text(LI, "/cancel"))
    if stage != "in-consult":
        await stands(house, stage)
    told = house.label(f"refused.{code}", at=(await house.order(NO)).since)
    assert await opens(house, word) == told
    house.clock.advance(3 * 86_400)
    assert await opens(house, word) == told
    assert await opens(house, f"/start {link}-nobody-made-it") == house.label("refused.sign-old")


async def test_a_fresh_link_of_a_case_that_went_on_says_so(house: House) -> None:
    await house.take(house.press(LI, f"a:prescribe:{NO}", FORUM))
    urls = [b.url for p in house.posts() for row in getattr(p.content, "buttons", ()) for b in row]
    word = next(url.partition("start=")[2] for url in urls if "start=sign-" in url)
    await stands(house, "passed")
    assert await opens(house, f"/start {word}", HELPER) == house.label("refused.sign-not-yours")
    assert await opens(house, f"/start {word}") == house.label("refused.sign-over")
