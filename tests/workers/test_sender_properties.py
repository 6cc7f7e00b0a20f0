"""Whatever is committed, whatever Telegram answers, whenever we die: nothing lost, order kept, rates obeyed."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from bot.clock import HandClock
from bot.messenger.errors import Flooded, NotDelivered, OutcomeUnknown
from bot.model import Post, Priority, Text
from bot.store.sqlite import open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.inputs import inputs
from tests.workers.conftest import KEYS
from tests.workers.fakes import Chats, Core, Desk

PLACES = (11, 12, -100)
PRIORITIES = (Priority.URGENT, Priority.DIALOG, Priority.NOTICE)

commits = st.tuples(st.just("commit"), st.sampled_from(PLACES), st.sampled_from(PRIORITIES))
changes = st.tuples(st.just("change"), st.integers(0, 30), st.booleans())
troubles = st.tuples(st.just("fail"), st.sampled_from([Flooded(3), NotDelivered("away"), OutcomeUnknown("?")]))
losses = st.tuples(st.just("lose"), st.just(OutcomeUnknown("?")))
times = st.tuples(st.just("pass"), st.floats(0.1, 20))
deaths = st.tuples(st.just("die"), st.booleans())
steps = st.lists(
    st.one_of(commits, commits, commits, changes, troubles, losses, times, deaths), min_size=8, max_size=40
)


@dataclass
class House:
    """One bot with its store on disk; it can die and be started again."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    deaths: int = 0
    wanted: dict[str, tuple[int, Priority, str]] = field(default_factory=dict[str, tuple[int, Priority, str]])
    unknowns: int = 0

    async def start(self) -> None:
        self.store = await open_sqlite(self.folder / "bot.sqlite", bot=1, keys=KEYS, now=self.clock.civil)
        limits = Limits(private_per_second=2, private_burst=4)
        self.sender = Sender(self.store, self.chats, self.clock, Core().take, Sending(limits=limits))
        self.store.on_commit(self.sender.wake)
        self.desk.store = self.store

    async def open(self) -> None:
        self.chats = Chats(self.clock)
        self.desk = Desk(None, self.clock)  # type: ignore[arg-type]
        await self.start()

    async def commit(self, chat: int, priority: Priority) -> None:
        key = f"p{len(self.wanted)}"
        await self.put(key, chat, priority, f"{key} v1")

    async def put(self, key: str, chat: int, priority: Priority, text: str) -> None:
        self.wanted[key] = (chat, priority, text)
        await self.desk.commit(Post(key, chat, Text(text), priority=priority, card=True))

    async def change(self, index: int, deliver_first: bool) -> None:
        if deliver_first:
            await self.sender.once()
        if index < len(self.wanted):
            chat, priority, text = self.wanted[f"p{index}"]
            await self.put(f"p{index}", chat, priority, f"p{index} v{int(text.rsplit('v', 1)[1]) + 1}")

    async def die(self, after_accept: bool) -> None:
        """In the middle of a sending: before Telegram has it, or after, but always before our mark."""
        self.deaths += 1
        if after_accept:
            self.chats.hold("send")
        else:
            self.chats.fail("send", OutcomeUnknown("cut off"))
        passing = asyncio.create_task(self.sender.once())
        for _ in range(30):
            await asyncio.sleep(0.0005)
        passing.cancel()
        flights = list(self.sender._flights)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(passing, *flights, return_exceptions=True)
        self.chats._holds.clear()
        await self.store.close()
        await self.start()

    async def settle(self) -> None:
        """Telegram works again; time passes until nothing is left to do."""
        self.chats._fails.clear()
        self.chats._after.clear()
        idle = 0
        while idle < 10:
            idle = 0 if await self.sender.once() else idle + 1
            self.clock.advance(7)


async def live(house: House, script: list[tuple[str, ...]]) -> None:
    for what, *args in script:
        match what, args:
            case "commit", (chat, priority):
                await house.commit(chat, priority)
            case "change", (index, first):
                await house.change(index, first)
            case "fail", (error,):
                house.unknowns += isinstance(error, OutcomeUnknown)
                house.chats.fail("send", error)
            case "lose", (error,):
                house.unknowns += 1
                house.chats.lose("send", error)
            case "pass", (seconds,):
                await house.sender.once()
                house.clock.advance(seconds)
            case "die", (after_accept,):
                await house.die(after_accept)
            case other:
                raise AssertionError(other)
    await house.settle()


@pytest.mark.slow
@inputs(20, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_nothing_is_lost_doubled_or_overtaken(script: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = asyncio.run(checked(Path(folder), script))
    rates_obeyed(house)


async def checked(folder: Path, script: list[tuple[str, ...]]) -> House:
    house = House(folder)
    await house.open()
    try:
        await live(house, script)
        failed = await nothing_lost(house)
        few_doubles(house)
        order_kept(house, failed)
    finally:
        await house.store.close()
    return house


async def nothing_lost(house: House) -> set[str]:
    """Every post shows what was wanted last, unless it was given up after two unknown outcomes."""
    failed = {letter["id"].rsplit("/", 1)[0] for letter in await house.store.dead_letters()}
    assert 2 * len(failed) <= house.unknowns + 2 * house.deaths
    for key, (chat, _, text) in house.wanted.items():
        if key in failed:
            continue
        standing = await house.store.standing(key)
        assert standing is not None
        assert standing.message is not None
        assert house.chats.shown[chat, standing.message] == Text(text)
    return failed


def few_doubles(house: House) -> None:
    """A copy more only for each death in a chat and for each answer that was lost."""
    arrived = Counter(content.html.split()[0] for content in house.chats.shown.values() if isinstance(content, Text))
    copies = sum(count - 1 for count in arrived.values())
    assert copies <= house.deaths * len(PLACES) + house.unknowns


def order_kept(house: House, failed: set[str]) -> None:
    """First tries of one chat and priority follow their commits."""
    for place in PLACES:
        for priority in PRIORITIES:
            keys = [key for _, method, chat, key in house.chats.calls if method == "send" and chat == place]
            first = [key for key in dict.fromkeys(keys) if house.wanted[key][1] == priority and key not in failed]
            assert first == sorted(first, key=lambda key: int(key[1:]))


def rates_obeyed(house: House) -> None:
    if house.deaths:
        return  # who dies forgets how fast he was; Telegram's own limits then hold
    for start, *_ in house.chats.calls:
        of = Counter(chat for at, _, chat, _ in house.chats.calls if start <= at < start + 60)
        assert of[-100] <= 18
        soon = Counter(chat for at, _, chat, _ in house.chats.calls if start <= at < start + 1)
        assert max(soon[11], soon[12]) <= 4
        assert soon.total() <= 30
