"""What the house counts of itself: numbers under names that are written down here, and nothing else.

Counting is an addition in memory, a turn waits for none. Nothing personal can be a label: a value that is no short
word of ours counts as "other", and so does what comes after MOST of a metric.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

MOST = 200  # series of one metric
OTHER = "other"
WORD = re.compile(r"[a-zA-Z][a-zA-Z._-]{0,39}|[1-5]\d\d", re.ASCII)

Labels = tuple[str, ...]
Told = Callable[[str, str, float], None]


@dataclass(frozen=True, slots=True)
class Metric:
    """``name`` without the prefix "medrelay_"; ``bounds`` of a histogram in its own unit."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: Labels
    told: str
    bounds: tuple[float, ...] = ()


FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
CALLS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

ARRIVALS = Metric("arrivals", "counter", ("kind", "outcome"), "Arrivals by what became of them")
TURN = Metric("turn_seconds", "histogram", ("kind",), "From the turn's begin to its commit, s", FAST)
CONFLICTED = Metric("conflicts", "counter", (), "Turns worked out again because a row had changed")
REPLIES = Metric("webhook_replies", "counter", ("code",), "Answers to the messenger's calls, by HTTP status")
MESSENGER = Metric("messenger_calls", "counter", ("method", "code"), "Calls of the messenger, by HTTP status")
MESSENGER_SECONDS = Metric("messenger_seconds", "histogram", ("method",), "Time of the messenger's answers, s", CALLS)
COMMANDS = Metric("commands", "counter", ("op", "outcome"), "Commands by what became of them")
HOSPITAL = Metric("hospital_calls", "counter", ("method", "code"), "Requests to the hospital, by HTTP status")
HOSPITAL_SECONDS = Metric("hospital_seconds", "histogram", ("method",), "Time of the hospital's answers, s", CALLS)

OUTBOX = Metric("outbox_posts", "gauge", ("priority",), "Messages that wait to be sent or changed")
OLDEST = Metric("outbox_oldest_seconds", "gauge", ("priority",), "Age of the oldest of them, s of civil time")
FAILED = Metric("outbox_failed", "gauge", (), "Messages that were given up")
HELD = Metric("commands_waiting", "gauge", (), "Commands the hospital has not answered")
HELD_AGE = Metric("commands_oldest_seconds", "gauge", (), "Time since the oldest of them was tried first, s")
LATE = Metric("timers_late", "gauge", (), "Timers that are due and have not rung")
LATE_AGE = Metric("timers_late_seconds", "gauge", (), "By how much the latest of them is late, s")
ASIDE = Metric("exceptions_open", "gauge", ("kind",), "Exceptions that wait for a person")
PAST = Metric("orders_past", "gauge", ("rung",), "Orders on their way for longer than this rung of the ladder")
LIVE = Metric("orders_live", "gauge", (), "Orders on their way")
READY = Metric("ready", "gauge", (), "1 = updates are taken")
HOOK = Metric("webhook_waiting", "gauge", (), "Updates that the messenger keeps for the webhook, when last asked")

COUNTED = (ARRIVALS, TURN, CONFLICTED, REPLIES, MESSENGER, MESSENGER_SECONDS, COMMANDS, HOSPITAL, HOSPITAL_SECONDS)
LOOKED_AT = (OUTBOX, OLDEST, FAILED, HELD, HELD_AGE, LATE, LATE_AGE, ASIDE, PAST, LIVE, READY, HOOK)
METRICS = (*COUNTED, *LOOKED_AT)


@dataclass(slots=True)
class Times:
    """Of a histogram: how many fell below each bound (the last: above all), and their sum."""

    counts: list[int]
    total: float = 0.0


@dataclass(slots=True)
class Book:
    """What was counted since the start of this process."""

    counts: dict[Metric, dict[Labels, int]] = field(default_factory=lambda: {one: {} for one in COUNTED})
    times: dict[Metric, dict[Labels, Times]] = field(default_factory=lambda: {one: {} for one in COUNTED})
    gauges: dict[Metric, float] = field(default_factory=dict[Metric, float])  # those without labels, as last set

    def add(self, metric: Metric, *labels: str) -> None:
        """One more."""
        found = self.counts[metric]
        if labels not in found:
            labels = clean(labels, found)
        found[labels] = found.get(labels, 0) + 1

    def took(self, metric: Metric, seconds: float, *labels: str) -> None:
        found = self.times[metric]
        if labels not in found:
            labels = clean(labels, found)
        times = found.setdefault(labels, Times([0] * (len(metric.bounds) + 1)))
        times.counts[bisect_left(metric.bounds, seconds)] += 1
        times.total += seconds

    def calls(self, counted: Metric, timed: Metric) -> Told:
        """Whoever calls something tells here how it went: what it called, what came of it, in how many s."""

        def told(called: str, code: str, seconds: float) -> None:
            self.add(counted, called, code)
            self.took(timed, seconds, called)

        return told


def clean(labels: Labels, known: Mapping[Labels, object]) -> Labels:
    """As they may be shown: short words of ours, and not without end."""
    if len(known) >= MOST:
        return (OTHER,) * len(labels)
    return tuple(one if WORD.fullmatch(one) else OTHER for one in labels)
