"""Every error the hospital client raises.

HospitalError
+-- RetryLater            retry me: nothing is known to have gone wrong on our side
|   +-- Unreachable       no connection, time-out before anything was sent
|   +-- Busy              408, 429, 5xx; ``after`` seconds if the hospital said so
|   +-- OutcomeUnknown    it was sent, no answer came: look it up before doing it again
+-- Refusal               tell the person: final, with a code that the bot has words for
|   +-- NotFound          404, 410, or nobody fits
|   +-- WrongState        409, 412: somebody was faster; read again, decide again
|   +-- Invalid           400, 422: the hospital does not accept it
+-- Broken                page an operator
    +-- Unauthorised      401 after a fresh token, 403
    +-- Unintelligible    an answer that is not what the contract says
"""

from __future__ import annotations


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


class Refusal(HospitalError): ...


class NotFound(Refusal): ...


class WrongState(Refusal): ...


class Invalid(Refusal): ...


class Broken(HospitalError): ...


class Unauthorised(Broken): ...


class Unintelligible(Broken): ...
