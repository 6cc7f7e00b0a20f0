"""Every error the hospital client raises.

HospitalError
+-- RetryLater            retry me: nothing is known to have gone wrong on our side
|   +-- Unreachable       no connection, time-out before anything was sent
|   +-- Busy              408, 429, 5xx; ``after`` seconds if the hospital said so
|   +-- OutcomeUnknown    it was sent, no answer came: look it up before doing it again
|   +-- Clash             409, 412 that the step did not expect: read again from the beginning, decide again
+-- Refusal               tell the person: final, with a code that the bot has words for
|   +-- NotFound          404, 410, or nobody fits
|   +-- WrongState        too late, by what was read: somebody was faster, the stage does not allow it any more
|   +-- Invalid           400, 422: the hospital does not accept it; or we do not
+-- Broken                page an operator
    +-- Unauthorised      401 after a fresh token, 403
    +-- Unintelligible    an answer that is not what the contract says

What is done about one says ``kind_of``, and nobody else.
"""

from __future__ import annotations

from enum import Enum


class HospitalError(Exception):
    """``code`` is a short stable word for logs and locale keys; it never holds a person's data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class RetryLater(HospitalError):
    def __init__(self, code: str, detail: str = "", after: float | None = None) -> None:
        super().__init__(code, detail)
        self.after = after


class Unreachable(RetryLater): ...


class Busy(RetryLater): ...


class OutcomeUnknown(RetryLater): ...


class Clash(RetryLater): ...


class Refusal(HospitalError): ...


class NotFound(Refusal): ...


class WrongState(Refusal): ...


class Invalid(Refusal): ...


class Broken(HospitalError): ...


class Unauthorised(Broken): ...


class Unintelligible(Broken): ...


# ---------------------------------------------------------------- what is done about it


class Kind(Enum):
    PERSONS = "the person's to mend, or hers to know: final"
    LATE = "the world moved on: final, and nobody's to mend"
    NOT_YET = "again by itself"
    OPERATORS = "an operator's to mend; again by itself meanwhile"


REJECTED = "rejected"  # by an HTTP status
#: Refusals that no rule of ours decided: an HTTP status, or something of ours that the hospital does not have.
TECHNICAL = frozenset({REJECTED, "not-found", "gone", "no-such-order", "no-prescription", "not-settled"})
NUMBER_TAKEN = "number-taken"  # another order has this number: this one is sent under the next
CLASHING = frozenset({"conflict", "precondition", "contended"})
CLASHES = 3  # tries after which one that goes on clashing is no matter of who was faster


def kind_of(error: BaseException, owed: bool = False, tries: int = 0) -> Kind:
    """The four kinds. ``owed``: the effect was promised or paid for, so that no technical answer ends it.

    ``tries``: how often it was tried before.
    """
    code = error.code if isinstance(error, HospitalError) else ""
    if isinstance(error, Clash) and tries >= CLASHES:
        return Kind.OPERATORS if owed else Kind.LATE
    if isinstance(error, RetryLater):
        return Kind.NOT_YET
    if not isinstance(error, Refusal) or (owed and code in TECHNICAL | CLASHING):
        return Kind.OPERATORS
    return Kind.LATE if isinstance(error, WrongState) else Kind.PERSONS
