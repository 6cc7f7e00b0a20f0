"""In an emergency the hospital's questions come before every order: also of many in one go, and of a desk's caller."""

from __future__ import annotations

from dataclasses import replace

from bot import triage
from bot.model import Alert
from tests.cases.rows import put, texts
from tests.handlers import test_callers, test_today
from tests.handlers.house import HELPER, House
from tests.handlers.test_alerts import SAMPLE

house = test_today.house
desks = test_callers.house


async def emergency(house: House) -> None:
    house.core.services = house.services = replace(house.services, triage=triage.read(SAMPLE))
    sealed = {"words": {"zh-CN": "今天封楼。", "en": "Closed today."}, "phone": "021-5550-0100"}
    await put(house, Alert("e1", "emergency", house.clock.civil(), places=("comp-1",), triage=True, sealed=sealed))


async def test_many_in_one_go_are_asked_one_by_one(house: House) -> None:
    await emergency(house)
    await test_today.up_to_send(house)
    assert house.label("send_many.one_by_one") in texts(house, HELPER)
    assert not test_today.submits(house)


async def test_a_desks_caller_is_asked_before_anything_is_ordered(desks: House) -> None:
    await emergency(desks)
    await test_callers.calls(desks)
    await test_callers.agrees(desks)
    await desks.tap(test_callers.DESK, "same")
    await desks.answer("hospital.orders_of", test_callers.Changes((), (), ""))
    assert not desks.commands("hospital.patient_file")
    await desks.tap(test_callers.DESK, "a1", "a0")
    await desks.answer(
        "hospital.patient_file", {"cover": "covered", "history": test_callers.HISTORY, "patient": test_callers.JIANG}
    )
    await desks.tap(test_callers.DESK, "3-7", "ok")
    assert desks.commands("hospital.submit")[-1].args["draft"]["priority"] == "urgent"
