"""It stands 7: what people type stands nowhere in plain: not in the file, its journal beside it, the log, a key."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Batch, Person, Said, Spot
from tests.cases.rows import NEW, NO, PHARMACIST, REVIEW, ROWS, put, stage
from tests.handlers.house import FORUM, HELPER, LI, RESIDENT, House, at_home

WORD, ASCII, NUMBER, BORN = "必妥维甲乙丙", "biktarvyzz", "8001CANARY", "1951-03-08"
MARKED = (WORD, ASCII, NUMBER, BORN, "4711")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    batch = Batch("b-1", "run-1", "with-ambassador", 1, "comp-1", 41, HELPER, 1, 1)
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, batch)) as house:
        yield house


def files(house: House) -> bytes:
    """The database with what is beside it (WAL, shared memory), as they lie there."""
    path = Path(house.services.config.database)
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


async def says(house: House, who: int, *words: str, chat: int = 0) -> None:
    """Texts as answers; ``@option`` is a button."""
    for one in words:
        if one.startswith("@"):
            await house.tap(who, one[1:])
        elif chat:
            prompt = (await house.dialog(who)).prompt
            standing = await house.services.store.standing(prompt)
            assert standing is not None
            await house.take(house.arrival(Said(Spot(chat, who), 9_000, one, reply_to=standing.message)))
        else:
            await house.take(house.text(who, one))


async def by_hand(house: House, drug: str) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
    await house.take(house.photo(RESIDENT, "u1"))
    await says(house, RESIDENT, "@done", "2026-11-10", drug, "@unlisted", "@no", "7")


async def who_is_it(house: House) -> None:
    await put(house, Person(NEW, facts={"consent": True}))
    await says(house, NEW, "/enrol", NUMBER, BORN)


async def neighbour(house: House) -> None:
    await says(house, HELPER, "/neighbour", NUMBER, BORN)


async def at_the_door(house: House) -> None:
    await stage(house, "with-ambassador")
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    await says(house, HELPER, WORD)


async def pharmacist(house: House) -> None:
    await stage(house, "prescribed")
    await house.take(house.press(PHARMACIST, f"a:return:{NO}", REVIEW))
    await house.tap(PHARMACIST, "dose")
    await says(house, PHARMACIST, WORD, chat=REVIEW)


async def to_the_doctor(house: House) -> None:
    await stage(house, "in-consult")
    await says(house, RESIDENT, WORD)
    await house.take(house.arrival(Said(Spot(FORUM, LI, 55), 9_001, WORD)))


TYPED = {
    "a drug by hand": lambda house: by_hand(house, WORD),
    "a drug by hand, in letters": lambda house: by_hand(house, ASCII),
    "number and birthday": who_is_it,
    "a neighbour's": neighbour,
    "a code at the door": at_the_door,
    "the pharmacist's reason": pharmacist,
    "words of a consult": to_the_doctor,
}


@pytest.mark.parametrize("what", TYPED)
async def test_nothing_typed_stands_in_plain(house: House, what: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await TYPED[what](house)
    await house.take(house.text(RESIDENT, "/cancel"))
    letters = await house.services.store.dead_letters()
    _nowhere(files(house), caplog.text, repr(letters))


async def test_nor_where_the_turn_fails(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drug that nobody can look for: what is put aside and logged has a place in the code, never what was typed."""
    caplog.set_level(logging.DEBUG)

    def broken(words: str) -> Sequence[object]:
        raise KeyError(words)

    house.core.services = house.services = replace(house.services, search=broken)  # type: ignore[arg-type]
    await by_hand_until_it_breaks(house)
    letters = await house.services.store.dead_letters()
    assert letters
    _nowhere(files(house), caplog.text, repr(letters))


async def by_hand_until_it_breaks(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
    await house.take(house.photo(RESIDENT, "u1"))
    await says(house, RESIDENT, "@done", "2026-11-10", WORD)


def _nowhere(file: bytes, *texts: str) -> None:
    assert b"comp-1" in file, "what may stand in plain is found"
    for word in MARKED:
        assert word.encode() not in file, f"{word} in the file"
        assert not any(word in text for text in texts), f"{word} in a log or a letter"
