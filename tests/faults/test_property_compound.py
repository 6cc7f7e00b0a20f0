"""The checker of what groups, titles and logs may show finds each thing it looks for, and nothing else."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.model import PlaceKind, Public
from bot.render.messages import NotPublic, Words
from sandbox.control import Control
from sandbox.telegram.server import running
from tests.property_compound import Heard, in_log, in_title, seeded, texts, violations

GROUP = -1001
ALLOWED = {
    "compound": Public({"zh-CN": "幸福里小区", "en": "Xingfuli Court"}),
    "gate": Public("东门"),
    "count": Public(40),
    "left": Public(12),
    "helper": Public("邻居老林"),
    "led": Public(True),
}
NOTICE = Words().say("zh-CN", "arrived.group", ALLOWED, PlaceKind.COMPOUND)
KNOWN = replace(seeded(), codes=frozenset({"0431"}))


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"chat": GROUP, "kind": "text", "versions": [text], "buttons": [], **more}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("left", [12, 0])
@pytest.mark.parametrize("helper", ["邻居老林", ""])
def test_the_notice_that_a_group_may_see_is_let_through(lang: str, left: int, helper: str) -> None:
    said = {**ALLOWED, "left": Public(left), "helper": Public(helper)}
    text = Words().say(lang, "arrived.group", said, PlaceKind.COMPOUND)
    assert violations([message(text)], {GROUP: "compound"}, KNOWN) == []


@pytest.mark.parametrize("name", list(ALLOWED))
def test_a_value_that_is_not_public_never_becomes_a_message(name: str) -> None:
    private = {**ALLOWED, name: ALLOWED[name].value}
    with pytest.raises(NotPublic):
        Words().say("zh-CN", "arrived.group", private, PlaceKind.COMPOUND)


NAMES = ("林国平", "王桂兰", "Wang Guilan", "沈雅琴", "杜海涛", "301室", "5号楼", "内分泌科")
MEDICAL = ("阿托伐他汀", "立普妥", "amlodipine", "高脂血症", "Hyperlipidaemia", "加急", "有一件很急", "urgent")
NUMBERS = ("0101", "R1123-4", "¥12.30", "36.72", "12 元", "0431", "A-07", "编号AB-07", "80010012")


@pytest.mark.parametrize("secret", [*NAMES, *MEDICAL, *NUMBERS])
@pytest.mark.parametrize("place", [{GROUP: "compound"}, {}], ids=["bound", "unknown"])
def test_each_secret_is_found_in_a_group(secret: str, place: dict[int, str]) -> None:
    assert violations([message(f"{NOTICE} {secret}")], place, KNOWN)


def test_it_is_found_in_an_earlier_version_a_caption_a_button_and_a_link() -> None:
    told = [
        message(NOTICE, versions=["王桂兰", NOTICE]),
        message("", caption="王桂兰"),
        message(NOTICE, buttons=[[{"label": "王桂兰", "kind": "callback"}]]),
        message(NOTICE, buttons=[[{"label": "看", "kind": "url", "url": "https://t.me/bot?start=R1123-4"}]]),
    ]
    for one in told:
        assert violations([one], {GROUP: "compound"}, KNOWN), texts(one)


async def test_edits_and_deleted_messages_count_too() -> None:
    async with running() as messenger, Control(messenger.url) as control, aiohttp.ClientSession(messenger.url) as bot:

        async def careless(method: str, **args: object) -> dict[str, Any]:
            async with bot.post(f"/bot{messenger.token}/{method}", json={"chat_id": chat, **args}) as answer:
                body = await answer.json()
            assert body["ok"], body
            return body["result"]

        await control.person("Operator", id=101)
        chat = (await control.group("幸福里邻里群", "supergroup", members=[101]))["id"]
        sent = (await careless("sendMessage", text="王桂兰的药到了"))["message_id"]
        await careless("editMessageText", text="药到了", message_id=sent)
        await careless("deleteMessage", message_id=sent)
        assert violations(await control.messages(), {}, KNOWN) == ["people in '王桂兰的药到了'"]


def test_a_picture_is_nothing_for_a_group() -> None:
    assert violations([message("", kind="photo")], {GROUP: "compound"}, KNOWN) == [f"a photo in chat {GROUP}"]


def test_a_department_may_read_names_but_not_in_a_title() -> None:
    topic = {
        "chat": GROUP,
        "kind": "service",
        "service": "forum_topic_created",
        "versions": ["#12 🔴 ×2"],
        "buttons": [],
    }
    assert violations([message("王桂兰 R1123-4"), topic], {GROUP: "department"}, KNOWN) == []
    assert violations([{**topic, "versions": ["#12 王桂兰"]}], {GROUP: "department"}, KNOWN)
    assert in_title("#12 🔴 ×2 王桂兰", KNOWN)


def test_a_private_chat_is_not_looked_at() -> None:
    assert violations([{**message("王桂兰"), "chat": 103}], {}, KNOWN) == []


def test_a_desk_reads_a_sum_only_where_it_may_take_money() -> None:
    bill = {**message("江淑芬要付 ¥212.07"), "chat": 103}
    assert violations([bill], {}, KNOWN, [103])
    assert violations([bill], {}, KNOWN, [103], cash=True) == []
    assert violations([{**bill, "text": "江淑芬 R1123-4"}], {}, KNOWN, [103], cash=True)


@pytest.mark.parametrize("secret", ["王桂兰", "阿托伐他汀", "高脂血症", "301室", "R1123-4", "80010012"])
def test_a_log_holds_no_value(secret: str) -> None:
    assert in_log(f"WARNING bot.core {secret} failed", KNOWN)
    assert in_log("WARNING bot.core turn failed: KeyError in Pressed", KNOWN) == []


def test_what_is_logged_is_heard_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    with heard.attached("bot"):
        try:
            raise ValueError("王桂兰")
        except ValueError:
            logging.getLogger("bot.core").exception("turn failed")
    assert in_log(heard.text, KNOWN)


DESK = 132


@pytest.mark.parametrize("text", ["王秀英\n已送到小区", "王秀英：没有订单", "本人的出生日期是哪天？\n→ 1949-10-01"])
def test_a_desk_reads_names_stages_and_what_it_typed(text: str) -> None:
    assert violations([message(text, chat=DESK)], {}, KNOWN, [DESK]) == []


@pytest.mark.parametrize("secret", ["二甲双胍", "2型糖尿病", "内分泌科", "0431", "R1123-1", "A-07", "¥12.50", "5号楼"])
def test_each_secret_is_found_at_a_desk_and_not_elsewhere(secret: str) -> None:
    told = message(f"王秀英 {secret}", chat=DESK)
    assert violations([told], {}, KNOWN, [DESK])
    assert violations([told], {}, KNOWN) == []
