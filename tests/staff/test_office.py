"""Housekeeping on order: a role ends and comes back, a record is merged; told by the control interface's switches."""

from __future__ import annotations

import pytest

from backend_client.models import Opening, Times
from backend_client.shapes import ref
from sandbox.staff.office import Office as Housekeeping
from tests.backend_client.hands import packed
from tests.backend_client.world import CODES, draft
from tests.staff.conftest import Office


async def test_an_ended_role_is_nobodys_until_it_comes_back(office: Office) -> None:
    rest, keeping = office.hospital.rest, Housekeeping(office.hospital.rest)
    keeping.obey({"office.ended": ["doc-1", "amb-1"]})
    await keeping.round()
    ended = await rest.read("PractitionerRole/doc-1")
    assert (ended["active"], ended["period"]["end"][:10]) == (False, "2026-11-18")
    assert [one.id for one in await office.hospital.staff("doctor")] == ["doc-2"]
    assert await office.hospital.staff("ambassador") == ()
    keeping.obey({"office.ended": ["amb-1"], "staff.insurer": "pays"})
    await keeping.round()
    back = await rest.read("PractitionerRole/doc-1")
    assert (back["active"], "period" in back) == (True, False)
    assert await office.hospital.staff("ambassador") == ()


async def test_the_period_keeps_its_beginning(office: Office) -> None:
    rest, keeping = office.hospital.rest, Housekeeping(office.hospital.rest)
    await rest.put({**await rest.read("PractitionerRole/doc-1"), "period": {"start": "2020-01-01"}})
    keeping.obey({"office.ended": ["doc-1"]})
    await keeping.round()
    assert (await rest.read("PractitionerRole/doc-1"))["period"]["start"] == "2020-01-01"


async def test_a_role_has_the_hours_that_are_named_until_it_has_none(office: Office) -> None:
    rest, keeping = office.hospital.rest, Housekeeping(office.hospital.rest)
    keeping.obey({"office.hours": {"doc-1": "11:00-18:00"}})
    for _ in range(2):
        await keeping.round()
    times = (await office.hospital.role("doc-1")).times
    assert times == Times((Opening((1, 2, 3, 4, 5, 6, 7), 11 * 60, 18 * 60),))
    keeping.obey({"office.hours": {}})
    await keeping.round()
    assert "availableTime" not in await rest.read("PractitionerRole/doc-1")


async def test_a_merged_record_names_the_one_that_stays_and_its_orders_go_there(office: Office) -> None:
    rest, keeping = office.hospital.rest, Housekeeping(office.hospital.rest)
    await office.hospital.submit(draft(), ())
    keeping.obey({"office.merged": {"pat-1": "pat-2"}})
    for _ in range(2):
        await keeping.round()
    old = await rest.read("Patient/pat-1")
    assert (old["active"], old["link"]) == (False, [{"other": ref("Patient/pat-2"), "type": "replaced-by"}])
    assert (await office.hospital.order("R1")).patient.id == "pat-2"
    new = await rest.read("Patient/pat-2")
    assert new.get("active") is not False
    assert new["link"] == [{"other": ref("Patient/pat-1"), "type": "replaces"}]
    assert (await office.hospital.find_patient("11", "1950-01-02")).id == "pat-2"
    assert (await rest.the("Task", CODES.id("order"), "R1"))["for"] == ref("Patient/pat-2")


async def test_a_death_is_on_the_record_until_it_is_corrected(office: Office) -> None:
    keeping = Housekeeping(office.hospital.rest)
    for named, died in ((["pat-1"], True), ([], False)):
        keeping.obey({"office.deceased": named})
        await keeping.round()
        assert (await office.hospital.patient("pat-1")).deceased is died


@pytest.mark.parametrize(
    "switches",
    [{"office.ended": ["nobody"]}, {"office.merged": {"pat-1": "nobody"}}, {"office.ended": "doc-1"}, "x", {}],
)
async def test_what_cannot_be_done_changes_nothing_and_ends_nothing(office: Office, switches: object) -> None:
    keeping = Housekeeping(office.hospital.rest)
    keeping.obey(switches)
    await keeping.round()
    keeping.obey({"office.ended": ["doc-2"]})
    await keeping.round()
    assert (await office.hospital.rest.read("Patient/pat-1")).get("active") is not False
    assert [one.id for one in await office.hospital.staff("doctor")] == ["doc-1"]


async def test_the_operator_moves_an_order_into_a_problem_and_out_of_it_each_time_it_is_said(office: Office) -> None:
    keeping = Housekeeping(office.hospital.rest)
    await packed(office.hospital)
    seen: list[str] = []
    for stage in ("problem", "packed", "problem", "packed", "paid", "no-stage", "problem", "handed-over", "confirmed"):
        keeping.obey({"office.moved": {"R1": stage}})
        await keeping.round()
        await keeping.round()
        seen.append((await office.hospital.order("R1")).stage)
    assert seen == [
        "problem", "packed", "problem", "packed", "packed", "packed", "problem", "handed-over", "confirmed"
    ]  # fmt: skip


async def test_an_order_may_fail_wherever_it_stands(office: Office) -> None:
    keeping = Housekeeping(office.hospital.rest)
    await packed(office.hospital)
    for stage in ("failed", "problem"):
        keeping.obey({"office.moved": {"R1": stage}})
        await keeping.round()
        order = await office.hospital.order("R1")
        assert (order.stage, order.reason) == ("failed", "无法配送")
    keeping.obey({"office.ended": ["doc-2"]})
    await keeping.round()
    assert [one.id for one in await office.hospital.staff("doctor")] == ["doc-1"], "its other work goes on"


async def test_a_problem_is_told_with_a_reason(office: Office) -> None:
    keeping = Housekeeping(office.hospital.rest)
    await packed(office.hospital)
    keeping.obey({"office.moved": {"R1": "problem"}})
    await keeping.round()
    assert (await office.hospital.order("R1")).reason == "药包破损"
