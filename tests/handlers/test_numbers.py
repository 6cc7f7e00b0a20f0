"""What /metrics shows of a house at work: everything that is promised, and nothing of anybody."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.book import ARRIVALS, CALLS, CONFLICTED, COUNTED, FAST, METRICS, MOST, TURN, WORD
from bot.clock import HandClock
from bot.exposition import FRESH, PREFIX, RUNGS, Exposition
from bot.model import Incident, Returned
from bot.store.port import Conflict, Full, Sight
from tests.cases.rows import NO, ROWS, put
from tests.docs.pages import ROOT
from tests.handlers.house import LI, House, at_home

CANARY = "王秀兰 13912345678"
SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
DASHBOARD = ROOT / "docs" / "reference" / "grafana-dashboard.json"
ENDS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
OF_THE_PROCESS = {f"{PREFIX}process_resident_memory_bytes", f"{PREFIX}process_cpu_seconds_total"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with at_home(tmp_path / "bot.sqlite", HandClock(), ROWS) as made:
        yield made


def exposition(house: House, ready: str = "") -> Exposition:
    async def is_ready() -> str:
        return ready

    services = house.services
    return Exposition(services.book, services.store, house.clock, services.config, is_ready, lambda: 3)


async def shown(of: Exposition) -> dict[tuple[str, str], float]:
    kind, body = await of.text()
    assert kind.startswith("text/plain; version=0.0.4")
    return {(name, labels): float(value) for name, labels, value in SERIES.findall(body.decode())}


def outcomes(house: House) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, outcome), count in house.services.book.counts[ARRIVALS].items():
        found[outcome] = found.get(outcome, 0) + count
    return found


async def test_a_turn_is_counted_by_what_became_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said = house.text(LI, CANARY)
    await house.core.take(said)
    await house.core.take(said)
    assert outcomes(house) == {"taken": 1, "known": 1}
    assert list(house.services.book.times[TURN]) == [("Said",)]

    store, commit = house.services.store, house.services.store.commit
    fails: list[Exception] = [Conflict(), Conflict(), Full(), *(OSError("odd") for _ in range(3))]

    async def failing(outcome: Any) -> None:
        if fails:
            raise fails.pop(0)
        await commit(outcome)

    monkeypatch.setattr(store, "commit", failing)
    again = house.text(LI, "/help")
    with pytest.raises(Full):
        await house.core.take(again)
    assert house.services.book.counts[CONFLICTED] == {(): 2}
    for _ in range(2):
        with pytest.raises(OSError, match="odd"):
            await house.core.take(again)
    await house.core.take(again)
    assert outcomes(house) == {"taken": 1, "known": 1, "full": 1, "again": 2, "aside": 1}


async def test_what_waits_is_shown_with_its_age(house: House) -> None:
    hour, now = 3_600_000, house.clock.civil()
    order = await house.order(NO)
    ages = {"submitted": 25, "in-consult": 49, "packed": 61, "with-ambassador": 73, "handed-over": 90, "cancelled": 90}
    rows = [replace(order, no=f"MR-{n}", stage=stage, deadline=now + (72 - age) * hour, version=0)
            for n, (stage, age) in enumerate(ages.items())]  # fmt: skip
    await put(house, *rows, Incident(f"late:{NO}", "late", NO, now, now))
    found = await shown(exposition(house))
    past = {rung: found[f"{PREFIX}orders_past", f'rung="{rung}"'] for rung in RUNGS}
    assert past == {"operators": 4, "contact": 3, "supervisor": 2, "order": 1}
    assert found[f"{PREFIX}orders_live", ""] == 5  # with the one that stands there before
    assert found[f"{PREFIX}exceptions_open", 'kind="late"'] == 1
    assert (found[f"{PREFIX}ready", ""], found[f"{PREFIX}webhook_waiting", ""]) == (1, 3)
    assert {labels for name, labels in found if name == f"{PREFIX}outbox_posts"} == {
        f'priority="{word}"' for word in ("urgent", "dialog", "relay", "notice", "broadcast")
    }


async def test_the_store_is_looked_at_once_in_a_while_and_not_where_it_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    sight = house.services.store.sight

    async def noting(*args: Any) -> Any:
        looks.append(1)
        return await sight(*args)

    monkeypatch.setattr(house.services.store, "sight", noting)
    of = exposition(house)
    await asyncio.gather(of.text(), of.text(), of.text())
    assert len(looks) == 1
    house.clock.advance(FRESH)
    await of.text()
    assert len(looks) == 2
    away = await shown(exposition(house, ready="store: OSError"))
    assert away[f"{PREFIX}ready", ""] == 0
    assert len(looks) == 2
    assert not any("outbox" in name for name, _ in away)


async def test_no_label_holds_anything_of_anybody_or_without_end(house: House) -> None:
    """Everything that reaches a label from outside says a person's words here."""
    book = house.services.book
    await house.take(house.text(LI, CANARY))
    await house.take(house.press(LI, f"d:{CANARY}:x:0:y"))
    await house.take(house.arrival(Returned(CANARY, CANARY, CANARY), CANARY))
    await put(house, Incident(f"{CANARY}:x", CANARY, CANARY, 1, 1))
    for metric in COUNTED:
        for value in (CANARY, "Wang", "4711", "x" * 99):
            fill = book.add if metric.kind == "counter" else lambda one, *labels: book.took(one, 1.0, *labels)
            if value != "Wang":  # a word alone cannot be told from one of ours: code decides what is a label
                fill(metric, *(value for _ in metric.labels))
    found = await shown(exposition(house))
    values = [value for _, labels in found for value in re.findall(r'(\w+)="([^"]*)"', labels)]
    assert values
    assert {value for name, value in values if name != "le" and not WORD.fullmatch(value)} == set()
    assert {value for name, value in values if name == "le"} <= {*map(str, FAST + CALLS), "+Inf"}
    assert max(len(of) for of in [*book.counts.values(), *book.times.values()]) <= MOST + 1


def asked(panel: dict[str, Any]) -> list[str]:
    return [target["expr"] for target in panel.get("targets", ())]


async def test_the_dashboard_asks_for_what_there_is_and_all_of_it(house: House) -> None:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    queries = [query for panel in board["panels"] for query in asked(panel)]
    names = {name for query in queries for name in re.findall(rf"{PREFIX}\w+", query)}
    labels = {PREFIX + metric.name + end: {*metric.labels, *({"le"} if metric.kind == "histogram" else ())}
              for metric in METRICS for end in ENDS[metric.kind]}  # fmt: skip
    assert names - labels.keys() - OF_THE_PROCESS == set()
    unasked = {
        PREFIX + metric.name
        for metric in METRICS
        if not names & {PREFIX + metric.name + end for end in ENDS[metric.kind]}
    }
    assert unasked == set()
    for query in queries:
        known = set().union(*(labels.get(name, set()) for name in re.findall(rf"{PREFIX}\w+", query)))
        grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")}
        chosen = set(re.findall(r"(\w+)=~?\"", query))
        assert grouped | chosen <= known, query
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    found = {name for name, _ in await shown(exposition(house))}
    assert OF_THE_PROCESS & found == OF_THE_PROCESS


async def test_what_is_shown_under_one_name_is_counted_together(house: House) -> None:
    """Of 250 kinds most are "other": as many exceptions as there are stand there, not as many as the last of them."""
    store = house.services.store
    sight = await store.sight(0, ("submitted",), (0, 0, 0, 0))
    kinds = {f"kind-{n}": 2 for n in range(250)}
    of = exposition(house)
    with_kinds = replace(sight, incidents=kinds, posts={8: (3, 5_000), 9: (4, 2_000)})
    seen = {**_samples(of, with_kinds)}
    assert sum(value for (name, _), value in seen.items() if name == f"{PREFIX}exceptions_open") == 500
    assert seen[f"{PREFIX}outbox_posts", "other"] == 7
    assert seen[f"{PREFIX}outbox_oldest_seconds", "other"] == 5


def _samples(of: Exposition, sight: Sight) -> dict[tuple[str, str], float]:
    found = [one for family in of._looked_at(sight, True) for one in family.samples]
    return {(one.name, next(iter(one.labels.values()), "")): one.value for one in found}
