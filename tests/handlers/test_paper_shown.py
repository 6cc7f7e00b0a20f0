"""A pharmacist who is to look at the photo gets it: by a button under the review's card, in his private chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.lines import Line, Proof
from bot.clock import HandClock
from bot.linewords import to_be_seen
from bot.model import Picture, Post
from tests.cases.rows import IN_CONSULT, NO, PHARMACIST, REVIEW, put, stands, texts
from tests.handlers.house import LI, LINE, RESIDENT, House, at_home

READ = replace(LINE, proof=Proof("page", 1, "line-1", boxes=LINE.boxes))
TYPED = Line("", "阿齐沙坦片", "20mg", 4, "20mg qd", proof=Proof("typed", 1, "line-2", typed_by="person"))
CUT = {"id": "line-2", "page": 1, "cut": "cut:80,300,900,40,0:file-a", "pen": False}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


async def reviewed(house: House, *lines: Line, **kept: Any) -> int:
    row = await house.order(NO)
    given = {"asked": [asdict(line) for line in lines], "photos": ["file-a"], "cuts": [CUT], **kept}
    await put(house, replace(row, snapshot={**row.snapshot, **given}))
    return await stands(house, "prescribed", rx="rx-1", prescribed=lines, asked=lines)


def buttons(house: House, since: int) -> list[str]:
    (card,) = [post for post in house.posts()[since:] if post.chat == REVIEW and post.key.startswith("review:")]
    return [b.data for row in getattr(card.content, "buttons", ()) for b in row if b.data.startswith("a:paper:")]


def pictures(house: House, since: int) -> list[Post]:
    return [post for post in house.posts()[since:] if isinstance(post.content, Picture)]


async def test_he_sees_the_page_and_the_line_in_private_and_the_group_sees_neither(house: House) -> None:
    since = await reviewed(house, READ, TYPED)
    (paper,) = buttons(house, since)
    since = len(house.posts())
    await house.take(house.press(PHARMACIST, paper, REVIEW))
    shown = pictures(house, since)
    assert [(post.chat, post.content.file) for post in shown] == [(PHARMACIST, "file-a"), (PHARMACIST, CUT["cut"])]
    assert all(post.protect for post in shown)
    assert "阿齐沙坦片 20mg × 4 盒" in texts(house, PHARMACIST, since)


@pytest.mark.parametrize(("lines", "kept"), [((READ,), {}), ((READ, TYPED), {"photos": []})])
async def test_where_there_is_nothing_to_look_at_there_is_no_button(
    house: House, lines: tuple[Line, ...], kept: dict[str, Any]
) -> None:
    assert buttons(house, await reviewed(house, *lines, **kept)) == []


@pytest.mark.parametrize("who", [LI, RESIDENT])
async def test_nobody_else_gets_it(house: House, who: int) -> None:
    await reviewed(house, READ, TYPED)
    since = len(house.posts())
    await house.take(house.press(who, f"a:paper:{NO}:0", REVIEW))
    assert pictures(house, since) == []


async def test_nor_anybody_once_nothing_is_to_be_decided(house: House) -> None:
    await reviewed(house, READ, TYPED)
    await stands(house, "quoted", rx="rx-1", prescribed=(READ, TYPED))
    since = len(house.posts())
    await house.take(house.press(PHARMACIST, f"a:paper:{NO}:0", REVIEW))
    assert pictures(house, since) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (READ, False),
        (TYPED, True),
        (replace(READ, code=""), True),
        (replace(READ, boxes=9), True),
        (replace(READ, proof=replace(READ.proof, dose_by="pr-1")), True),
        (replace(READ, proof=replace(READ.proof, none_by="pr-1")), True),
        (replace(READ, proof=Proof("photo", boxes=2)), True),
        (replace(READ, proof=Proof("record", dispense="MedicationDispense/md-1", boxes=1)), False),
        (replace(READ, proof=Proof("doctor", boxes=2, dose_by="pr-1")), False),
    ],
)
def test_what_is_to_be_looked_at(line: Line, seen: bool) -> None:
    assert to_be_seen(line, [READ]) is seen


async def test_a_strength_that_the_doctor_chose_is_looked_at(house: House) -> None:
    """Red before: it was chosen from the list, so nothing seemed to be in doubt, and there was no button."""
    bare, row = replace(READ, code="", strength=""), await house.order(NO)
    await put(house, replace(row, snapshot={**row.snapshot, "photos": ["file-a"]}))
    since = await stands(house, "prescribed", rx="rx-1", prescribed=(READ,), asked=(bare,))
    assert len(buttons(house, since)) == 1
