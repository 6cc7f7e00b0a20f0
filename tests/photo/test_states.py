"""What is said of a paper as a whole stops it; the rules that a form prints, and what is said of one line, do not."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Final

import pytest

from bot.photo import reasons
from bot.photo.states import said
from bot.photo.vocabulary import STATES
from tests.photo.lines import page
from tests.photo.test_sheets import ONE, seen

PHRASES: Final[dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("said.toml").read_text(encoding="utf-8"))
SAYS: Final = {"void": reasons.VOID, "used": reasons.DISPENSED, "line": "", "harmless": ""}


@pytest.mark.parametrize("kind", SAYS)
def test_what_is_said(kind: str) -> None:
    wrong = [(text, told) for text in PHRASES[kind] if (told := said(text)) != SAYS[kind]]
    assert wrong == []
    assert len(PHRASES[kind]) > 90


@pytest.mark.parametrize("text", ["2026年11月3日 {} 门诊药房", "{}  3号窗口", "{} 10:41", "【{}】"])
def test_when_and_where_it_was_done_changes_nothing(text: str) -> None:
    assert [said(text.format(state)) for state in ("已作废", "已取药")] == [reasons.VOID, reasons.DISPENSED]


@pytest.mark.parametrize("text", ["未{}", "如已{}", "□{}", "{}(0)", "全部 待取药 {}", "{} 确定"])
def test_a_rule_a_box_to_tick_and_a_row_of_tabs_say_nothing(text: str) -> None:
    assert [said(text.format(state)) for state in ("已退费", "已取药")] == ["", ""]


def test_a_state_stops_a_page_and_a_rule_does_not() -> None:
    assert seen(page(*ONE, "该处方已于11月3日核销")).cause == reasons.DISPENSED
    assert seen(page(*ONE, "您的处方已被医生撤回,请重新就诊")).cause == reasons.VOID
    assert seen(page(*ONE, "处方当日有效,逾期作废")).cause == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("红票", reasons.VOID),
        ("退货小票", reasons.VOID),
        ("全额退款交易已撤销", reasons.VOID),
        ("上次处方(NO.88494601)已作废,请以本张为准", ""),
        ("前一张已作废", ""),
    ],
)
def test_of_which_paper_it_is_said(text: str, told: str) -> None:
    assert said(text) == told


def test_words_in_any_order_are_read_at_once() -> None:
    """No pattern tries its words in all orders: this ends."""
    chance, words = random.Random(7), [w for some in STATES.values() for w in some]
    for _ in range(300):
        some = [chance.choice(words) for _ in range(2)]
        assert said("".join(chance.choice(some) for _ in range(60))[:70]) in {"", reasons.VOID, reasons.DISPENSED}
    assert said("已取药" * 30) == ""  # no state is so long
