"""The hospital's window: she shows her code, the clerk presses the label; no courier, no word to a group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.models import Parcel
from bot.clock import HandClock
from bot.model import Incident, Observed, Person, RoleBinding
from tests.cases.rows import put
from tests.handlers.house import HELPER, RESIDENT, House, at_home, told
from tests.handlers.test_later_rows import NO, PLACED

CLERK = 81
PARCEL = Parcel("par-1", "A-07", "4711")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    clerk = Person(CLERK, roles=(RoleBinding("window-clerk", "pr-w1", "龚小曼"),))
    async with at_home(tmp_path / "core.sqlite", clock, (PLACED, clerk)) as house:
        for stage in ("paid", "packed", "ready-at-window"):
            house.clock.advance(1)
            await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), parcel=PARCEL))))
        yield house


def read(house: House, who: int) -> str:
    return "\n".join(getattr(post.content, "html", "") for post in house.posts() if post.chat == who)


async def types(house: House, *words: str) -> None:
    for one in words:
        await house.take(house.text(CLERK, one))


async def test_her_code_gives_the_parcel_in_the_clerks_own_name(house: House) -> None:
    await house.take(house.press(CLERK, "a:hand_out"))
    await house.tap(CLERK, NO)
    await types(house, "4711")
    (sent,) = house.commands("hospital.hand_over")
    assert sent.args["ambassador"] == {"reference": "PractitionerRole/pr-w1", "on_behalf_of": "", "mandate": ""}
    assert sent.args["proof"] == "code"
    seen = read(house, CLERK)
    assert "A-07" in seen
    assert not [word for word in ("王秀英", "二甲双胍", "301", NO) if word in seen]


async def test_wrong_codes_are_counted_as_at_a_door(house: House) -> None:
    await house.take(house.press(CLERK, "a:hand_out"))
    await house.tap(CLERK, NO)
    await types(house, "1111", "2222", "3333", "4444", "5555")
    assert not house.commands("hospital.hand_over")
    assert await house.services.store.find(Incident, kind="door")


async def test_without_a_code_she_says_two_things(house: House) -> None:
    row = await house.order(NO)
    her = {**row.snapshot["patient"], "number_tail": "K7"}
    await put(house, replace(row, snapshot={**row.snapshot, "patient": her}))
    await house.take(house.press(CLERK, "a:hand_out"))
    await house.tap(CLERK, NO, "no_code")
    await types(house, "1950", "K7")
    assert house.commands("hospital.hand_over")[0].args["proof"] == "two-identifiers"


@pytest.mark.parametrize("who", [HELPER, RESIDENT])
async def test_nobody_else_gives_it_away(house: House, who: int) -> None:
    await house.take(house.press(who, "a:hand_out"))
    answer = await house.take(house.press(who, f"a:door:{NO}"))
    assert not house.commands("hospital.hand_over")
    assert answer.toast or house.label("refused.not-for-you") in read(house, who)


async def test_a_clerk_does_not_hand_out_her_own(house: House) -> None:
    her = await house.services.store.get(Person, RESIDENT)
    assert her is not None
    await put(house, replace(her, roles=(*her.roles, RoleBinding("window-clerk", "pr-w2", "王秀英"))))
    await house.take(house.press(RESIDENT, "a:hand_out"))
    await house.tap(RESIDENT, NO)
    assert house.label("refused.own-order") in read(house, RESIDENT)
