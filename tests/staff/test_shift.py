"""The shift as a whole: it goes on whatever happens, follows its switches, and runs as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from backend_client import Broken, FhirHospital, NotFound, Unreachable
from backend_client.models import OrderSnapshot
from sandbox.hospital.server import running
from sandbox.staff import running as working
from sandbox.staff.__main__ import options
from sandbox.staff.desk import clear, work
from sandbox.staff.switches import Mode, apply, follow
from tests.backend_client.world import RESIDENT, charge, draft, role, settle
from tests.staff.conftest import Office

ROOT = Path(__file__).parents[2]


async def at(hospital: FhirHospital, no: str, stage: str) -> OrderSnapshot:
    """The order once it is at ``stage``; a time-out of 30 seconds names where it stayed."""
    seen = await hospital.order(no)
    try:
        async with asyncio.timeout(30):
            while seen.stage != stage:
                await asyncio.sleep(0.02)
                seen = await hospital.order(no)
    except TimeoutError:
        pytest.fail(f"{no} stayed at {seen.stage}, waited for {stage}")
    return seen


async def test_an_order_goes_from_home_to_its_compound() -> None:
    modes: dict[str, Mode] = {"doctor": "auto", "pharmacist": "auto", "courier": "auto"}
    async with running() as server, working(server.url, modes=modes, poll=0.02, seed=1) as shift:
        hospital = FhirHospital(server.url)
        await settle(hospital.rest)
        for resource in role("sort-1", "sorter"):
            await hospital.rest.put(resource)
        await hospital.submit(draft(patient="pat-2"), ())
        await at(hospital, "R1", "passed")
        await hospital.claim("R1")
        quote = (await at(hospital, "R1", "quoted")).settlement
        assert quote is not None
        shift.modes["courier"] = "human"
        await hospital.pay(charge(quote.self_pay), RESIDENT)
        await at(hospital, "R1", "packed")
        shift.modes["courier"] = "auto"
        seen = await at(hospital, "R1", "arrived")
        assert seen.parcel is not None
        assert seen.parcel.batch
        await hospital.close()


async def test_a_round_that_fails_does_not_end_the_work() -> None:
    stop = asyncio.Event()
    troubles = [Unreachable("no-connection"), Broken("http-501"), NotFound("no-sorter")]

    async def one() -> None:
        if troubles:
            raise troubles.pop()
        stop.set()

    task = asyncio.create_task(work("sorter", (one,), lambda: True, 0))
    async with asyncio.timeout(30):
        await stop.wait()
    task.cancel()
    assert troubles == []


async def test_nobody_works_who_is_not_wanted() -> None:
    asked = asyncio.Event()

    def wanted() -> bool:
        asked.set()
        return False

    async def one() -> None:
        pytest.fail("worked all the same")

    task = asyncio.create_task(work("doctor", (one,), wanted, 0))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_one_broken_piece_of_work_does_not_hide_the_next(office: Office) -> None:
    for no in ("R1", "R2"):
        await office.hospital.submit(draft(no), ())
    inbox = office.desk.orders("submitted")
    done: list[str] = []

    async def do(task: dict[str, object]) -> None:
        done.append(str(task["id"]))
        if len(done) == 1:
            raise Broken("http-501")

    await clear(inbox, do)
    await clear(inbox, do)
    assert len(set(done)) == len(done) == 2


async def test_unreachable_work_is_done_later(office: Office) -> None:
    await office.hospital.submit(draft(), ())
    inbox = office.desk.orders("submitted")
    tries: list[str] = []

    async def do(task: dict[str, object]) -> None:
        tries.append(str(task["id"]))
        if len(tries) == 1:
            raise Unreachable("no-connection")

    with pytest.raises(Unreachable):
        await clear(inbox, do)
    await clear(inbox, do)
    await clear(inbox, do)
    assert len(tries) == 2


def test_switches_change_what_they_name() -> None:
    modes: dict[str, Mode] = {"doctor": "human", "pharmacist": "human", "courier": "auto"}
    apply(modes, {"autopilot.doctor": "auto", "autopilot.courier": "human", "autopilot.pharmacist": "?", "bot": "run"})
    assert modes == {"doctor": "auto", "pharmacist": "human", "courier": "human"}
    apply(modes, ["not", "a", "map"])
    assert modes["doctor"] == "auto"


async def test_switches_are_followed_through_trouble() -> None:
    answers = [
        web.Response(status=500),
        web.Response(text="not json", content_type="application/json"),
        web.json_response({"autopilot.doctor": "auto"}),
    ]
    read = asyncio.Event()

    async def switches(request: web.Request) -> web.Response:
        if not answers:
            read.set()
            return web.json_response({})
        return answers.pop(0)

    app = web.Application()
    app.router.add_get("/control/switches", switches)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    modes: dict[str, Mode] = {"doctor": "human"}
    task = asyncio.create_task(follow(f"http://127.0.0.1:{runner.addresses[0][1]}/", 0.01, partial(apply, modes)))
    async with asyncio.timeout(30):
        await read.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await runner.cleanup()
    assert modes == {"doctor": "auto"}


async def test_a_shift_follows_the_control_interface() -> None:
    said = asyncio.Event()
    readings: list[web.Request] = []

    async def switches(request: web.Request) -> web.Response:
        readings.append(request)
        if len(readings) > 1:
            said.set()
        return web.json_response({"autopilot.pharmacist": "auto"})

    app = web.Application()
    app.router.add_get("/control/switches", switches)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with running() as server, working(server.url, control=url) as shift, asyncio.timeout(30):
        await said.wait()  # the second reading begins after the first was applied
        assert shift.modes["pharmacist"] == "auto"
        assert shift.wanted("insurer")
        assert not shift.wanted("doctor")
    await runner.cleanup()


def test_options_have_the_demos_pace() -> None:
    given = options(["--hospital", "http://127.0.0.1:1", "--doctor", "auto"])
    assert (given.think, given.doctor, given.courier, given.control) == (3.0, "auto", "human", "")


async def test_the_process_says_that_it_works_and_stops_when_told(tmp_path: Path) -> None:
    clock = tmp_path / "clock.json"
    clock.write_text(json.dumps({"civil_ms": 1_795_000_000_000, "wall_ms": 0, "rate": 0}))
    words = ["-m", "sandbox.staff", "--hospital", "http://127.0.0.1:9", "--clock", str(clock), "--doctor", "auto"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line == "working http://127.0.0.1:9 doctor=auto pharmacist=human courier=human\n"
    process.send_signal(signal.SIGTERM)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
