"""Which answers are tried again, how long is waited, and what is raised: the contract's classes, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from backend_client import (
    Broken,
    Busy,
    Clash,
    HospitalError,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Unauthorised,
    Unreachable,
)
from backend_client.retries import Patience, retry_after, send
from backend_client.transport import Request, Response
from tests.backend_client.wire_fakes import Naps, Script, ok, patience, rest_over

PATIENT = {"resourceType": "Patient", "id": "p", "meta": {"versionId": "1"}}


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_passing_trouble_is_tried_again(status: int) -> None:
    script = Script(Response(status, {}), ok(PATIENT))
    assert await rest_over(script).read("Patient/p") == PATIENT


@pytest.mark.parametrize("failure", [Unreachable("no-connection"), OutcomeUnknown("no-answer")])
async def test_a_lost_connection_is_tried_again(failure: HospitalError) -> None:
    assert await rest_over(Script(failure, ok(PATIENT))).read("Patient/p") == PATIENT


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, Invalid, "rejected"),
        (422, Invalid, "rejected"),
        (403, Unauthorised, "forbidden"),
        (404, NotFound, "not-found"),
        (410, NotFound, "gone"),
        (409, Clash, "conflict"),
        (412, Clash, "precondition"),
        *((status, Broken, f"http-{status}") for status in (405, 406, 411, 413, 415, 451, 501)),
        (505, Broken, "http-505"),
        (302, Broken, "http-302"),
    ],
)
async def test_a_final_answer_is_raised_at_once(status: int, kind: type[HospitalError], code: str) -> None:
    script = Script(Response(status, {}))
    with pytest.raises(kind) as caught:
        await rest_over(script).read("Patient/p")
    assert (caught.value.code, len(script.requests)) == (code, 1)


async def test_the_hospitals_words_go_along_for_the_log() -> None:
    issue = {"code": "conflict", "diagnostics": "test failed at /status"}
    text = {"code": "processing", "details": {"text": "later"}}
    script = Script(ok({"resourceType": "OperationOutcome", "issue": [issue, text]}, 409))
    with pytest.raises(Clash) as caught:
        await rest_over(script).read("Patient/p")
    assert caught.value.detail == "conflict: test failed at /status; processing: later"


async def test_waits_double_and_end() -> None:
    naps = Naps()
    with pytest.raises(Busy, match="http-503"):
        await rest_over(Script(*[Response(503, {})] * 4), naps=naps).read("Patient/p")
    assert naps.taken == [1.0, 2.0, 4.0]


async def test_jitter_is_between_a_half_and_the_whole() -> None:
    assert Patience(first=1.0, random=lambda: 0.0).wait(2, None) == 2.0
    assert Patience(first=1.0, random=lambda: 1.0).wait(2, None) == 4.0
    assert Patience(first=1.0, longest=3.0, random=lambda: 1.0).wait(5, None) == 3.0


async def test_retry_after_is_obeyed() -> None:
    naps = Naps()
    script = Script(Response(429, {"retry-after": "7"}), ok(PATIENT))
    await rest_over(script, naps=naps).read("Patient/p")
    assert naps.taken == [7.0]


async def test_a_long_retry_after_is_the_callers() -> None:
    naps = Naps()
    with pytest.raises(Busy) as caught:
        await rest_over(Script(Response(429, {"retry-after": "600"})), naps=naps).read("Patient/p")
    assert (caught.value.after, naps.taken) == (600.0, [])


def test_retry_after_may_be_a_date_or_nonsense() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=60)
    assert 50 < (retry_after(format_datetime(soon, usegmt=True)) or 0) <= 60
    assert 50 < (retry_after(soon.strftime("%a, %d %b %Y %H:%M:%S -0000")) or 0) <= 60
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT") == 0.0
    assert retry_after("soon") is None
    assert retry_after("") is None


@pytest.mark.parametrize("answer", [Response(503, {}), Response(408, {}), OutcomeUnknown("no-answer")])
async def test_a_bare_post_is_never_repeated(answer: Response | Exception) -> None:
    script = Script(answer)
    with pytest.raises(OutcomeUnknown):
        await rest_over(script).post("", {"resourceType": "Bundle"})
    assert len(script.requests) == 1


async def test_a_bare_post_that_was_throttled_was_not_done() -> None:
    with pytest.raises(Busy) as caught:
        await rest_over(Script(Response(429, {"retry-after": "2"}))).post("", {"resourceType": "Bundle"})
    assert caught.value.after == 2.0


async def test_a_bare_post_that_never_left_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await rest_over(Script(Unreachable("no-connection"))).post("", {"resourceType": "Bundle"})


async def test_a_conditional_post_is_repeated() -> None:
    script = Script(OutcomeUnknown("no-answer"), ok(PATIENT))
    await rest_over(script).create({"resourceType": "Patient"}, "s", "k")
    assert [request.headers["If-None-Exist"] for request in script.requests] == ["identifier=s%7Ck"] * 2


async def test_one_request_keeps_its_id_over_its_repeats() -> None:
    script = Script(Response(503, {}), ok(PATIENT))
    await rest_over(script).read("Patient/p")
    assert [request.headers["X-Request-Id"] for request in script.requests] == ["q1", "q1"]


async def test_a_401_gets_one_fresh_token() -> None:
    asked: list[bool] = []

    async def bearer(fresh: bool) -> str:
        asked.append(fresh)
        return "new" if fresh else "old"

    script = Script(Response(401, {}), ok(PATIENT))
    rest = rest_over(script)
    await type(rest)(rest.base, rest.codes, script, bearer, rest.now, rest.patience).read("Patient/p")
    assert asked == [False, True]
    assert [request.headers["Authorization"] for request in script.requests] == ["Bearer old", "Bearer new"]


async def test_a_second_401_is_for_an_operator() -> None:
    with pytest.raises(Unauthorised, match="unauthorised"):
        await rest_over(Script(Response(401, {}), Response(401, {})), token="t").read("Patient/p")


async def test_no_token_no_header() -> None:
    script = Script(ok(PATIENT))
    await rest_over(script).read("Patient/p")
    assert "Authorization" not in script.requests[0].headers


async def test_patience_needs_a_try() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        await send(Script(), Request("GET", "http://x", {}), True, patience(Naps(), tries=0))
