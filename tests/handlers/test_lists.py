"""The hospital's lists come late, or empty: people are answered at once, and nothing they said is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Staff
from bot import catalogue
from bot.catalogue import Catalogue
from bot.clock import HandClock
from bot.core import Core
from bot.model import Dialog, Person, RoleBinding
from bot.ops.places import new_link
from bot.ops.registry import Act, execute
from bot.turn import Turn
from bot.workers.reference_data import ReferenceData
from tests.handlers.house import HISTORY, LISTS, RESIDENT, House, at_home
from tests.workers.fakes import until

OPERATOR, NEW = 41, 51
ROWS = (Person(OPERATOR, lang="en", roles=(RoleBinding("operator", "pr-9", "Wu"),)),)
LATE = "The hospital's lists are not here yet"


class Lists:
    """A hospital that has what it is given, and nothing else."""

    def __init__(self, lists: Catalogue) -> None:
        self.lists = lists

    async def departments(self) -> Any:
        return self.lists.departments

    async def compounds(self) -> Any:
        return self.lists.compounds

    async def areas(self) -> Any:
        return self.lists.areas

    async def formulary(self) -> Any:
        return self.lists.drugs

    async def hours(self) -> Any:
        return self.lists.times

    async def staff(self, role: str) -> Any:
        return tuple(member for member in self.lists.staff if member.role == role)

    async def questionnaire(self, name: str) -> Any:
        return self.lists.questionnaire


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


def reference_data(house: House, hospital: Any) -> ReferenceData:
    config = house.services.config
    read = partial(catalogue.read, hospital, config.questionnaire)
    return ReferenceData(read, house.services.store, house.clock, config.reread_seconds)


@pytest.mark.parametrize("empty", ["departments", "compounds", "drugs", "staff"])
async def test_an_empty_list_does_not_wipe_the_last_copy(house: House, empty: str) -> None:
    hospital = Lists(LISTS)
    keeper = reference_data(house, hospital)
    await keeper.once()
    renamed = catalogue.Compound("comp-1", {"zh-CN": "幸福里", "en": "Happy Court"}, "北门")
    changes: dict[str, Any] = {"departments": LISTS.departments, "compounds": (renamed,), "drugs": LISTS.drugs}
    hospital.lists = Catalogue(**{**changes, "staff": LISTS.staff, empty: ()})
    await keeper.once()
    assert getattr(keeper.now, empty) == getattr(LISTS, empty)
    assert keeper.now.compounds == (LISTS.compounds if empty == "compounds" else (renamed,))  # the rest is fresh
    again = reference_data(house, hospital)
    await again.open()
    assert again.now == keeper.now


async def test_lists_that_a_jump_of_civil_time_made_old_are_read_at_once(house: House, clock: HandClock) -> None:
    keeper = reference_data(house, Lists(LISTS))
    working = asyncio.create_task(keeper.run())
    await until(lambda: keeper.staff_at == clock.civil())
    first = keeper.staff_at
    clock.set(first + 60_000)
    keeper.ahead()
    await asyncio.sleep(0.1)
    assert keeper.staff_at == first, "a minute ahead they are not old"
    clock.set(first + 86_400_000)
    keeper.ahead()
    await until(lambda: keeper.staff_at == first + 86_400_000)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def test_a_list_that_came_empty_is_asked_for_again_soon(house: House) -> None:
    hospital = Lists(Catalogue())
    keeper = reference_data(house, hospital)
    waited: list[float] = []

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            raise Enough
        if len(waited) == 2:
            hospital.lists = LISTS

    house.clock.sleep = sleep  # type: ignore[method-assign]
    with pytest.raises(Enough):
        await keeper.run()
    assert waited[0] == waited[1] < waited[2] == house.services.config.reread_seconds
    assert keeper.read.is_set()
    assert keeper.now == LISTS


async def later(house: House, hospital: Lists) -> ReferenceData:
    """A fresh bot whose hospital is silent: it has no copy of any list."""
    keeper = reference_data(house, hospital)
    await keeper.open()
    house.services = replace(house.services, catalogue=lambda: keeper.now)
    house.core = Core(house.services, house.core._route)
    assert keeper.now == Catalogue()
    return keeper


def said(house: House, who: int) -> str:
    return "\n".join(str(getattr(post.content, "html", "")) for post in house.posts() if post.chat == who)


async def test_who_orders_before_the_lists_are_here_reads_so_and_goes_on_where_she_was(house: House) -> None:
    keeper = await later(house, Lists(LISTS))
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history")
    assert "医院的名单还没有传过来" in said(house, RESIDENT)
    assert await house.services.store.find(Dialog, person=RESIDENT, state="open")
    await keeper.once()
    await house.tap(RESIDENT, "history", "all", "3-7", "first", "ok")
    assert len(house.commands("hospital.submit")) == 1


@pytest.mark.parametrize("gone", ["departments", "staff"])
async def test_lists_that_go_missing_in_the_middle_lose_no_answer(house: House, gone: str) -> None:
    keeper = await later(house, Lists(LISTS))
    keeper.now = replace(LISTS, **{gone: ()})
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7")
    assert "医院的名单还没有传过来" in said(house, RESIDENT)
    await keeper.once()
    await house.tap(RESIDENT, "3-7", "first", "ok")
    assert len(house.commands("hospital.submit")) == 1


async def test_an_operator_reads_why_there_is_nobody_to_invite(house: House) -> None:
    await later(house, Lists(LISTS))
    await house.take(house.text(OPERATOR, "/invite"))
    await house.tap(OPERATOR, "doctor")
    assert LATE in said(house, OPERATOR)


async def test_a_link_is_not_used_up_while_nobody_knows_whose_it_is(house: House) -> None:
    keeper = await later(house, Lists(LISTS))
    turn = Turn(house.services, house.text(OPERATOR, "x"))
    link = await new_link(turn, "join", "pr-2/moves")
    await house.services.store.commit(turn.outcome())
    await house.take(house.text(NEW, f"/start {link}"))
    assert "名单还没有传过来" in said(house, NEW)
    await keeper.once()
    await house.take(house.text(NEW, f"/start {link}"))
    await house.decides(OPERATOR)
    joined = await house.services.store.get(Person, NEW)
    assert joined is not None
    assert [role.id for role in joined.roles] == ["pr-2"]


async def test_the_operators_code_is_not_spent_before_the_hospital_said_who_he_is(house: House) -> None:
    wu = Staff("pr-9", "operator", "吴")
    keeper = await later(house, Lists(replace(LISTS, staff=(*LISTS.staff, wu))))
    house.services = replace(house.services, config=replace(house.services.config, operator_code="first-day"))
    house.core = Core(house.services, house.core._route)
    await house.take(house.text(NEW, "/start op-first-day"))
    assert "名单还没有传过来" in said(house, NEW)
    await keeper.once()
    await house.take(house.text(NEW, "/start op-first-day"))
    first = await house.services.store.get(Person, NEW)
    assert first is not None
    assert [role.id for role in first.roles] == ["pr-9"]


async def test_what_a_dialog_keeps_of_the_lists_names_things_for_the_release_before_too(house: House) -> None:
    """It is put back within the hour, and knows two names: without them an order's line would have none."""
    house.lists = LISTS
    act = Act(Turn(house.services, house.text(OPERATOR, "x")), OPERATOR, OPERATOR)
    drugs = await execute(act, "local.drugs", {"codes": ["d1"]})
    assert (drugs["d1"]["name_zh"], drugs["d1"]["name_en"]) == ("二甲双胍", "Metformin")
    [compound] = await execute(act, "local.compounds", {})
    assert (compound["name_zh"], compound["name_en"]) == ("幸福里", "Happy Court")
    [department] = await execute(act, "local.departments", {})
    assert (department["name_zh"], department["name_en"]) == ("内分泌科", "Endocrinology")
    li = (await execute(act, "local.staff", {}))[0]
    assert (li["name"], li["name_en"]) == ("李医生", "Li")
