"""What was put aside becomes an exception: one row, one line to the operators' group, nothing personal."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.model import (
    PUT_ASIDE,
    Command,
    Due,
    Incident,
    Observed,
    Order,
    Origin,
    Person,
    Place,
    PlaceKind,
    Post,
    Relayed,
    Returned,
    RoleBinding,
    Row,
    Said,
    Spot,
    Text,
    Timer,
    Topic,
)
from bot.ops.incidents import report, settle
from bot.phrases import INCIDENTS, incident_todo
from bot.render.messages import words_of
from bot.reports import put_aside
from bot.store.failures import failures
from bot.store.port import NotOpened
from bot.turn import Turn
from bot.workers.letters import Letters
from tests.handlers.house import BRIEF, RESIDENT, House, at_home, told

OFFICE = -900


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        await does(house, Place(OFFICE, PlaceKind.OPERATORS, lang="en"))
        await Letters(house.services.store, house.clock, house.take).once()  # it begins
        yield house


async def does(house: House, *rows: Row, posts: tuple[Post, ...] = (), command: str = "") -> None:
    async def turn(turn: Turn) -> None:
        for row in rows:
            turn.put(row)
        for post in posts:
            turn.post(post.key, post.chat, post.content, topic=post.topic)
        if command:
            args = {"order": "MR-1", "name": "Ann Lee"}
            turn.command(Command(command, "MR-1", "hospital.take", args, Origin(chat=RESIDENT, person=RESIDENT)))

    await Core(house.services, turn).take(house.arrival(Said(Spot(RESIDENT, RESIDENT), house.count, "x")))


async def reports(house: House, kind: str, **what: str) -> None:
    async def turn(turn: Turn) -> None:
        await report(turn, kind, **what)

    await Core(house.services, turn).take(house.arrival(Said(Spot(RESIDENT, RESIDENT), house.count, "x")))


async def settles(house: House, kind: str, about: str) -> None:
    async def turn(turn: Turn) -> None:
        await settle(turn, kind, about, "called her")

    await Core(house.services, turn).take(house.arrival(Said(Spot(RESIDENT, RESIDENT), house.count, "x")))


async def letter(house: House, source: str, id: str, code: str = "crash-KeyError") -> None:
    await house.services.store.dead_letter(source, id, code)
    await Letters(house.services.store, house.clock, house.take).once()


async def rows(house: House) -> list[Incident]:
    return await house.services.store.find(Incident)


def office(house: House, chat: int = OFFICE) -> list[str]:
    """The cards as they stand."""
    stands = {post.key: getattr(post.content, "html", "") for post in house.posts() if post.chat == chat}
    return [html for html in stands.values() if html]


# ---------------------------------------------------------------- one row, one line


async def test_raised_again_it_is_one_row_and_one_line(house: House) -> None:
    for _ in range(3):
        await reports(house, "sum", order="MR-1", code="sum-differs")
    (row,) = await rows(house)
    assert (row.kind, row.about, row.order, row.times, row.owner, row.done_at) == ("sum", "MR-1", "MR-1", 3, 0, 0)
    (line,) = office(house)
    assert "insurer" in line
    assert "MR-1" in line


async def test_two_at_once_are_one_row(house: House) -> None:
    """Two replicas of the core: the second finds the first one's row."""
    await house.services.store.dead_letter("feed", "order/MR-1", "sum-differs")
    letters = Letters(house.services.store, house.clock, house.take)
    await letters.once()
    await Letters(house.services.store, house.clock, house.take).once()  # after a restart
    assert [row.times for row in await rows(house)] == [1]
    assert len(office(house)) == 1


async def test_settled_it_is_done_with_a_word_and_raised_anew_it_is_told_anew(house: House) -> None:
    await reports(house, "unread", order="MR-1")
    await settles(house, "unread", "MR-1")
    (row,) = await rows(house)
    assert (row.done_at > 0, row.word) == (True, "called her")
    await settles(house, "unread", "MR-1")
    house.clock.advance(60)
    await reports(house, "unread", order="MR-1")
    (row,) = await rows(house)
    assert (row.done_at, row.times, row.word) == (0, 1, "")
    assert len(office(house)) == 2


async def test_without_an_operators_group_the_row_stands(house: House) -> None:
    await does(house, Place(OFFICE, PlaceKind.REVIEW, lang="en", version=1))
    await reports(house, "told", order="MR-1")
    assert len(await rows(house)) == 1
    assert office(house) == []


async def test_without_an_operators_group_each_operator_reads_it_in_private(house: House) -> None:
    await does(house, Place(OFFICE, PlaceKind.REVIEW, lang="en", version=1),
               Person(51, lang="en", roles=(RoleBinding("operator", "pr-9", "Wu"),)))  # fmt: skip
    await reports(house, "sum", order="MR-1")
    (line,) = [getattr(post.content, "html", "") for post in house.posts() if post.chat == 51]
    assert "MR-1" in line


async def test_at_night_the_line_makes_no_sound(house: House) -> None:
    await reports(house, "sum", order="MR-1")
    house.clock.advance(14 * 3600)
    await reports(house, "sum", order="MR-2")
    assert [(post.silent, post.not_before) for post in house.posts() if post.chat == OFFICE] == [(False, 0), (True, 0)]


async def test_a_kind_of_a_later_release_has_words(house: House) -> None:
    await reports(house, "ladder", order="MR-1")
    assert office(house)[0].startswith("Something was put aside, order MR-1")


# ---------------------------------------------------------------- what is put aside


@pytest.mark.parametrize(
    ("source", "id", "code", "kind", "order"),
    [
        ("telegram", "message/7/12", "KeyError orders.py:1", "arrival", ""),
        ("hospital", "order/MR-1/3", "KeyError orders.py:1", "told", "MR-1"),
        ("hospital", "batch/b1/3", "KeyError road.py:1", "told", ""),
        ("feed", "order/MR-1", "sum-differs", "sum", "MR-1"),
        ("feed", "Task/12", "unknown-stage", "unread", ""),
        ("command", "c1", "unauthorised", "command", "MR-1"),
        ("result", "c1:result", "KeyError orders.py:1", "result", "MR-1"),
        ("post", "p:topic/1", "Bad Request", "post", "MR-1"),
        ("post", "p:relayed/1", "Bad Request", "post", "MR-2"),
        ("post", "p:gone/1", "Bad Request", "post", ""),
        ("timer", "due:later:MR-1:7", "unknown timer later", "timer", ""),
        ("store", "people/7", "unreadable people", "kept", ""),
        ("link", "hospital", "tls", "link", ""),
        ("later", "x", "y", "other", ""),
    ],
)
async def test_each_dead_letter_is_an_exception_about_its_order(
    house: House, source: str, id: str, code: str, kind: str, order: str
) -> None:
    await does(house, Topic("t", -100, "MR-1", "n"), Relayed("7:1", "MR-2", "p:relayed", RESIDENT),
               posts=(Post("p:topic", -100, Text("x"), topic="t"), Post("p:relayed", 7, Text("x"))),
               command="c1")  # fmt: skip
    await letter(house, source, id, code)
    (row,) = await rows(house)
    assert (row.kind, row.order, row.code) == (kind, order, code)
    assert row.about not in ("message/7/12", "people/7", "due:later:MR-1:7")  # they hold an account
    assert len(office(house)) == 1
    await letter(house, source, id, code)
    assert [row.times for row in await rows(house)] == [2]
    assert len(office(house)) == 1


async def test_a_dead_turn_is_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(turn: Turn) -> None:
        if isinstance(turn.arrival.body, Said):
            raise RuntimeError("a fault of ours")
        await route(turn)

    await Core(house.services, breaks).take(house.arrival(Said(Spot(RESIDENT, RESIDENT), 5, "Ann Lee")))
    await Letters(house.services.store, house.clock, house.take).once()
    (row,) = await rows(house)
    assert (row.kind, row.code.split()[0]) == ("arrival", "RuntimeError")
    assert "Ann Lee" not in repr(row) + office(house)[0]


async def test_a_command_put_aside_is_about_its_order_though_it_is_erased(house: House) -> None:
    await does(house, command="c1")
    await house.take(house.arrival(Returned("c1", None, PUT_ASIDE), "c1:result"))
    await letter(house, "command", "c1", "unreadable take.doctor: missing")
    (row,) = await rows(house)
    assert (row.kind, row.order, row.times) == ("command", "MR-1", 2)
    assert len(office(house)) == 1


async def test_a_command_that_gets_through_in_the_end_is_settled(house: House) -> None:
    await does(house, command="c1")
    await house.services.store.postpone("c1", 1, 1, "unauthorised")
    await letter(house, "command", "c1", "unauthorised")
    await house.take(house.arrival(Returned("c1"), "c1:result"))
    (row,) = await rows(house)
    assert row.done_at > 0


async def test_an_order_that_is_read_again_in_the_end_is_settled(house: House) -> None:
    kept = {"patient": BRIEF, "asked": [], "doctor_name": "", "days_left": "3-7", "condition": "", "prescribed": []}
    await does(house, Order("MR-1", "submitted", 1, 2, "v", 3, "dep-1", "comp-1", "red", RESIDENT, snapshot=kept))
    await letter(house, "feed", "order/MR-1", "sum-differs")
    await letter(house, "post", "p/1", "Bad Request")
    await house.take(house.arrival(Observed(told("MR-1", "in-consult", 5)), "order/MR-1/v5"))
    assert [(row.kind, row.word) for row in await rows(house) if row.done_at] == [("sum", "read again")]


async def test_a_timer_nobody_knows_is_seen(house: House) -> None:
    await house.take(house.arrival(Due(Timer("k", 1, "ladder", "MR-1"))))
    await Letters(house.services.store, house.clock, house.take).once()
    assert [row.kind for row in await rows(house)] == ["timer"]


async def test_however_many_are_put_aside_at_once_none_stays_unseen(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.letters.READ", 3)
    worker = Letters(house.services.store, house.clock, house.take)
    for n in range(10):
        await house.services.store.dead_letter("later", str(n), "y")
    assert await worker.once() == 10
    assert len(await rows(house)) == 10
    assert await worker.once() == 0


# ---------------------------------------------------------------- no end that never comes


async def test_the_line_that_cannot_be_told_raises_nothing_further(house: House) -> None:
    await reports(house, "sum", order="MR-1")
    (line,) = [post for post in house.posts() if post.chat == OFFICE]
    await letter(house, "post", f"{line.key}/1", "Bad Request")
    assert len(await rows(house)) == 1


async def test_one_that_fails_itself_is_put_aside_and_tells_of_nothing_further(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(turn: Turn) -> None:
        raise RuntimeError("a fault of ours")

    letters = Letters(house.services.store, house.clock, Core(house.services, breaks).take)
    await house.services.store.dead_letter("later", "x", "y")
    assert [await letters.once() for _ in range(3)] == [1, 0, 0]
    assert sorted(one["source"] for one in await house.services.store.dead_letters()) == ["house", "later"]


async def test_what_lay_there_before_is_not_told_now(house: House) -> None:
    await house.services.store.set_cursor("letters", "")
    await house.services.store.dead_letter("later", "x", "y")
    house.clock.advance(60)
    await Letters(house.services.store, house.clock, house.take).once()
    assert await rows(house) == []


# ---------------------------------------------------------------- medrelay failures


async def test_all_that_stands_is_listed_beside_the_running_bot_without_names(house: House, tmp_path: Path) -> None:
    await does(house, command="c1")
    await house.services.store.postpone("c1", 1, 3, "unauthorised")
    await letter(house, "telegram", f"message/{RESIDENT}/12", "KeyError orders.py:1")
    await letter(house, "feed", "order/MR-9", "sum-differs")
    config = house.services.config
    (one,) = [row for row in await rows(house) if row.kind == "sum"]
    await does(house, replace(one, owner=51), Person(51, roles=(RoleBinding("operator", "pr-51", "Wu"),)))
    listed = failures(tmp_path / "core.sqlite", config.bot_id, config.timezone, lambda kind, _: f"see to {kind}")
    text = "\n".join(listed)
    assert [line for line in listed if line[0] != " "] == [
        "exceptions that are open: 2", "commands that do not get through: 1", "dead letters: 2",
    ]  # fmt: skip
    for word in (
        "sum  MR-9  sum-differs  x1  taken by pr-51",
        "what to do, sum: see to sum",
        "hospital.take",
        "unauthorised  x3",
        "KeyError orders.py:1",
    ):
        assert word in text
    for name in ("Wu", "Ann Lee", str(RESIDENT) + "/12", "message/"):
        assert name not in text
    await settles(house, "sum", "MR-9")
    assert "exceptions that are open: 1" in failures(tmp_path / "core.sqlite", config.bot_id, config.timezone)


async def test_a_hint_names_what_settles_it(house: House, tmp_path: Path) -> None:
    """[Settle it] is there only while the order stands at its problem; what has no such button names its own."""
    kept = {"patient": BRIEF, "asked": [], "doctor_name": "", "days_left": "3-7", "condition": "", "prescribed": []}
    there = Order("MR-7", "problem", 1, 2, "v", 3, "dep-1", "comp-1", "red", RESIDENT, snapshot=kept)
    await does(house, there, replace(there, no="MR-8", stage="with-ambassador"))
    await does(house, replace(there, no="MR-9", stage="packed", pending="report"))
    config = replace(house.services.config, database=tmp_path / "core.sqlite")

    async def hints() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in put_aside(config):
            if line.startswith("  what to do, "):
                kind, _, words = line.removeprefix("  what to do, ").partition(": ")
                found.setdefault(kind, []).append(re.findall(r"\[(.*?)\]", words)[-1] if "[" in words else words)
        return found

    await reports(house, "parcel-missing", order="MR-8")
    assert await hints() == {"parcel-missing": ["Done"]}
    await reports(house, "parcel-missing", order="MR-7")
    await reports(house, "parcel-damaged", order="MR-9")
    await reports(house, "unread", order="MR-7")
    said = await hints()
    assert {kind: sorted(words) for kind, words in said.items()} == {
        "parcel-missing": ["Done", "Settle it"], "parcel-damaged": ["Settle it"], "unread": ["Try again"],
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(INCIDENTS))
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_a_hint_read_in_a_terminal_speaks_of_no_chat_that_is_not_there(lang: str, kind: str) -> None:
    for settles in (True, False):
        said = words_of("UTC").label(lang, *incident_todo(kind, settles=settles))
        assert "this chat" not in said
        assert "这个对话" not in said


def test_without_a_database_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotOpened, match="is not there yet"):
        failures(tmp_path / "none.sqlite", 1, "UTC")
    assert not (tmp_path / "none.sqlite").exists()
