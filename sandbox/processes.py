"""The processes of a sandbox run: messenger, hospital, staff and the bot, joined only by HTTP. Ends what it started."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sandbox import clock as clocks

TOKEN = "4242:SANDBOX-demo"  # noqa: S105 - the sandbox takes only tokens that cannot be real
OPERATOR_CODE = "first-day-of-service"
TRIAGE = Path(__file__).parent / "triage.toml"
QUIZ = Path(__file__).parent / "hospital" / "seed" / "quiz.toml"
READY_SECONDS = 180.0  # one that ends is told at once; only a slow machine needs many of them
OWN = 0o077  # umask: what a run writes is for this account only
KEPT = tuple(f"{name}.sqlite{end}" for name in ("messenger", "hospital") for end in ("", "-wal", "-shm", "-journal"))
LISTS = "lists"  # how the bot's line begins once it has the hospital's lists
T = TypeVar("T")


def private(file: Path) -> None:
    """Make it for this account only before anything is written into it."""
    file.touch(0o600)
    file.chmod(0o600)


def carry_out(work: Coroutine[Any, Any, T]) -> T:
    """asyncio.run, where SIGTERM and a closed terminal end the run as Ctrl-C does: KeyboardInterrupt, parts stopped.

    A signal that is ignored (nohup) stays ignored.
    """

    async def guarded() -> T:
        task = asyncio.ensure_future(work)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


class NotStarted(Exception):
    """A part did not come up; the text is the last thing it said."""


@dataclass(slots=True)
class Part:
    """One process: started until it prints its ready line, stopped by SIGTERM, killed only on request."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    log: Path
    ready: str
    process: asyncio.subprocess.Process | None = None
    line: str = ""

    async def start(self) -> str:
        """The ready line. NotStarted when the process ends or stays silent."""
        private(self.log)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.argv,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, **self.env},
                umask=OWN,
            )
        return await self.hear(self.ready)

    async def hear(self, begins: str) -> str:
        """The next line that begins so. NotStarted when the process ends or stays silent."""
        stdout = (self.process and self.process.stdout) or asyncio.StreamReader()
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not self.line.startswith(begins):
                    raw = await stdout.readline()
                    if not raw:
                        raise NotStarted(f"{self.name} did not start: {self._last_words()}")
                    self.line = raw.decode().strip()
        except TimeoutError:
            raise NotStarted(f"{self.name} said nothing for {READY_SECONDS:.0f} s: {self._last_words()}") from None
        return self.line

    def keeps_its_port(self) -> None:
        """Started again it listens where the others look for it."""
        if "--port" in self.argv:
            self.argv[self.argv.index("--port") + 1] = str(urlsplit(_url(self.line)).port)

    def _last_words(self) -> str:
        words = self.log.read_text("utf-8", "replace").strip().splitlines()
        return words[-1] if words else "(no output)"

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await self.process.wait()
            if self.process.returncode is None:
                self.process.kill()
                await self.process.wait()

    async def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def restart(self) -> None:
        self.line = ""
        await self.start()


@dataclass(frozen=True, slots=True)
class Hospital:
    """A FHIR R4 base. ``places``: a seed's ``Type/id`` -> where it stands, on a server that chooses ids itself."""

    url: str
    token: str = field(default="", repr=False)
    places: Mapping[str, str] = field(default_factory=dict[str, str])

    def at(self, place: str) -> str:
        """Where this seed stands, as ``Type/id``."""
        return self.places.get(place, place)

    def id(self, place: str) -> str:
        return self.at(place).partition("/")[2]

    @property
    def headers(self) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept": "application/fhir+json", "Cache-Control": "no-cache", **own}


@dataclass(slots=True)
class House:
    """All parts of one run, and where they listen. ``foreign``: the hospital is somebody else's."""

    folder: Path
    messenger_url: str
    hospital: Hospital
    parts: dict[str, Part] = field(default_factory=dict)
    foreign: bool = False

    @property
    def hospital_url(self) -> str:
        return self.hospital.url

    @property
    def bot(self) -> Part:
        return self.parts["bot"]

    async def alive(self) -> str:
        """The name of a part that ended by itself, "" while all work."""
        return next(
            (n for n, p in self.parts.items() if p.process is not None and p.process.returncode is not None), ""
        )


def _module(name: str, *words: str) -> list[str]:
    return [sys.executable, "-m", name, *words]


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@asynccontextmanager
async def running(
    folder: Path,
    *,
    port: int = 0,
    civil: str,
    rate: float = 1.0,
    modes: Mapping[str, str] | None = None,
    think: float = 0.2,
    collect: float | None = None,
    settings: Mapping[str, str] | None = None,
    habits: Mapping[str, str] | None = None,
    kit: bool = False,
    fresh: bool = True,
    hospital: Hospital | None = None,
) -> AsyncIterator[House]:
    """Start everything in ``folder``, beginning at the day and time ``civil``; stop it all at the end.

    ``modes`` and ``habits`` are the staff's; with ``kit`` the people and places for stories are planted too. A
    ``hospital`` of somebody else's is used in place of the sandbox's: planted, and worked at by the same staff.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)  # noqa: ASYNC240 - once, before anything runs
    for name in KEPT:
        if (folder / name).exists():  # of a run before, which was laxer perhaps
            private(folder / name)
    clock = folder / "clock.json"
    if fresh or not clock.exists():
        clocks.write(clock, clocks.Setting(clocks.parse_iso(civil), int(time.time() * 1000), rate))
    async with AsyncExitStack() as stack:

        async def up(name: str, argv: list[str], ready: str, env: Mapping[str, str] | None = None) -> Part:
            part = Part(name, argv, env or {}, folder / f"{name}.log", ready)
            stack.push_async_callback(part.stop)
            await part.start()
            part.keeps_its_port()
            return part

        messenger = await up(
            "messenger",
            _module(
                "sandbox.telegram",
                "--port",
                str(port),
                "--token",
                TOKEN,
                "--db",
                str(folder / "messenger.sqlite"),
                "--clock",
                str(clock),
            ),
            "listening",
        )
        parts = {"messenger": messenger}
        if hospital is None:
            here = ["--port", "0", "--db", str(folder / "hospital.sqlite"), "--clock", str(clock)]
            parts["hospital"] = await up("hospital", _module("sandbox.hospital", *here), "listening")
        base = hospital or Hospital(_url(parts["hospital"].line))
        house = House(folder, _url(messenger.line), base, parts, foreign=hospital is not None)
        places = folder / "places.json"
        secret = {"SANDBOX_HOSPITAL_TOKEN": base.token}
        seeds = ["--url", base.url, "--clock", str(clock), "--token-env", *secret, "--places", str(places)]
        seeds += ["--once"] * (not house.foreign) + ["--kit"] * kit
        await up("seed", _module("sandbox.hospital.seed", *seeds), "planted", secret)
        if house.foreign:
            house.hospital = replace(base, places=json.loads(places.read_text("utf-8")))
        words = [
            "--hospital",
            base.url,
            "--token-env",
            *secret,
            "--clock",
            str(clock),
            "--control",
            house.messenger_url,
        ]
        staff = _module("sandbox.staff", *words, "--think", str(think), *_staff(modes or {}, habits or {}, collect))
        house.parts["staff"] = await up("staff", staff, "working", secret)
        bot = await up("bot", _module("bot", "run"), "serving", _settings(house, clock, settings or {}))
        house.parts["bot"] = bot
        await bot.hear(LISTS)  # it serves without them; the scene needs them
        yield house


def _staff(modes: Mapping[str, str], habits: Mapping[str, str], collect: float | None) -> Iterator[str]:
    for role, mode in modes.items():
        yield from (f"--{role}", mode)
    for who, how in habits.items():
        yield from ("--habit", f"{who}={how}")
    if collect is not None:
        yield from ("--collect", str(collect))


def _url(line: str) -> str:
    """The address in a ready line."""
    return next(word for word in line.split() if word.startswith("http")).rstrip("/")


def _settings(house: House, clock: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The bot's environment: the very variables of docs/reference/settings.md, with keys made for this run."""
    keys = house.folder / "keys"
    if not keys.exists():
        private(keys)
        keys.write_text(f"1:{_key()}\n{_key()}\n", "utf-8")
    encryption, hashing = keys.read_text("utf-8").split()
    return {
        "MEDRELAY_TOKEN": TOKEN,
        "MEDRELAY_BOT_API": house.messenger_url,
        "MEDRELAY_HOSPITAL_URL": house.hospital_url,
        "MEDRELAY_HOSPITAL_TOKEN": house.hospital.token,
        "MEDRELAY_DATABASE": str(house.folder / "medrelay.sqlite"),
        "MEDRELAY_ENCRYPTION_KEYS": encryption,
        "MEDRELAY_HASH_KEY": hashing,
        "MEDRELAY_SANDBOX_CLOCK": str(clock),
        "MEDRELAY_OPERATOR_CODE": OPERATOR_CODE,
        "MEDRELAY_FEED_SECONDS": "0.3",
        "MEDRELAY_LOOK_SECONDS": "0.2",
        "MEDRELAY_PRIVATE_PER_SECOND": "20",
        "MEDRELAY_PRIVATE_BURST": "20",
        "MEDRELAY_GROUP_PER_MINUTE": "1000",
        "MEDRELAY_PROVIDER_TOKEN": "SANDBOX-pay",
        "MEDRELAY_HOSPITAL_PHONE": "400-810-0120",
        "MEDRELAY_QUIZ": str(QUIZ),
        "MEDRELAY_TRIAGE": str(TRIAGE),
        "MEDRELAY_LONG_POLL_SECONDS": "20",
        **more,
    }
