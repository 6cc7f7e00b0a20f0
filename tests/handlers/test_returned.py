"""A prescription that is sent back: the pharmacist's own words reach doctor and patient, old stands beside new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.lines import Line, Proof
from bot.clock import HandClock
from bot.linewords import new_kinds, proved_words, same_lines, told_words
from bot.model import Dialog, Said, Spot
from bot.views import SentBackView
from tests.cases.rows import IN_CONSULT, NO, PHARMACIST, REVIEW, put, stands, texts
from tests.handlers.house import FORUM, HELPER, LI, LINE, RESIDENT, House, at_home

WORDS = "0.5g 一天两次偏大 <请核对>"
QUOTED = "0.5g 一天两次偏大 &lt;请核对&gt;"
LOWER = replace(LINE, sig="0.25g bid")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


async def sent_back(house: House, words: str = WORDS) -> int:
    await stands(house, "prescribed", rx="rx-1", prescribed=(LINE,))
    return await stands(house, "returned", rx="rx-1", prescribed=(LINE,), reason="dose", words=words)


async def test_a_return_is_two_taps_and_his_own_words(house: House) -> None:
    await stands(house, "prescribed")
    await house.take(house.press(PHARMACIST, f"a:return:{NO}", REVIEW))
    await house.take(house.press(PHARMACIST, house.button("dose"), REVIEW))
    (dialog,) = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    standing = await house.services.store.standing(dialog.prompt)
    assert standing is not None
    assert not house.commands("hospital.review")
    await house.take(house.arrival(Said(Spot(REVIEW, PHARMACIST), 90, WORDS, reply_to=standing.message)))
    (sent,) = house.commands("hospital.review")
    assert (sent.args["decision"], sent.args["reason"], sent.args["words"]) == ("return", "dose", WORDS)


@pytest.mark.parametrize(
    ("who", "chat", "stage", "button", "ended", "answer"),
    [
        (PHARMACIST, REVIEW, "prescribed", f"a:return:{NO}", "cancelled", "dose"),
        (PHARMACIST, REVIEW, "prescribed", f"a:return:{NO}", "quoted", "dose"),
        (LI, FORUM, "in-consult", f"a:unfit:{NO}", "cancelled", "acute"),
    ],
)
async def test_an_order_that_ended_meanwhile_ends_the_form_about_it(
    house: House, who: int, chat: int, stage: str, button: str, ended: str, answer: str
) -> None:
    """At its next step: every further question of that form would only lead to the same."""
    await stands(house, stage)
    await house.take(house.press(who, button, chat))
    await stands(house, ended)
    before = len(house.posts())
    await house.take(house.press(who, house.button(answer), chat))
    why = "refused.not-now.in_group" if ended == "quoted" else f"refused.already-{ended}"
    words = {"order": NO, "why": (why, {"name": "", "at": (await house.order(NO)).since})}
    assert house.services.words.say("zh-CN", "engine.over", words) in texts(house, chat, before)
    assert not await house.services.store.find(Dialog, person=who, state=("open", "sent", "parked"))
    asked = {post.key: post for post in house.posts()[before:] if post.chat == chat and post.key.startswith("d:")}
    assert not [post for post in asked.values() if getattr(post.content, "buttons", ())]
    assert not house.commands("hospital.review") + house.commands("hospital.not_suitable")


async def test_doctor_and_patient_read_why_in_the_pharmacists_words(house: House) -> None:
    before = await sent_back(house)
    assert QUOTED in texts(house, FORUM, before)
    hers = texts(house, RESIDENT, before)
    assert f"“{QUOTED}”" in hers
    assert "您不用做什么" in hers
    assert WORDS not in texts(house, FORUM, before), "never as markup"


async def test_a_helper_whose_mandate_has_ended_is_not_told(house: House) -> None:
    row = replace(await house.order(NO), placed_by=HELPER, mandate="m-gone")
    await put(house, row)
    before = await sent_back(house)
    assert QUOTED in texts(house, RESIDENT, before)
    assert "退给" not in texts(house, HELPER, before)


async def test_the_second_prescription_is_a_new_message_old_beside_new(house: House) -> None:
    await sent_back(house)
    before = await stands(house, "prescribed", rx="rx-2", prescribed=(LOWER,))
    posts = [post for post in house.posts()[before:] if post.chat == REVIEW]
    anew = next(post for post in posts if post.key.endswith(":1"))
    text = anew.content.html  # type: ignore[union-attr]
    assert QUOTED in text
    assert "0.25g" in text
    assert "退回的：二甲双胍 0.5g × 2 盒" in text
    assert getattr(anew.content, "buttons", ())
    (old,) = [post for post in posts if not post.key.endswith(":1")] or [None]
    assert old is None or not getattr(old.content, "buttons", ())
    assert "重新开好了" in texts(house, RESIDENT, before)
    assert "您不用做什么" not in texts(house, RESIDENT, before), "something is not as she asked for it: she is shown it"


async def test_a_return_that_nobody_saw_is_known_by_the_prescription(house: House) -> None:
    await stands(house, "prescribed", rx="rx-1", prescribed=(LINE,))
    before = await stands(house, "prescribed", rx="rx-2", prescribed=(LOWER,))
    posts = {post.key.rpartition(":")[2]: post for post in house.posts()[before:] if post.chat == REVIEW}
    assert "退回的：" in posts["1"].content.html  # type: ignore[union-attr]
    assert not getattr(posts[str(REVIEW)].content, "buttons", ()), "the card before cannot pass what it does not show"


async def test_a_second_return_shows_the_second_prescription(house: House) -> None:
    await sent_back(house)
    await stands(house, "prescribed", rx="rx-2", prescribed=(LOWER,))
    before = await stands(house, "returned", rx="rx-2", prescribed=(LOWER,), reason="quantity", words="两盒多了")
    (card,) = [post for post in house.posts()[before:] if post.chat == REVIEW]
    assert card.key.endswith(":1")
    assert "两盒多了" in card.content.html  # type: ignore[union-attr]
    before = await stands(house, "prescribed", rx="rx-3", prescribed=(replace(LOWER, boxes=1),))
    third = next(post for post in house.posts()[before:] if post.chat == REVIEW and post.key.endswith(":2"))
    assert "退回的：二甲双胍 0.5g × 2 盒　每次 0.25g" in third.content.html  # type: ignore[union-attr]


async def test_she_sees_what_was_written_and_nobody_else_does(house: House) -> None:
    await stands(house, "prescribed", prescribed=(LOWER,))
    before = len(house.posts())
    await house.take(house.press(RESIDENT, f"a:show_rx:{NO}"))
    assert "0.25g" in texts(house, RESIDENT, before)
    assert "医生改了：二甲双胍 0.5g，从“每次 0.5g，每天 2 次”改成“<b>每次 0.25g，每天 2 次</b>”；还是 2 盒" in texts(
        house, RESIDENT, before
    )
    answer = await house.take(house.press(PHARMACIST, f"a:show_rx:{NO}"))
    assert answer.toast == house.label("refused.not-for-you")


# ---------------------------------------------------------------- old beside new, as sentences

OTHER = replace(LINE, code="d2", name="缬沙坦", proof=Proof("doctor"))


def keys(found: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, str, str]]:
    return [(key, words["name"], words.get("back", words.get("was", ""))[0:1] and "old") for key, words in found]


def test_a_line_that_was_taken_out_is_told_and_one_that_came_is_new() -> None:
    assert keys(proved_words([OTHER], [], SentBackView((LINE,)))) == [
        ("drug.proved", "缬沙坦", ""), ("drug.gone", "二甲双胍", "")
    ]  # fmt: skip
    new, gone = told_words([OTHER], [LINE])
    assert (new[1]["new"], gone[0]) == (True, "drug.gone")


@pytest.mark.parametrize(
    ("now", "key", "kinds"),
    [
        (replace(LOWER, proof=Proof("doctor")), "drug.changed", (False, True)),
        (replace(LINE, boxes=9, proof=Proof("page", boxes=2)), "drug.changed", (False, True)),
        (replace(LINE, name="格列美脲", strength="2mg"), "drug.swapped", (False, True)),
        (replace(LINE, strength="0.85g"), "drug.swapped", (False, True)),
        (OTHER, "drug.told", (True, False)),
        (LINE, "drug.told", (False, False)),
    ],
)
def test_a_line_is_told_as_new_or_as_changed_and_never_as_both(now: Any, key: str, kinds: tuple[bool, bool]) -> None:
    told = told_words([now], [LINE])[:1]
    assert (told[0][0], new_kinds(told)) == (key, kinds)


@pytest.mark.parametrize(
    ("now", "before", "lasts"),
    [
        (replace(LINE, sig="1g bid", pack=28), replace(LINE, pack=28), "drug.lasts.days"),
        (replace(LINE, sig="1g bid"), LINE, "drug.lasts.shorter"),
        (LOWER, LINE, "drug.lasts.longer"),
        (replace(LOWER, boxes=1), LINE, ""),
        (replace(LINE, sig="0.5g bid 餐后"), LINE, ""),
        (replace(LINE, sig="看着吃"), LINE, ""),
    ],
)  # fmt: skip
def test_as_many_boxes_for_another_dose_say_how_long_they_last(now: Line, before: Line, lasts: str) -> None:
    ((key, words),) = told_words([now], [before])
    assert (key, (words["lasts"] or ("",))[0]) == ("drug.changed", lasts)
    if lasts == "drug.lasts.days":
        assert words["lasts"][1] == {"enough": 14, "was_enough": 28}


def test_two_lines_of_one_drug_are_each_their_own_before() -> None:
    night = replace(LINE, sig="1g qn")
    assert keys(proved_words([LINE, night], [], SentBackView((LINE, night)))) == [
        ("drug.proved", "二甲双胍", ""), ("drug.proved", "二甲双胍", "")
    ]  # fmt: skip


@pytest.mark.parametrize(("now", "same"), [((LINE,), True), ((LOWER,), False), ((), False), ((LINE, OTHER), False)])
def test_the_same_is_the_same_to_who_reads_it(now: tuple[Any, ...], same: bool) -> None:
    assert same_lines(now, (LINE,)) is same


# ---------------------------------------------------------------- a press is for the prescription that was read


def pressed_on(house: House, action: str) -> str:
    """The data of the newest button for that in the review group."""
    found = [b.data for post in house.posts() if post.chat == REVIEW for row in getattr(post.content, "buttons", ())
             for b in row]  # fmt: skip
    return [data for data in found if data.startswith(f"a:{action}:")][-1]


async def written_anew(house: House) -> None:
    await stands(house, "returned", rx="rx-1", reason="dose")
    await stands(house, "prescribed", rx="rx-2", prescribed=(replace(LINE, sig="2g qid"),))


@pytest.mark.parametrize("action", ["pass", "return", "query"])
async def test_a_press_is_for_the_prescription_that_was_read(house: House, action: str) -> None:
    await stands(house, "prescribed", rx="rx-1")
    data = pressed_on(house, action)
    await written_anew(house)
    answer = await house.take(house.press(PHARMACIST, data, REVIEW))
    assert answer.toast == house.label("refused.rewritten")
    assert not house.commands("hospital.review")
    assert not await house.services.store.find(Dialog, person=PHARMACIST, state="open")


async def says(house: House, words: str) -> None:
    """The pharmacist's reply to the bot's own question."""
    (dialog,) = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    standing = await house.services.store.standing(dialog.prompt)
    assert standing is not None
    await house.take(house.arrival(Said(Spot(REVIEW, PHARMACIST), 90, words, reply_to=standing.message)))


async def test_a_return_that_was_begun_before_is_not_one_of_what_is_written_now(house: House) -> None:
    await stands(house, "prescribed", rx="rx-1")
    await house.take(house.press(PHARMACIST, pressed_on(house, "return"), REVIEW))
    await house.take(house.press(PHARMACIST, house.button("dose"), REVIEW))
    await written_anew(house)
    before = len(house.posts())
    await says(house, WORDS)
    assert not house.commands("hospital.review")
    assert house.label("refused.rewritten") in texts(house, REVIEW, before)


async def test_a_question_about_what_was_written_before_reaches_nobody(house: House) -> None:
    await stands(house, "prescribed", rx="rx-1")
    await house.take(house.press(PHARMACIST, pressed_on(house, "query"), REVIEW))
    await written_anew(house)
    before = len(house.posts())
    await says(house, "2g 够吗？")
    assert "2g 够吗" not in texts(house, RESIDENT, before)
    assert house.label("refused.rewritten") in texts(house, REVIEW, before)


@pytest.mark.parametrize("anew", [False, True])
async def test_a_button_of_an_older_release_passes_what_was_written_only_once(house: House, anew: bool) -> None:
    await stands(house, "prescribed", rx="rx-1")
    if anew:
        await written_anew(house)
    answer = await house.take(house.press(PHARMACIST, f"a:pass:{NO}", REVIEW))
    assert bool(house.commands("hospital.review")) != anew
    assert (answer.toast == house.label("refused.rewritten")) == anew


async def test_the_newest_card_passes_what_is_written_now(house: House) -> None:
    await stands(house, "prescribed", rx="rx-1")
    await written_anew(house)
    await house.take(house.press(PHARMACIST, pressed_on(house, "pass"), REVIEW))
    assert house.commands("hospital.review")


@pytest.mark.parametrize("tail", ["", ":", ":x", ":²", ":-1", ":0:0"])
async def test_a_button_that_nobody_made_breaks_nothing(house: House, tail: str) -> None:
    await stands(house, "prescribed", rx="rx-1")
    await written_anew(house)
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}{tail}", REVIEW))
    assert not house.commands("hospital.review")
