"""What may never stand in a neighbours' group, a topic's name or a log, checked over everything a run sent.

``watched_house`` and the in-process world apply it at the end of every run. It knows the seeds' real names and drugs.
Somebody's receiving medicine is itself health information: a group sees compound, gate, count and the ambassador's
public name (R13 in docs/reference/rules.md), also in edits and in what was deleted.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.control import Control
from sandbox.hospital.seed.people import city, formulary, kit, neighbours, residents, unlisted
from sandbox.processes import House

Message = Mapping[str, Any]
NS = "https://medrelay.example/fhir/StructureDefinition/"

#: What no message to a neighbours' group looks like, whatever it says.
SHAPES: Mapping[str, re.Pattern[str]] = {
    "order number": re.compile(r"R\d{4}-\d+"),
    "parcel label": re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}-\d{2,}"),
    "price": re.compile(r"[¥￥]|\d+\.\d{2}|\d\s*元"),
    "code, phone or other long number": re.compile(r"\d{4,}|\d{3}-\d{4}"),
    "flat": re.compile(r"\d+\s*([号室楼栋弄]|单元)|\b(flat|room|building)\b", re.IGNORECASE),
    "urgent": re.compile(r"急|\burgent|\bred\b|🔴", re.IGNORECASE),
}
PHONE = "400-810-0120"  # the sandbox hospital's own, which stands on its door
TITLE = re.compile(r"(?:‼ )?#\d+ [🔴🟡🟢] ×\d+")  # a consult's topic: an emergency, number, colour, count of drugs


@dataclass(frozen=True)
class Secrets:
    """Words by what they tell of somebody; a group reads of nobody, of no ambassador either, who he is there."""

    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()  # flats, buildings, phones, numbers of cards
    drugs: frozenset[str] = frozenset()
    illnesses: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()  # pick-up codes of this run

    def found_in(self, text: str, *, but: tuple[str, ...] = ()) -> list[str]:
        """The kinds of secrets that this text holds."""
        return [kind for kind, pattern in _patterns(self) if kind not in but and pattern.search(text)]


@cache
def _patterns(secrets: Secrets) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern a kind; words of a Latin script only as whole words."""
    kinds = [
        (kind, getattr(secrets, kind)) for kind in ("people", "places", "drugs", "illnesses", "departments", "codes")
    ]
    return tuple(
        (kind, re.compile("|".join(map(_pattern, sorted(words))), re.IGNORECASE)) for kind, words in kinds if words
    )


def _pattern(word: str) -> str:
    return rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])" if word.isascii() else re.escape(word)


@cache
def seeded() -> Secrets:
    """Everybody and everything that the invented city could give away."""
    staff = [*city()["staff"], *kit()["staff"]]
    everybody = (*residents(), *neighbours())
    people = {r.zh for r in everybody} | {r.en for r in everybody}
    people |= {relative[tongue] for relative in kit()["related"] for tongue in ("zh", "en")}
    people |= {s[tongue].removeprefix("Dr ") for s in staff for tongue in ("zh", "en")}
    listed = (*formulary().values(), *unlisted().values())
    drugs = {word for d in listed for word in (d.zh, d.en, d.en.split()[0], d.brand, d.code)}
    drugs |= {re.sub(r"(片|胶囊|缓释|控释|肠溶|注射液|颗粒|钙|钠|\(.*\))+$", "", d.zh) for d in listed}
    return Secrets(
        people=frozenset(people),
        places=frozenset(
            x for r in everybody for x in (r.flat, r.building, r.phone, r.phone[-4:], r.credential, r.birth)
        ),
        drugs=frozenset(word for word in drugs if len(word) > 1 and word.lower() != "compound"),  # "A compound's group"
        illnesses=frozenset(x for r in everybody for x in r.condition.values())
        | {d.category for d in formulary().values()},
        departments=frozenset(
            d[tongue] for d in (*city()["departments"], *kit()["departments"]) for tongue in ("zh", "en")
        ),
    )


# ---------------------------------------------------------------- what was sent


def texts(message: Message) -> list[str]:
    """All that a message ever showed: its versions, its buttons, where these lead, the name of its file."""
    shown = [str(version) for version in message.get("versions", ())]
    shown += [str(message[name]) for name in ("text", "caption") if message.get(name)]
    buttons = [button for row in message.get("buttons", ()) for button in row]
    shown += [str(button[name]) for button in buttons for name in ("label", "url", "copy") if button.get(name)]
    return [*shown, str(message["file"].get("name", ""))] if message.get("file") else shown


def in_group(message: Message, secrets: Secrets) -> list[str]:
    """What this message of a neighbours' group gives away; kinds of things, each with its sentence."""
    found = [f"a {message['kind']} in chat {message['chat']}"] if message["kind"] not in ("text", "service") else []
    for text in texts(message):
        found += [f"{kind} in {text!r}" for kind in secrets.found_in(text)]
        found += [f"{kind} in {text!r}" for kind, shape in SHAPES.items() if shape.search(text.replace(PHONE, ""))]
    return found


#: What a neighbours' desk reads of its callers is a name and a stage; what it typed itself is shown to it again.
NO_DESK = ("order number", "parcel label", "price", "flat")


def at_desk(message: Message, secrets: Secrets, *, cash: bool = False) -> list[str]:
    """What this message to a neighbours' desk gives away; with ``cash`` the hospital lets it take money: then it reads
    the sum, and nothing more than another."""
    found: list[str] = []
    never = [kind for kind in NO_DESK if not (cash and kind == "price")]
    for text in texts(message):
        found += [f"{kind} at a desk in {text!r}" for kind in secrets.found_in(text, but=("people", "places"))]
        found += [f"{kind} at a desk in {text!r}" for kind in never if SHAPES[kind].search(text)]
    return found


def in_title(name: str, secrets: Secrets) -> list[str]:
    """What a department's topic gives away by its name: it is a number, a colour and a count, nothing else."""
    found = [f"{kind} in topic {name!r}" for kind in secrets.found_in(name, but=("departments",))]
    return found if TITLE.fullmatch(name) else [*found, f"topic {name!r} is no number, colour and count"]


def violations(
    messages: Iterable[Message],
    places: Mapping[int, str],
    secrets: Secrets,
    desks: Iterable[int] = (),
    *,
    cash: bool = False,
) -> list[str]:
    """Everything a run sent: ``places`` says what each bound chat is; an unknown group is a neighbours' group.

    ``desks``: the accounts of neighbours' desks; ``cash``: whether they may take money.
    """
    found: list[str] = []
    for message in messages:
        kind = "private" if message["chat"] > 0 else places.get(message["chat"], "compound")
        if kind == "compound":
            found += in_group(message, secrets)
        if message["chat"] in desks:
            found += at_desk(message, secrets, cash=cash)
        if kind == "department" and str(message.get("service", "")).startswith("forum_topic_"):
            found += [told for name in message["versions"] for told in in_title(str(name), secrets)]
    return found


def in_log(text: str, secrets: Secrets) -> list[str]:
    """Names, drugs, illnesses, addresses and codes that a log holds."""
    lines = text.splitlines()
    found = [
        f"{kind} in {line!r}"
        for line in lines
        for kind in secrets.found_in(line, but=("departments", "codes", "places"))
    ]
    found += [f"address or credential in {line!r}" for line in lines for r in (*residents(), *neighbours())
              if any(word in line for word in (r.credential, r.phone, r.flat, r.birth))]  # fmt: skip
    return found + [f"order number in {line!r}" for line in lines if SHAPES["order number"].search(line)]


# ---------------------------------------------------------------- what a run knows


def bound(database: Path) -> dict[int, str]:
    """chat -> kind, as the operator bound them in this run."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        return dict(store.execute("SELECT chat, kind FROM places").fetchall())


def all_in(role: str, database: Path) -> list[int]:
    """The accounts that have this role in this run."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        return [row[0] for row in store.execute("SELECT person FROM person_roles WHERE role = ?", (role,))]


async def with_codes(secrets: Secrets, hospital: str) -> Secrets:
    """The pick-up codes of this run added: they are made by the hospital."""
    async with aiohttp.ClientSession() as session, session.get(f"{hospital}/SupplyDelivery?_count=200") as answer:
        bundle = await answer.json(content_type=None)
    parcels = [entry["resource"] for entry in bundle.get("entry", [])]
    codes = [e["valueString"] for p in parcels for e in p.get("extension", []) if e["url"] == f"{NS}pickup-code"]
    return Secrets(
        **{**{name: getattr(secrets, name) for name in Secrets.__dataclass_fields__}, "codes": frozenset(codes)}
    )


async def check(control: Control, hospital: str, database: Path, log: str, *, cash: bool = False) -> None:
    """AssertionError with every violation of one run; ``cash``: desks may take money in it."""
    secrets = await with_codes(seeded(), hospital)
    from tests.property_private import private  # which knows this file

    found = violations(await control.messages(), bound(database), secrets, all_in("desk", database), cash=cash)
    found += in_log(log, secrets)
    found += private(await control.messages(all=True), secrets, all_in("window-clerk", database))
    assert found == [], "\n".join(found)


@asynccontextmanager
async def watched_house(control: Control, house: House) -> AsyncIterator[None]:
    """Looks at everything when the block ends well, over the processes of a house."""
    yield
    log = (house.folder / "bot.log").read_text("utf-8", "replace")
    cash = bool(house.parts["bot"].env.get("MEDRELAY_CASH_DESKS"))
    await check(control, house.hospital_url, house.folder / "medrelay.sqlite", log, cash=cash)


class Heard(logging.Handler):
    """What the house logged while it was attached, as text, with every extra and every trace."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {getattr(record, 'where', '')}")

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @contextmanager
    def attached(self, *names: str) -> Iterator[None]:
        loggers = [logging.getLogger(name) for name in names]
        for logger in loggers:
            logger.addHandler(self)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeHandler(self)
