"""Pages of strangers in a browser on this machine neither read nor change the hospital, and it calls nobody outside."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from sandbox.hospital.server import running
from tests.sandbox_hospital.conftest import Caller, Listener, subscription

FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:80"},
    {"Host": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9"},
    {"Referer": "http://evil.example/"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
]
REQUESTS = [
    ("GET", "/Patient", None),
    ("GET", "/metadata", None),
    ("GET", "/_sandbox/health", None),
    ("GET", "/_sandbox/prescriptions", None),
    ("GET", "/no/such/place/at/all", None),
    ("POST", "/Binary", b"what a form can send"),
    ("POST", "/Patient/_search", b"name=x"),
    ("POST", "/_sandbox/down", b'{"down": true}'),
    ("DELETE", "/_sandbox/faults", None),
    ("OPTIONS", "/Patient", None),
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_foreign_page_or_name_is_refused_on_every_path(hospital: Caller, headers: dict[str, str]) -> None:
    for method, path, body in REQUESTS:
        answer = await hospital(method, path, body, **headers)
        assert (answer.status, answer.issue["code"]) == (403, "forbidden"), path
    assert (await hospital("GET", "/Binary")).json["total"] == 0


async def test_programs_and_the_own_page_come_in(hospital: Caller) -> None:
    port = urlsplit(hospital.url).port
    for headers in (
        {"Host": f"localhost:{port}"},
        {"Host": "[::1]:9000"},
        {"Origin": hospital.url, "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
    ):
        assert (await hospital("GET", "/Patient", **headers)).status == 200, headers


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://192.168.1.4/",
        "http://0.0.0.0/",
        "http://evil.example#@127.0.0.1/",
        "file:///etc/passwd",
    ],
)
async def test_a_subscription_calls_this_machine_only(hospital: Caller, listener: Listener, endpoint: str) -> None:
    good = subscription(listener, "Task")
    made = (await hospital("POST", "/Subscription", good)).json
    made["channel"]["endpoint"] = endpoint
    assert (await hospital("PUT", f"/Subscription/{made['id']}", made)).status in (400, 422)
    assert (await hospital("POST", "/Subscription", good | {"channel": made["channel"]})).status in (400, 422)


async def test_a_subscription_that_the_database_brought_is_not_called_outside(tmp_path: Path) -> None:
    """A database may come from anywhere."""
    async with running(db=tmp_path / "h.sqlite") as server:
        away = {"type": "rest-hook", "endpoint": "http://evil.example/"}
        resource = {"resourceType": "Subscription", "id": "s", "status": "active", "criteria": "Task", "reason": "x"}
        with server.store.transaction():
            server.store.write("Subscription", "s", resource | {"channel": away}, "PUT")
    async with running(db=tmp_path / "h.sqlite") as server, aiohttp.ClientSession() as session:
        caller = Caller(session, server.url, server.store)
        await caller.task(await caller.patient())
        calling = [task for task in asyncio.all_tasks() if "Hooks." in repr(task.get_coro())]
        assert calling == []
