"""Orders of the control interface reach the hospital's books: messenger, staff and hospital together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from backend_client import FhirHospital
from backend_client.models import Role
from sandbox import office
from sandbox.control import Control, NotSeen
from sandbox.hospital import server as hospitals
from sandbox.office import Office
from sandbox.processes import Hospital
from sandbox.staff import Shift
from sandbox.staff import running as working
from sandbox.telegram import server as messengers
from tests.backend_client.world import settle


@dataclass
class House:
    office: Office
    hospital: FhirHospital
    control: Control
    shift: Shift


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with hospitals.running() as hospital, messengers.running() as messenger, Control(messenger.url) as control:
        client = FhirHospital(hospital.url)
        await settle(client.rest)
        async with working(hospital.url, control=messenger.url) as shift:
            yield House(Office(control, Hospital(hospital.url)), client, control, shift)
        await client.close()


async def names(house: House, role: Role) -> list[str]:
    return [one.id for one in await house.hospital.staff(role)]


async def test_a_role_ends_and_comes_back(house: House) -> None:
    await house.office.end_role("doc-1")
    await house.office.end_role("pharm-1")
    assert (await names(house, "doctor"), await names(house, "pharmacist")) == (["doc-2"], ["pharm-2"])
    await house.office.resume_role("doc-1")
    assert (await names(house, "doctor"), await names(house, "pharmacist")) == (["doc-1", "doc-2"], ["pharm-2"])


async def test_a_record_is_merged(house: House) -> None:
    await house.office.merge("pat-1", "pat-2")
    assert (await house.hospital.find_patient("11", "1950-01-02")).id == "pat-2"
    assert (await house.hospital.patient("pat-1")).formerly == ("pat-1",)


async def test_a_list_is_emptied_and_filled(house: House) -> None:
    await house.office.empty("PractitionerRole")
    assert await names(house, "doctor") == []
    assert (await house.hospital.rest.read("PractitionerRole/doc-1"))["id"] == "doc-1"
    await house.office.fill()
    assert await names(house, "doctor") == ["doc-1", "doc-2"]


async def test_a_list_is_empty_so_many_times(house: House) -> None:
    await house.office.empty("PractitionerRole", times=1)
    assert await names(house, "doctor") == []
    assert await names(house, "doctor") == ["doc-1", "doc-2"]


async def test_a_habit_is_followed(house: House) -> None:
    await house.office.habit("insurer", "refuses")
    await house.office.end_role("doc-1")  # the staff has read the switches once more
    assert house.shift.habits["insurer"] == "refuses"


async def test_what_cannot_be_done_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PATIENCE", 0.0)
    with pytest.raises(NotSeen, match="is the id right"):
        await house.office.end_role("nobody")


async def test_switches_are_of_any_shape(house: House) -> None:
    await house.control.switch(**{"office.merged": {"pat-1": "pat-2"}})
    assert (await house.control.switches())["office.merged"] == {"pat-1": "pat-2"}


async def test_somebody_elses_hospital_has_no_faults_to_order(house: House) -> None:
    office = Office(house.control, Hospital("http://127.0.0.1:1"), foreign=True)
    for order in (office.empty("Medication"), office.fill()):
        with pytest.raises(NotSeen, match="a foreign one has none"):
            await order


async def test_what_stands_elsewhere_is_found_there() -> None:
    hospital = Hospital("http://127.0.0.1:1", places={"Patient/wang-guilan": "Patient/17"})
    assert (hospital.id("Patient/wang-guilan"), hospital.id("Patient/li-jianguo")) == ("17", "li-jianguo")
