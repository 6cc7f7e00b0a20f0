"""Which answers are worth a second try, how long to wait, and which error is raised in the end (contract: Client)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from backend_client.errors import Busy, OutcomeUnknown, RetryLater
from backend_client.transport import Request, Response, Transport

REPEATED_ALWAYS = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds throughout. ``longest`` bounds one wait: a longer Retry-After is handed to the caller instead."""

    tries: int = 4
    first: float = 0.2
    longest: float = 10.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random

    def wait(self, attempt: int, asked: float | None) -> float:
        """Exponential with jitter between a half and the whole, never shorter than what the hospital asked for."""
        backoff = min(self.longest, self.first * 2**attempt) * (0.5 + self.random() / 2)
        return max(backoff, asked or 0.0)


def worth_repeating(status: int) -> bool:
    return status in (408, 429) or (status >= 500 and status not in (501, 505))


def retry_after(value: str) -> float | None:
    """RFC 9110 10.2.3: seconds or a date; None if it is neither."""
    if value.isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


async def send(transport: Transport, request: Request, repeatable: bool, patience: Patience) -> Response:
    """Send until an answer comes that is final. ``repeatable`` says that doing it twice has one effect."""
    for attempt in range(patience.tries):
        try:
            response = await transport(request)
        except RetryLater as error:
            failure: RetryLater = error
        else:
            if not worth_repeating(response.status):
                return response
            failure = _busy(response, repeatable)
        wait = patience.wait(attempt, failure.after)
        if not repeatable or attempt + 1 == patience.tries or wait > patience.longest:
            raise failure
        await patience.sleep(wait)
    raise ValueError("Patience.tries must be at least 1")


def _busy(response: Response, repeatable: bool) -> RetryLater:
    code = f"http-{response.status}"
    if response.status == 429 or repeatable:
        return Busy(code, after=retry_after(response.headers.get("retry-after", "")))
    return OutcomeUnknown(code)
