"""What is typed where a button is meant: it answers where words will do, and never consents, pays or ends anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.dialog import FLOWS
from bot.free_words import TIERS
from bot.handlers.typed import MAY_BE_MEDICAL, OFFERS, named
from bot.model import Button, Link, Order, OrderStage, Outcome, Person, RoleBinding
from bot.render.large import LARGE
from bot.wiring import ACTIONS, MEANT
from tests.cases.rows import put
from tests.handlers.house import BRIEF, HISTORY, LI, RESIDENT, House, at_home

DAYS = ("0–2 天", "3–7 天", "一周以上")
YES = ("是，和上次一样", "不一样，我来选", "没有", "没有了")
NO = "MR1123-1"


def order(stage: OrderStage) -> Order:
    return Order(NO, stage, 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT,
                 doctor=LI, topic=f"consult:{NO}", snapshot={"patient": BRIEF})  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


@pytest.mark.parametrize(
    ("labels", "typed", "meant"),
    [
        (DAYS, "3-7天", DAYS[1]),
        (DAYS, "３–７ 天。", DAYS[1]),
        (DAYS, "2", DAYS[0]),
        (DAYS, "5", DAYS[1]),
        (DAYS, "一周", DAYS[2]),
        (DAYS, "10", ""),
        (("1期（2019年）", "没有"), "5", ""),
        (("0.5 g", "更多"), "3", ""),
        (("3弄12号", "5村"), "7", ""),
        (("3弄12号", "5村"), "5", "5村"),
        (("8 to 10 days", "3 weeks"), "9", "8 to 10 days"),
        (DAYS, "天", ""),
        (DAYS, "-1", ""),
        (DAYS, "1 2", ""),
        (DAYS, "0~2", DAYS[0]),
        (DAYS, "五", DAYS[1]),
        (("14 天", "28 天"), "2.8", ""),
        (("14 天", "28 天"), "2 8 天", ""),
        (("14 天", "28 天"), "２８。", "28 天"),
        (YES, "-2", ""),
        (YES, "没有", YES[2]),
        (YES, "没有了。", YES[3]),
        (YES, "和上次一样", YES[0]),
        (YES, "一样", ""),
        (YES, "2", YES[1]),
        (YES, "第2个", YES[1]),
        (YES, "9", ""),
        (("Yes, the same", "No", "Not sure"), "no", "No"),
        (("Yes, the same", "No", "Not sure"), "SURE", ""),
        (("Yes, the same", "No", "Not sure"), "not sure!", "Not sure"),
        (("是", "不是", "不确定"), "确定", ""),
        (("有一点", "没有发烧"), "发烧", ""),
        (("I have not taken it", "Later"), "have not taken it", "I have not taken it"),
        (("I know", "Yes"), "no", ""),
        (("甲", "甲"), "甲", ""),
        (YES, "。", ""),
    ],
)
def test_which_button_is_meant(labels: tuple[str, ...], typed: str, meant: str) -> None:
    found = named([Button(label, data=str(n)) for n, label in enumerate(labels)], typed)
    assert (found.label if found else "") == meant


async def asked(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all")


async def test_the_days_that_are_left_are_the_button_that_holds_them(house: House) -> None:
    await asked(house)
    await house.take(house.text(RESIDENT, "2"))
    assert (await house.dialog(RESIDENT)).step != "left"
    shown = [getattr(post.content, "html", "") for post in house.posts() if ":left:" in post.key][-1]
    assert house.label("refill.left.0-2") in shown


@pytest.mark.parametrize("words", ["同意", "1", "好的", "是"])
async def test_nothing_typed_consents(house: House, words: str) -> None:
    stranger = 999
    await house.take(house.text(stranger, "/refill"))
    before = await house.dialog(stranger)
    assert before.step.endswith("consent")
    await house.take(house.text(stranger, words))
    after = await house.dialog(stranger)
    assert (after.step, after.epoch) == (before.step, before.epoch)
    assert house.label("handlers.wanted_button") in [getattr(post.content, "html", "") for post in house.posts()]


async def stands(house: House, stage: OrderStage) -> None:
    await house.services.store.commit(Outcome(house.arrival(None), rows=(order(stage),)))


@pytest.mark.parametrize("words", ["取消订单", "我要取消订单", "不要了"])
async def test_nothing_typed_cancels(house: House, words: str) -> None:
    await stands(house, "quoted")
    await house.take(house.text(RESIDENT, words))
    assert not house.commands("hospital.cancel")
    assert any(button.data == "a:where" for button in shown(house))


def shown(house: House) -> list[Button]:
    return [button for post in house.posts() for row in getattr(post.content, "buttons", ()) for button in row]


@pytest.mark.parametrize("words", ["我头晕，这个药怎么吃", "医生您好，药快吃完了", "我不知道怎么办", "能再开点药吗"])
async def test_what_may_be_medical_says_first_that_nobody_hears_it(house: House, words: str) -> None:
    await stands(house, "submitted")
    await house.take(house.text(RESIDENT, words))
    assert "还没有医生接诊" in getattr(house.posts()[-1].content, "html", "")


async def test_three_buttons_are_offered_for_what_is_not_understood(house: House) -> None:
    await house.take(house.text(RESIDENT, "嗯嗯嗯"))
    content = house.posts()[-1].content
    assert getattr(content, "html", "") == house.label("handlers.no_question")
    assert len(getattr(content, "buttons", ())) == 3


def test_each_meaning_opens_something_or_has_a_sentence() -> None:
    assert set(MEANT) | set(OFFERS) == set().union(*TIERS) - {"elsewhere"}
    assert not set(MEANT) & set(OFFERS)
    assert {one for offered in OFFERS.values() for one in offered} <= ACTIONS.keys()
    assert set(MEANT) | set(OFFERS) >= MAY_BE_MEDICAL


async def test_no_link_is_made_by_a_typed_word(house: House) -> None:
    await house.services.store.commit(
        Outcome(house.arrival(None), rows=(Person(51, roles=(RoleBinding("operator", "pr-9", "吴"),)),))
    )
    await house.take(house.press(51, "a:invite"))
    before = await house.dialog(51)
    await house.take(house.text(51, "医生"))
    after = await house.dialog(51)
    assert (after.step, after.state) == (before.step, "open")
    assert not await house.services.store.find(Link)


async def test_a_number_counts_the_answers_and_never_goes_back(house: House) -> None:
    await asked(house)
    await house.take(house.text(RESIDENT, "5"))
    before = await house.dialog(RESIDENT)
    (*answers, back) = [b for row in getattr(house.posts()[-1].content, "buttons", ()) for b in row]
    assert back.label == house.label("button.back")
    assert not any(char.isdigit() for one in answers for char in one.label)
    await house.take(house.text(RESIDENT, str(len(answers) + 1)))
    assert (await house.dialog(RESIDENT)).step == before.step
    await house.take(house.text(RESIDENT, "1"))
    assert (await house.dialog(RESIDENT)).step != before.step


async def test_consent_is_asked_about_and_taken_back_by_a_press_alone(house: House) -> None:
    await house.take(house.text(RESIDENT, "我要撤回同意"))
    asked = await house.dialog(RESIDENT)
    assert (asked.flow, asked.step) == ("withdraw", "sure")
    for words in ("是", "1", house.label("withdraw.sure.yes")):
        await house.take(house.text(RESIDENT, words))
    her = await house.services.store.get(Person, RESIDENT)
    assert her is not None
    assert her.facts["consent"]
    assert (await house.dialog(RESIDENT)).step == "sure"


async def test_more_in_plain_mode_is_no_answer(house: House) -> None:
    """[More] stands beside the first answer: typed, it is not [More than a week]."""
    row = await house.services.store.get(Person, RESIDENT)
    assert row is not None
    await put(house, replace(row, lang=f"en{LARGE}"))
    await asked(house)
    await house.take(house.text(RESIDENT, "More"))
    assert (await house.dialog(RESIDENT)).step == "left"
    await house.take(house.text(RESIDENT, "0-2"))
    assert (await house.dialog(RESIDENT)).step != "left"
    shown = [getattr(post.content, "html", "") for post in house.posts() if ":left:" in post.key][-1]
    assert "0 to 2 days" in shown


WORK = {flow.start.role: set[str]() for flow in FLOWS.values() if flow.start and flow.start.menu and flow.start.role}
for flow in FLOWS.values():
    if flow.start and flow.start.menu and flow.start.command and flow.start.role:
        WORK[flow.start.role].add(f"/{flow.start.command}")


@pytest.mark.parametrize("roles", [[], *([one] for one in sorted(WORK)), ["ambassador", "doctor"]])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_help_lists_what_each_role_can_do(house: House, roles: list[str], lang: str) -> None:
    """Proved: a helper's help was a resident's."""
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    await put(house, replace(me, lang=lang, roles=tuple(RoleBinding(one, f"pr-{one}", "") for one in roles)))
    await house.take(house.text(RESIDENT, "/help"))
    lines = str(getattr(house.posts()[-1].content, "html", "")).splitlines()
    told = {line.partition(" ")[0] for line in lines if line.startswith("/")}
    everybodys = {"/refill", "/orders", "/helpers", "/back", "/cancel", "/language"}
    assert told == everybodys.union(*(WORK[one] for one in roles))
    for role in roles:
        assert house.services.words.say(lang, "help.as", {"role": (f"role.{role}", {})}) in lines
    assert all(line.partition(" ")[2] for line in lines if line.startswith("/")), "and in words"


def last(house: House, since: int) -> list[str]:
    """What stands there since then, from top to bottom: by where its words come from."""
    fresh = {post.key: post for post in house.posts()[since:] if post.chat == RESIDENT and post.content is not None}
    return [str(getattr(post.content, "html", "")) for post in fresh.values()]


@pytest.mark.parametrize("words", ["help", "what?", "怎么用", "/help", "/orders", "退款", "/zaoshanghao", "你好"])
async def test_what_is_told_at_a_question_stands_above_it(house: House, words: str) -> None:
    """Proved: the help came below the question, which had scrolled away with its buttons."""
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all")
    asked = house.label("refill.left")
    since = len(house.posts())
    await house.take(house.text(RESIDENT, words))
    told = last(house, since)
    assert len(told) > 1
    assert [asked in one for one in told] == [False] * (len(told) - 1) + [True]
    await house.tap(RESIDENT, "3-7")
    assert (await house.dialog(RESIDENT)).flow == "refill"


async def test_the_menu_is_asked_for_to_leave_a_question(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all")
    since = len(house.posts())
    await house.take(house.text(RESIDENT, "/menu"))
    assert not [one for one in last(house, since) if house.label("refill.left") in one]


@pytest.mark.parametrize(("command", "said"), [("/back", "nothing_to_go_back_in"), ("/cancel", "nothing_open")])
async def test_back_where_nothing_is_open_says_that_there_is_nothing_to_go_back_in(
    house: House, command: str, said: str
) -> None:
    """Proved: /back told how an order is cancelled."""
    await house.take(house.text(RESIDENT, command))
    menu = house.posts()[-1]
    assert getattr(menu.content, "html", "") == house.label(f"handlers.{said}")
    assert getattr(menu.content, "buttons", ())
