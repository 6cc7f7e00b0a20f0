"""The log: lines for a terminal, or JSON in which only what is on a list may stand. Tokens are taken out of both."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

from bot.messenger import redact
from bot.workers.supervisor import where

PLAIN = "%(asctime)s %(name)s %(levelname)s %(message)s"
EXTRA = ("where", "flow", "step", "code", "seconds")  # what a call may add to its sentence
FIELDS = ("time", "level", "logger", "event", "error", *EXTRA)


def install(form: str = "text") -> None:
    """``form``: text or json. In place of whatever wrote the log before."""
    root = logging.getLogger()
    handler = logging.StreamHandler()
    handler.setFormatter(_json() if form == "json" else logging.Formatter(PLAIN))
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    redact.install(root)


def _json() -> logging.Formatter:
    import structlog  # only where it is wanted

    before = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=EXTRA),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    after = [_listed, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after)


def _listed(logger: Any, method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A trace is the kind of the error and the way to it: its text may hold anybody's words."""
    error = told.get("exc_info")
    if isinstance(error, tuple) and isinstance(error[1], BaseException):
        told["error"], told["where"] = type(error[1]).__name__, where(error[1])
    return {name: told[name] for name in FIELDS if name in told}
