"""The production transport against a real socket: one session, and which of our errors a broken line becomes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from backend_client import Broken, FhirHospital, Invalid, OutcomeUnknown, Unintelligible, Unreachable
from backend_client.retries import Patience
from backend_client.transport import AiohttpTransport, Request, Response
from backend_client.wire import AT_ONCE, dump

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Echo: Yes\r\n\r\n{}"


@asynccontextmanager
async def line(talk: Talk) -> AsyncIterator[str]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until whoever asks is gone."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(HELLO)
    writer.close()


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    made = AiohttpTransport(connect_seconds=1, total_seconds=0.3)
    yield made
    await made.close()


def get(url: str) -> Request:
    return Request("GET", url, {"Accept": "application/fhir+json"})


async def test_one_session_serves_all(transport: AiohttpTransport) -> None:
    connections = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answer(reader, writer)

    async with line(count) as url:
        got = [await transport(get(url)) for _ in range(3)]
        await transport.close()
    assert [(one.status, one.headers["x-echo"], one.body) for one in got] == [(200, "Yes", b"{}")] * 3
    assert connections == 1


async def test_nobody_there_is_unreachable(transport: AiohttpTransport) -> None:
    async with line(answer) as url:
        pass
    with pytest.raises(Unreachable, match="no-connection"):
        await transport(get(url))


async def test_a_line_that_is_cut_leaves_the_outcome_unknown(transport: AiohttpTransport) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with line(cut) as url:
        with pytest.raises(OutcomeUnknown, match="no-answer"):
            await transport(get(url))


async def test_silence_leaves_the_outcome_unknown(transport: AiohttpTransport) -> None:
    over = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with line(silent) as url:
        with pytest.raises(OutcomeUnknown, match="no-answer"):
            await transport(get(url))
        over.set()


async def test_the_client_closes_its_own_session_only() -> None:
    async with line(answer) as url:
        pass
    own = FhirHospital(f"{url}/", "token", patience=Patience(tries=1))
    with pytest.raises(Unreachable):
        await own.order("R1")
    await own.close()
    await own.close()
    await FhirHospital(url, transport=AiohttpTransport()).close()


async def test_records_carry_the_wall_clock_unless_told() -> None:
    assert FhirHospital("http://hospital.test").rest.now() > 1_700_000_000_000


@pytest.mark.parametrize(
    ("url", "code"),
    [("hospital/fhir", "bad-url"), ("http://", "bad-url"), ("http://nobody.invalid/fhir", "unknown-host")],
)
async def test_an_address_that_cannot_be_right_is_an_operators(
    transport: AiohttpTransport, url: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edge 4. The name is not looked up: whoever asks is told that nobody has it."""

    async def nobody(*args: object, **given: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nobody)
    with pytest.raises(Broken, match=code):
        await transport(get(url))


async def test_more_than_anybody_needs_is_not_read(
    transport: AiohttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend_client.transport.MOST_BYTES", 1)
    async with line(answer) as url:
        with pytest.raises(Unintelligible, match="too-large"):
            await transport(get(url))


async def test_a_large_answer_is_read_beside_the_loop() -> None:
    """Edge 6: 20 MB parsed on the loop were 5 s in which nobody got an answer."""
    drugs = [{"resourceType": "Medication", "id": f"d{n}", "extension": [{"url": "x"}] * 20} for n in range(3000)]
    body = dump({"resourceType": "Bundle", "entry": [{"resource": drug} for drug in drugs]})
    assert len(body) > 5 * AT_ONCE

    async def transport(request: Request) -> Response:
        return Response(200, {}, body)

    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    busy = asyncio.create_task(others())
    found = await FhirHospital("http://h.test", transport=transport).rest.search("Medication", {})
    busy.cancel()
    assert (len(found), turns > 20) == (3000, True)


async def test_a_large_refusal_is_not_read_at_all() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"code": "x", "diagnostics": "y" * AT_ONCE}]}

    async def transport(request: Request) -> Response:
        return Response(422, {}, dump(outcome))

    with pytest.raises(Invalid) as refused:
        await FhirHospital("http://h.test", transport=transport).rest.read("Patient/x")
    assert refused.value.detail == ""
