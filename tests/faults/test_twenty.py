"""The real processes, the bot killed twenty times under twenty people, with refusals and repeats mixed in."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.handlers.aside import KINDS
from bot.render.messages import words_of
from sandbox import clock as clocks
from sandbox.control import Control
from sandbox.hospital.seed.plant import plant_people
from sandbox.processes import House, NotStarted, running
from sandbox.scene import set_up
from tests.faults.crowd import PAID, Somebody, gather, people
from tests.faults.effects import resources
from tests.property_compound import watched_house

pytestmark = [pytest.mark.story, pytest.mark.timeout(1800)]

KILLS = PEOPLE = 20
DAY = "2026-11-23T08:30"
LONGEST = 900.0  # s until everybody is through
MESSENGER = ("429", "5xx", "lost-response", "slow", "duplicate", "duplicate-new-id", "reorder")
HOSPITAL = ("409", "412", "429", "500", "502", "503", "504", "408", "lost-response", "slow")
UNHEARD = [  # the last: written while the order is on its way to the hospital
    words_of("UTC").say("zh-CN", key, {"phone": ""}).split("。")[0]
    for key in ("relay.no_doctor_yet", "relay.nobody", "engine.checking")
]
WRITES = ("POST", "PUT", "PATCH")


class Trouble:
    """Kills and faults, drawn by a seed."""

    def __init__(self, house: House, control: Control, seed: int) -> None:
        self.house, self.control = house, control
        self.dice = random.Random(seed)
        self.kills = 0
        self.ordered: Counter[str] = Counter()

    async def kill(self) -> None:
        """Twenty times: mostly while it serves, sometimes while it starts."""
        while self.kills < KILLS:
            starting = asyncio.create_task(self._start()) if self.kills else None
            if starting and self.dice.random() < 0.8:
                await starting
            await asyncio.sleep(self.dice.uniform(0.3, 7))
            await self.house.bot.kill()
            self.kills += 1
            if starting:
                await starting
        await self._start()

    async def _start(self) -> None:
        with contextlib.suppress(NotStarted):
            await self.house.bot.restart()

    async def spoil(self) -> None:
        """One thing after another goes wrong, on both sides; what is ordered has to strike before more is."""
        async with aiohttp.ClientSession() as session:
            while True:
                await asyncio.sleep(self.dice.uniform(0.3, 1.5))
                if not await self.control.faults():
                    kind = self.dice.choice(MESSENGER)
                    await self.control.fault(kind, seconds=self.dice.choice([1, 2]))
                    self.ordered[kind] += 1
                kind, method = self.dice.choice(HOSPITAL), self.dice.choice(WRITES)
                fault = {"kind": kind, "method": method, "times": 1, "seconds": 1}
                async with session.post(f"{self.house.hospital_url}/_sandbox/faults", json=fault) as answer:
                    answer.raise_for_status()
                self.ordered[kind] += 1

    async def end(self) -> None:
        await self.control.clear_faults()
        async with aiohttp.ClientSession() as session:
            await session.delete(f"{self.house.hospital_url}/_sandbox/faults")


@pytest.mark.parametrize("seed", [pytest.param(n, marks=pytest.mark.trial("20 people, 20 kills")) for n in (1, 2, 3)])
async def test_twenty_kills_under_twenty_people(tmp_path: Path, seed: int) -> None:
    modes = {"doctor": "auto", "pharmacist": "auto", "courier": "auto", "refusals": "0.1", "seed": str(seed)}
    async with (
        running(tmp_path, civil=DAY, modes=modes, think=0.5, collect=30) as house,
        Control(house.messenger_url) as control,
        watched_house(control, house),
    ):
        who = people(PEOPLE)
        await plant_people(house.hospital_url, who, clocks.Clock(tmp_path / "clock.json").now_ms())
        scene = await set_up(control)
        crowd = await gather(control, who, scene.chats["compound"], seed)
        trouble = Trouble(house, control, seed)
        spoiling, killing = asyncio.create_task(trouble.spoil()), asyncio.create_task(trouble.kill())
        lives = [asyncio.create_task(one.lives(scene.link("need-loc-xingfuli"))) for one in crowd]
        began = time.monotonic()
        await killing
        spoiling.cancel()
        await trouble.end()
        await asyncio.wait(lives, timeout=LONGEST - (time.monotonic() - began))
        told = [f"{one.who.id}: {one.over or 'still waits'} after {one.acts} acts" for one in crowd]
        print(f"seed {seed}: {trouble.kills} kills, {sum(trouble.ordered.values())} faults,"  # noqa: T201
              f" {time.monotonic() - began:.0f} s, {Counter(one.over for one in crowd)}")  # fmt: skip
        for life in lives:
            life.cancel()
        stuck = [await one.reads() for one in crowd if not one.over]
        assert not stuck, (stuck, waiting(tmp_path / "medrelay.sqlite"), told, log_of(tmp_path))
        await nobody_is_blocked(crowd)
        database = tmp_path / "medrelay.sqlite"
        await settled(database)
        left, messages = await resources(house.hospital_url), await control.messages()
    assert trouble.kills == KILLS
    nothing_is_lost_or_double(crowd, left)
    words_arrived(crowd, messages)
    nothing_is_unseen(database)


async def nobody_is_blocked(crowd: list[Somebody]) -> None:
    async def asks(one: Somebody) -> None:
        said = await one.phone.say("/orders")
        await one.phone.wait_for(text="订单 R", chat=one.phone.id, after=said["message_id"], timeout=90)

    await asyncio.gather(*map(asks, crowd))


async def settled(database: Path) -> None:
    """All that was to be carried out or sent is done, in the end."""
    for _ in range(180):
        if not waiting(database):
            return
        await asyncio.sleep(1)
    raise AssertionError(waiting(database))


def waiting(database: Path) -> dict[str, Any]:
    asked = {
        "commands": "SELECT op, attempts, error FROM commands",
        "posts": "SELECT key, state, error FROM posts WHERE shown != wanted AND state != 'failed' AND not_before = 0",
        "orders": "SELECT no, stage, pending FROM orders WHERE stage = '' OR pending != ''",
    }
    found = {what: query(database, sql) for what, sql in asked.items()}
    return {what: rows for what, rows in found.items() if rows}


def query(database: Path, sql: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        return store.execute(sql).fetchall()


def nothing_is_lost_or_double(crowd: list[Somebody], left: dict[str, Any]) -> None:
    """One order each, one charge for each that was paid and none for the others."""
    tasks = [one for one in left.values() if one["resourceType"] == "Task" and code_of(one) == "refill-order"]
    orders = {f"Patient/{one.who.id}": [] for one in crowd}
    for task in tasks:
        if task["for"]["reference"] in orders:
            orders[task["for"]["reference"]].append(task)
    assert {patient: len(its) for patient, its in orders.items()} == dict.fromkeys(orders, 1)
    charges = Counter(
        one["paymentIdentifier"]["value"] for one in left.values() if one["resourceType"] == "PaymentReconciliation"
    )
    assert not [id for id, count in charges.items() if count > 1]
    paid = Counter(
        target["reference"]
        for one in left.values()
        if one["resourceType"] == "Provenance" and one["activity"]["coding"][0]["code"] == "paid"
        for target in one["target"]
        if target["reference"].startswith("Task/")
    )
    for one in crowd:
        (task,) = orders[f"Patient/{one.who.id}"]
        assert sum(count for ref, count in paid.items() if ref.split("/")[1] == task["id"]) == (one.over in PAID), (
            one.who.id,
            paid,
        )


def code_of(task: dict[str, Any]) -> str:
    return task["code"]["coding"][0]["code"] if "code" in task else ""


def words_arrived(crowd: list[Somebody], messages: list[dict[str, Any]]) -> None:
    """Each word that was written stands in a doctors' topic, or its writer read that nobody sees it.

    Who is refused before the card has come writes none; most do.
    """
    wrote = [one for one in crowd if one.wrote]
    assert len(wrote) > PEOPLE // 2
    for one in wrote:
        shown = [(m["chat"], m["versions"][-1]) for m in messages if m["versions"]]
        heard = [chat for chat, text in shown if chat < 0 and one.word in text]
        told = [text for chat, text in shown if chat == one.phone.id and any(words in text for words in UNHEARD)]
        assert heard or told, f"{one.word} is lost"


def nothing_is_unseen(database: Path) -> None:
    """Whatever was put aside is a row that the operators have."""
    letters = query(database, "SELECT source, id, code FROM dead_letters")
    kinds = {kind for (kind,) in query(database, "SELECT kind FROM incidents")}
    assert not [letter for letter in letters if KINDS.get(letter[0], letter[0]) not in kinds], (letters, kinds)
    assert query(database, "SELECT key, error FROM posts WHERE state = 'failed'") == []


def log_of(folder: Path) -> str:
    logs = (folder / name for name in ("bot.log", "staff.log"))
    return "\n".join(log.read_text("utf-8", "replace")[-4000:] for log in logs)
