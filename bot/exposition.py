"""What the book counted and what waits in the store, as Prometheus reads it. Nothing is read before somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.book import (
    ASIDE,
    COUNTED,
    FAILED,
    HELD,
    HELD_AGE,
    HOOK,
    LATE,
    LATE_AGE,
    LIVE,
    OLDEST,
    OUTBOX,
    PAST,
    READY,
    Book,
    Labels,
    Metric,
    Times,
    clean,
)
from bot.clock import Clock
from bot.ladder import HOUR
from bot.limits import Limits
from bot.model import Priority
from bot.stages import LIVE as STAGES
from bot.stages import facts_of
from bot.store.port import Sight, Store

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family

PREFIX = "medrelay_"
FRESH = 5.0  # s in which the store is not looked at again, however often somebody asks
RUNGS = ("operators", "contact", "supervisor", "order")  # 24, 48, 60, 72 h unless the settings say otherwise
ON_THE_WAY = tuple(stage for stage in STAGES if not facts_of(stage).delivered)


class Exposition:
    """``ready``: why no updates are taken, "" = they are; ``waiting``: updates that the messenger keeps for us."""

    def __init__(
        self,
        book: Book,
        store: Store,
        clock: Clock,
        limits: Limits,
        ready: Callable[[], Awaitable[str]],
        waiting: Callable[[], int],
    ) -> None:
        self._book, self._store, self._clock, self._limits = book, store, clock, limits
        self._ready, self._waiting = ready, waiting
        self._looking = asyncio.Lock()
        self._seen: Sight | None = None
        self._seen_at = float("-inf")

    async def text(self) -> tuple[str, bytes]:
        """Its content type, and all of it. Where the store does not answer, what was counted is told without it."""
        from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, ProcessCollector, generate_latest

        ready = await self._ready()
        sight = await self._sight() if not ready.startswith("store") else None
        found = [*self._counted(), *self._looked_at(sight, not ready)]
        registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(namespace=PREFIX.rstrip("_"), registry=registry)
        registry.register(_Found(found))
        return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)

    async def _sight(self) -> Sight | None:
        async with self._looking:
            if self._seen is None or self._clock.monotonic() - self._seen_at >= FRESH:
                now = self._clock.civil()
                late = [
                    now + (self._limits.order_hours - getattr(self._limits, f"{one}_hours")) * HOUR for one in RUNGS
                ]
                self._seen = await self._store.sight(now, ON_THE_WAY, (late[0], late[1], late[2], late[3]))
                self._seen_at = self._clock.monotonic()
            return self._seen

    def _counted(self) -> Iterator[Family]:
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        for metric in COUNTED:
            said = (PREFIX + metric.name, metric.told)
            if metric.kind == "counter":
                counter = CounterMetricFamily(*said, labels=metric.labels)
                for labels, count in self._book.counts[metric].items():
                    counter.add_metric(labels, count)
                yield counter
            else:
                histogram = HistogramMetricFamily(*said, labels=metric.labels)
                for labels, times in self._book.times[metric].items():
                    histogram.add_metric(labels, _buckets(metric, times), times.total)
                yield histogram

    def _looked_at(self, sight: Sight | None, ready: bool) -> Iterator[Family]:
        yield _gauge(READY, {(): int(ready)})
        yield _gauge(HOOK, {(): self._waiting()})
        if sight is None:
            return
        words = {one.value: one.name.lower() for one in Priority}
        posts: dict[Labels, tuple[int, int]] = dict.fromkeys(((word,) for word in words.values()), (0, 0))
        posts |= {(words.get(priority, str(priority)),): both for priority, both in sight.posts.items()}
        yield _gauge(OUTBOX, {labels: count for labels, (count, _) in posts.items()})
        yield _gauge(OLDEST, {labels: age / 1000 for labels, (_, age) in posts.items()}, together=max)
        yield _gauge(FAILED, {(): sight.failed})
        yield _gauge(HELD, {(): sight.commands[0]})
        yield _gauge(HELD_AGE, {(): sight.commands[1] / 1000})
        yield _gauge(LATE, {(): sight.timers[0]})
        yield _gauge(LATE_AGE, {(): sight.timers[1] / 1000})
        yield _gauge(ASIDE, {(kind,): count for kind, count in sight.incidents.items()})
        yield _gauge(LIVE, {(): sight.live})
        yield _gauge(PAST, {(rung,): count for rung, count in zip(RUNGS, sight.past, strict=True)})


class _Found:
    """What a registry asks."""

    def __init__(self, found: list[Family]) -> None:
        self._found = found

    def collect(self) -> list[Family]:
        return self._found


def _buckets(metric: Metric, times: Times) -> list[tuple[str, float]]:
    return list(zip([*map(str, metric.bounds), "+Inf"], accumulate(times.counts), strict=True))


def _gauge(metric: Metric, values: Mapping[Labels, float], *, together: Callable[[list[float]], float] = sum) -> Family:
    """``together``: what several say that are shown under one name: they are added, of ages the oldest counts."""
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(PREFIX + metric.name, metric.told, labels=metric.labels)
    shown: dict[Labels, list[float]] = {}
    for labels, value in values.items():
        shown.setdefault(clean(labels, shown), []).append(value)
    for labels, found in shown.items():
        family.add_metric(labels, together(found))
    return family
