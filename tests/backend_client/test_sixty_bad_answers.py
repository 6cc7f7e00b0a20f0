"""Sixty bad answers of a hospital: each ends in a typed error, in a message a person understands, and is repeated only
where that is safe: what was asked may be asked again, a transaction may not.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.errors import Broken, HospitalError, Kind, OutcomeUnknown, Unintelligible, Unreachable, kind_of
from backend_client.transport import Request, Response
from bot.render.messages import words_of
from locales import tags
from tests.backend_client.wire_fakes import Naps, patience

TRIES = 3
BASE = "http://hospital.test/fhir"
Bad = Response | HospitalError
TASK = {"resourceType": "Task", "id": "t"}


def page(**more: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "searchset", **more}).encode()


def links(url: str) -> bytes:
    return page(entry=[], link=[{"relation": "next", "url": url}])


STATUSES = (
    300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415,
    417, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 507, 508, 511,
)  # fmt: skip
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a page for people": b"<html>maintenance</html>",
    "a list": b"[]",
    "a word": b'"ok"',
    "null": b"null",
    "no text": b"\xff\xfe",
    "half": b'{"resourceType":"Bundle","entry":[{"res',
    "an outcome": b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}',
    "entry is no list": page(entry={"resource": {}}),
    "entries are no objects": page(entry=[5]),
    "another resource": json.dumps(TASK).encode(),
    "too deep": b'{"resourceType":"Bundle","entry":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "too many entries": page(entry=[{}] * 10_001),
    "a page that follows itself": links(f"{BASE}/Patient?identifier=x"),
    "a page elsewhere": links("https://elsewhere.test/fhir?page=2"),
    "a page at no address": links("http://[x"),
    "matches without an id": page(entry=[{"resource": {"resourceType": "Patient"}}]),
}
BROKEN: dict[str, HospitalError] = {
    "no connection": Unreachable("no-connection"),
    "no answer": OutcomeUnknown("no-answer"),
    "a certificate that does not hold": Broken("tls"),
    "no such host": Broken("unknown-host"),
    "no address": Broken("bad-url"),
    "more than 8 MB": Unintelligible("too-large"),
}
ANSWERS: dict[str, Bad] = {
    **{f"{status}": Response(status, {}, b"") for status in STATUSES},
    **{f"200 {name}": Response(200, {}, body) for name, body in BODIES.items()},
    **BROKEN,
}
#: Of what the bot may do again by itself at once: it was not done, or doing it twice is doing it once.
SAFE = {"408", "429", "500", "502", "503", "504", "507", "508", "511", "no connection", "no answer"}
ENDS = {  # how a question ends for whom
    "400": Kind.PERSONS, "404": Kind.OPERATORS, "422": Kind.PERSONS,
    "409": Kind.NOT_YET, "412": Kind.NOT_YET, **dict.fromkeys(SAFE, Kind.NOT_YET),
}  # fmt: skip
CALLS: dict[str, Callable[[FhirHospital], Awaitable[Any]]] = {
    "a search": lambda hospital: hospital.find_patient("11", "1950-01-02"),
    "a transaction": lambda hospital: hospital.rest.post("", {"resourceType": "Bundle", "type": "transaction"}),
}


async def error_of(call: str, answer: Bad) -> tuple[HospitalError, int]:
    """The error, and how often it was asked."""
    asked = 0

    async def transport(request: Request) -> Response:
        nonlocal asked
        asked += 1
        if isinstance(answer, HospitalError):
            raise answer
        return answer

    hospital = FhirHospital(BASE, patience=patience(Naps(), tries=TRIES), transport=transport)
    with pytest.raises(HospitalError) as caught:
        await CALLS[call](hospital)
    return caught.value, asked


def test_there_are_sixty() -> None:
    assert len(ANSWERS) >= 60


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_bad_answer_to_a_question(name: str) -> None:
    error, asked = await error_of("a search", ANSWERS[name])
    assert kind_of(error) is ENDS.get(name, Kind.OPERATORS), error.code
    assert (asked == TRIES) is (name in SAFE), asked
    understood(error)


@pytest.mark.parametrize("name", [name for name in ANSWERS if not name.startswith("200")])
async def test_a_bad_answer_to_a_transaction(name: str) -> None:
    """Never sent again by itself; and what is owed is ended by none of them (law 3)."""
    error, asked = await error_of("a transaction", ANSWERS[name])
    assert asked == (2 if name == "401" else 1)
    assert kind_of(error, owed=True) in (Kind.OPERATORS, Kind.NOT_YET)
    understood(error)


def understood(error: HospitalError) -> None:
    """What a person reads: the sentence of the code, or that all is kept; never the code itself."""
    words = words_of("Asia/Shanghai")
    kept = kind_of(error) in (Kind.OPERATORS, Kind.NOT_YET)
    key = "engine.slow" if kept else f"refused.{error.code}"
    for tag in tags():
        said = words.label(tag, key if words.has(key) else "refused.not-now", {"name": "", "at": 0})
        assert len(said) > 10
        assert error.code not in said.split()
