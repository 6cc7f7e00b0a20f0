"""It stands 4, its neighbours: whatever only one person can move goes on, or is seen, where his registration ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import BatchSnapshot, Staff
from bot.clock import HandClock
from bot.model import Batch, Incident, Observed, Person, RoleBinding
from bot.stages import LIVE, STAGES
from tests.cases.rows import NO, OPERATOR, OPERATORS, PHARMACIST, ROWS, put, stage, texts
from tests.handlers.house import FORUM, HELPER, LI, RESIDENT, ZHAO, House, at_home
from tests.handlers.house import told as seen
from tests.handlers.test_later_rows import buttons

COURIER = 41
BATCH = Batch("b-1", "run-1", "on-the-way", 1, "comp-1", COURIER, HELPER, 1, 1)
WHO = {"doctor": (LI, "pr-1"), "pharmacist": (PHARMACIST, "pr-7"), "courier": (COURIER, "pr-5"),
       "ambassador": (HELPER, "pr-4")}  # fmt: skip
#: Who holds an order at a stage, alone: as the table of stages says, and the queues whose last person has gone.
HOLDERS = {"doctors": "doctor", "doctor": "doctor", "pharmacist": "pharmacist", "courier": "courier",
           "ambassador": "ambassador"}  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    more = (BATCH, Person(COURIER, roles=(RoleBinding("courier", "pr-5", "孙"),)))
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, *more)) as house:
        yield house


async def ends(house: House, role: str) -> None:
    _, id = WHO[role]
    department, places = ("dep-1", ()) if role == "doctor" else ("", ("comp-1",) if role == "ambassador" else ())
    house.ended.add(id)
    gone: Any = Staff(id, role, "", {}, department, places, ended=True)  # pyright: ignore[reportArgumentType]
    await house.take(house.arrival(Observed(gone)))


async def listed(house: House) -> set[str]:
    found = await house.services.store.find(Incident, done_at=0)
    return {one.about for one in found if one.kind == "role-ended"}


@pytest.mark.parametrize("at", [one for one in LIVE if STAGES[one].holder in HOLDERS])
async def test_whoever_alone_could_move_it_is_gone(house: House, at: str) -> None:
    """The table of stage x role ended: a way on, and somebody who sees it."""
    await stage(house, at)
    on_road = STAGES[at].holder in ("courier", "ambassador")
    await put(house, replace(BATCH, stage=at, version=1) if on_road else replace(BATCH, left=0, version=1))
    if STAGES[at].holder == "doctors":
        await ends(house, "doctor")
        assert NO not in await listed(house), "the other doctor of the department can take it"
        house.ended.add("pr-2")
        await house.take(house.arrival(Observed(Staff("pr-2", "doctor", "", {}, "dep-1", ended=True))))
    else:
        await ends(house, HOLDERS[STAGES[at].holder])
    assert await listed(house) & {NO, "b-1"}, "an operator sees it"
    goes_back = [one.args["reason"] for one in house.commands("hospital.give_back")]
    assert goes_back == (["role-ended"] if STAGES[at].holder == "doctor" else [])


async def comes_back(house: House, to: str, **more: Any) -> int:
    before = len(house.posts())
    await house.take(house.arrival(Observed(seen(NO, to, house.clock.civil(), **more))))
    house.clock.advance(5)
    return before


async def test_returned_after_its_doctor_has_gone_it_goes_to_another_and_she_can_stop_it(house: House) -> None:
    """Proved: nobody could write it, no word to anybody."""
    await stage(house, "prescribed")
    await ends(house, "doctor")
    assert not house.commands("hospital.give_back"), "the pharmacist has it"
    await comes_back(house, "returned", doctor="pr-1", reason="dose")
    (back,) = house.commands("hospital.give_back")
    assert (back.args["doctor"]["reference"], back.args["reason"]) == ("PractitionerRole/pr-1", "role-ended")
    assert NO in await listed(house)
    before = await comes_back(house, "received", doctor="", doctor_name="", reason="role-ended")
    (hears,) = [post for post in house.posts()[before:] if f":hears[{RESIDENT}]:" in post.key]
    assert buttons(house, hears.key) == [f"a:cancel:{NO}"]
    assert "请打医院电话" in texts(house, RESIDENT, before)
    assert buttons(house, f"case:{NO}") == [f"a:take:{NO}"]
    assert NO not in await listed(house), "it went on"
    await house.take(house.press(ZHAO, f"a:take:{NO}", FORUM))
    assert house.commands("hospital.take")[-1].origin.person == ZHAO


async def test_the_doctor_himself_gives_a_returned_one_back(house: House) -> None:
    await comes_back(house, "returned", doctor="pr-1")
    assert f"a:give_back:{NO}" in buttons(house, f"case:{NO}")
    await house.take(house.press(LI, f"a:give_back:{NO}", FORUM))
    await house.tap(LI, "yes")
    assert house.commands("hospital.give_back")


async def test_what_was_under_way_when_he_left_goes_back_once_it_is_refused(house: House) -> None:
    await stage(house, "in-consult")
    await house.take(house.press(LI, f"a:unfit:{NO}", FORUM))
    await house.tap(LI, "other")
    await ends(house, "doctor")
    assert not house.commands("hospital.give_back"), "first what he asked for"
    await house.answer("hospital.not_suitable", refusal="no-such-role")
    assert len(house.commands("hospital.give_back")) == 1
    await house.answer("hospital.give_back", refusal="not-now")
    assert len(house.commands("hospital.give_back")) == 1, "what is refused is not asked for again and again"


async def test_a_doctor_who_went_to_another_department_gives_his_case_back(house: House) -> None:
    await stage(house, "in-consult")
    await house.take(house.arrival(Observed(Staff("pr-1", "doctor", "李医生", {}, "dep-9"))))
    assert [one.args["reason"] for one in house.commands("hospital.give_back")] == ["role-ended"]


async def test_a_courier_whom_the_hospital_replaced_has_the_run_no_more(house: House) -> None:
    new = 42
    await put(house, Person(new, roles=(RoleBinding("courier", "pr-55", "钱"),)))
    told = BatchSnapshot("b-1", "run-1", "v2", house.clock.civil(), "on-the-way", "pr-55", "comp-1", ())
    await house.take(house.arrival(Observed(told)))
    row = await house.services.store.get(Batch, "b-1")
    assert row is not None
    assert row.courier == new


async def test_the_operators_line_names_nobody(house: House) -> None:
    await stage(house, "returned")
    await ends(house, "doctor")
    assert NO in texts(house, OPERATORS)
    assert "李医生" not in texts(house, OPERATORS)
    assert "王秀英" not in texts(house, OPERATOR)
