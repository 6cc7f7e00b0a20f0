"""R7: from 6 to 13 the children's department and no other; where there is none, where to go."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialog import FLOWS
from bot.dialog.testing import DialogTester
from tests.flows.test_deploys import BRIEF, DEPARTMENT, DOCTOR, OPS

PAEDIATRICS = {"id": "dep-2", "specialty": "paediatrics", "name_zh": "儿科", "name_en": "Paediatrics"}
HER_DOCTOR = {"id": "pr-5", "role": "doctor", "name": "唐医生", "name_en": "Tang", "department": "dep-2"}


def filled(born: str, departments: list[Any]) -> DialogTester:
    brief = {**BRIEF, "birth_date": born}
    ops = {**OPS, "local.patients": [{"id": "pat-1", "name": "王秀英", "mandate": "", "brief": brief}],
           "local.me": {**OPS["local.me"], "self": brief}, "local.departments": departments,
           "local.staff": [DOCTOR, HER_DOCTOR]}  # fmt: skip
    t = DialogTester(FLOWS["refill"], ops)
    t.start()
    t.photo("a")
    t.photo("b")
    t.taps("done", "2026-10", "2026-10-20", "choose", "d1", "done", "3", "3-7")
    return t


@pytest.mark.parametrize("born", ["2012-11-05", "2018-01-01"])
def test_a_child_sees_the_childrens_doctors_only(born: str) -> None:
    filled(born, [DEPARTMENT, PAEDIATRICS]).expect_prompt("doctor", options=["first", "pr-5"])


def test_from_fourteen_the_drugs_say_which_department() -> None:
    filled("2012-11-04", [DEPARTMENT, PAEDIATRICS]).expect_prompt("doctor", options=["first", "pr-1", "other"])


def test_without_a_childrens_department_she_reads_where_to_go() -> None:
    filled("2018-01-01", [DEPARTMENT]).expect_tell("no_childrens")
