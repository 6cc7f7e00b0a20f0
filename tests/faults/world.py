"""The whole house in one process: both sandbox servers over HTTP, the staff, and a bot that can die and come back.

``async with living(folder) as world``: then play people through ``world.control``; ``await world.crash()`` at any time.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend_client.fhir import FhirHospital
from backend_client.transport import AiohttpTransport, Request, Response
from bot import app
from bot.clock import Clock
from bot.config import Config, load
from bot.messenger.bot_api import Telegram
from bot.model import Post
from bot.store.crypto import Keys
from bot.store.sqlite import open_sqlite
from sandbox import clock as clocks
from sandbox import staff
from sandbox.control import Control
from sandbox.hospital import server as hospital_server
from sandbox.hospital.seed.plant import plant
from sandbox.processes import OPERATOR_CODE, Hospital, House
from sandbox.telegram import server as messenger_server
from tests.faults.distrust import Distrust, Plan, watch
from tests.faults.life import Life, Through, counted_tasks
from tests.prepared import empty_store
from tests.property_compound import Heard, check

TOKEN = "4242:SANDBOX-demo"
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
LANDING = frozenset(
    {"send", "edit", "delete", "blank", "pin", "make_topic", "rename_topic", "close_topic", "reopen_topic"}
    | {"answer_press", "answer_checkout"}
)
DAY = "2026-11-23T08:30"


@dataclass(slots=True)
class Sent:
    """One message that Telegram accepted."""

    key: str
    chat: int
    message: int
    html: str
    life: int


@dataclass(slots=True)
class World:
    """``problems`` must be empty at the end; ``sent`` is all that Telegram accepted, ``struck`` how often a death fell
    between the call of a post and our mark."""

    folder: Path
    config: Config
    control: Control
    house: House
    messenger: messenger_server.Running
    hospital: hospital_server.Running
    shift: staff.Shift
    plan: Plan
    lives: int = 0
    life: Life = field(default_factory=Life)
    bot: app.Bot | None = None
    problems: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    _in_air: set[str] = field(default_factory=set)
    _parts: Any = None
    _keeper: asyncio.Task[None] | None = None
    _risen: asyncio.Event = field(default_factory=asyncio.Event)
    powered: asyncio.Event = field(default_factory=asyncio.Event)  # while it is not set, a dead bot stays dead

    # ------------------------------------------------------------ living and dying
    async def rise(self) -> None:
        """A new process on the same file."""
        clock, life = Clock(self.config.sandbox_clock), Life()
        keys = Keys(self.config.encryption_keys[0][0], dict(self.config.encryption_keys), self.config.hash_key)
        store = await open_sqlite(self.config.database, bot=self.config.bot_id, keys=keys, now=clock.civil)
        telegram = Telegram(
            self.config.token, clock, root=self.config.bot_api, provider_token=self.config.provider_token
        )
        transport = AiohttpTransport()

        async def lands(request: Request) -> Response:
            return await life.out(transport(request))

        hospital = FhirHospital(self.config.hospital_url, now=clock.civil, transport=lands)
        name = (await telegram.start()).username
        watched = Distrust(store, life, self.plan, self.problems.append, self._in_air)
        through: Any = Recorder(Through(telegram, life, LANDING), self)
        store_seen: Any = watched
        self.bot = app.assemble(self.config, store_seen, through, hospital, clock, name)
        watch(self.bot.core, watched)
        await self.bot.reference.open()
        if self.bot.reference.now.staff:
            del self.bot.workers[
                "reference"
            ]  # reference data are read once: hundreds of lives need not read them again
        self._parts = (store, telegram, transport, watched)
        self.life = life
        self.lives += 1
        life.start(self.bot.run())
        self._risen.set()

    async def fall(self) -> None:
        """What SIGKILL leaves: the file, and what had already left the process."""
        self._risen.clear()
        await self.life.bury()
        for key in self._in_air:
            self.struck[key] += 1
        self._in_air.clear()
        store, telegram, transport, watched = self._parts
        self.turns += watched.turns
        await telegram.close()
        await transport.close()
        await store.close()

    async def crash(self) -> None:
        """Die now; answers when the next life is up."""
        self._risen.clear()
        self.life.end()
        await self._risen.wait()

    async def dead(self) -> None:
        """Wait until this life has ended, by a plan."""
        await self.life.fallen.wait()

    async def alive(self) -> None:
        """Let it rise again, and wait for that."""
        self.powered.set()
        await self._risen.wait()

    async def keep(self) -> None:
        """Whenever the bot dies, by a plan or by crash(), it is started again."""
        while True:
            await self.life.fallen.wait()
            await self.fall()
            await self.powered.wait()
            await self.rise()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        self.powered.set()
        await self.rise()
        for _ in range(3000):  # nobody joins before the hospital's lists came: within a minute
            if self.bot is not None and self.bot.reference.now.staff:
                break
            await asyncio.sleep(0.02)
        keeper = asyncio.create_task(self.keep())
        try:
            yield
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await self.fall()

    # ------------------------------------------------------------ looking in
    def doubled(self) -> dict[str, list[Sent]]:
        """Posts that stand twice or more without deaths that explain it, with all their copies."""
        copies = Counter(one.key for one in self.sent)
        odd = [key for key, count in copies.items() if count > 1 + self.struck[key]]
        return {key: [one for one in self.sent if one.key == key] for key in odd}


class Recorder:
    """The messenger of a life, with everything that it accepted written down."""

    def __init__(self, through: Through, world: World) -> None:
        self._through, self._world = through, world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._through, name)

    async def send(self, post: Post, thread: int | None) -> int:
        world, life = self._world, self._world.life
        inner = self._through._inner
        world._in_air.add(post.key)

        async def sending() -> int:
            try:
                message = await inner.send(post, thread)
            except BaseException:
                world._in_air.discard(post.key)
                raise
            html = str(getattr(post.content, "html", ""))
            world.sent.append(Sent(post.key, post.chat, message, html, world.lives))
            return message

        return await life.out(sending())


def settings(folder: Path, messenger: str, hospital: str, clock: Path, **more: str) -> Config:
    """What a bot process reads from its environment."""
    return load({
        "MEDRELAY_TOKEN": TOKEN, "MEDRELAY_BOT_API": messenger, "MEDRELAY_HOSPITAL_URL": hospital,
        "MEDRELAY_DATABASE": str(folder / "medrelay.sqlite"), "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}",
        "MEDRELAY_HASH_KEY": KEY, "MEDRELAY_SANDBOX_CLOCK": str(clock), "MEDRELAY_OPERATOR_CODE": OPERATOR_CODE,
        "MEDRELAY_FEED_SECONDS": "0.2", "MEDRELAY_LOOK_SECONDS": "0.2", "MEDRELAY_PRIVATE_PER_SECOND": "1000",
        "MEDRELAY_PRIVATE_BURST": "1000", "MEDRELAY_GROUP_PER_MINUTE": "100000", "MEDRELAY_BULK_PER_SECOND": "10000",
        "MEDRELAY_PROVIDER_TOKEN": "SANDBOX-pay", "MEDRELAY_LONG_POLL_SECONDS": "20", "MEDRELAY_READ_PHOTOS": "off",
        **more,
    })  # fmt: skip


@asynccontextmanager
async def living(
    folder: Path, plan: Plan | None = None, *, collect: float = 0.2, civil: str = DAY
) -> AsyncIterator[World]:
    """Everything started and seeded, the bot alive; everything ended afterwards."""
    clock = folder / "clock.json"
    clocks.write(clock, clocks.Setting(clocks.parse_iso(civil), int(time.time() * 1000), 1.0))
    with counted_tasks():
        async with (
            messenger_server.running(token=TOKEN, clock_file=clock) as messenger,
            hospital_server.running(clock=clock) as hospital,
        ):
            await plant(hospital.url, clocks.Clock(clock).now_ms())
            empty_store(folder / "medrelay.sqlite")
            async with (
                staff.running(hospital.url, clock=clock, think=0.02, poll=0.2, collect=collect) as shift,
                Control(messenger.url) as control,
            ):
                house = House(folder, messenger.url, Hospital(hospital.url))
                world = World(folder, settings(folder, messenger.url, hospital.url, clock), control, house, messenger,
                              hospital, shift, plan or Plan())  # fmt: skip
                heard = Heard()
                with heard.attached("bot", "backend_client", "telegram", "asyncio"):
                    async with world.kept():
                        yield world
                    await check(control, hospital.url, world.config.database, heard.text)
