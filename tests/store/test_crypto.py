"""Sealed values: bound to their place, readable with old keys, and never plain in the file."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import model
from bot.decoding import Unreadable
from bot.model import (
    SHAPES,
    Arrival,
    Batch,
    Command,
    Dialog,
    Link,
    Order,
    Outcome,
    Person,
    Post,
    Row,
    Said,
    Spot,
    Text,
    key_of,
)
from bot.store.crypto import Keys, Sealed
from bot.store.opening import WrongKey
from bot.store.port import Mark, Store
from bot.store.schema import secret
from tests.store.kit import KEYS, MORNING, Turns, open_at, sample
from tests.waiting import posts_due

JOURNAL = Sealed("dialogs", "journal")
OLD, NEW = b"1" * 32, b"2" * 32


@given(st.binary(), st.text())
def test_what_was_sealed_opens_in_its_place_only(plain: bytes, row: str):
    sealed = KEYS.encrypt(JOURNAL, row, plain)
    assert KEYS.decrypt(JOURNAL, row, sealed) == plain
    for where, there in ((JOURNAL, row + "x"), (Sealed("dialogs", "args"), row), (Sealed("orders", "journal"), row)):
        with pytest.raises(Unreadable, match=f"{where.table}.{where.column} was changed, moved"):
            KEYS.decrypt(where, there, sealed)


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, flip: int):
    sealed = bytearray(KEYS.encrypt(JOURNAL, "r", b"thirty bytes that are a secret"))
    sealed[at] ^= flip
    with pytest.raises(Unreadable):
        KEYS.decrypt(JOURNAL, "r", bytes(sealed))


def test_places_with_names_that_run_together_are_not_confused():
    sealed = KEYS.encrypt(Sealed("ab", "c"), "r", b"x")
    with pytest.raises(Unreadable):
        KEYS.decrypt(Sealed("a", "bc"), "r", sealed)


@pytest.mark.parametrize("sealed", [b"", b"plain text that was never sealed", b"\x01"])
def test_what_is_no_sealed_value_is_refused(sealed: bytes):
    with pytest.raises(Unreadable):
        KEYS.decrypt(JOURNAL, "r", sealed)


def test_a_value_of_a_key_that_is_gone_names_the_key_and_not_the_value():
    sealed = KEYS.encrypt(JOURNAL, "r", b"secret")
    with pytest.raises(Unreadable, match="sealed with key 'k1', which is not configured"):
        Keys("k2", {"k2": NEW}, KEYS.pepper).decrypt(JOURNAL, "r", sealed)


def test_old_keys_read_and_the_current_one_writes():
    both = Keys("k2", {"k1": OLD, "k2": NEW}, KEYS.pepper)
    assert both.decrypt(JOURNAL, "r", KEYS.encrypt(JOURNAL, "r", b"secret")) == b"secret"
    with pytest.raises(Unreadable):
        KEYS.decrypt(JOURNAL, "r", both.encrypt(JOURNAL, "r", b"secret"))


def test_the_same_value_is_sealed_differently_each_time():
    assert KEYS.encrypt(JOURNAL, "r", b"secret") != KEYS.encrypt(JOURNAL, "r", b"secret")


def test_the_keyed_hash_finds_again_and_depends_on_purpose_and_pepper():
    assert KEYS.hash("rx", "12345") == KEYS.hash("rx", "12345")
    assert len({KEYS.hash("rx", "12345"), KEYS.hash("image", "12345"), KEYS.hash("r", "x12345")}) == 3
    assert Keys("k1", {"k1": OLD}, b"x" * 32).hash("rx", "12345") != KEYS.hash("rx", "12345")


@pytest.mark.parametrize(
    ("current", "secrets", "pepper", "says"),
    [
        ("k2", {"k1": OLD}, KEYS.pepper, "the current key 'k2' is not among the keys"),
        ("k1", {"k1": b"short"}, KEYS.pepper, "AES-256 takes 32"),
        ("k1", {"k1": OLD}, b"short", "pepper has fewer than 32"),
        ("", {"": OLD}, KEYS.pepper, "1 to 255 bytes"),
    ],
)
def test_bad_keys_are_refused(current: str, secrets: Mapping[str, bytes], pepper: bytes, says: str):
    with pytest.raises(ValueError, match=says):
        Keys(current, secrets, pepper)


def test_keys_do_not_show_themselves():
    assert repr(KEYS) == "Keys(current='k1', names=['k1'])"


# ---------------------------------------------------------------- in the file

SECRET = "张阿姨"
BEARER = {"name": SECRET}
OUTCOME = Outcome(
    Arrival("telegram", "1", MORNING, Said(Spot(7, 7), 1, SECRET)),
    rows=tuple(sample(kind, hidden=SECRET) for kind in SHAPES),
    posts=(Post("p", 7, Text(SECRET)), Post("card", 7, Text(SECRET), card=True)),
    commands=(Command("c", "O-1", "hospital.take", BEARER),),
)


def files(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(path.parent.iterdir()))


async def test_no_secret_is_plain_in_the_file(path: Path):
    store = await open_at(path)
    await store.commit(OUTCOME)
    assert b"flow 1" in files(path)
    for plain in (SECRET.encode(), SECRET.encode("utf-16-le"), rb"\u5f20\u963f\u59e8"):
        assert plain not in files(path)
    await store.close()
    assert SECRET.encode() not in files(path)


def test_what_the_model_hides_from_logs_is_a_secret_of_the_store():
    for kind in SHAPES:
        hidden = {field.name for field in dataclasses.fields(kind) if not field.repr}
        assert hidden == {field.name for field in dataclasses.fields(kind) if field.metadata.get("secret")}


async def test_a_value_that_was_copied_to_another_row_is_refused(store: Store, turn: Turns):
    keep: Any = store
    await store.commit(turn(rows=(Person(7, facts={"name": "a"}), Person(8, facts={"name": "b"}))))

    def swap() -> typing.Any:
        own = f"bot_id = {keep._turns.bot} AND id"
        yield f"UPDATE people SET facts = (SELECT facts FROM people WHERE {own} = 7) WHERE {own} = 8", ()  # noqa: S608

    await keep._driver.write(swap)
    assert await store.get(Person, 7) == Person(7, facts={"name": "a"}, version=1)
    with pytest.raises(Unreadable, match=r"people\.facts"):
        await store.get(Person, 8)


async def kept_rows(store: Store) -> tuple[Row | None, ...]:
    """Those of OUTCOME as they stand now."""
    rows = [await store.get(type(row), key_of(row)) for row in OUTCOME.rows]
    return tuple(row and dataclasses.replace(row, version=0) for row in rows)


async def test_rotation_reads_old_rows_and_seals_them_anew(path: Path):
    store = await open_at(path)
    await store.commit(OUTCOME)
    assert await store.reseal() == 0
    await store.close()

    both = Keys("k2", {"k1": OLD, "k2": NEW}, KEYS.pepper)
    store = await open_at(path, keys=both)
    assert await kept_rows(store) == OUTCOME.rows
    secrets = sum(secret(field) for kind in SHAPES for field in dataclasses.fields(kind))
    assert secrets >= 7
    assert await store.reseal() == secrets + len(OUTCOME.posts) + len(OUTCOME.commands)
    assert await store.reseal() == 0
    assert await kept_rows(store) == OUTCOME.rows
    await store.close()

    store = await open_at(path, keys=Keys("k2", {"k2": NEW}, KEYS.pepper))
    assert await kept_rows(store) == OUTCOME.rows
    assert [standing.post.content for standing in await posts_due(store, 1)] == [Text(SECRET)] * 2
    assert [claimed.command for claimed in await store.commands_due(1)] == list(OUTCOME.commands)
    await store.close()


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (Keys("k1", {"k1": NEW}, KEYS.pepper), "key 'k1', which is missing or differs"),
        (Keys("k2", {"k2": NEW}, KEYS.pepper), "key 'k1', which is missing or differs"),
        (Keys("k1", {"k1": OLD}, b"x" * 32), "hash key is not the one"),
    ],
)
async def test_wrong_keys_are_noticed_at_open(path: Path, keys: Keys, says: str):
    await (await open_at(path)).close()
    with pytest.raises(WrongKey, match=says):
        await open_at(path, keys=keys)
    await (await open_at(path)).close()


async def test_the_words_of_a_sent_message_leave_the_file(path: Path):
    store = await open_at(path)
    await store.commit(OUTCOME)
    await store.mark([Mark("p", "sent", shown=1, message=5)])
    sent = await store.standing("p")
    assert sent is not None
    assert sent.post.content is None
    await store.close()


async def test_purge_forgets_what_is_settled_and_keeps_what_is_open(store: Store, turn: Turns):
    links = (
        Link("spent", "x", "y", expires=5),
        Link("valid", "x", "y", expires=MORNING * 2),
        Link("lasting", "x", "y"),
    )
    dialogs = (Dialog("over", "f", 7, 7, state="done", touched=5), Dialog("open", "f", 7, 7, touched=5))
    posts = tuple(Post(key, 7, Text("x")) for key in ("sent", "failed", "waits"))
    first = turn(rows=(*links, *dialogs), posts=posts)
    await store.commit(first)
    await store.mark([Mark("sent", "sent", shown=1, message=5), Mark("failed", "failed")])
    await store.dead_letter("telegram", "1", "x")
    assert await store.purge(6) == 2
    assert await store.seen("telegram", first.arrival.id)
    assert await store.purge(MORNING + 10) == 4
    assert not await store.seen("telegram", first.arrival.id)
    assert {link.id for link in await store.find(Link)} == {"valid", "lasting"}
    assert [dialog.id for dialog in await store.find(Dialog)] == ["open"]
    assert [standing.post.key for standing in await posts_due(store, 1)] == ["waits"]
    assert await store.post_of(7, 5) is None
    assert await store.dead_letters() == []
    assert model.Person not in {type(row) for row in await store.find(Person)}


async def test_purge_empties_batches_that_are_over_and_gives_up_what_nobody_can_be_sent(store: Store, turn: Turns):
    batches = [Batch(id, "run", "with-ambassador", 5, "c", 1, 2, 9, left, True, "code", manifest=({"label": "A"},))
               for id, left in (("over", 0), ("open", 1))]  # fmt: skip
    goes_on = Order("o-1", "arrived", 1, 1, "1", 2, "dep", "comp", "green", 7, batch="open")
    await store.commit(turn(rows=(*batches, goes_on), posts=(Post("lost", 8, Text("x")), Post("waits", 9, Text("x")))))
    await store.unreachable(8)
    await store.purge(MORNING + 10)
    over, open_ = await store.get(Batch, "over"), await store.get(Batch, "open")
    assert over == Batch("over", "run", "with-ambassador", 5, "c", 0, 0, 9, 0, True, version=2)
    assert open_ is not None
    assert open_.manifest
    assert await store.standing("lost") is None
    assert await store.standing("waits") is not None
