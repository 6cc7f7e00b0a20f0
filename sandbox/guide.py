"""The demo's guide: tells the page what this is and what is next; plays the day, or all but five presses of it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import secrets
from collections.abc import Collection, Mapping
from typing import Any

import aiohttp

from sandbox import clock as clocks
from sandbox.control import ControlError
from sandbox.hospital.seed.people import city, kit, neighbours, residents
from sandbox.scene import ANNOUNCED, ANNOUNCING, CAST, GROUPS, PEOPLE, PIN, Scene
from sandbox.tour import HANDS, HER, STAFF, Key, Look, Next

Json = dict[str, Any]
PLAYED = ("resident", "ambassador", "doctor", "pharmacist", "courier")
#: whose phones the page opens, and in which chat ("" = the private one); as many as fit are whole, in this order.
OPEN = (
    ("resident", "compound"),
    ("doctor", "endocrinology"),
    ("pharmacist", "review"),
    ("ambassador", ""),
    ("courier", ""),
)
ROLES: Mapping[str, tuple[str, str]] = {
    "doctor": ("医生", "doctor"),
    "pharmacist": ("药师", "pharmacist"),
    "courier": ("送药员", "courier"),
    "ambassador": ("志愿者", "volunteer"),
    "operator": ("医院管理员", "the hospital's operator"),
}
TITLES = {
    "compound": "Neighbours of Xingfuli",
    "endocrinology": "Endocrinology, doctors",
    "cardiology": "Cardiology, doctors",
    "review": "Pharmacists' review",
}
OTHERS = {"stranger": ("路人", "a passer-by")}
ABOUT = {
    "zh": f"{HER.zh}的处方从手机到医院，药再回到她手里；这里全是沙盒。",
    "en": f"{HER.en}'s prescription goes from her phone to the hospital, and her medicine comes back: all sandbox.",
}
LOOK = 0.4  # s between two looks at the wish
PACE = 1.6  # s that a press is pointed at before it is made: to be followed with the eye
AGAIN = 12.0  # s after which a step that changed nothing is done once more
FORGOTTEN = 60.0  # s without anything to do after which the first step is offered again
LASTS = 3.0  # s
DAY_OF = "2026-11-23"


def everybody(today: str = DAY_OF) -> Json:
    """Person id -> the name and role in both languages, and what lies at hand."""
    there = {one.zh: one for one in (*residents(), *neighbours())}
    latin = {one.zh: one.en for one in there.values()} | _staff_names()
    found: Json = {}
    for key, (id, name, role) in PEOPLE.items():
        her = there.get(name)
        zh, en = ROLES.get(role) or OTHERS.get(key) or _aged(her.birth if her else "", today)
        hand = (
            [_noted(her.credential, "医保凭证号码", "e-credential"), _noted(her.birth, "生日", "birthday")]
            if her
            else []
        )
        hand += [{"zh": "签名密码", "en": "PIN to sign with", "text": PIN, "send": False}] if role == "doctor" else []
        found[str(id)] = _told(name, latin.get(name, ""), zh, en, hand)
    for extra in CAST.values():
        hand = [_noted(extra.number, "医保凭证号码", "e-credential"), _noted(extra.born, "生日", "birthday")]
        zh, en = _aged(extra.born, today)
        found[str(extra.id)] = _told(extra.name, latin.get(extra.name, ""), zh, en, hand if extra.number else [])
    return found


def _staff_names() -> dict[str, str]:
    rows = [row for part in (city(), kit()) for name in ("staff", "related") for row in part.get(name, ())]
    return {str(row["zh"]): str(row["en"]) for row in rows}


def _aged(born: str, today: str) -> tuple[str, str]:
    if not born:
        return "居民", "resident"
    age = int(today[:4]) - int(born[:4]) - (today[5:] < born[5:])
    return f"居民，{age} 岁", f"resident, {age}"


def _noted(text: str, zh: str, en: str) -> Json:
    return {"zh": zh, "en": en, "text": text, "send": True}


def _told(name: str, latin: str, zh: str, en: str, hand: list[Json]) -> Json:
    both = {"zh": {"name": name, "role": zh}, "en": {"name": latin or name, "role": en}}
    return both | ({"hand": hand} if hand else {})


class Guide:
    """``hands``: roles that a visitor plays, whoever else works by himself. ``papers``: patient's phone -> picture."""

    def __init__(self, scene: Scene, papers: Mapping[int, bytes], hands: Collection[str] = ()) -> None:
        self.scene, self.control, self.papers = scene, scene.control, papers
        self.hands = frozenset(hands)
        self.mode, self.orders = "off", 0
        self._since: dict[int, int] = {}
        self._done: dict[Key, float] = {}
        self._told: Json = {}
        self._autopilots: Json = {}
        self._views: dict[str, Json] = {}
        self._revision = 0
        self._reached, self._seen_at = 0, -math.inf  # the latest step of this order; when any was seen last
        self._back: tuple[Key, float] | None = None  # a step before it, and since when
        self._due: tuple[Next, float] | None = None

    async def opens(self, lang: str) -> None:
        """What the page is told once."""
        phones = [
            {"person": PEOPLE[key][0], "chat": self.scene.chats[group] if group else PEOPLE[key][0]}
            for key, group in OPEN
        ]
        about = {"run": secrets.token_hex(6), "lang": lang, "about": ABOUT, "people": everybody(), "open": phones}
        about["chats"] = {str(self.scene.chats[key]): {"zh": GROUPS[key][1], "en": en} for key, en in TITLES.items()}
        await self.control.tell_guide(**about, wish="off", now={"mode": "off", "orders": 0, "of": HANDS})

        await self.turn(asyncio.get_running_loop().time())

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ControlError, TimeoutError):  # whoever ends tells it himself
                await self.turn(asyncio.get_running_loop().time())
            await asyncio.sleep(LOOK)

    async def turn(self, now: float) -> None:
        """One look, and what is due then."""
        guide, switches = await self.control.guide(), await self.control.switches()
        await self._change(str(guide.get("wish", "off")))
        found = await self._look(now)
        by = self._by(found, switches)
        await self._tell(found, by)
        if found is None or by != "itself":
            self._due = None
            return
        if self._due is None or self._due[0] != found:
            self._due = (found, now + (PACE / 4 if found.step.does == "pin" else PACE))
        elif now >= self._due[1]:
            self._due = None
            self._done[found.key] = now + AGAIN
            await self._act(found)

    async def _change(self, wish: str) -> None:
        """Autopilots rest while the people themselves are played, and work again afterwards."""
        if wish == self.mode:
            return
        begins, ends = self.mode == "off", wish == "off"
        self.mode = wish if wish in ("day", "five") else "off"
        names = [f"autopilot.{role}" for role in sorted(STAFF)]
        if begins and not ends:
            was = await self.control.switches()
            self._autopilots = {name: was.get(name, "human") for name in names}
            await self.control.switch(**dict.fromkeys(names, "human"))
        elif ends:
            await self.control.switch(**self._autopilots)

    async def _look(self, now: float) -> Next | None:
        world = (await self.control.world())["revision"]
        if world != self._revision:
            seen = await asyncio.gather(*(self.control.sees(PEOPLE[key][0], last=25) for key in PLAYED))
            self._views, self._revision = dict(zip(PLAYED, seen, strict=True)), world
        look = Look(self.scene, self._views, self._since)
        if look.over():
            self.orders += 1
            self._since = look.newest()
            if self.mode != "off":
                await self.control.tell_guide(wish="off")
            self._reached = 0
            look = Look(self.scene, self._views, self._since)
        self._done = {key: until for key, until in self._done.items() if now < until}
        return self._steady(look.next(self._reached, self._done), now)

    def _steady(self, found: Next | None, now: float) -> Next | None:
        """A step back is believed when it lasts; where nothing is left to do for long, it is a new beginning."""
        if found is None:
            self._reached = self._reached if now - self._seen_at < FORGOTTEN else 0
            return None
        if found.number < self._reached:
            self._back = self._back if self._back and self._back[0] == found.key else (found.key, now)
            if now - self._back[1] < LASTS:
                return None
        self._reached, self._seen_at = max(found.number, self._reached), now
        return found

    def _by(self, found: Next | None, switches: Json) -> str:
        """Who does it: "you", "itself" (the guide), or "staff" (an autopilot)."""
        if found is None:
            return "staff"
        step = found.step
        if step.who in self.hands or (self.mode == "five" and step.hand):
            return "you"
        if self.mode != "off":
            return "itself"
        auto = switches.get(f"autopilot.{step.who}") == "auto" and step.who in STAFF
        return "staff" if auto else "you"

    async def _tell(self, found: Next | None, by: str) -> None:
        now: Json = {"mode": self.mode, "orders": self.orders, "of": HANDS}
        if found is not None:
            now["next"] = {**found.told(), "by": by, "hand": found.step.hand, "first": found.number == 0}
        if now != self._told:
            self._told = now
            await self.control.tell_guide(now=now)

    async def _act(self, found: Next) -> None:
        step, person = found.step, PEOPLE[found.step.who][0]
        if step.at:
            await self._clock(step.at)
        where: Json = {"chat": found.chat, "thread": found.thread}
        try:
            match step.does:
                case "press" | "pin":
                    await self.control.press(person, found.label, chat=found.chat, message_id=found.message)
                case "photo":
                    await self.control.photo(person, self.papers[person], **where)
                case "pay":
                    await self.control.pay(person, chat=found.chat, message_id=found.message)
                case _:
                    await self.control.say(person, found.text, **where)
        except ControlError:
            self._revision = 0  # the visitor was faster: look again

    async def _clock(self, at: str) -> None:
        """Not back: whoever plays a second order has a later day."""
        now = await self.control.clock()
        wanted = f"{now['civil'][:10]}T{at}"
        if clocks.parse_iso(wanted) > now["civil_ms"]:
            await self.control.set_clock(set=wanted)


async def announced(scene: Scene) -> None:
    """The operator has told the compounds that ordering is open: the first thing that a visitor sees."""
    operator = scene.phones["operator"]
    for label in ANNOUNCING:
        await operator.press(label)
    await operator.wait_for(text=ANNOUNCED)
