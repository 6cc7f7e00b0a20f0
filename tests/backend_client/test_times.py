"""When somebody is there: the hours of the service that treats patients, and of each doctor; and what is no use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client import FhirHospital
from backend_client.models import Opening, Times
from backend_client.openings import FOR_GOOD, SINCE_EVER, Away
from backend_client.times import times_of
from tests.backend_client.world import CODES, role

WEEK = (1, 2, 3, 4, 5, 6, 7)


def open_(days: list[str] | None = None, start: str = "", end: str = "", **more: Any) -> dict[str, Any]:
    known = {"daysOfWeek": days, "availableStartTime": start, "availableEndTime": end}
    return {name: value for name, value in known.items() if value} | more


def service(id: str, kind: str = "consult", **more: Any) -> dict[str, Any]:
    return {"resourceType": "HealthcareService", "id": id, "active": True,
            "type": [{"coding": [{"system": CODES.system("service"), "code": kind}]}], **more}  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "spans"),
    [
        (open_(["mon", "fri"], "08:30:00", "12:00:00"), (Opening((1, 5), 510, 720),)),
        (open_(allDay=True), (Opening(WEEK, 0, 1440),)),
        (open_(["sun"], "22:00:00", "06:00:00"), (Opening((7,), 1320, 1440), Opening((1,), 0, 360))),
        (open_(["mon"], "08:00:00"), (Opening((1,), 480, 1440),)),
        (open_(["moon"], "08:00:00", "09:00:00"), ()),
        (open_(["mon"], "8 o'clock", "09:00:00"), ()),
    ],
    ids=["days", "all-day", "over-midnight", "no-end", "no-day", "no-time"],
)
def test_an_available_time(entry: dict[str, Any], spans: tuple[Opening, ...]) -> None:
    assert times_of({"availableTime": [entry]}).open == spans


def test_days_on_which_nobody_is_there() -> None:
    closed = [{"description": "holiday", "during": {"start": "2026-12-30", "end": "2027-01-01T12:00:00+08:00"}},
              {"description": "for ever"}, {"description": "?", "during": {"start": "soon"}},
              {"description": "long", "during": {"start": "2026-02-01", "end": "9999-12-31"}}]  # fmt: skip
    assert times_of({"notAvailable": closed}).away == (
        Away("2026-02-01", "9999-12-31"),
        Away("2026-12-30", "2027-01-01"),
    )


@pytest.mark.parametrize(
    ("during", "away"),
    [
        ({"start": "2026-10-01"}, Away("2026-10-01", FOR_GOOD)),
        ({"start": "2026-10-01T08:00:00+08:00"}, Away("2026-10-01", FOR_GOOD)),
        ({"end": "2026-10-01"}, Away(SINCE_EVER, "2026-10-01")),
        ({"start": "2026-10", "end": "2026-11"}, Away("2026-10-01", "2026-11-30")),
        ({"start": "2026", "end": "2027"}, Away("2026-01-01", "2027-12-31")),
    ],
    ids=["no-end", "no-end-by-the-hour", "no-start", "months", "years"],
)
def test_a_period_without_an_end_goes_on(during: dict[str, str], away: Away) -> None:
    """FHIR R4 datatypes.html#Period: where the end is missing, the period is ongoing; the end's own day counts."""
    assert times_of({"notAvailable": [{"description": "away", "during": during}]}).away == (away,)


@pytest.mark.parametrize(
    "during",
    [{}, {"start": "2026-10-02", "end": "2026-10-01"}, {"start": "2026-13-01"}, {"end": "2026-13"}, {"start": "Tx"}],
)
def test_a_period_that_says_nothing_closes_nothing(during: dict[str, str]) -> None:
    assert times_of({"notAvailable": [{"description": "?", "during": during}]}).away == ()


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-26T16:00:00Z", "2026-11-27T15:59:59Z", ("2026-11-27", "2026-11-27")),
        ("2026-11-27T00:00:00+08:00", "2026-11-28T00:00:00+08:00", ("2026-11-27", "2026-11-27")),
        ("2026-11-27T09:00:00+08:00", "2026-11-27T09:00:00+08:00", ("2026-11-27", "2026-11-27")),
        ("2026-11-27", "2026-11-27", ("2026-11-27", "2026-11-27")),
    ],
    ids=["utc", "until-midnight", "an-instant", "a-day"],
)
def test_a_closed_day_is_a_day_of_the_hospitals_own_clock(start: str, end: str, days: tuple[str, ...]) -> None:
    closed = [{"description": "holiday", "during": {"start": start, "end": end}}]
    assert times_of({"notAvailable": closed}, ZoneInfo("Asia/Shanghai")).away == (Away(*days),)


async def test_the_hospitals_hours_are_those_of_the_service_that_treats(hospital: FhirHospital) -> None:
    assert await hospital.hours() == Times()
    for one in (
        service("s-1", availableTime=[open_(["mon"], "08:00:00", "17:30:00")],
                notAvailable=[{"description": "holiday", "during": {"start": "2026-10-01"}}]),
        service("s-2", "pick-up-window", availableTime=[open_(allDay=True)]),
        service("s-3", active=False, availableTime=[open_(allDay=True)]),
    ):  # fmt: skip
        await hospital.rest.put(one)
    assert await hospital.hours() == Times((Opening((1,), 480, 1050),), (Away("2026-10-01", FOR_GOOD),))


async def test_of_several_services_nobody_is_there_while_all_are_closed(hospital: FhirHospital) -> None:
    for id, during in (("s-1", {"start": "2026-10-01"}), ("s-2", {"start": "2026-10-05", "end": "2026-10-07"})):
        times = {"availableTime": [open_(["mon"])], "notAvailable": [{"description": "holiday", "during": during}]}
        await hospital.rest.put(service(id, **times))
    assert (await hospital.hours()).away == (Away("2026-10-05", "2026-10-07"),)
    await hospital.rest.put(service("s-3", availableTime=[open_(["tue"])]))
    assert (await hospital.hours()).away == ()


async def test_a_doctors_hours_come_with_his_registration(hospital: FhirHospital) -> None:
    for one in role("doc-1", "doctor", availableTime=[open_(["tue"], "13:00:00", "17:00:00")]):
        await hospital.rest.put(one)
    assert (await hospital.role("doc-1")).times == Times((Opening((2,), 780, 1020),))
    by_id = {one.id: one.times for one in await hospital.staff("doctor")}
    assert by_id == {"doc-1": Times((Opening((2,), 780, 1020),)), "doc-2": Times()}


async def test_a_registrations_days_are_read_by_the_hospitals_clock(hospital: FhirHospital) -> None:
    away = [{"description": "away", "during": {"start": "2026-11-26T16:00:00Z", "end": "2026-11-27T15:00:00Z"}}]
    for one in role("doc-1", "doctor", notAvailable=away):
        await hospital.rest.put(one)
    hospital.rest = replace(hospital.rest, zone=ZoneInfo("Asia/Shanghai"))
    assert (await hospital.role("doc-1")).times == Times((), (Away("2026-11-27", "2026-11-27"),))
