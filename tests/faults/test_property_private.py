"""The checker of what a payer and a relative may read finds each thing it looks for, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.property_compound import seeded
from tests.property_private import private, roles

KNOWN = replace(seeded(), codes=frozenset({"0431"}))
BILL = "请您付款。\n王* 的药费：¥36.72\n现在：等付款"


def said(text: str, chat: int = 126, bot: bool = True) -> dict[str, Any]:
    return {"chat": chat, "kind": "text", "versions": [text], "buttons": [], "from": {"bot": bot}}


PAYER = said("/start family-abc123", bot=False)
RELATIVE = said("医院同意了，您能看到王秀英的药送到哪了。")


def test_what_they_may_read_is_let_through() -> None:
    assert private([PAYER, said(BILL)], KNOWN) == []
    assert private([RELATIVE, said("王秀英　订单 R1123-4\n已送到\n取件码 0431（A-07）")], KNOWN) == []
    assert private([said("王桂兰　阿托伐他汀", chat=103)], KNOWN) == [], "herself"


@pytest.mark.parametrize(
    "secret", ["王桂兰", "Wang Guilan", "阿托伐他汀", "高脂血症", "R1123-4", "A-07", "0431", "内分泌科"]
)
def test_each_secret_is_found_with_a_payer(secret: str) -> None:
    assert private([PAYER, said(f"{BILL} {secret}")], KNOWN)


@pytest.mark.parametrize("secret", ["阿托伐他汀", "amlodipine", "高脂血症"])
def test_a_drug_is_found_with_a_relative_who_sees_the_stage_only(secret: str) -> None:
    assert private([RELATIVE, said(f"王秀英 {secret}")], KNOWN)


CLERK = 135


def test_a_window_reads_label_and_code_and_of_nobody_anything() -> None:
    assert (
        private([said("A-07：请输入本人出示的取件码。", CLERK), said("0431", CLERK, bot=False)], KNOWN, [CLERK]) == []
    )


@pytest.mark.parametrize("secret", ["王桂兰", "阿托伐他汀", "高脂血症", "R1123-4", "¥36.72", "3号楼"])
def test_each_secret_is_found_at_a_window(secret: str) -> None:
    assert private([said(f"A-07 已交出。{secret}", CLERK)], KNOWN, [CLERK])
    assert private([said(f"A-07 已交出。{secret}", CLERK)], KNOWN) == [], "and is nothing to somebody else"


def test_who_is_here_for_more_than_to_pay_is_no_payer() -> None:
    assert roles([PAYER]) == {126: "payer"}
    assert roles([PAYER, said("80010012", bot=False)]) == {}
