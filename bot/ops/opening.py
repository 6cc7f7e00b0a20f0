"""When somebody reads what patients ask, and how long a department's patients usually wait for their doctor then."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from zoneinfo import ZoneInfo

from backend_client.models import Times
from bot import rules
from bot.model import Measured, Order
from bot.orders import Change
from bot.stages import facts_of
from bot.turn import Turn

HOUR, MINUTE = 3_600_000, 60_000  # ms
LATELY, LEAST = 20, 5  # consults that count, and how many there must be before anything is said


def hours(turn: Turn) -> tuple[ZoneInfo, rules.Hours]:
    """As the hospital says (HealthcareService), else by the setting; holidays of either count."""
    of, told = turn.services.config, turn.services.catalogue().times
    span = rules.Span(of.open_from, of.open_until, frozenset(map(int, of.open_days)))
    return ZoneInfo(of.timezone), rules.Hours(spans_of(told) or (span,), of.closed_days, away_of(told))


def spans_of(times: Times) -> tuple[rules.Span, ...]:
    return tuple(rules.Span(one.first, one.last, frozenset(one.days)) for one in times.open)


def away_of(times: Times) -> tuple[tuple[str, str], ...]:
    return tuple((one.first, one.last) for one in times.away)


def opens(turn: Turn, at: int = 0) -> int:
    """That instant (0 = now) while it is open, else when it opens next."""
    return rules.opens(at or turn.now, *hours(turn))


def in_working_hours(turn: Turn) -> int:
    """The instant by which an answer is due that is asked for now."""
    return rules.working(turn.now, int(turn.services.config.answer_hours * HOUR), *hours(turn))


async def measure(turn: Turn, order: Order, change: Change, since: int) -> None:
    """A doctor took it: how long it had waited ``since``, where that was in opening hours and its first doctor."""
    if change.before != "submitted" or change.after != "in-consult" or opens(turn, since) > since:
        return
    row = await turn.get(Measured, f"wait:{order.department}") or Measured(f"wait:{order.department}")
    turn.put(replace(row, values=(*row.values, max(0, order.since - since))[-LATELY:]))


async def usual_wait(turn: Turn, order: Order) -> int:
    """Minutes after which a doctor of this department usually takes a case; 0 = not known, taken already, or closed."""
    if facts_of(order.stage).consult != "waiting" or opens(turn) > turn.now:
        return 0
    row = await turn.get(Measured, f"wait:{order.department}")
    known = row.values if row is not None else ()
    return max(1, round(median(known) / MINUTE)) if len(known) >= LEAST else 0
