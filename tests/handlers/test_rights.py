"""Who may act for a patient: one way to find out, whatever release wrote it; no order tells whose it is by itself."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.dialog import Refused
from bot.model import Mandate, Order, Outcome, Person, Right, RoleBinding
from bot.ops.orders import may_hear
from bot.ops.rights import (
    accounts_of,
    mandate_in,
    mark,
    mark_orders,
    own_orders,
    own_patient,
    patient_for,
    patient_in,
    payer,
    residents,
    rights_of,
    rights_to,
    watchers,
)
from bot.turn import Turn
from tests.handlers.house import BRIEF, HELPER, PATIENT, RESIDENT, House, at_home
from tests.handlers.test_reasons import NO, order

BOT = Path(__file__).parents[2] / "bot"
NEW, DAUGHTER, MORE = 77, 78, 205


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "core.sqlite"


def consent(until: str = "2027-01-01", *, active: bool = True) -> Mandate:
    return Mandate("con-1", HELPER, "pat-1", until, active, {"name": "王秀英", "brief": BRIEF})


def proved(account: int, patient: str = "pat-1") -> Person:
    """As the release before keeps an account that proved to be a patient."""
    roles = (RoleBinding("patient", patient, ""),)
    return Person(account, roles=roles, facts={"self": {**BRIEF, "id": patient}, "consent": True})


def turned(house: House) -> Turn:
    return Turn(house.services, house.arrival(None))


async def stored(house: House, *rows: Any, gone: Sequence[Any] = ()) -> None:
    await house.services.store.commit(Outcome(house.arrival(None), rows=rows, gone=tuple(gone)))


async def kept(house: House) -> Mandate:
    found = await house.services.store.get(Mandate, "con-1")
    assert found is not None
    return found


async def by(house: House, account: int) -> list[tuple[str, str]]:
    """What the account may act for, in a turn that is written down."""
    turn = turned(house)
    found = [(right.by, patient_in(right).id) for right in await rights_of(turn, account)]
    await house.services.store.commit(turn.outcome())
    return found


async def test_the_patient_herself_and_who_has_her_consent(path: Path, clock: HandClock) -> None:
    async with at_home(path, clock, (consent(),)) as house:
        turn = turned(house)
        own, his = await patient_for(turn, RESIDENT, "pat-1"), await patient_for(turn, HELPER, "pat-1")
        assert (own.by, mandate_in(own), his.by, mandate_in(his)) == ("self", "", "mandate", "con-1")
        assert [right.by for right in await rights_to(turn, "pat-1")] == ["self", "mandate"]
        for account, patient in ((RESIDENT, "pat-2"), (NEW, "pat-1"), (NEW, "")):
            with pytest.raises(Refused, match="no-mandate"):
                await patient_for(turn, account, patient)


@pytest.mark.parametrize(("row", "why"), [(consent("2026-01-01"), "mandate-over"), (consent(active=False), "no-man")])
async def test_a_consent_that_is_over_or_taken_back_is_no_right(
    path: Path, clock: HandClock, row: Mandate, why: str
) -> None:
    async with at_home(path, clock, (row,)) as house:
        with pytest.raises(Refused, match=why):
            await patient_for(turned(house), HELPER, "pat-1")
        assert await rights_of(turned(house), HELPER) == []


async def test_an_account_has_several_patients_and_a_patient_several_accounts(path: Path, clock: HandClock) -> None:
    """Rights that no release before knew stand by themselves."""
    async with at_home(path, clock, (consent(),)) as house:
        turn = turned(house)
        sealed = {"account": DAUGHTER, "patient": BRIEF}
        whose, whom = turn.blind("account", str(DAUGHTER)), mark(turn, "pat-1")
        family = Right("r-1", whose, whom, "family", 1, "", 1, sealed)
        asked = replace(family, id="r-2", patient=mark(turn, "pat-2"), by="guardian", approved=0)
        await stored(house, family, asked)
        assert (await patient_for(turned(house), DAUGHTER, "pat-1")).by == "family"
        with pytest.raises(Refused, match="mandate-over"):
            await patient_for(turned(house), DAUGHTER, "pat-2")  # not approved
        assert await by(house, DAUGHTER) == [("family", "pat-1")]
        assert {right.by for right in await rights_to(turned(house), "pat-1")} == {"self", "mandate", "family"}
        assert await accounts_of(turned(house), "pat-1") == (RESIDENT,), "the family is not the patient"


async def test_whom_an_order_concerns_follows_from_rights(path: Path, clock: HandClock) -> None:
    """Whatever the order's own column says."""
    row = order("in-consult", placed_by=HELPER, mandate="con-1", patient_account=999)
    async with at_home(path, clock, (row, consent())) as house:
        turn = turned(house)
        assert await residents(turn, row) == (RESIDENT,)
        assert await watchers(turn, row) == await may_hear(turn, row) == sorted((RESIDENT, HELPER))
        assert await payer(turn, row) == RESIDENT
        assert [one.no for one in await own_orders(turn, RESIDENT)] == [NO]
        assert await own_orders(turn, 999) == []
        await stored(house, replace(await kept(house), active=False))
        assert await may_hear(turned(house), row) == [RESIDENT]


async def test_a_person_with_no_phone_has_nobody_who_pays(path: Path, clock: HandClock) -> None:
    row = order("quoted", placed_by=HELPER, mandate="con-9", snapshot={"patient": {**BRIEF, "id": "pat-9"}})
    async with at_home(path, clock, (row,)) as house:
        turn = turned(house)
        assert (await residents(turn, row), await payer(turn, row), await watchers(turn, row)) == ((), 0, [HELPER])


# ---------------------------------------------------------------- the release before, and back


async def test_a_database_of_the_release_before_loses_nobody(path: Path, clock: HandClock) -> None:
    """People, mandates and orders under way as it left them: no rights, no marks."""
    many = [order("in-consult", placed_by=HELPER, mandate="con-1") for _ in range(MORE)]
    rows = [replace(row, no=f"MR-{n}", topic="") for n, row in enumerate(many)]
    async with at_home(path, clock, (consent(), *rows)) as house:
        assert await house.services.store.find(Order, patient="") == []
        assert len(await own_orders(turned(house), RESIDENT)) == MORE
        assert await mark_orders(house.services, clock.civil()) == 0, "once"
        assert await by(house, RESIDENT) == [("self", "pat-1")]
        assert await by(house, HELPER) == [("mandate", "pat-1")]
        kept = await house.services.store.find(Right)
        assert sorted(right.by for right in kept) == ["mandate", "self"]
        assert await by(house, HELPER) == [("mandate", "pat-1")]
        assert {right.version for right in await house.services.store.find(Right)} == {1}, "written once"


async def test_what_the_release_before_did_meanwhile_counts(path: Path, clock: HandClock) -> None:
    """It was put back, she moved to a new phone and took a mandate back; then this one came again."""
    async with at_home(path, clock, (consent(),)) as house:
        store = house.services.store
        assert await by(house, RESIDENT) == [("self", "pat-1")]
        assert await by(house, HELPER) == [("mandate", "pat-1")]
        old = await store.get(Person, RESIDENT)
        assert old is not None
        held = replace(consent(), active=False, version=(await kept(house)).version)
        await stored(house, replace(old, roles=(), facts={"consent": True}), proved(NEW), held)
        with pytest.raises(Refused, match="no-mandate"):
            await patient_for(turned(house), RESIDENT, "pat-1")
        assert await accounts_of(turned(house), "pat-1") == (NEW,)
        assert [await by(house, account) for account in (RESIDENT, HELPER, NEW)] == [[], [], [("self", "pat-1")]]
        assert [right.sealed["account"] for right in await store.find(Right)] == [NEW]


async def test_the_release_before_finds_what_it_knows(path: Path, clock: HandClock) -> None:
    """A binding that moves here moves there: people and the order's column are still written, her id as a mark."""
    async with at_home(path, clock, (Person(NEW, facts={"consent": True}), order("in-consult"))) as house:
        await house.take(house.text(NEW, "/enrol"))
        await house.take(house.text(NEW, "A1234567"))
        await house.take(house.text(NEW, "1950-01-01"))
        await house.answer("hospital.find_patient", PATIENT)
        await house.tap(RESIDENT, "new_phone")
        store = house.services.store
        old, new, row = await store.get(Person, RESIDENT), await store.get(Person, NEW), await store.get(Order, NO)
        assert old is not None
        assert new is not None
        assert row is not None
        assert ("self" in old.facts, new.facts["self"]["id"]) == (False, "pat-1")
        assert [(role.role, role.id) for role in new.roles] == [("patient", turned(house).marked("pat-1"))]
        assert (row.patient_account, row.placed_by) == (NEW, NEW)
        assert await residents(turned(house), row) == (NEW,)
        assert await own_patient(turned(house), RESIDENT) is None


async def test_nothing_in_the_table_says_who_is_who(path: Path, clock: HandClock) -> None:
    async with at_home(path, clock, (consent(),)) as house:
        await by(house, RESIDENT)
        await by(house, HELPER)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT id, account, patient, sealed FROM rights").fetchall()
    assert len(rows) == 2
    for *told, sealed in rows:
        assert all(str(HELPER) not in part for part in told)  # in sealed bytes any two letters may stand
        for plain in ("pat-1", "con-1", "王秀英"):
            assert all(plain not in part for part in told)
            assert plain.encode() not in sealed


# ---------------------------------------------------------------- nobody reads the column


def reads(source: str) -> list[int]:
    """Lines that read ``patient_account``, or look for rows by it; writing it is a keyword of a row or of replace."""
    found: list[int] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr="patient_account") | ast.Constant(value="patient_account"):
                found.append(node.lineno)
            case ast.Call(func=ast.Name(id="Order" | "replace")):
                pass
            case ast.Call(keywords=words) if any(word.arg == "patient_account" for word in words):
                found.append(node.lineno)
    return found


def test_nobody_reads_whose_an_order_was() -> None:
    files = [
        path for path in BOT.rglob("*.py") if path.parts[-2:] != ("model", "rows.py") and "versions" not in path.parts
    ]
    assert len(files) > 100
    assert {path.name: lines for path in files if (lines := reads(path.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    ("line", "n"),
    [("a.patient_account", 1), ("find(Order, patient_account=1)", 1), ("getattr(a, 'patient_account')", 1),
     ("replace(a, patient_account=1)", 0), ("Order(patient_account=1)", 0)],
)  # fmt: skip
def test_what_counts_as_reading(line: str, n: int) -> None:
    assert len(reads(line)) == n
