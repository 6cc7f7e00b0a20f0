"""Keeps the bot's token out of the logs. Values of people are not logged in the first place."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"\d+:[\w-]{30,}")
MARK = "[token]"


class Redact(logging.Filter):
    """Rewrites a record so that neither its text nor its traceback holds anything that looks like a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if TOKEN.search(text):
            record.msg, record.args = redact(text), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        elif record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def redact(text: str) -> str:
    """The text with every token replaced."""
    return TOKEN.sub(MARK, text)


def install(logger: logging.Logger | None = None) -> None:
    """Put the filter on every handler of the root logger (or of ``logger``), once.

    On the handlers and not on the logger: a logger's filter is not asked for records of its children.
    """
    for handler in (logger or logging.getLogger()).handlers:
        if not any(isinstance(known, Redact) for known in handler.filters):
            handler.addFilter(Redact())
