"""The counter: enters an order for somebody who has no phone, on the hospital's own record, once a day."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from backend_client.errors import NotFound, Refusal
from backend_client.models import Actor, OrderDraft
from backend_client.shapes import extended, path_of, word
from sandbox.staff.desk import Desk, Round
from sandbox.staff.labels import CITY_TIME

log = logging.getLogger("sandbox.staff")
RECORD_DAYS = 92
HOURS_MS = 3600 * 1000


def rounds(desk: Desk) -> tuple[Round, ...]:
    tried: set[str] = set()  # numbers, so that nothing is asked twice a day

    async def enter_one() -> None:
        patient = desk.habits["counter"]
        key = f"{patient}|{_today(desk):%Y%m%d}"
        if patient == "off" or key in tried:
            return
        try:
            await enter(desk, patient)
        except Refusal as refusal:
            log.warning("the counter cannot enter an order: %s", refusal.code)
        tried.add(key)

    return (enter_one,)


async def enter(desk: Desk, patient: str) -> str:
    """The order's number, which is fixed by patient and day: a repeat finds what is there."""
    rest, counter = desk.rest, await desk.one_of("desk")
    record = await rest.read(f"Patient/{patient}")
    today = _today(desk)
    since = (today - timedelta(days=RECORD_DAYS)).date().isoformat()
    given = await desk.hospital.history(patient, since)
    if not given:
        raise NotFound("no-record")
    lines = tuple(one.line for one in given if one.day == given[0].day)
    no = f"D{today:%m%d}-{int(rest.codes.uuid(f'counter|{patient}')[:6], 16) % 10_000:04d}"  # tells nothing of her
    draft = OrderDraft(
        no=no, patient=patient, actor=Actor(counter.reference, on_behalf_of=patient),
        department=await _department(desk), doctor="",
        compound=path_of(word(extended(record, rest.codes.extension("compound")), "reference")).rpartition("/")[2],
        delivery="home", priority="routine", expedite_reason="", days_left="3-7", condition=given[0].condition,
        rx_date="", rx_number="", rx_hospital=given[0].hospital, read_by="history", lines=lines,
        answers={}, questionnaire="", authored=rest.now(), deadline=rest.now() + 72 * HOURS_MS,
    )  # fmt: skip
    return (await desk.hospital.submit(draft, ())).no


async def _department(desk: Desk) -> str:
    """General practice where there is one: whoever asks at a counter does not choose."""
    found = await desk.hospital.departments()
    if not found:
        raise NotFound("no-department")
    return next((one.id for one in found if one.specialty == "general"), found[0].id)


def _today(desk: Desk) -> datetime:
    return datetime.fromtimestamp(desk.rest.now() / 1000, UTC).astimezone(CITY_TIME)
