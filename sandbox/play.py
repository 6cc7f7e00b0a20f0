"""What a story is written with: moments and their time, people who press, type and read, jobs whose taps count."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.control import PATIENCE, Control, NotSeen, Phone
from sandbox.office import Office
from sandbox.processes import Hospital, House, running
from sandbox.records import custody, issued, paper
from sandbox.scene import Scene, press_pin, set_up
from sandbox.spoken import BASE, Tongue
from sandbox.told import Job, Told

MORNING = "2026-11-23T08:30"  # a working Monday
ACT = "act"  # what Between is told after each press, line and payment

Between = Callable[[str], Awaitable[None]]
Json = dict[str, Any]


async def nothing(_moment: str) -> None:
    """Between two acts nothing special happens."""


@dataclass(frozen=True, slots=True)
class Script:
    """A story, and the house in which it plays."""

    name: str
    title: str
    told_by: Callable[[Play], Awaitable[None]]
    begins: str = MORNING  # civil time of the city
    kit: bool = False  # whether the kit's people and places are planted
    cast: tuple[str, ...] = ()  # who of scene.CAST has a phone, beside scene.PEOPLE
    autopilot: tuple[str, ...] = ()  # doctor, pharmacist, courier
    staff: Mapping[str, str] = field(default_factory=dict[str, str])  # habits, e.g. {"insurer": "refuses"}
    settings: Mapping[str, str] = field(default_factory=dict[str, str])  # of the bot: docs/reference/settings.md
    collect: float = 4  # wall seconds that packed parcels wait for others of the same trip


def story(title: str, **house: Any) -> Callable[[Callable[[Play], Awaitable[None]]], Script]:
    """Make a function the story of its file; ``house`` are the other fields of Script."""
    return lambda told_by: Script(told_by.__name__.replace("_", "-"), title, told_by, **house)


@dataclass(slots=True)
class Person:
    """Somebody with a phone. ``in_`` is the key of a group; without it the private chat comes first."""

    play: Play
    key: str

    @property
    def phone(self) -> Phone:
        return self.play.scene.phones[self.key]

    async def reads(self, text: str | tuple[str, ...], in_: str = "", **more: Any) -> Json:
        """The newest message that has this text (or one of them); NotSeen when it does not come."""
        chat = {"chat": self.play.scene.chats[in_]} if in_ else {}
        return await self.phone.wait_for(text=text, **{**chat, **more})

    async def presses(self, label: str, on: str | None = None, in_: str = "", **more: Any) -> Json:
        """The button with this label, on the newest message that shows both; ``wait``: seconds for what it answers."""
        wait = {"wait": more.pop("wait")} if "wait" in more else {}
        chat = {"chat": self.play.scene.chats[in_]} if in_ else {}
        found = await self.phone.wait_for(text=on, label=label, **{**chat, **more})
        pressed = await self.phone.press(found["label"], chat=found["chat"], message_id=found["id"], **wait)
        await self.play.between(ACT)
        return pressed

    async def types(self, text: str, in_: str = "", **more: Any) -> Json:
        said = await self.phone.say(text, chat=self.play.scene.chats[in_] if in_ else None, **more)
        await self.play.between(ACT)
        return said

    async def edits(self, message: int, text: str, in_: str = "") -> None:
        """Changes what he wrote in this message."""
        chat = self.play.scene.chats[in_] if in_ else None
        await self.play.scene.control.edit(self.phone.id, message, text, chat)

    async def opens(self, start: str) -> None:
        """The bot's link with this start parameter, e.g. ``need-loc-xingfuli``."""
        begins, need, place = start.partition("need-")
        if need and not begins:
            start = f"need-{self.play.house.hospital.id(f'Location/{place}')}"
        await self.phone.open(self.play.scene.link(start))

    async def photographs(self, patient: str) -> str:
        """Sends the paper prescription of this patient; answers the ISO day that is printed on it."""
        await self.phone.photo(await paper(self.play.house.hospital, patient))
        return await issued(self.play.house.hospital, patient)

    async def signs(self) -> None:
        """A doctor's PIN on the newest keypad."""
        await press_pin(self.phone)

    async def pays(self, after: int = 0) -> None:
        """Pays the newest invoice as soon as it is on the phone; ``after``: only newer message ids."""
        view = await self._shows(lambda m: m["kind"] == "invoice" and m["id"] > after)
        if view is None:
            raise NotSeen(f"{self.key} did not see an invoice")
        await self.phone.pay("ok")
        await self.play.between(ACT)

    async def shares_number(self) -> None:
        """The button below the chat that sends her own telephone number."""
        self.phone.taps += 1
        await self.phone.control.send(self.phone.id, "contact")
        await self.play.between(ACT)

    async def does_not_read(self, text: str) -> None:
        """Nothing on this phone shows it now; NotSeen's opposite is told as one."""
        view = await self.phone.sees()
        said = self.phone.tongue.told(text)
        shown = [m.get("text") or m.get("caption") or "" for chat in view["chats"] for m in chat["messages"]]
        if found := next((one for one in shown if text in one or said.search(one)), ""):
            raise NotSeen(f"{self.key} reads {text!r} in {found!r}, and should not")

    async def reads_once(self, *texts: str) -> None:
        """One message shows all of these, and no other does; NotSeen where it is none or several. One more may, where
        the bot is killed: what the messenger had taken and the bot had not heard of is sent again."""
        told = {text: self.phone.tongue.told(text) for text in texts}

        def is_it(message: Json) -> bool:
            said = message.get("text") or message.get("caption") or ""
            return all(text in said or words.search(said) for text, words in told.items())

        if await self._shows(is_it) is None:
            raise NotSeen(f"{self.key} does not read {texts!r}")
        found = [one for chat in (await self.phone.sees())["chats"] for one in chat["messages"] if is_it(one)]
        if len(found) > 1 + self.play.killed:
            raise NotSeen(f"{self.key} reads {texts!r} {len(found)} times, and should once")

    async def _shows(self, wanted: Callable[[Json], bool]) -> Json | None:
        deadline, since = time.monotonic() + PATIENCE, None
        while (left := deadline - time.monotonic()) > 0:
            view = await self.phone.sees(since=since, wait=min(left, 5.0))
            found = next((m for chat in view["chats"] for m in chat["messages"] if wanted(m)), None)
            if found is not None:
                return found
            since = view["revision"]
        return None


class Play:
    """One performance. ``between`` is called at named moments: the crash runs kill the bot there."""

    def __init__(self, scene: Scene, house: House, between: Between = nothing, begins: str = MORNING) -> None:
        self.scene, self.house, self.between = scene, house, between
        self.office = Office(scene.control, house.hospital, house.foreign)
        self.told = Told()
        self._day = begins.partition("T")[0]

    @property
    def killed(self) -> bool:
        """Whether something happens between acts: a bot that is down tells only the newest of what passed meanwhile."""
        return self.between is not nothing

    async def perform(self, script: Script) -> Told:
        started, before = time.monotonic(), self._counts()
        try:
            await script.told_by(self)
        except NotSeen as missed:
            self.told.missed.append(str(missed))
        self.told.seconds = round(time.monotonic() - started, 1)
        done = {key: (taps - before[key][0], inputs - before[key][1]) for key, (taps, inputs) in self._counts().items()}
        self.told.people = {key: both for key, both in done.items() if any(both)}
        return self.told

    def _counts(self) -> dict[str, tuple[int, int]]:
        """Taps and inputs of every phone, those of the first morning too."""
        return {key: (phone.taps, phone.inputs) for key, phone in self.scene.phones.items()}

    def who(self, key: str) -> Person:
        """Somebody of scene.PEOPLE, or of the script's cast."""
        if key not in self.scene.phones:
            raise KeyError(f"{key} has no phone in this story: name one of scene.PEOPLE, or add it to cast=(...)")
        return Person(self, key)

    async def at(self, clock: str) -> None:
        """The time of the day from here on; ``2026-11-24T10:05`` begins another day."""
        if "T" in clock:
            self._day, _, clock = clock.partition("T")
        await self.scene.control.set_clock(set=f"{self._day}T{clock}")

    async def habit(self, who: str, habit: str) -> None:
        """From now on this member of the staff on autopilot does it so; see sandbox.staff.switches."""
        await self.scene.control.switch(**{f"staff.{who}": habit})

    async def reached(self, milestone: str, what: str) -> None:
        now = await self.scene.control.clock()
        self.told.milestones[milestone] = (now["civil"][11:16], what)
        await self.between(milestone)

    @asynccontextmanager
    async def moment(self, clock: str, what: str) -> AsyncIterator[None]:
        """At this time this happens; it is in the report when all in here was seen."""
        await self.at(clock)
        yield
        await self.reached(f"{len(self.told.milestones) + 1}", what)

    @asynccontextmanager
    async def job(
        self, name: str, *keys: str, taps: int | None = None, inputs: int | None = None
    ) -> AsyncIterator[None]:
        """Count what these people press and type in here; more than allowed fails the story. See told.BUDGETS."""
        phones = [self.scene.phones[key] for key in keys]
        before = sum(phone.taps for phone in phones), sum(phone.inputs for phone in phones)
        yield
        done = sum(p.taps for p in phones) - before[0], sum(p.inputs for p in phones) - before[1]
        self.told.jobs.append(Job(name, *done, limit=None if taps is inputs is None else (taps, inputs)))

    async def keeps_custody_of(self, order: str) -> None:
        """Who held this order's parcel when goes into the report; a parcel without a line fails the story."""
        lines = await custody(self.house.hospital, order)
        if not lines:
            raise NotSeen(f"nobody ever held the parcel of {order}")
        self.told.custody += lines


async def run(
    script: Script, folder: Path, by_hand: bool = False, hospital: Hospital | None = None, lang: str = BASE
) -> Told:
    """Start everything fresh in ``folder``, play the story, stop everything; on ``hospital`` where it is somebody's.

    ``lang``: of every phone and group.
    """
    async with performed(script, folder, by_hand, hospital, lang) as play:
        return await play.perform(script)


@asynccontextmanager
async def performed(
    script: Script, folder: Path, by_hand: bool = False, hospital: Hospital | None = None, lang: str = BASE
) -> AsyncIterator[Play]:
    """The same house, ready for the story."""
    async with (
        running(
            folder,
            civil=script.begins,
            think=0.1,
            collect=script.collect,
            modes=dict.fromkeys(script.autopilot, "auto"),
            habits=script.staff,
            kit=script.kit,
            settings={
                **script.settings,
                "MEDRELAY_GROUP_LANG": lang,
                **({"MEDRELAY_READ_PHOTOS": "off"} if by_hand else {}),
            },
            hospital=hospital,
        ) as house,
        Control(house.messenger_url) as control,
    ):
        yield Play(await set_up(control, script.cast, Tongue(lang)), house, begins=script.begins)
