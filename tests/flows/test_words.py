"""What a person of 80 reads at the hardest places: nothing to pay, too late to cancel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import bot.flows  # noqa: F401 - declares them
from bot.cards import card_words
from bot.dialog import FLOWS
from bot.dialog.errors import Refused
from bot.dialog.testing import DialogTester
from bot.render.messages import Words
from bot.views.orders import MoneyView, OrderView, SnapshotView

WORDS = Words()
QUOTED = OrderView(no="MR-1", stage="quoted", holder="payer", deadline=1_795_500_000_000, residents=(7,),
                   snapshot=SnapshotView(settlement=MoneyView(4000, 2500, 500, 1000, True)))  # fmt: skip
FREE = replace(QUOTED, snapshot=SnapshotView(settlement=MoneyView(4000, 3500, 500, 0, True)))


def card(order: OrderView, lang: str) -> str:
    said: dict[str, Any] = {**card_words(order, {"zh-CN": "王桂兰"}, own=True), "by": ""}
    return WORDS.say(lang, "order_card.card", said)


@pytest.mark.parametrize(("lang", "until"), [("zh-CN", "最晚"), ("en", "It comes")])
def test_no_day_of_delivery_stands_under_please_pay(lang: str, until: str) -> None:
    assert until not in card(QUOTED, lang)
    assert until in card(replace(QUOTED, stage="paid", holder="sorter"), lang)


@pytest.mark.parametrize(
    ("lang", "pay", "told"), [("zh-CN", "请付款", "不用付钱"), ("en", "lease pay", "Nothing to pay")]
)
def test_nothing_to_pay_is_not_called_please_pay(lang: str, pay: str, told: str) -> None:
    assert pay in card(QUOTED, lang)
    assert pay not in card(FREE, lang)
    assert told in card(FREE, lang)
    bill = {"paid": False, "waits": False, "dead": False, "unread": False, "order": "MR-1", "total": 4000,
            "pooled": 3500, "personal": 500, "self_pay": 0, "insured": True, "kept": 0, "back": 0, "due": 0,
            "out": False, "taken": False, "who": "", "until": 0}  # fmt: skip
    said = WORDS.say(lang, "settle.card", bill)
    assert pay not in said
    assert "¥0.00" not in said


def test_too_late_to_cancel_is_said_once_with_what_can_be_done() -> None:
    """It is packed while she reads the question."""

    def late(args: Any) -> Any:
        raise Refused("too-late-packed")

    ops: dict[str, Any] = {
        "local.may_cancel": {"no": "MR-1", "stage": "paid"},
        "local.cancels": late,
        "local.rules": {"phone": "021-5550-0100"},
    }
    t = DialogTester(FLOWS["cancel"], ops, subject="MR-1")
    t.start()
    t.taps("yes")
    t.expect_tell("cancel.too_late", why=("refused.too-late-packed", {"name": "", "at": 0, "phone": "021-5550-0100"}))
    t.expect_end("done")
