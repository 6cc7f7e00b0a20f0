"""An ambassador's day in a house: her list, many orders in one go, and what goes wrong between two of ten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Batch, Command, Dialog, Mandate, Order, Post, Returned, Text
from bot.ops.day import last_answers
from bot.ops.registry import Act
from bot.ops.rights import mark
from bot.stages import SENDING
from tests.cases.rows import CASE, OF, put
from tests.handlers.house import BRIEF, HELPER, HISTORY, LINE, LISTS, PATIENT, RESIDENT, House, at_home

NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九", "陈十")
BRIEFS = [
    {**BRIEF, "id": f"p{n}", "name": name, "address": f"{n // 2}号楼301", "building": f"{n // 2}号楼"}
    for n, name in enumerate(NAMES)
]
MANDATES = [
    Mandate(f"m{n}", HELPER, one["id"], "2027-01-01", True, {"name": one["name"], "brief": one})
    for n, one in enumerate(BRIEFS)
]
TODAY = "2026-11-23"


def record(n: int) -> dict[str, Any]:
    """Handed out on the 25th of October for 34 days: it lasts until the 28th."""
    proof = {"kind": "record", "dispense": f"md-{n}", "day": "2026-10-25", "boxes": 2}
    line = {**asdict(LINE), "days": 34, "proof": proof}
    return {"cover": "covered", "history": [{**HISTORY[0], "line": line, "day": "2026-10-25"}],
            "patient": {**asdict(PATIENT), **BRIEFS[n]}}  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, MANDATES) as house:
        await consented(house, [*range(10)])
        yield house


async def consented(house: House, whose: list[int]) -> None:
    """Her consent to health data was read to each of these before."""
    turn = house.turn()
    me = await turn.person(HELPER)
    turn.put(replace(me, facts={**me.facts, "consents": [mark(turn, f"p{n}") for n in whose]}))
    await house.services.store.commit(turn.outcome())


async def up_to_send(house: House) -> None:
    await house.take(house.press(HELPER, "a:many"))
    asked = [command for command in house.commands() if command.op == "hospital.patient_files"][-1]
    await house.answer("hospital.patient_files", [record(int(one[1:])) for one in asked.args["patients"]])
    await house.tap(HELPER, "done")


def submits(house: House) -> list[Command]:
    return house.commands("hospital.submit")


def read(house: House, since: int = 0) -> list[str]:
    """What stands on her phone."""
    posts: list[Post] = [post for post in house.posts()[since:] if post.chat == HELPER]
    return [post.content.html for post in posts if isinstance(post.content, Text)]


async def test_each_of_ten_is_an_order_of_its_own(house: House) -> None:
    await up_to_send(house)
    await house.tap(HELPER, "send")
    assert {command.args["draft"]["patient"] for command in submits(house)} == {f"p{n}" for n in range(10)}
    assert len({command.lane for command in submits(house)}) == 10
    rows = await house.services.store.find(Order, placed_by=HELPER)
    assert {row.stage for row in rows} == {SENDING}
    assert {row.mandate for row in rows} == {f"m{n}" for n in range(10)}


async def test_send_pressed_twice_sends_nothing_twice(house: House) -> None:
    await up_to_send(house)
    send = house.button("send")
    await house.take(house.press(HELPER, send))
    await house.take(house.press(HELPER, send))
    await house.together(house.press(HELPER, send), house.press(HELPER, send))
    assert len(submits(house)) == 10


async def test_a_mandate_that_ends_between_two_of_ten_stops_that_one_by_name(house: House) -> None:
    await up_to_send(house)
    ended = await house.services.store.get(Mandate, "m4")
    assert ended is not None
    turn = house.turn()
    turn.put(replace(ended, active=False))
    await house.services.store.commit(turn.outcome())
    since = len(house.posts())
    await house.tap(HELPER, "send")
    assert {command.args["draft"]["patient"] for command in submits(house)} == {f"p{n}" for n in range(10) if n != 4}
    said = [html for html in read(house, since) if NAMES[4] in html and house.label("refused.no-mandate") in html]
    assert said, read(house, since)
    kept = await house.services.store.find(Dialog, person=HELPER, state=("open", "parked"))
    assert [one.flow for one in kept] == ["send_one"]


async def test_one_that_the_hospital_refuses_is_said_by_name_kept_and_sent_again(house: House) -> None:
    await up_to_send(house)
    await house.tap(HELPER, "send")
    since = len(house.posts())
    third = submits(house)[2]
    name = NAMES[int(third.args["draft"]["patient"][1:])]
    await house.take(house.arrival(Returned(third.key, None, "rx-used"), f"{third.key}:result"))
    assert [html for html in read(house, since) if name in html]
    await house.take(house.press(HELPER, "a:today"))
    assert house.label("today.at.on", name=name) in _labels(house)
    await house.tap(HELPER, "ok")
    assert len(submits(house)) == 11
    assert submits(house)[-1].args["draft"]["no"] == third.args["draft"]["no"]


def _labels(house: House) -> list[str]:
    posts: list[Any] = [post.content for post in house.posts() if post.chat == HELPER]
    return [one.label for content in posts for row in getattr(content, "buttons", ()) for one in row]


async def test_whose_consent_was_never_read_to_her_is_asked_by_name(house: House) -> None:
    await consented(house, [n for n in range(10) if n not in (3, 5)])
    await up_to_send(house)
    asked = [html for html in read(house) if house.label("proxy_consent.health", name="") and NAMES[3] in html]
    assert asked
    await house.tap(HELPER, "no", "read_aloud", "send")
    assert len(submits(house)) == 9


async def test_the_hospital_down_in_the_middle_keeps_each_of_them(house: House) -> None:
    """Some are answered, the others wait; nothing is asked or sent twice."""
    await up_to_send(house)
    await house.tap(HELPER, "send")
    for command in submits(house)[:4]:
        await house.take(house.arrival(Returned(command.key), f"{command.key}:result"))
    rows = await house.services.store.find(Dialog, person=HELPER, state=("sent",))
    assert len(rows) == 6
    for command in submits(house)[4:]:
        await house.take(house.arrival(Returned(command.key), f"{command.key}:result"))
    assert await house.services.store.find(Dialog, person=HELPER, state=("sent", "open", "parked")) == []
    assert len(submits(house)) == 10


# ---------------------------------------------------------------- her list


async def test_nothing_to_do_is_said_with_one_way_on(tmp_path: Path, clock: HandClock) -> None:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        await house.take(house.text(HELPER, "/today"))
        assert read(house)[-1] == house.label("today.nothing")
        assert _labels(house)[-1] == house.label("action.neighbour")


async def test_by_building_and_urgency_each_with_its_button(house: House) -> None:
    base: dict[str, Any] = {
        "updated": 0,
        "task_version": "",
        "deadline": 1,
        "department": "dep-1",
        "compound": "comp-1",
    }
    at, turn = house.clock.civil(), house.turn()
    day = 86_400_000

    def order(n: int, stage: Any, urgency: str, since: int, **more: Any) -> Order:
        snapshot = {"patient": BRIEFS[n], "prescribed": [{**asdict(LINE), "days": 30}]}
        return Order(no=f"R{n}", stage=stage, since=since, urgency=urgency, placed_by=HELPER,
                     patient=mark(turn, f"p{n}"), mandate=f"m{n}", snapshot=snapshot, **{**base, **more})  # fmt: skip

    for row in (
        order(0, "with-ambassador", "green", at, ambassador=HELPER, label="A-01"),
        order(1, "with-ambassador", "red", at, ambassador=HELPER, label="A-02"),
        order(2, "confirmed", "green", at - 29 * day),
        order(3, "confirmed", "green", at - 25 * day),
        order(4, "confirmed", "green", at - 5 * day),
        Batch("b-1", "run-1", "arrived", 1, "comp-1", 9, HELPER, 7, 7),
    ):
        turn.put(row)
    await house.services.store.commit(turn.outcome())
    await house.take(house.press(HELPER, "a:need:p9"))
    await house.answer("hospital.patient_file", record(9))
    await house.take(house.text(HELPER, "/today"))
    told = [post.content for post in house.posts() if post.key.startswith("today:")]
    shown = [[one.label for row in content.buttons for one in row] for content in told if isinstance(content, Text)]
    assert [sorted(labels) for labels in shown[2:3]] == [
        sorted(
            house.label(f"today.at.{one}", name=name)
            for one, name in (("again", "孙三"), ("again", "李四"), ("home", ""))
        )
    ]
    assert [*shown[:2], *shown[3:]] == [
        [house.label("today.at.collect", count=7)],
        [house.label("today.at.hand", label="A-02"), house.label("today.at.hand", label="A-01")],
        [house.label("today.at.on", name="陈十")],
    ]
    listed = read(house)[-5:-1]  # below it stands the question that is still open
    assert all(len(labels) == text.count("· ") for labels, text in zip(shown, listed, strict=True))
    assert LISTS.drugs[0].names["zh-CN"] not in "".join(listed)


async def test_nobody_else_reads_a_list(house: House) -> None:
    since = len(house.posts())
    await house.take(house.text(7, "/today"))
    assert [post for post in house.posts()[since:] if post.key.startswith("today:")] == []


@pytest.mark.parametrize(("placed_by", "read"), [(HELPER, {"q": "yes"}), (RESIDENT, {})])
async def test_what_she_answered_herself_last_time_is_none_of_her_helpers(
    house: House, placed_by: int, read: dict[str, str]
) -> None:
    before = replace(CASE, stage="confirmed", placed_by=placed_by, patient=mark(house.turn(), "p0"),
                     snapshot={**OF, "patient": BRIEFS[0], "answers": {"q": "yes"}})  # fmt: skip
    await put(house, before)
    assert await last_answers(Act(house.turn(), HELPER, HELPER), "p0") == read
