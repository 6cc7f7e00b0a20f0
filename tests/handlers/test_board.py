"""The board on operators' screens: on demand, every morning, for nobody else; its words stand below the picture."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import __main__ as command_line
from bot import catalogue
from bot.boardwords import WAITS
from bot.clock import HandClock
from bot.decoding import jsonable
from bot.model import Arrival, Due, Order, Picture, Place, PlaceKind, Timer
from bot.model.board import Board, Day, Share, Spread, Waiting
from bot.ops.board import measure_orders
from bot.reports import board_now
from bot.store.port import NotOpened
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home
from tests.handlers.test_desk import HE, OFFICE, WU, operator

FULL = Board(
    at=1_795_393_800_000,
    waiting=(Waiting("submitted", 3, 1_795_393_800_000 - 3_600_000), Waiting("received", 2, 1_795_393_800_000 - 90_000),
             Waiting("quoted", 1, 1_795_393_800_000 - 86_400_000), Waiting("unheard-of", 1, 1_795_393_800_000)),
    red=Share(2, 7), in_time=Share(412, 440), take=Spread(400, 14 * 60_000, 150 * 60_000), review=Spread(3),
    settle=Spread(400, 41_000, 170_000), promised=Share(380, 400), bare=Share(3, 60),
    days=tuple(Day(f"2026-11-{n:02}", n) for n in range(1, 31)),
)  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (operator(WU, "Wu"), operator(HE, "He"))
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        lists = replace(house.services.catalogue(), staff=())
        yield House(replace(house.services, catalogue=lambda: lists), clock)


def boards(house: House, chat: int) -> list[Picture]:
    found = [post.content for post in house.posts() if post.chat == chat]
    return [one for one in found if isinstance(one, Picture)]


async def morning(house: House, day: str = "2026-11-23", board: Board = FULL) -> None:
    timer = Timer(f"board/{day}", house.clock.civil(), "board", json.dumps(jsonable(board)))
    await house.take(Arrival("house", f"board/{day}", house.clock.civil(), Due(timer)))


async def test_an_operator_asks_and_gets_the_picture_with_the_same_words(house: House) -> None:
    await house.take(house.text(WU, "/board"))
    await house.answer("house.figures", jsonable(FULL))
    [shown] = boards(house, WU)
    assert shown.file.startswith("drawn:en:{")
    assert "Waiting for a doctor: 5, oldest 60 min" in shown.html, "two stages that are one to whoever watches"
    assert "To be paid: 1, oldest 24 h" in shown.html
    assert "unheard-of: 1" in shown.html
    assert "Handed over within 72 h: 93 % of 440" in shown.html
    assert "A doctor takes it: half in 14 min, 90 % in 2 h" in shown.html
    assert "Pharmacist's review: too few to tell (3)" in shown.html
    assert "Settled within 3 min: 95 % of 400" in shown.html


@pytest.mark.parametrize("who", [RESIDENT, HELPER])
async def test_nobody_else_gets_it(house: House, who: int) -> None:
    await house.take(house.text(who, "/board"))
    assert house.commands("house.figures") == []


async def test_where_it_cannot_be_read_he_reads_so(house: House) -> None:
    await house.take(house.text(WU, "/board"))
    await house.answer("house.figures", refusal="board-unread")
    assert "cannot be read just now" in str(getattr(house.posts()[-1].content, "html", ""))


async def test_in_the_morning_each_operator_has_it_once(house: House) -> None:
    for _ in range(2):
        await morning(house)
    assert [len(boards(house, who)) for who in (WU, HE, RESIDENT, HELPER)] == [1, 1, 0, 0]


async def test_where_operators_have_a_group_it_comes_there_in_its_language(house: House) -> None:
    place = Place(OFFICE, PlaceKind.OPERATORS, lang="zh-CN")
    outcome = house.turn().outcome()
    await house.services.store.commit(replace(outcome, rows=(place,)))
    await morning(house)
    [shown] = boards(house, OFFICE)
    assert boards(house, WU) == []
    assert shown.file.startswith("drawn:zh-CN:")
    assert "72 小时内送到手：93%（共 440 份）" in shown.html


async def test_all_of_it_fits_under_one_picture(house: House) -> None:
    at, long = FULL.at, 100_000
    most = Spread(long, 2 * 86_400_000 - 1, 9 * 86_400_000)
    all_ = tuple(Waiting("" if one == "sending" else one, 10_000, at - 86_400_000) for one in WAITS)
    worst = replace(FULL, waiting=all_, in_time=Share(1, long), take=most, review=most, settle=most,
                    promised=Share(1, long), bare=Share(2000, 2000), red=Share(long, long))  # fmt: skip
    await morning(house, board=worst)
    for who in (WU, HE):
        assert [type(post.content) for post in house.posts() if post.chat == who] == [Picture], "in two parts"


async def test_the_rows_of_a_release_before_tell_what_they_still_know(house: House, clock: HandClock) -> None:
    store, snapshot = house.services.store, {"patient": BRIEF, "asked": []}

    def row(no: str, stage: Any, **more: Any) -> Order:
        return Order(
            no, stage, 50, 60, "v", 10**13, "dep-1", "comp-1", "green", RESIDENT, snapshot={**snapshot, **more}
        )

    rows = (row("1", "quoted", taken=20), row("2", "confirmed", taken=20, delivered=40), row("3", "received"))
    await store.commit(replace(house.turn().outcome(), rows=rows))
    assert await measure_orders(house.services, clock.civil()) == 2
    found = [await house.order(no) for no in "123"]
    assert [(one.taken, one.quoted, one.delivered) for one in found] == [(20, 50, 0), (20, 0, 40), (0, 0, 0)]
    assert await measure_orders(house.services, clock.civil()) == 0


async def test_the_command_line_reads_it_beside_a_running_bot(house: House, tmp_path: Path) -> None:
    config = house.services.config
    told = await board_now(config, "en", page=False)
    assert told.startswith("The service at a glance")
    assert "Under way: 0 orders" in told
    assert "Compounds without an ambassador: 0 of 0" in told, "no list was kept yet"
    await house.services.store.set_cursor("catalogue", catalogue.dumps(house.services.catalogue()))
    page = await board_now(config, "zh-CN", page=True)
    assert '<html lang="zh-CN">' in page
    assert "1 个里有 0 个" in page
    with pytest.raises(NotOpened):
        await board_now(replace(config, database=tmp_path / "none.sqlite"), "en", page=False)


def test_without_settings_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDRELAY_TOKEN", "")
    assert command_line.main(["board", "--html", str(tmp_path / "board.html")]) == 2
    assert capsys.readouterr().err
    assert not (tmp_path / "board.html").exists()
