"""What can go wrong in a dialog, and the two ways a flow is left early.

FlowError ........ the flow breaks a rule of the engine; its message tells the fix
  JournalFull .... more than 200 entries
Refused .......... an operation said no: raised by ``ask.once`` / ``ask.call``, may be caught by the flow
Suspended ........ (BaseException) the flow waits; never caught by a flow
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class FlowError(Exception):
    """The flow breaks a rule of the engine. The message says which, where, and how to mend it."""


class JournalFull(FlowError):
    """The journal would hold more than its limit of entries."""


class Refused(Exception):
    """An operation was refused for good: ``code`` is the refusal's name, ``words`` what its sentence needs."""

    def __init__(self, code: str, /, **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.words: Mapping[str, Any] = words


#: Refusals that no other answer can change, as this is past: by how they begin, by their names.
_PAST = ("already-", "too-late-")
_OVER = frozenset({"order-gone", "put-away", "rewritten", "role-ended"})
#: And these where the form is about one thing from its beginning; else another choice may help.
_OF_SUBJECT = frozenset(
    {"not-now", "deceased", "on-hold", "other-doctor", "not-for-you", "own-order", "both-sides", "consult-over"}
)


def is_final(code: str, subject: str) -> bool:
    """Whether this refusal ends a form about ``subject`` ("" = about nothing that was fixed before it began)."""
    return code.startswith(_PAST) or code in _OVER or (bool(subject) and code in _OF_SUBJECT)


class Suspended(BaseException):
    """The flow has to wait (or has ended). Not an Exception, so that ``except Exception`` lets it pass."""


class Blaming:
    """While it lasts a misuse counts even if the flow then catches it: ``fault`` is the first one."""

    __slots__ = ("fault",)

    def __init__(self) -> None:
        self.fault: FlowError | None = None

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FlowError):
            self.fault = self.fault or error
