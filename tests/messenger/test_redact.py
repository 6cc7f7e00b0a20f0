"""No token in any log, whoever writes it."""

from __future__ import annotations

import io
import logging

import pytest

from bot.messenger.redact import Redact, install

TOKEN = "123456:AAbbccddeeffgghhiijjkkllmmnnoopp-_1"


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    parent = logging.getLogger("redact-test")
    parent.handlers = [logging.StreamHandler(out)]
    parent.propagate = False
    parent.setLevel(logging.DEBUG)
    install(parent)
    install(parent)
    assert len(parent.handlers[0].filters) == 1
    return logging.getLogger("redact-test.child"), out


def test_texts_arguments_traces_and_stacks(log: tuple[logging.Logger, io.StringIO]) -> None:
    child, out = log
    child.info("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    child.info("plain %d", 5)
    try:
        raise ValueError(f"bad url bot{TOKEN}")
    except ValueError:
        child.exception("failed", stack_info=True)
    assert TOKEN not in out.getvalue()
    assert "bot[token]/getMe" in out.getvalue()
    assert "plain 5" in out.getvalue()
    assert "ValueError: bad url bot[token]" in out.getvalue()


def test_a_trace_that_another_handler_has_written_already() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "x", (), None)
    record.exc_text, record.stack_info = f"Trace {TOKEN}", f"Stack {TOKEN}"
    assert Redact().filter(record)
    assert (record.exc_text, record.stack_info) == ("Trace [token]", "Stack [token]")


def test_the_root_logger_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = logging.StreamHandler(io.StringIO())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    install()
    assert isinstance(handler.filters[0], Redact)
