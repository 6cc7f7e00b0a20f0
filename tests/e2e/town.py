"""A town in one process, joined by HTTP only: messenger, hospital, staff and the bot. Its people are in people.py."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp

from backend_client.fhir import FhirHospital
from backend_client.models import Actor, Charge, OrderSnapshot, Prescription
from bot.app import Bot, opened
from bot.config import Config, load
from bot.photo.reader import PhotoReader
from sandbox import clock as clocks
from sandbox.control import Control
from sandbox.hospital import server as hospital_server
from sandbox.hospital import wire
from sandbox.hospital.seed import history, records
from sandbox.hospital.seed.people import Resident, residents
from sandbox.hospital.seed.plant import plant
from sandbox.processes import OPERATOR_CODE
from sandbox.scene import Scene, set_up
from sandbox.staff import shift
from sandbox.telegram import presses
from sandbox.telegram import server as messenger_server
from sandbox.telegram.world import World

TOKEN = "4242:SANDBOX-e2e"
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="  # 32 bytes that every copy of the morning is read with
MORNING = "2026-11-23T08:30"  # a working Monday
CLOCK = "clock.json"
DOCTOR = "PractitionerRole/pr-doctor-endo-1"
PHARMACIST = "PractitionerRole/pr-pharmacist-1"
COURIER = "PractitionerRole/pr-courier-1"
AMBASSADOR = "PractitionerRole/pr-ambassador-1"
DAY = 86_400
PATIENCE = float(os.environ.get("E2E_PATIENCE", "60"))  # wall seconds for what must come, also on a busy machine


@dataclass(slots=True)
class Town:
    """Everything a test may touch: phones through ``control``, the hospital's books and what its staff does there."""

    control: Control
    scene: Scene
    bot: Bot
    hospital: FhirHospital
    hospital_url: str
    messenger: World  # for what no phone can do: a press on somebody else's screen
    speaks: dict[str, str] = field(default_factory=dict)  # a member of the staff -> the language of his phone
    in_latin: dict[str, str] = field(default_factory=dict)  # a patient's name as it is told on phones of other scripts
    _born: int = 0

    def number(self) -> int:
        """Ids and e-credential numbers of new people; no two tests share one."""
        self._born += 1
        return 5000 + self._born

    def now(self) -> int:
        """Civil UTC ms."""
        return self.bot.clock.civil()

    async def noted(self, chat: int) -> None:
        """Until the bot has written down which messages stand in this chat: nobody answers as fast as a test."""

        async def nothing_open() -> bool:
            return not await self.bot.core.services.store.in_flight(chat)

        await until(nothing_open, "what was sent is written down")

    async def pass_days(self, days: float) -> None:
        await self.control.advance(days * DAY)

    async def press_there(self, person: int, chat: int, message: int, data: str) -> str:
        """A press that no screen offers (any more, or to this person); the pop-up that answers it."""
        record = next(one for one in self.messenger.state.newest_first(chat) if one.id == message)
        query = presses.ask(self.messenger, person, presses.Target(record, {"callback_data": data}))
        answer = await presses.answered(self.messenger, query, PATIENCE)
        assert answer is not None, f"the press of {data} was never answered"
        return answer["text"]

    async def pay_there(self, person: int, chat: int, message: int) -> str:
        """Somebody at the checkout of a bill, up to the bank: why the bot says no, "" when it says yes."""
        bill = presses.find_bill(self.messenger, self.messenger.state.chats[chat], message, None)
        query = presses._checkout(self.messenger, person, bill)
        answer = await presses.answered(self.messenger, query, PATIENCE)
        assert answer is not None, "the checkout was never answered"
        return "" if answer["ok"] else answer["error"]

    # ------------------------------------------------------------ the hospital
    async def move_in(self, like: str, **changes: Any) -> Resident:
        """A resident of her own for one test: insured, ill and treated like a seeded one, under another number."""
        number = self.number()
        old = next(one for one in residents() if one.id == like)
        own = {"id": f"{like}-{number}", "zh": f"{old.zh}{number}", "en": f"{old.en} {number}"}
        new = replace(old, **{**own, "credential": f"9000{number}", **changes})
        known = [records.patient(new), records._coverage(new), *history.requests(new, self.now())]
        for one in [*known, *history.dispenses(new, self.now())]:
            if one is not None:
                await self.put(one)
        self.in_latin[new.zh] = new.en
        return new

    async def put(self, resource: dict[str, Any]) -> None:
        place = f"{self.hospital_url}/{resource['resourceType']}/{resource['id']}"
        headers = {"Content-Type": "application/fhir+json"}
        body = wire.dumps(resource).encode()
        async with aiohttp.ClientSession(headers=headers) as session, session.put(place, data=body) as answer:
            assert answer.status in (200, 201), await answer.text()

    async def down(self, down: bool) -> None:
        """The hospital's server answers nothing but 503 until it is up again."""
        await self._trouble("down", {"down": down})

    async def refuse_next(self) -> None:
        """The next transaction is not accepted (422): orders go to the hospital in one."""
        await self._trouble("faults", {"kind": "422", "method": "POST", "path": "/"})

    async def _trouble(self, what: str, body: dict[str, Any]) -> None:
        place = f"{self.hospital_url}/_sandbox/{what}"
        async with aiohttp.ClientSession() as session, session.post(place, json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def orders_of(self, patient: str) -> list[str]:
        """Numbers of all orders the hospital has for this patient."""
        codes = self.hospital.rest.codes
        query = {"patient": f"Patient/{patient}", "code": f"{codes.system('task')}|refill-order"}
        found = await self.hospital.rest.search("Task", query)
        return [item["value"] for task in found for item in task["identifier"] if item["system"] == codes.id("order")]

    async def rx_date(self, no: str) -> str:
        """The day of the paper prescription, as the hospital has it."""
        task = await self.hospital.rest.first("Task", self.hospital.rest.codes.id("order"), no)
        assert task is not None
        return next((item["valueDate"] for item in task["input"] if "valueDate" in item), "")

    async def stage(self, no: str, *stages: str) -> OrderSnapshot:
        """The order at the hospital, once it is at one of these stages."""
        return await until(lambda: self._at(no, stages), f"{no} at {stages}")

    async def _at(self, no: str, stages: tuple[str, ...]) -> OrderSnapshot | None:
        seen = await self.hospital.order(no)
        return seen if seen.stage in stages else None

    async def taken(self, no: str) -> None:
        await self.hospital.take(no, Actor(DOCTOR))

    async def prescribed(self, no: str) -> None:
        """Taken and signed as asked for."""
        await self.taken(no)
        lines = (await self.hospital.order(no)).asked
        signed = Prescription(f"{no}-1", no, DOCTOR.partition("/")[2], lines, "e2e", self.now())
        await self.hospital.prescribe(signed)

    async def quoted(self, no: str) -> OrderSnapshot:
        """Prescribed, passed, and settled by the insurer."""
        await self.prescribed(no)
        await self.hospital.review(no, Actor(PHARMACIST), "pass", "")
        return await self.stage(no, "quoted")

    async def paid(self, no: str) -> OrderSnapshot:
        """Quoted and paid at the hospital's desk, so that the sorter packs it."""
        quoted = await self.quoted(no)
        assert quoted.settlement is not None
        charge = Charge(f"desk-{no}", no, quoted.settlement.self_pay, "CNY", self.now())
        return await self.hospital.pay(charge, Actor(f"Patient/{quoted.patient.id}"))

    async def batch(self, no: str) -> str:
        """The batch in which the sorter packed it."""
        packed = await until(lambda: self._batched(no), f"{no} in a batch")
        return packed.parcel.batch

    async def _batched(self, no: str) -> OrderSnapshot | None:
        seen = await self.hospital.order(no)
        return seen if seen.parcel and seen.parcel.batch else None

    async def at_the_gate(self, no: str) -> OrderSnapshot:
        """A paid order at the compound's gate, with the courier."""
        batch = await self.batch(no)
        await self.hospital.depart(batch, Actor(COURIER))
        await self.hospital.arrive(batch, Actor(COURIER))
        return await self.stage(no, "arrived")

    async def collected(self, no: str) -> OrderSnapshot:
        """From the gate into the ambassador's hands."""
        await self.hospital.collected(await self.batch(no), Actor(COURIER), Actor(AMBASSADOR))
        return await self.stage(no, "with-ambassador")

    async def requote(self, no: str, self_pay: int) -> None:
        """The insurer thinks again before anything is paid: the pooled fund takes the difference."""
        rest = self.hospital.rest
        task = await rest.first("Task", rest.codes.id("order"), no)
        assert task is not None
        answer = (await rest.search("ClaimResponse", {"patient": task["for"]["reference"]}))[-1]
        lines = {total["category"]["coding"][0]["code"]: total["amount"] for total in answer["total"]}
        change = lines["self-pay"]["value"] * 100 - self_pay
        for code, by in (("self-pay", -change), ("copay", -change), ("pooled-fund", change), ("benefit", change)):
            lines[code]["value"] = (lines[code]["value"] * 100 + by) / 100
        await self.put(answer)
        await self.put({**task, "note": [{"text": "settled anew"}]})

    async def money(self, no: str) -> list[int]:
        """Every amount in fen that was booked for this order, refunds below zero, oldest first."""
        rest = self.hospital.rest
        task = await rest.first("Task", rest.codes.id("order"), no)
        assert task is not None
        notices = await rest.search("Invoice", {"subject": task["for"]["reference"]})
        booked = await rest.search("PaymentReconciliation", {"_sort": "_lastUpdated", "_count": "500"})
        ours = {f"Invoice/{one['id']}" for one in notices}
        return [
            round(float(one["paymentAmount"]["value"]) * 100)
            for one in booked
            if any(detail.get("request", {}).get("reference") in ours for detail in one["detail"])
        ]


async def until(
    look: Callable[[], Awaitable[Any]], what: str, seconds: float = PATIENCE, *, pause: float = 0.03
) -> Any:
    """What ``look`` finds as soon as it finds something. ``pause``: s between two looks, longer for what takes long."""
    deadline = time.monotonic() + seconds
    while not (found := await look()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(pause)
    return found


# ---------------------------------------------------------------- a town's day


async def founded(folder: Path) -> None:
    """A working morning, put down in a folder: seeds planted, groups bound, staff joined, no resident known to the bot.

    To be made once: what takes seconds here is a copy of four small files for each test.
    """
    clocks.write(folder / CLOCK, clocks.Setting(clocks.parse_iso(MORNING), int(clocks.wall_ms())))
    async with _houses(folder) as (messenger, house):
        await plant(house.url, clocks.Clock(folder / CLOCK).now_ms())
        async with _working(_config(folder, messenger.url, house.url)), Control(messenger.url) as control:
            await set_up(control)
    clocks.Clock(folder / CLOCK).move(rate=0)  # the night between: the day goes on where it was put down


@asynccontextmanager
async def inhabited(
    folder: Path, morning: Path, reader: PhotoReader | None = None, **settings: str
) -> AsyncIterator[Town]:
    """A town of its own in ``folder``, with its day as it was founded in ``morning``.

    ``settings`` are variables of the bot; photos are read only where a test is about that, by ``reader``.
    """
    shutil.copytree(morning, folder, dirs_exist_ok=True)
    clocks.Clock(folder / CLOCK).move(rate=1)
    async with AsyncExitStack() as stack:
        messenger, house = await stack.enter_async_context(_houses(folder))
        config = _config(folder, messenger.url, house.url, **settings)
        bot = await stack.enter_async_context(_working(config, reader))
        clock = folder / CLOCK
        await stack.enter_async_context(
            shift.running(house.url, clock=clock, poll=0.05, collect=0, newest=house.store.newest)
        )
        await stack.enter_async_context(_pinged(bot, house))
        control = await stack.enter_async_context(Control(messenger.url))
        hospital = FhirHospital(house.url, now=clocks.Clock(clock).now_ms)
        stack.push_async_callback(hospital.close)
        yield Town(control, await set_up(control), bot, hospital, house.url, messenger.world)


def _config(folder: Path, messenger: str, hospital: str, **settings: str) -> Config:
    return load({
        "MEDRELAY_TOKEN": TOKEN, "MEDRELAY_BOT_API": messenger, "MEDRELAY_HOSPITAL_URL": hospital,
        "MEDRELAY_DATABASE": str(folder / "bot.sqlite"), "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}",
        "MEDRELAY_HASH_KEY": KEY, "MEDRELAY_SANDBOX_CLOCK": str(folder / CLOCK),
        "MEDRELAY_OPERATOR_CODE": OPERATOR_CODE,
        "MEDRELAY_FEED_SECONDS": "2", "MEDRELAY_LOOK_SECONDS": "0.1", "MEDRELAY_PRIVATE_PER_SECOND": "1000",
        "MEDRELAY_PRIVATE_BURST": "1000", "MEDRELAY_GROUP_PER_MINUTE": "60000", "MEDRELAY_BULK_PER_SECOND": "1000",
        "MEDRELAY_PROVIDER_TOKEN": "SANDBOX-pay", "MEDRELAY_LONG_POLL_SECONDS": "20",
        "MEDRELAY_HOLD_SECONDS": "0.5", "MEDRELAY_READ_PHOTOS": "off", **settings,
    })  # fmt: skip


@asynccontextmanager
async def _houses(folder: Path) -> AsyncIterator[tuple[messenger_server.Running, hospital_server.Running]]:
    """The messenger and the hospital, on their files."""
    clock = folder / CLOCK
    async with (
        messenger_server.running(token=TOKEN, db=str(folder / "messenger.sqlite"), clock_file=clock) as messenger,
        hospital_server.running(db=folder / "hospital.sqlite", clock=clock) as hospital,
    ):
        yield messenger, hospital


@asynccontextmanager
async def _working(config: Config, reader: PhotoReader | None = None) -> AsyncIterator[Bot]:
    async with opened(config, reader) as bot:
        if bot.reference.now.staff:
            del bot.workers["reference"]  # a copy of the morning holds the hospital's lists
        else:
            await bot.reference.once()
        working = asyncio.create_task(bot.run())
        try:
            yield bot
        finally:
            await _ended(working)


@asynccontextmanager
async def _pinged(bot: Bot, house: hospital_server.Running) -> AsyncIterator[None]:
    """The bot reads whenever something was written at the hospital, as a subscription would have it."""

    async def ping() -> None:
        seen = house.store.newest()
        while True:
            await asyncio.sleep(0.03)
            if seen != house.store.newest():
                seen = house.store.newest()
                bot.feed.wake()

    pinging = asyncio.create_task(ping())
    try:
        yield
    finally:
        await _ended(pinging)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
