"""It stands: hostile people, forged data, a file in the wrong hands."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.clock import HandClock
from bot.config import BadSetting, load
from bot.decoding import Unreadable
from bot.model import Batch, Person
from bot.store.audit import line_hash
from bot.store.crypto import Keys
from bot.store.sqlite import Lost, StoreLocked, open_sqlite
from bot.workers.jumps import Jumps
from bot.workers.still_there import StillThere
from bot.workers.supervisor import supervise
from tests.cases.rows import GROUP, NEW, NO, OPERATOR, put, stage, texts
from tests.handlers.house import FORUM, HELPER, KEY, LI, RESIDENT, House, at_home
from tests.prepared import empty_store
from tests.workers.fakes import until

SETTINGS = {"MEDRELAY_TOKEN": "4242:SANDBOX-core", "MEDRELAY_BOT_API": "http://127.0.0.1:1",
            "MEDRELAY_HOSPITAL_URL": "http://127.0.0.1:1", "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}",
            "MEDRELAY_HASH_KEY": KEY}  # fmt: skip


# ---------------------------------------------------------------- 10: links and codes


async def test_one_message_a_link(house: House) -> None:
    before = len(house.posts())
    await house.take(house.text(OPERATOR, "/invite"))
    await house.tap(OPERATOR, "doctor")
    posts = [repr(getattr(post.content, "html", "")) for post in house.posts()[before:] if post.chat == OPERATOR]
    found = [len(re.findall("start=join-", words)) for words in posts]
    assert [links for links in found if links] == [1, 1]


async def test_the_operators_code_cannot_be_guessed(house: House) -> None:
    code = "0042"
    house.core.services = replace(house.services, config=replace(house.services.config, operator_code=code))
    for guess in range(43):
        await house.take(house.text(NEW, f"/start op-{guess:04d}"))
    guesser = await house.services.store.get(Person, NEW)
    assert guesser is None or not guesser.roles


def test_a_code_that_is_too_short_is_no_setting() -> None:
    try:
        load({**SETTINGS, "MEDRELAY_OPERATOR_CODE": "0042"})
    except BadSetting:
        return
    raise AssertionError("accepted")


# ---------------------------------------------------------------- 15: proofs


async def test_an_older_cell_of_a_row_does_not_open(house: House) -> None:
    def cell(statement: str, *values: Any) -> Any:
        with closing(sqlite3.connect(house.services.config.database)) as file, file:
            return file.execute(statement, values).fetchone()

    (old,) = cell("SELECT facts FROM people WHERE id = ?", RESIDENT)
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    await put(house, replace(me, facts={**me.facts, "consent": False}))
    cell("UPDATE people SET facts = ? WHERE id = ?", old, RESIDENT)
    try:
        read = await house.services.store.get(Person, RESIDENT)
    except Unreadable:
        return
    assert read is None or not read.facts.get("consent")


async def test_a_line_of_the_audit_cannot_be_made_without_the_key(house: House) -> None:
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    (line, *_) = await house.services.store.audit(NO)
    try:
        forged = line_hash(line)
    except TypeError:
        return  # it wants a key
    assert forged != line["hash"]


# ---------------------------------------------------------------- 17: a door's code


async def test_a_door_code_is_not_guessed_by_beginning_again(house: House) -> None:
    await stage(house, "with-ambassador")
    await put(house, Batch("b-1", "run-1", "with-ambassador", 1, "comp-1", 41, HELPER, 1, 1))
    for _ in range(2):
        await house.take(house.press(HELPER, f"a:door:{NO}"))
        for guess in range(5):
            await house.take(house.text(HELPER, f"000{guess}"))
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    await house.take(house.text(HELPER, "4711"))
    assert not house.commands("hospital.hand_over")


# ---------------------------------------------------------------- 18: small neighbours


async def test_a_private_flow_does_not_start_in_a_group(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:need", GROUP))
    assert not house.commands()


async def test_relayed_words_turn_no_direction(house: House) -> None:
    await stage(house, "in-consult")
    await house.take(house.text(RESIDENT, "每天 \u202e5 gm\u202c 一次\u2066"))
    assert texts(house, FORUM)
    assert not set(texts(house, FORUM)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


# ---------------------------------------------------------------- 12: a start that cannot be


def wrong_key(file: Path) -> dict[str, str]:
    """The database was written with other keys: they were lost."""

    async def made() -> None:
        async with at_home(file, HandClock()):
            pass

    asyncio.run(made())
    return {"MEDRELAY_ENCRYPTION_KEYS": "1:" + "b2" * 21 + "b="}


def no_database(file: Path) -> dict[str, str]:
    file.write_text("this is a letter, no database\n" * 99, "utf-8")
    return {}


def no_folder(file: Path) -> dict[str, str]:
    return {"MEDRELAY_DATABASE": str(file.parent / "gone" / "core.sqlite")}


def no_clock(file: Path) -> dict[str, str]:
    file.with_name("clock.json").write_text("{", "utf-8")
    return {"MEDRELAY_SANDBOX_CLOCK": str(file.with_name("clock.json"))}


def damaged(file: Path) -> dict[str, str]:
    """20 kB of the middle were overwritten."""

    async def made() -> None:
        async with at_home(file, HandClock()) as house:
            people = tuple(Person(n, facts={"x": "y" * 900}) for n in range(5000, 5100))
            await put(house, *people)

    asyncio.run(made())
    with file.open("r+b") as bytes_:
        bytes_.seek(file.stat().st_size // 2 // 4096 * 4096)
        bytes_.write(b"\xff" * 20_000)
    return {}


def half_a_database(file: Path) -> dict[str, str]:
    damaged(file)
    with file.open("r+b") as bytes_:
        bytes_.truncate(file.stat().st_size // 2)
    return {}


REAL = "123456789:" + "A" * 35


def token_in_the_open(file: Path) -> dict[str, str]:
    return {"MEDRELAY_TOKEN": REAL, "MEDRELAY_BOT_API": "http://bots.example"}


def hospital_in_the_open(file: Path) -> dict[str, str]:
    return {"MEDRELAY_TOKEN": REAL, "MEDRELAY_BOT_API": "https://bots.example", "MEDRELAY_HOSPITAL_TOKEN": "secret",
            "MEDRELAY_HOSPITAL_URL": "http://hospital.example/fhir"}  # fmt: skip


WRONG = (
    wrong_key,
    no_database,
    no_folder,
    no_clock,
    damaged,
    half_a_database,
    token_in_the_open,
    hospital_in_the_open,
)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_start_that_cannot_be_ends_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: Any
) -> None:
    monkeypatch.setattr("bot.logs.install", lambda *form: None)
    file = tmp_path / "core.sqlite"
    for name, value in {**SETTINGS, "MEDRELAY_DATABASE": str(file), **wrong(file)}.items():
        monkeypatch.setenv(name, value)
    try:
        status = main(["run"])
    except Exception as error:
        raise AssertionError(f"a traceback: {error!r}") from error
    assert (status != 0, capsys.readouterr().err.count("\n")) == (True, 1)


async def test_a_removed_lock_file_is_no_way_in(house: House) -> None:
    config = house.services.config
    file, keys = Path(config.database), Keys("1", dict(config.encryption_keys), config.hash_key)
    file.with_name(file.name + ".lock").unlink(missing_ok=True)
    try:
        second = await open_sqlite(file, bot=config.bot_id, keys=keys, now=house.clock.civil)
    except StoreLocked:
        return
    await second.close()
    raise AssertionError("opened twice")


async def test_a_report_reads_beside_the_lock(house: House) -> None:
    with closing(sqlite3.connect(f"file:{house.services.config.database}?mode=ro", uri=True)) as beside:
        assert beside.execute("SELECT count(*) FROM orders").fetchone()[0] > 0


@pytest.mark.parametrize("end", ["", "-wal"])
async def test_what_is_written_to_a_file_that_was_taken_away_counts_as_not_written(tmp_path: Path, end: str) -> None:
    """It stands 12: the inode was looked at when the store was opened, and never again."""
    file = tmp_path / "core.sqlite"
    keys = Keys("1", {"1": b"k" * 32}, b"k" * 32)
    store = await open_sqlite(empty_store(file), bot=1, keys=keys, now=lambda: 0)
    await store.set_cursor("feed", "1")
    store.look()
    ours = file.with_name(file.name + end)
    for spoil in (lambda: ours.rename(tmp_path / "moved"), ours.touch):
        spoil()
        with pytest.raises(Lost, match=r"was removed or replaced .* start again\.$"):
            store.look()
        with pytest.raises(Lost):
            await store.set_cursor("feed", "2")
    with suppress(Exception):
        await store.close()


async def test_the_bot_ends_when_its_file_is_taken_away(tmp_path: Path, clock: HandClock) -> None:
    """It stands 12: all workers, also while nothing is written; the command line tells what to do (status 2)."""
    file = tmp_path / "bot.sqlite"
    keys = Keys("1", {"1": b"k" * 32}, b"k" * 32)
    store = await open_sqlite(empty_store(file), bot=1, keys=keys, now=lambda: 0)
    working = asyncio.create_task(supervise({"file": StillThere(store, clock), "jumps": Jumps(store, clock)}, clock))
    await asyncio.sleep(0)
    file.rename(tmp_path / "moved.sqlite")
    await until(working.done, clock, 1)
    with pytest.raises(Lost, match="was removed or replaced"):
        await working
    with suppress(Exception):
        await store.close()


def test_a_bot_api_of_this_machine_needs_no_tls() -> None:
    load({**SETTINGS, "MEDRELAY_TOKEN": REAL, "MEDRELAY_HOSPITAL_TOKEN": "secret"})
