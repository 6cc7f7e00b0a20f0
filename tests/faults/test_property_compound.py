"""The checker of what groups, titles and logs may show finds each thing it looks for, and nothing else."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from tests.property_compound import Heard, in_log, in_title, seeded, texts, violations

GROUP = -1001
NOTICE = "幸福里小区 东门：药到了，还有 12 件待取（共 40 件）。联系志愿者：林国平，清单在他的私聊里。"
KNOWN = replace(seeded(), codes=frozenset({"0431"}))


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"chat": GROUP, "kind": "text", "versions": [text], "buttons": [], **more}


def test_the_notice_that_a_group_may_see_is_let_through() -> None:
    assert violations([message(NOTICE)], {GROUP: "compound"}, KNOWN) == []


NAMES = ("王桂兰", "Wang Guilan", "沈雅琴", "杜海涛", "301室", "5号楼", "内分泌科")
MEDICAL = ("阿托伐他汀", "立普妥", "amlodipine", "高脂血症", "Hyperlipidaemia", "加急", "urgent")
NUMBERS = ("0101", "R1123-4", "¥12.30", "12 元", "0431", "A-07", "80010012")


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


@pytest.mark.parametrize("secret", ["王桂兰", "阿托伐他汀", "高脂血症", "301室", "R1123-4", "80010012"])
def test_a_log_holds_no_value(secret: str) -> None:
    assert in_log(f"WARNING bot.turn {secret} failed", KNOWN)
    assert in_log("WARNING bot.turn turn failed: KeyError in Pressed", KNOWN) == []


def test_what_is_logged_is_heard_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    with heard.attached("bot"):
        try:
            raise ValueError("王桂兰")
        except ValueError:
            logging.getLogger("bot.turn").exception("turn failed")
    assert in_log(heard.text, KNOWN)
