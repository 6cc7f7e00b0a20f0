"""The log as JSON: what is on the list, and nothing else; as text it is as it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

TOKEN = "123456:AAbbccddeeffgghhiijjkkllmmnnoopp-_1"
log = logging.getLogger("bot.workers.sender")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_json_has_what_is_on_the_list_only(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install("json")
    log.error("post %s is given up", f"p/{TOKEN}", extra={"where": "sender.py:7", "patient": "王秀兰", "code": "gone"})
    log.info("not told")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "error",
        "logger": "bot.workers.sender",
        "event": "post p/[token] is given up",
        "where": "sender.py:7",
        "code": "gone",
    }


def test_a_trace_holds_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install("json")
    try:
        raise LookupError("王秀兰 13912345678")
    except LookupError:
        log.exception("failed", stack_info=True)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["error"] == "LookupError"
    assert told["where"].startswith("LookupError at test_logs.py:")
    assert told.keys() <= set(logs.FIELDS)
    assert "王" not in line
    assert "139" not in line


def test_text_stays_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install()
    log.error("post %s is given up", TOKEN)
    assert capsys.readouterr().err.endswith("bot.workers.sender ERROR post [token] is given up\n")
