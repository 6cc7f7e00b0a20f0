"""Today's database under a release with fields more and fields fewer, both ways."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import Any

import orjson
import pytest

from backend_client.errors import Broken
from backend_client.models import Actor, Charge, Line, OrderDraft, Prescription
from bot import catalogue
from bot.calls import CALLS, calls
from bot.clock import HandClock
from bot.decoding import Unreadable, jsonable
from bot.model import (
    PUT_ASIDE,
    Arrival,
    Command,
    Dialog,
    Order,
    Origin,
    Outcome,
    Person,
    Place,
    PlaceKind,
    Post,
    Priority,
    RoleBinding,
    Text,
)
from bot.store.crypto import Sealed
from bot.store.rows import ARGS, CONTENT
from bot.workers.command_runner import CommandRunner
from bot.workers.reference_data import ReferenceData
from tests.handlers.house import LISTS
from tests.store.kit import BOT, KEYS, Turns, open_at
from tests.waiting import posts_due

NOBODY: Any = None
TEXT = catalogue.dumps(LISTS)
DRAFT = OrderDraft("no-1", "pat-1", Actor("Patient/pat-1"), "dep-1", "", "comp-1", "home", "routine", "", "3-7", "c",
                   "2026-11-01", "", "", "hand", (Line("d1", "a", "1g", 2),), {}, "q|1", 1, 2)  # fmt: skip
ACTOR = {"reference": "Patient/pat-1"}


MAPS = ("answers", "names", "reading", "shapes", "text")  # their names are no fields


def more(value: Any) -> Any:
    """As a release wrote it that has a field more everywhere."""
    if isinstance(value, dict):
        parts = {name: part if name in MAPS else more(part) for name, part in value.items()}
        return {**parts, "later": {"deep": [1]}}
    return [more(part) for part in value] if isinstance(value, list) else value


# ---------------------------------------------------------------- the hospital's lists


def test_lists_with_a_field_more_and_a_field_fewer_are_read():
    document = json.loads(TEXT)
    assert catalogue.loads(json.dumps(more(document))) == LISTS
    for drug in document["drugs"]:
        del drug["stock"], drug["sig"]
    del document["questionnaire"], document["format"]
    older = replace(LISTS, drugs=tuple(replace(drug, stock=0, sig="") for drug in LISTS.drugs), questionnaire=None)
    assert catalogue.loads(json.dumps(document)) == older


@pytest.mark.parametrize(
    "text", ['{"format": 2}', '{"drugs": [{"code": "Ann Lee"}]}', "{", "[]", TEXT.replace('"doctor"', '"wizard"')]
)
async def test_lists_that_cannot_be_read_count_as_none_and_are_told(
    text: str, path: Path, caplog: pytest.LogCaptureFixture
):
    store = await open_at(path)
    await store.set_cursor(catalogue.CURSOR, text)
    reference = ReferenceData(NOBODY, store, HandClock(), 1)
    await reference.open()
    assert reference.now == catalogue.Catalogue()
    (letter,) = await store.dead_letters()
    assert (letter["source"], letter["id"]) == ("store", "cursors/catalogue")
    assert letter["code"].startswith("unreadable Catalogue")
    assert "counts as none" in caplog.text
    assert "Ann Lee" not in caplog.text + letter["code"]
    await store.close()


# ---------------------------------------------------------------- commands


class Hospital:
    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any) -> str:
            self.asked.append((name, args))
            return "done"

        return call


async def fetch(file: str) -> bytes:
    return b"photo"


RX = Prescription("k", "no-1", "pr-1", DRAFT.lines, "jws", 1)
CHARGE = Charge("ch-1", "no-1", 100, "CNY", 1)
COMMITTED: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "submit": ({"draft": jsonable(DRAFT), "photos": []}, (DRAFT, ())),
    "take": ({"order": "no-1", "doctor": ACTOR}, ("no-1", Actor("Patient/pat-1"))),
    "prescribe": ({"order": "no-1", "rx": jsonable(RX)}, (RX,)),
    "pay": ({"order": "no-1", "charge": jsonable(CHARGE), "payer": ACTOR}, (CHARGE, Actor("Patient/pat-1"))),
    "review": ({"order": "n", "pharmacist": ACTOR, "decision": "pass"}, ("n", Actor("Patient/pat-1"), "pass", "", "")),
    "cancel": ({"order": "no-1", "who": ACTOR, "reason": "r"}, ("no-1", Actor("Patient/pat-1"), "r")),
}


@pytest.mark.parametrize("name", COMMITTED)
async def test_a_command_with_a_field_more_or_fewer_gets_through(name: str):
    args, wanted = COMMITTED[name]
    hospital: Any = Hospital()
    carry_out = calls(hospital, fetch)[f"hospital.{name}"]
    await carry_out(args)
    await carry_out(more(args))
    assert hospital.asked == [(name, wanted)] * 2


@pytest.mark.parametrize("op", [op for op, call in CALLS.items() if len(signature(call).parameters) > 1])
async def test_a_command_that_cannot_be_read_never_reaches_the_hospital(op: str):
    hospital: Any = Hospital()
    with pytest.raises(Broken if op == "hospital.pay" else Unreadable, match="missing"):
        await calls(hospital, fetch)[op]({"later": 1})
    assert hospital.asked == []


async def test_it_is_put_aside_and_who_waits_for_it_is_told(path: Path, turn: Turns, caplog: pytest.LogCaptureFixture):
    store = await open_at(path)
    hospital: Any = Hospital()
    for op, args in (("take", {"order": "no-1", "doctor": {"name": "Ann Lee"}}), ("pay", {"order": "no-2"})):
        await store.commit(turn(commands=(Command(op, op, f"hospital.{op}", args, Origin(chat=7, person=7)),)))
    told: list[tuple[str, str]] = []

    async def take(arrival: Arrival) -> None:
        body: Any = arrival.body
        told.append((body.command, body.refusal))
        await store.commit(Outcome(arrival, done=(body.command,)))

    await CommandRunner(store, calls(hospital, fetch), HandClock(), take).once()
    assert told == [("take", PUT_ASIDE)]
    money = await store.command("pay")
    assert money is not None
    assert money.attempts == 1
    assert {letter["id"]: letter["code"] for letter in await store.dead_letters()} == {
        "take": "unreadable take.doctor: Actor.reference: missing",
        "pay": "unreadable pay.charge: missing",
    }
    assert "Ann Lee" not in caplog.text
    await store.close()


# ---------------------------------------------------------------- rows

ORDER = Order("no-1", "paid", 1, 2, "v", 3, "dep-1", "comp-1", "red", 7, rx=("h1",), snapshot={"patient": {"id": "p"}})
ROWS = (Person(7, roles=(RoleBinding("doctor", "pr-1", "Li", "dep-1", ("c1",)),), facts={"a": 1}),
        Place(-1, PlaceKind.REVIEW), Dialog("d", "refill", 7, 7, args={"b": 2}), ORDER)  # fmt: skip


def seal(where: Sealed, key: Any, value: Any) -> bytes:
    return KEYS.encrypt(where, f"{BOT}:{key}", orjson.dumps(value))


@pytest.fixture
async def kept(path: Path, turn: Turns) -> Path:
    store = await open_at(path)
    posts = (Post("p", 7, Text("hello")), Post("q", 7, Text("second")))
    await store.commit(turn(rows=ROWS, posts=posts, commands=(Command("c", "lane", "hospital.claim", {"order": "n"}),)))
    await store.close()
    return path


def change(path: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for text, values in statements:
            connection.execute(text, values)


async def test_rows_that_a_newer_release_wrote_are_read_and_written(kept: Path, turn: Turns):
    role = {"role": "doctor", "id": "pr-1", "name": "Li", "department": "dep-1", "locations": ["c1"], "later": 1}
    change(
        kept,
        ("ALTER TABLE people ADD COLUMN later TEXT", ()),
        ("ALTER TABLE orders ADD COLUMN paid_by BIGINT NOT NULL DEFAULT 5", ()),
        ("UPDATE people SET seal_of = NULL, roles = ?, later = 'x'", (json.dumps([role]),)),  # sealed anew at the start
        ("UPDATE places SET kind = 'payers'", ()),
        ("UPDATE posts SET priority = 'aa', body = ? WHERE key = 'p'",
         (seal(CONTENT, "p", {"html": "hello", "effect": 1}),)),
        ("UPDATE commands SET priority = 'aa', args = ?", (seal(ARGS, "c", {"order": "n", "later": 1}),)),
    )  # fmt: skip
    store = await open_at(kept)
    person = await store.get(Person, 7)
    assert person is not None
    assert person == replace(ROWS[0], version=1)
    assert [place.kind for place in await store.find(Place)] == [PlaceKind.COMPOUND]
    post, _ = await posts_due(store, 10**15)
    assert (post.post.content, post.post.priority) == (Text("hello"), Priority.DIALOG)
    assert [claimed.command.args["order"] for claimed in await store.commands_due(1)] == ["n"]
    await store.commit(turn(rows=(replace(person, lang="en"), replace(ORDER, no="no-2"))))
    assert await store.dead_letters() == []
    await store.close()
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT lang, later FROM people").fetchall() == [("en", "x")]
        assert connection.execute("SELECT no, paid_by FROM orders").fetchall() == [("no-1", 5), ("no-2", 5)]


async def test_rows_that_an_older_release_wrote_have_their_defaults(kept: Path):
    """It did not know the column, so NULL stands in it."""
    sql = "SELECT sql FROM sqlite_master WHERE name = 'orders'"
    with closing(sqlite3.connect(kept)) as connection:
        (made,) = connection.execute(sql).fetchone()
    lax = made.replace("label VARCHAR NOT NULL", "label VARCHAR").replace("rx VARCHAR NOT NULL", "rx VARCHAR")
    change(
        kept,
        ("PRAGMA writable_schema=ON", ()),
        ("UPDATE sqlite_master SET sql = ? WHERE name = 'orders'", (lax,)),
    )
    change(
        kept,
        ("UPDATE orders SET label = NULL, rx = NULL, snapshot = NULL", ()),
        (
            "UPDATE people SET seal_of = NULL, roles = ?",
            (json.dumps([{"role": "doctor", "id": "pr-1", "name": "Li"}]),),
        ),
    )
    store = await open_at(kept)
    assert await store.get(Order, "no-1") == replace(ORDER, label="", rx=(), snapshot={}, version=1)
    (person,) = await store.find(Person)
    assert person.roles == (RoleBinding("doctor", "pr-1", "Li"),)
    await store.close()


async def test_what_cannot_be_read_counts_as_none_hides_nothing_else_and_is_told_once(
    kept: Path, turn: Turns, caplog: pytest.LogCaptureFixture
):
    store = await open_at(kept)
    await store.commit(turn(rows=(Person(8),)))
    await store.close()
    change(
        kept,
        ("UPDATE people SET roles = ? WHERE id = 7", (json.dumps([{"name": "Ann Lee"}]),)),
        ("UPDATE posts SET kind = 'poll' WHERE key = 'p'", ()),
        ("UPDATE commands SET args = ?", (seal(ARGS, "c", ["Ann Lee"]),)),
    )
    store = await open_at(kept)
    for _ in range(2):
        assert [person.id for person in await store.find(Person)] == [8]
        assert [standing.post.key for standing in await posts_due(store, 10**15)] == ["q"]
        assert [claimed.command.args for claimed in await store.commands_due(1)] == [{}]
    with pytest.raises(Unreadable, match=r"people: RoleBinding.role: missing"):  # a turn of his is a dead letter
        await store.get(Person, 7)
    letters = {letter["id"]: (letter["code"], letter["times"]) for letter in await store.dead_letters()}
    assert letters == {
        "people/7": ("unreadable people: RoleBinding.role: missing", 1),
        "posts/p": ("unreadable unknown kind of message", 1),
        "commands/c": ("unreadable no object", 1),
    }
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 3
    assert "Ann Lee" not in caplog.text
    await store.close()


def test_the_lists_of_the_release_with_two_names_are_read_and_it_reads_ours() -> None:
    """Until names were kept by language a drug, a place and a department had two; the release before needs both."""
    document = json.loads(TEXT)
    assert {"name_zh", "name_en"} <= document["drugs"][0].keys() & document["compounds"][0].keys()
    assert (document["drugs"][0]["name_zh"], document["drugs"][0]["name_en"]) == ("二甲双胍", "Metformin")
    for name in catalogue.NEVER_EMPTY:
        document[name] = [{key: one[key] for key in one if key != "names"} for one in document[name]]
    for member in document["staff"]:
        del member["name_zh"]
    before = catalogue.loads(json.dumps(document))
    assert before.drugs == LISTS.drugs
    assert (before.compounds, before.departments) == (LISTS.compounds, LISTS.departments)
    assert before.staff[0].names == {"zh-CN": "李医生", "en": "Li"}
