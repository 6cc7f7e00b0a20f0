"""`medrelay check`: a whole house is ok in every line; each thing that is wrong is told in one, with what to do."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from inline_snapshot import snapshot

from backend_client import FhirHospital
from bot import catalogue
from bot.__main__ import main
from bot.check import Line, check
from bot.model import Arrival, AuditLine, Incident, Outcome, Person, Place, PlaceKind, RoleBinding, Row, Said, Spot
from bot.store.crypto import Keys
from bot.store.sqlite import open_sqlite
from sandbox.control import Control
from sandbox.hospital import routes
from sandbox.hospital import server as hospital_server
from sandbox.hospital.capability import statement
from sandbox.hospital.seed.records import questionnaire
from sandbox.telegram import server
from tests.backend_client.world import KINDS, NOW, settle
from tests.backend_client.world import role as roled
from tests.disk import no_room
from tests.prepared import empty_store

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
OTHER = "b2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
NOBODY = "http://127.0.0.1:9"
SECRETS = (KEY, "SANDBOX-", "王秀英", "first-day-of-service", "hospital-secret")
OPERATOR, FORUM, REVIEW, COMPOUND = 5, -1001, -1002, -1003
PEOPLE: tuple[Row, ...] = (
    Person(OPERATOR, roles=(RoleBinding("operator", "op-1", "王秀英"),)),
    Person(6, roles=(RoleBinding("doctor", "doc-1", "王秀英", "dept-1"),)),
    Place(FORUM, PlaceKind.DEPARTMENT, "dept-1", title="王秀英"),
    Place(REVIEW, PlaceKind.REVIEW),
    Place(COMPOUND, PlaceKind.COMPOUND, "loc-1"),
)


@dataclass
class House:
    """A bot that served yesterday: its file, its settings, the two servers that it speaks to."""

    path: Path
    env: dict[str, str]
    control: Control = field(init=False)
    messenger: server.Running = field(init=False)
    hospital: FhirHospital = field(init=False)

    async def keeps(self, *rows: Row, audit: tuple[AuditLine, ...] = ()) -> None:
        async with opened(self.path) as store:
            await store.commit(Outcome(Arrival("house", str(rows), 1, Said(Spot(1, 1), 1, "")), rows, audit=audit))

    async def told(self, **settings: str) -> list[Line]:
        env = {**self.env, **{f"MEDRELAY_{name}": value for name, value in settings.items()}}
        return [line async for line in check(not hasattr(self, "hospital"), env)]

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as file, file:
            for statement in statements:
                file.execute(statement)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Any]:
    key = b"kk" * 16
    store = await open_sqlite(path, bot=4242, keys=Keys("1", {"1": key}, key), now=lambda: 1)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> House:
    """Only what is on this machine."""
    env = {
        "TOKEN": "4242:SANDBOX-check", "BOT_API": NOBODY, "HOSPITAL_URL": NOBODY, "READ_PHOTOS": "off",
        "ENCRYPTION_KEYS": f"1:{KEY}", "HASH_KEY": KEY, "DATABASE": str(empty_store(tmp_path / "bot.sqlite")),
        "HOSPITAL_TOKEN": "hospital-secret",
    }  # fmt: skip
    (tmp_path / "bot.sqlite").chmod(0o600)
    made = House(tmp_path / "bot.sqlite", {f"MEDRELAY_{name}": value for name, value in env.items()})
    trail = AuditLine("O-1", "person:7", "", "placed", 5, "R2")
    await made.keeps(*PEOPLE, audit=(trail, replace(trail, what="paid")))
    return made


@pytest.fixture
async def house(desk: House) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        desk.messenger = await stack.enter_async_context(server.running(token="4242:SANDBOX-check"))
        hospital = await stack.enter_async_context(hospital_server.running())
        desk.control = await stack.enter_async_context(Control(desk.messenger.url))
        desk.hospital = FhirHospital(hospital.url, now=lambda: NOW)
        stack.push_async_callback(desk.hospital.close)
        desk.env |= {"MEDRELAY_BOT_API": desk.messenger.url, "MEDRELAY_HOSPITAL_URL": hospital.url}
        await settle(desk.hospital.rest)
        department = await desk.hospital.rest.read("Organization/dept-1")
        kind = {"coding": [{"system": KINDS, "code": "dept"}]}
        for one in ({**department, "type": [kind]}, questionnaire(), *roled("op-1", "operator")):
            await desk.hospital.rest.put(one)
        await desk.control.person("何静怡", id=OPERATOR)
        people = {"members": [OPERATOR], "admins": [OPERATOR]}
        for chat, group, admin in (
            (FORUM, "forum", True),
            (REVIEW, "supergroup", True),
            (COMPOUND, "supergroup", False),
        ):
            await desk.control.group("王秀英", group, id=chat, bot=True, bot_admin=admin, **people)
        yield desk


async def test_a_whole_house_is_ok_beside_a_running_bot(house: House) -> None:
    before = house.path.read_bytes()
    async with opened(house.path):
        lines = await house.told()
    assert [f"{line.what}: {line.told}" for line in lines if line.mark != "ok"] == []
    assert {line.what for line in lines} == {
        "settings", "database", "keys", "audit", "exceptions", "tls", "token", "updates", "privacy", "group",
        "hospital", "departments", "compounds", "drugs", "staff", "questionnaire", "roles",
    }  # fmt: skip
    assert house.path.read_bytes()[:100] == before[:100]
    silent(lines)


async def test_before_the_first_start(house: House) -> None:
    house.path.unlink()
    house.path.with_name(f"{house.path.name}.lock").unlink()
    lines = await house.told()
    assert {line.mark for line in lines} == {"ok", "note"}
    assert not house.path.exists()
    assert any(line.what == "database" and "the first start makes" in line.told for line in lines)


async def test_offline_nobody_is_asked(desk: House) -> None:
    lines = await desk.told()
    assert {line.mark for line in lines} == {"ok", "note"}


@pytest.mark.parametrize("name", ["HOSPITAL_URL", "BOT_API"])
async def test_what_would_go_in_the_open(desk: House, name: str) -> None:
    (line,) = [line for line in await desk.told(**{name: "http://192.0.2.1:1"}) if line.mark == "WRONG"]
    assert (line.what, f"MEDRELAY_{name} begin" in line.told) == ("tls", True)


def silent(lines: list[Line]) -> None:
    """Never a secret or a person."""
    said = "\n".join(map(str, lines))
    assert not any(secret in said for secret in SECRETS), said


Spoil = Callable[[House], Awaitable[dict[str, str] | None]]


def setting(**changed: str) -> Spoil:
    async def spoil(house: House) -> dict[str, str]:
        return changed

    return spoil


def does(act: Callable[[House], Any]) -> Spoil:
    async def spoil(house: House) -> None:
        done = act(house)
        if done is not None:
            await done

    return spoil


def keeps(row: Row) -> Spoil:
    return does(lambda house: house.keeps(row))


def put(kind: str, **changed: Any) -> Spoil:
    """A resource of the hospital with other elements."""

    async def spoil(house: House) -> None:
        await house.hospital.rest.put({**await house.hospital.rest.read(kind), **changed})

    return spoil


async def damaged(house: House) -> None:
    body = bytearray(house.path.read_bytes())
    half = len(body) // 2
    body[half : half + 20_000] = b"\xaa" * 20_000
    house.path.write_bytes(bytes(body))


async def rewritten(house: House) -> None:
    with closing(sqlite3.connect(house.path)) as file:
        triggers = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    house.sql(*(f"DROP TRIGGER {name}" for name in triggers), "UPDATE audit SET actor = 'person:8' WHERE n = 1")


async def a_folder(house: House) -> dict[str, str]:
    return {"DATABASE": str(house.path.parent)}


async def removed_in_a_power_cut(house: House) -> None:
    house.path.unlink()
    house.path.with_name(f"{house.path.name}.lock").write_bytes(b"")


async def linked(house: House) -> None:
    note = house.path.with_name(f"{house.path.name}.lock")
    note.unlink()
    note.symlink_to(house.path)


async def a_folder_for_a_note(house: House) -> None:
    house.path.with_name(f"{house.path.name}.lock-new").mkdir()


async def gone(house: House) -> None:
    house.path.unlink()
    house.path.parent.chmod(0o500)


async def demoted(house: House) -> None:
    await house.control.member(
        FORUM, 4242, "promote", by=OPERATOR, rights={"can_pin_messages": True, "can_delete_messages": True}
    )


async def shrunk(house: House) -> None:
    async with opened(house.path) as store:
        drugs = tuple(catalogue.Drug(f"d{n}", {"zh-CN": "药"}, "", 1, "", 1) for n in range(9))
        await store.set_cursor("catalogue", catalogue.dumps(catalogue.Catalogue(drugs=drugs)))


async def written_before(house: House) -> None:
    """The only operator's; it is no reason to put a backup there, nor to say that nobody is one."""
    await house.keeps(Person(OPERATOR, roles=(RoleBinding("operator", "op-1", "王秀英"),), facts={"a": 1}, version=1))
    house.sql(f"UPDATE people SET version = version + 1 WHERE id = {OPERATOR}")  # noqa: S608


WAITING = Incident("link:hospital", "link", "hospital", 1, 1)
ASKED = {**questionnaire()["item"][0], "type": "attachment"}
WRONG: dict[str, tuple[Spoil, str, str]] = {
    "a missing setting": (setting(HASH_KEY=""), "settings", "MEDRELAY_HASH_KEY"),
    "no clock": (setting(SANDBOX_CLOCK="/nowhere.json"), "settings", "names no clock"),
    "no folder": (setting(DATABASE="/nowhere/bot.sqlite"), "database", "make the folder /nowhere"),
    "a damaged file": (damaged, "database", "put a backup in its place"),
    "a folder": (a_folder, "database", "is a folder: name the file itself in MEDRELAY_DATABASE"),
    "a database that was removed": (does(lambda house: house.path.unlink()), "database", "is gone or empty"),
    "one of which the note is empty": (removed_in_a_power_cut, "database", "is gone or empty"),
    "a link for a note": (linked, "database", ".lock is no plain file: remove it"),
    "a folder for a note": (a_folder_for_a_note, "database", ".lock-new is a folder: remove it"),
    "no name that a file can have": (setting(DATABASE="/" + "x" * 300), "database", "cannot be looked at"),
    "no database": (does(lambda house: house.path.write_text("a letter " * 999) and None), "database", "no whole"),
    "a file for everybody": (does(lambda house: house.path.chmod(0o644)), "database", "chmod 600"),
    "another key": (setting(ENCRYPTION_KEYS=f"1:{OTHER}"), "keys", "needs the key '1'"),
    "another hash key": (setting(HASH_KEY=OTHER), "keys", "put the old MEDRELAY_HASH_KEY back"),
    "a rewritten trail": (rewritten, "audit", "O-1 from line 1"),
    "an exception": (keeps(WAITING), "exceptions", "1 wait .*1 link.*medrelay failures"),
    "a row of another key": (
        does(lambda house: house.sql("UPDATE people SET facts = x'00'")), "rows", "cannot be opened"
    ),
    "a row of an earlier release": (written_before, "rows", "1 rows were written by an earlier release.*start the bot"),
    "no operator": (does(lambda house: house.sql("DELETE FROM people")), "operator", "set MEDRELAY_OPERATOR_CODE"),
    "another token": (setting(TOKEN="4242:SANDBOX-other"), "token", "copy it again from @BotFather"),
    "no messenger": (setting(BOT_API=NOBODY), "token", "does not answer"),
    "no privacy": (
        does(lambda house: setattr(house.messenger.world.bot, "privacy", False)), "privacy", "/setprivacy, Enable"
    ),
    "an admin no more": (
        keeps(Place(COMPOUND, PlaceKind.REVIEW, version=1)), "group", "review .*make it an admin"
    ),
    "a right less": (demoted, "group", "department dept-1 -1001: the bot may not manage_topics"),
    "no topics": (
        keeps(Place(COMPOUND, PlaceKind.DEPARTMENT, "dept-1", version=2)), "group", "no topics"
    ),
    "an admin of neighbours": (
        keeps(Place(REVIEW, PlaceKind.COMPOUND, "loc-1", version=1)), "group", "hears the neig"
    ),
    "put out of a group": (
        does(lambda house: house.control.member(REVIEW, 4242, "kick", by=OPERATOR)), "group", "-1002: .* not in it"
    ),
    "a group that is no more": (keeps(Place(-77, PlaceKind.OPERATORS)), "group", "-77: "),
    "no hospital": (setting(HOSPITAL_URL=NOBODY), "hospital", "nobody listens at MEDRELAY_HOSPITAL_URL"),
    "no departments": (put("Organization/dept-1", type=[]), "departments", "none: enter them at the hospital"),
    "no compounds": (put("Location/loc-1", status="inactive"), "compounds", "none"),
    "fewer drugs": (shrunk, "drugs", "2, and 9 before: it waits for an operator's tap"),
    "a question of another kind": (put("Questionnaire/pre-consult", item=[ASKED]), "questionnaire", "question-kind"),
    "no questions": (put("Questionnaire/pre-consult", status="retired"), "questionnaire", "no-such-questionnaire"),
    "a role that ended": (put("PractitionerRole/doc-1", active=False), "roles", r"^1 doctor: ended .*/staff"),
}  # fmt: skip


HERE = ("settings", "database", "keys", "audit", "exceptions", "rows", "operator")
AWAY = ("token", "privacy", "group", "departments", "compounds", "drugs", "questionnaire", "roles", "hospital")


def found(lines: list[Line], where: str, says: str) -> bool:
    silent(lines)
    return any(line.mark == "WRONG" and line.what == where and re.search(says, line.told) for line in lines)


@pytest.mark.parametrize("what", [what for what, (_, where, _) in WRONG.items() if where in HERE])
async def test_what_is_wrong_here_is_told_with_what_to_do(desk: House, what: str) -> None:
    spoil, where, says = WRONG[what]
    lines = await desk.told(**(await spoil(desk) or {}))
    assert found(lines, where, says), "\n".join(map(str, lines))
    assert len([line for line in lines if line.mark == "WRONG"]) == 1, "nothing else is said to be wrong"


@pytest.mark.parametrize("part", [AWAY[:2], AWAY[2:3], AWAY[3:]], ids=" ".join)
async def test_what_is_wrong_outside_is_told_with_what_to_do(house: House, part: tuple[str, ...]) -> None:
    """One thing after the other goes wrong: its line is not there before, and is there after."""
    lines = await house.told()
    for what, (spoil, where, says) in WRONG.items():
        if where in part:
            assert not found(lines, where, says), what
            lines = await house.told(**(await spoil(house) or {}))
            assert found(lines, where, says), "\n".join(map(str, [what, *lines]))


async def test_a_server_that_lacks_something(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edge 3: of what is needed it is wrong, of what has another way or cannot be asked for a note that tells it."""

    def less(base: str) -> dict[str, Any]:
        said = statement(base)
        rest = said["rest"][0]
        kinds = {one["type"]: one for one in rest["resource"]}
        kinds["Task"]["interaction"] = [one for one in kinds["Task"]["interaction"] if one["code"] != "patch"]
        return {**said, "rest": [{**rest, "resource": [*kinds.values()], "interaction": []}]}

    monkeypatch.setattr(routes, "statement", less)
    lines = [line for line in await house.told() if line.what == "hospital"]
    assert [(line.mark, line.told.rpartition("; ")[2]) for line in lines] == snapshot(
        [
            ("ok", "has what is needed"),
            ("note", "without it: it is needed, so ask whoever runs the server"),
            ("note", "without it: GET, then PUT with If-Match, from the first 405 or 501 on"),
        ]
    )
    monkeypatch.setattr(routes, "statement", lambda base: {**less(base), "rest": []})
    async with aiohttp.ClientSession() as session:
        fault = {"kind": "422", "path": "/Coverage", "times": 9}
        await session.post(f"{house.hospital.rest.base}/_sandbox/faults", json=fault)
    lines = [line for line in await house.told() if line.what == "hospital"]
    assert (lines[0].mark, lines[0].told.partition(":")[0]) == snapshot(
        ("WRONG", "has no Coverage, which is needed (everything)")
    )


def test_the_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    settings = {"TOKEN": "4242:SANDBOX-x", "BOT_API": NOBODY, "HOSPITAL_URL": NOBODY, "ENCRYPTION_KEYS": f"1:{KEY}",
                "HASH_KEY": KEY, "DATABASE": str(tmp_path / "new.sqlite")}  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"MEDRELAY_{name}", value)
    assert main(["check", "--offline"]) == 0
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert told.err == ""
    assert "WRONG hospital" in told.out


async def test_a_file_of_another_program_is_not_called_an_older_release(desk: House) -> None:
    """The next start refuses it, and brings nothing up to date."""
    desk.path.unlink()
    desk.sql("CREATE TABLE theirs (x)")
    desk.path.chmod(0o600)
    lines = await desk.told()
    assert [line.told for line in lines if line.mark == "WRONG" and "another program" in line.told]
    assert not [line for line in lines if "older release" in line.told]


async def test_a_full_disk_is_no_reason_to_put_a_backup_over_good_data(desk: House) -> None:
    desk.path.with_name(f"{desk.path.name}-wal").touch(0o600)
    with no_room():
        (line,) = [line for line in await desk.told() if line.mark == "WRONG"]
    assert line.what == "database"
    assert re.search(r"cannot be read \(disk I/O error\): .* room on the disk", line.told)
    assert "put a backup" not in line.told


@pytest.mark.parametrize("new", [False, True], ids=["a file", "no file yet"])
async def test_what_a_bot_could_read_and_not_serve_is_wrong(
    desk: House, monkeypatch: pytest.MonkeyPatch, new: bool
) -> None:
    """A disk that only can be read is told by access(2), to root, too."""
    if new:
        desk.path.unlink()
        desk.path.with_name(f"{desk.path.name}.lock").unlink()
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 0))  # pyright: ignore
        assert found(await desk.told(), "database", "has no room, 0 kB are free: make room")
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert found(await desk.told(), "database", "cannot be written: see to its rights, and that .* not read-only")


async def test_beside_a_bot_that_rests_it_leaves_no_file(desk: House) -> None:
    before = {one.name for one in desk.path.parent.iterdir()}
    assert await desk.told()
    assert {one.name for one in desk.path.parent.iterdir()} == before
