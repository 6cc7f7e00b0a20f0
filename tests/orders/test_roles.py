"""The table of roles, held against the lists that said the same in five files, and against who may read what."""

from __future__ import annotations

from typing import get_args

import pytest

from backend_client.models import Role
from bot import phrases, wiring
from bot.moves import BATCH_MOVES, MOVES
from bot.ops.orders import GATES
from bot.roles import BOUND, CLINICAL, ROLES, RoleFacts, RoleName, facts_of_role

BEFORE = ("doctor", "pharmacist", "courier", "ambassador", "operator")  # catalogue.ROLES, the choices of /invite
MENUS = {  # phrases.menu
    "operator": (
        "announce",
        "invite",
        "staff",
        "coverage",
        "groups",
        "halts",
        "applicants",
        "slow",
        "emergency",
        "cases",
        "board",
    ),
    "doctor": ("off_duty",),
    "ambassador": ("today", "neighbour", "many", "album", "lend", "pause", "profile"),
    "courier": ("runs",),
    "desk": ("caller", "my_callers"),
    "contact": ("my_area",),
    "window-clerk": ("hand_out",),
}
LATER = {"desk", "contact", "supervisor", "window-clerk", "registrar"}
EVERYBODYS = ["need", "where", "visit", "helpers", "language", "add_person", "changed"]


def test_the_roles_are_the_contracts() -> None:
    assert ROLES.keys() == {*get_args(RoleName)} == {*get_args(Role)}
    assert BOUND[:5] == BEFORE
    assert {*BOUND[5:]} == LATER
    assert ROLES.keys() - {*BOUND} == {"sorter"}


def test_menus_and_names_are_what_they_were() -> None:
    assert {start.role for start in wiring.STARTS.values() if start.role} == {*MENUS} <= {*ROLES}
    assert {role for role, facts in ROLES.items() if facts.registered} == {
        "doctor",
        "pharmacist",
        "courier",
        "window-clerk",
        "operator",
    }
    assert {"doctor", "pharmacist"} == CLINICAL
    for role in (*ROLES, "a-role-of-tomorrow"):
        own = MENUS.get(role, ())
        assert [option.id for option in phrases.menu([role])] == [*own, *EVERYBODYS]


@pytest.mark.parametrize("role", sorted(LATER - {"window-clerk"}))
def test_the_roles_that_came_later_ask_for_no_move(role: str) -> None:
    assert role not in {move.asker for move in (*MOVES.values(), *BATCH_MOVES.values())} | GATES.keys()


def test_who_may_read_what() -> None:
    """Persons and drugs for whoever treats her or stands at her door, the code for her and the window only."""
    reads = {what: {role for role, facts in ROLES.items() if what in facts.sees} for what in ("case", "name", "code")}
    assert reads == {
        "case": {"doctor", "pharmacist"},
        "name": {"doctor", "pharmacist", "desk"},
        "code": {"window-clerk"},
    }
    assert {role for role, facts in ROLES.items() if "door" in facts.sees} == {"ambassador"}
    rail = {"number", "stage", "compound", "since"}
    assert {ROLES["operator"].sees, ROLES["contact"].sees, ROLES["supervisor"].sees} == {frozenset(rail)}
    assert ROLES["courier"].sees == {"label", "compound"}
    assert ROLES["registrar"].sees == frozenset()


def test_of_an_unknown_role_nothing_is_known() -> None:
    assert facts_of_role("a-role-of-tomorrow") == RoleFacts(frozenset())
