"""`medrelay check`: whether this bot is fit for service, a line each. Reads only; never tells a secret or a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from backend_client.errors import HospitalError, NotFound, RetryLater
from backend_client.fhir import FhirHospital
from backend_client.floor import Found
from backend_client.models import Staff
from backend_client.retries import Patience
from bot import catalogue
from bot.checked import Line, note, ok, updates, wrong
from bot.clock import Clock
from bot.config import BadSetting, Config, load
from bot.decoding import Unreadable
from bot.messenger.bot_api import Telegram
from bot.messenger.errors import MessengerError, Misused, Unreachable
from bot.messenger.incoming import FORUM_RIGHTS
from bot.model import Incident, Person, Place, PlaceKind
from bot.roles import BOUND
from bot.store.beside import Beside, Older, beside, hindrance, look_through
from bot.store.crypto import Keys
from bot.store.port import NotOpened
from bot.store.sqlite import NoStore, gone

LOCKED_UP = 0o077
#: What the hospital's client says -> what to do about it.
MEND: Mapping[str, str] = {
    "no-connection": "nobody listens at MEDRELAY_HOSPITAL_URL: see that the server runs and that the way there is open",
    "no-answer": "no answer from MEDRELAY_HOSPITAL_URL in time: see that the server runs and the way there is open",
    "unknown-host": "no such host: correct MEDRELAY_HOSPITAL_URL",
    "bad-url": "no address: correct MEDRELAY_HOSPITAL_URL",
    "tls": "its certificate does not hold: have the hospital renew it, or correct the host in MEDRELAY_HOSPITAL_URL",
    "unauthorised": "the token is refused: take a new one from the hospital into MEDRELAY_HOSPITAL_TOKEN",
    "forbidden": "the token may not read this: have the hospital give it the right",
    "no-endpoint": "not served at this address: see that MEDRELAY_HOSPITAL_URL is the FHIR base, such as https://.../fhir",
    "not-found": "not served at this address: see that MEDRELAY_HOSPITAL_URL is the FHIR base, such as https://.../fhir",
    "not-json": "what answers there is no FHIR server: correct MEDRELAY_HOSPITAL_URL",
}
LISTS: Mapping[str, str] = {
    "departments": "Organization of type dept", "compounds": "Location with the identifier of a compound",
    "drugs": "Medication", "staff": "PractitionerRole", "questionnaire": "Questionnaire",
}  # fmt: skip


@dataclass(slots=True)
class Books:
    """What of the database concerns the world outside."""

    places: list[Place] = field(default_factory=list[Place], repr=False)
    people: list[Person] = field(default_factory=list[Person], repr=False)
    last: catalogue.Catalogue = field(default_factory=catalogue.Catalogue)


async def check(offline: bool = False, environ: Mapping[str, str] | None = None) -> AsyncGenerator[Line]:
    """Each line as soon as it is known. ``offline``: what is on this machine only."""
    try:
        config = load(environ)
        clock = Clock(config.sandbox_clock)
    except BadSetting as why:
        yield wrong("settings", str(why))
        return
    except (OSError, ValueError):
        yield wrong("settings", "MEDRELAY_SANDBOX_CLOCK names no clock: start the sandbox first, or leave it out")
        return
    yield ok("settings", "sandbox" if config.sandbox else "complete")
    yield _ways(config)
    books = Books()
    async with aclosing(_database(config, books)) as lines:
        async for line in lines:
            yield line
    if offline:
        yield note("network", "not asked for: messenger and hospital were left out (--offline)")
        return
    for part in (_messenger(config, clock, books), _hospital(config, clock, books)):
        async with aclosing(part) as lines:
            async for line in lines:
                yield line


# ---------------------------------------------------------------- this machine


def _no_file(path: Path) -> Line | None:
    try:
        if said := gone(path):
            return wrong("database", said)
        if path.exists():
            return None
    except NoStore as why:
        return wrong("database", str(why))
    except OSError as why:
        return wrong("database", f"{path} cannot be looked at ({why.strerror}): see to its rights and to its folder's")
    if not path.parent.is_dir():
        fix = f"{path} is not there and cannot be made: make the folder {path.parent}, or correct MEDRELAY_DATABASE"
        return wrong("database", fix)
    if said := hindrance(path):
        return wrong("database", said)
    return ok("database", f"none yet: the first start makes {path}")


async def _database(config: Config, books: Books) -> AsyncGenerator[Line]:
    path = config.database
    if (line := _no_file(path)) is not None:
        yield line
        return
    try:
        look_through(path)
    except NotOpened as why:
        yield wrong("database", str(why))
        return
    if said := hindrance(path):
        yield wrong("database", said)
    elif path.stat().st_mode & LOCKED_UP:
        yield wrong("database", f"{path} may be read by others on this machine: chmod 600 it")
    else:
        yield ok("database", f"{path} is whole")
    keys = Keys(config.encryption_keys[0][0], dict(config.encryption_keys), config.hash_key)
    try:
        async with beside(path, config.bot_id, keys) as store:
            yield ok("keys", "open the database")
            async with aclosing(_rows(config, store, books)) as lines:
                async for line in lines:
                    yield line
    except Older as why:
        yield note("rows", f"not looked at: {why}")
    except NotOpened as why:
        yield wrong("keys", str(why))


async def _rows(config: Config, store: Beside, books: Books) -> AsyncGenerator[Line]:
    trails = await store.broken_trails()
    if trails:
        orders = ", ".join(f"{order or 'of no order'} from line {line}" for order, line in trails[:5])
        yield wrong("audit", f"{len(trails)} trails were changed behind the bot's back ({orders}): keep the file as it"
                    " is and find out who can write to it; a backup of before tells what stood there")  # fmt: skip
    else:
        yield ok("audit", "every trail holds")
    waiting = await store.find(Incident, done_at=0)
    if waiting:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(one.kind for one in waiting).items()))
        yield wrong("exceptions", f"{len(waiting)} wait for a person ({kinds}): `medrelay failures` lists them")
    else:
        yield ok("exceptions", "none is open")
    books.places = [place for kind in PlaceKind for place in await store.find(Place, kind=kind)]
    books.people = list({
        one.id: one for role in BOUND for one in await store.find(Person, role=role)
    }.values())  # fmt: skip
    try:
        books.last = catalogue.loads(await store.cursor(catalogue.CURSOR))
    except Unreadable:
        store.unread += 1
    if store.unread:
        yield wrong("rows", f"{store.unread} rows cannot be opened and count as none: put a backup in the file's place,"
                    " or the key back with which they were sealed")  # fmt: skip
    if before := len(store.unsealed):
        yield wrong("rows", f"{before} rows were written by an earlier release, or by hand: start the bot, which takes"
                    " them in and makes an exception of it; if no earlier release ran here, find out first who can"
                    " write to the file")  # fmt: skip
    whole = not (store.unread or store.unsealed)
    if whole and not any(role.role == "operator" for person in books.people for role in person.roles):
        how = "open ?start=op-CODE with your own account" if config.operator_code else "set MEDRELAY_OPERATOR_CODE"
        yield wrong("operator", f"nobody is one yet: {how}")


# ---------------------------------------------------------------- the ways out


def _ways(config: Config) -> Line:
    """Config refuses a real token over http://; a hospital's answers without a token go in the open, too."""
    open_ways = [
        name
        for name, url in (("MEDRELAY_BOT_API", config.bot_api), ("MEDRELAY_HOSPITAL_URL", config.hospital_url))
        if config.in_the_open(url)
    ]
    if open_ways:
        return wrong(
            "tls", f"{' and '.join(open_ways)} begin with http://: what patients write could be read on the way"
        )
    return ok("tls", "nothing leaves this machine unencrypted")


async def _messenger(config: Config, clock: Clock, books: Books) -> AsyncGenerator[Line]:
    telegram = Telegram(config.token, clock, root=config.bot_api, proxy=config.proxy)
    try:
        me = await telegram.start()
        yield ok("token", f"@{me.username}")
        yield updates(config.webhook_url, await telegram.hook())
        if me.hears_all:
            yield wrong("privacy", "neighbours' talk reaches the bot: @BotFather, /setprivacy, Enable; then take it"
                        " out of each group and in again")  # fmt: skip
        else:
            yield ok("privacy", "in groups the bot hears what is meant for it")
        if not books.places:
            yield note("groups", "none is bound yet: write /bind in each")
        for place in books.places:
            yield await _group(telegram, place)
    except Misused:
        yield wrong("token", "MEDRELAY_TOKEN is no bot of this messenger: copy it again from @BotFather")
    except MessengerError as error:
        yield wrong("token", f"the messenger does not answer ({error.code}): see to the way to MEDRELAY_BOT_API"
                    " (MEDRELAY_PROXY)")  # fmt: skip
    finally:
        await telegram.close()


async def _group(telegram: Telegram, place: Place) -> Line:
    """A group is told by its kind and its number: a title may be anybody's words."""
    name = f"{place.kind.value} {place.ref} {place.chat}".replace("  ", " ")
    try:
        trouble = await _trouble(telegram, place, await telegram.standing_in(place.chat))
    except Unreachable:
        trouble = "the bot is not in it: add it again, or /bind another group"
    except MessengerError as error:
        trouble = f"cannot be looked at ({error.code}): try again, or /bind another group"
    return wrong("group", f"{name}: {trouble}") if trouble else ok("group", name)


async def _trouble(telegram: Telegram, place: Place, status: str) -> str:
    """What is wrong with what we are in a group, and what mends it; "" = nothing."""
    if status in ("left", "kicked"):
        return "the bot is not in it: add it again, or /bind another group"
    if place.kind is PlaceKind.REVIEW and status != "administrator":
        return "the bot does not hear pharmacists' words there: make it an admin"
    if place.kind is PlaceKind.COMPOUND and status == "administrator":
        return "the bot hears the neighbours' talk there: take its admin rights away"
    if place.kind is not PlaceKind.DEPARTMENT:
        return ""
    if not await telegram.has_topics(place.chat):
        return "no topics there: switch Topics on in the group's settings"
    lacks = await telegram.missing_rights(place.chat)
    words = ", ".join(right.removeprefix("can_") for right in FORUM_RIGHTS if right in lacks)
    return words and f"the bot may not {words}: make it an admin with these rights"


# ---------------------------------------------------------------- the hospital


async def _hospital(config: Config, clock: Clock, books: Books) -> AsyncGenerator[Line]:
    hospital = FhirHospital(
        config.hospital_url, config.hospital_token, ns=config.hospital_namespace, now=clock.civil,
        patience=Patience(tries=2), zone=ZoneInfo(config.timezone),
    )  # fmt: skip
    try:
        try:
            for line in _floor(await hospital.compared()):
                yield line
        except RetryLater as error:
            yield wrong("hospital", _mend(error))
            return
        except HospitalError as error:
            yield note("hospital", f"says nothing of itself at /metadata ({error.code}): all is found out by asking")
        try:
            reading = await catalogue.read(hospital, config.questionnaire)
        except HospitalError as error:
            yield wrong("lists", _mend(error))
            return
        for line in _lists(reading, books.last):
            yield line
        if "staff" in reading.came:
            yield await _ended(hospital, books.people, reading.came["staff"])
        elif books.people:
            yield wrong("roles", "whose registration ended cannot be told: mend the list of staff first")
    finally:
        await hospital.close()


def _floor(found: list[Found]) -> list[Line]:
    """That the server has what is needed, and a line for each thing that it lacks or does not tell of."""
    lines: list[Line] = []
    for one in found:
        what, refused, unlisted = one.need.what.replace("`", ""), one.refused, one.unlisted
        if one.need is found[0].need:  # another FHIR cannot be asked for
            refused, unlisted = unlisted, ()
        if refused:
            lines.append(wrong("hospital", f"has no {_some(refused)}, which is needed ({one.need.why}): whoever runs"
                               " the server must add it"))  # fmt: skip
        if unlisted:
            then = one.need.instead.replace("`", "") or "it is needed, so ask whoever runs the server"
            lines.append(note("hospital", f"{what}: not listed ({_some(unlisted)}); without it: {then}"))
    return lines if any(line.mark == "WRONG" for line in lines) else [ok("hospital", "has what is needed"), *lines]


def _some(names: tuple[str, ...], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _lists(reading: catalogue.Reading, last: catalogue.Catalogue) -> list[Line]:
    lines: list[Line] = []
    for name, kind in LISTS.items():
        if error := reading.failed.get(name):
            lines.append(wrong(name, _mend(error) if error.code in MEND else
                               f"cannot be used ({error.code}): mend it at the hospital ({kind})"))  # fmt: skip
        elif name == "questionnaire":
            lines.append(ok(name, "can be asked in chat"))
        else:
            came, before = len(reading.came[name]), len(getattr(last, name))
            short = came * 2 < before
            said = f"{came}, and {before} before: it waits for an operator's tap, or mend it at the hospital ({kind})"
            lines.append(wrong(name, f"none: enter them at the hospital ({kind})") if not came
                         else wrong(name, said) if short else ok(name, str(came)))  # fmt: skip
    return lines


async def _ended(hospital: FhirHospital, people: list[Person], today: tuple[Staff, ...]) -> Line:
    """Told by role and number: a registration's id is somebody's."""
    holding = {one.id for one in today}
    bound = [role for person in people for role in person.roles if role.role in BOUND]
    ended: Counter[str] = Counter()
    for role in bound:
        if role.id in holding:
            continue
        try:
            if (await hospital.role(role.id)).ended:
                ended[role.role] += 1
        except NotFound:
            ended[role.role] += 1
        except HospitalError as error:
            return wrong("roles", f"a registration cannot be read: {_mend(error)}")
    if ended:
        said = ", ".join(f"{count} {role}" for role, count in sorted(ended.items()))
        return wrong("roles", f"{said}: ended at the hospital, and bound to a phone here: /staff, [End]")
    return ok("roles", f"{len(bound)} registrations with a phone, all of them hold")


def _mend(error: HospitalError) -> str:
    return MEND.get(error.code) or f"does not answer as it should ({error.code}): docs/reference/errors.md"
