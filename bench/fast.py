"""All that issue 15 asks of speed, measured in one run and told in one table. python -m bench fast

Each part is a bench of its own; their sections in bench/README.md say what exactly is measured. ``--against DIR`` takes
another checkout beside, where a bot is a process of its own: the dialog, its pace, its memory.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import dialog, dialogs, fairness, growth, outbox
from bench._said import begun, machine, spread
from bench.dialog import BOTS, Way

OURS, BEFORE, AIOGRAM = "ours", "ours, before", "aiogram, memory"
FLAT = 1.1  # times the cost of the smallest file that counts as the same
PARTS = ("dialog", "pace", "fairness", "commit", "broadcast", "growth", "memory")


@dataclass(frozen=True)
class Row:
    what: str
    goal: str
    measured: str
    met: bool
    before: str = ""

    def __str__(self) -> str:
        met = "met" if self.met else "MISSED"
        return f"| {self.what} | {self.goal} | {self.before or '-'} | {self.measured} | {met} |"


@dataclass(frozen=True)
class Bench:
    """``share``: of the usual length, for a short trial."""

    share: float
    where: Path
    against: Path | None

    def of(self, count: int, least: int = 1) -> int:
        return max(least, round(count * self.share))

    def ways(self) -> dict[str, Way]:
        before = {BEFORE: Way(BOTS[OURS], self.against.absolute())} if self.against else {}
        rival = {AIOGRAM: Way(BOTS[AIOGRAM])}
        return {**before, OURS: Way(BOTS[OURS]), **rival}

    # ------------------------------------------------------------ the parts

    def dialog(self) -> Iterator[Row]:
        ways = self.ways()
        fast: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
        slow: dict[str, list[float]] = {name: [] for name in ways}
        people, each = self.of(50, 5), self.of(4)
        for _ in range(self.of(5)):
            for name, way in ways.items():
                fast[name].append(asyncio.run(dialog.speed(way, people, each, 0.0)))
        for _ in range(self.of(2)):
            for name, way in ways.items():
                slow[name].append(asyncio.run(dialog.speed(way, people, each, 0.04))[1])
        times = {name: [one[0] / other[0] for one, other in zip(found, fast[AIOGRAM], strict=True)]
                 for name, found in fast.items()}  # fmt: skip
        before = spread(times[BEFORE]) if BEFORE in times else ""
        yield Row("processor time an update, x aiogram in memory, round by round", "<= 1.0 (aim 0.5)",
                  spread(times[OURS]), median(times[OURS]) <= 1.0, before)  # fmt: skip
        cpu = {name: spread([one[0] for one in found]) for name, found in fast.items()}
        print(f"processor ms an update: {cpu}; updates/s with 40 ms a call: {slow}", flush=True)
        before = spread(slow[BEFORE], 0) if BEFORE in slow else ""
        yield Row("updates a second, 40 ms a call", ">= 300 (aim 450)",
                  spread(slow[OURS], 0), median(slow[OURS]) >= 300, before)  # fmt: skip
        way = ways[OURS]
        kept = [asyncio.run(dialog.survived(way, self.of(10), busy)) for busy in (0, self.of(50, 5))]
        went = " / ".join(f"{on} of {people}" for on, people in kept)
        yield Row("open dialogs that go on after kill -9, idle / busy", "all", went, all(a == b for a, b in kept))
        twice = [asyncio.run(dialog.doubled(way, how, self.of(15, 3))) for how in ("same", "other")]
        said = " / ".join(f"{greeted}, {ordered}" for greeted, ordered in twice)
        what = "greeted, ordered twice when each update comes twice: same id / other id"
        yield Row(what, "0, 0 / 0, 0", said, not any(map(any, twice)))

    def pace(self) -> Iterator[Row]:
        seconds, rounds = 30 * self.share, self.of(3)
        found: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, way in self.ways().items():
                if name != AIOGRAM:
                    took = asyncio.run(dialog.delays(way, 50, seconds))
                    found.setdefault(name, []).append(took[int(len(took) * 0.99)])
        before = spread(found[BEFORE], 1) if BEFORE in found else ""
        yield Row("p99 of a turn at 50 updates a second, ms", "< 50",
                  spread(found[OURS], 1), median(found[OURS]) < 50, before)  # fmt: skip

    def fairness(self) -> Iterator[Row]:
        runs = [asyncio.run(fairness.measure(self.of(10_000), self.of(80, 5), False))[0] for _ in range(self.of(3))]
        found = [fairness.p95(took) for took in runs]
        yield Row("p95 of an answer while 10,000 notices wait, s", "< 1", spread(found), max(found) < 1)

    def commit(self) -> Iterator[Row]:
        depth = self.of(50_000)
        idle, deep = asyncio.run(outbox.commits_at_depths([depth], self.of(60, 5)))[depth]
        times = outbox.of_idle(idle, deep)
        print(f"processor ms of a commit: idle {outbox.middle(idle)}, at depth {outbox.middle(deep)}", flush=True)
        yield Row(f"a commit while {depth} posts wait, x an idle one, pair by pair", "<= 1.10",
                  outbox.middle(times), median(times) <= 1.10)  # fmt: skip

    def broadcast(self) -> Iterator[Row]:
        rounds, seconds = self.of(3), 20 * max(self.share, 0.2)
        for people, latency in outbox.MIXES[:2]:
            found = asyncio.run(outbox.told(people, latency, rounds, seconds))
            who = f"{people:.0f} people a second beside it" if people else "nobody else"
            yield Row(f"a broadcast, {who}: % of the limit", ">= 95",
                      spread(found.rates, 1), median(found.rates) >= 95)  # fmt: skip
            yield Row(f"the same: 429s, % (people's p50, p95, worst s: {outbox.of_people(found.waited)})", "< 1",
                      spread(found.refused), max(found.refused) < 1)  # fmt: skip

    def growth(self) -> Iterator[Row]:
        sizes = [self.of(size, 100) for size in growth.SIZES]
        found = asyncio.run(growth.measured(sizes, self.of(5), 20, self.of(3), self.of(5), self.where))
        growth.table(found)
        first, last = found[sizes[0]], found[sizes[-1]]
        for what, one, other in (
            ("an update of the dialog", last.update, first.update),
            ("a turn of an order", last.turn, first.turn),
        ):
            times = [a / b for a, b in zip(one, other, strict=True)]
            said = f"{spread(times)}; {spread(other)} to {spread(one)} ms"
            of = f"processor time of {what} with {sizes[-1]} finished orders, x with {sizes[0]}"
            yield Row(of, f"flat: <= {FLAT}", said, median(times) <= FLAT)
        yield Row(f"start to serving with {sizes[-1]} finished orders ({last.mb:.0f} MB), s", "< 2",
                  spread(last.start), median(last.start) < 2)  # fmt: skip

    def memory(self) -> Iterator[Row]:
        count, waiting = self.of(20_000), self.of(50_000)
        before = ""
        if self.against:
            way = Way(BOTS[OURS], self.against.absolute())
            was, _ = asyncio.run(dialogs.measured(count, 0, 0, way))
            before = f"{was.resting - was.idle:.0f} ({was.idle:.0f} to {was.resting:.0f})"
        memory, found = asyncio.run(dialogs.measured(count, waiting, self.of(5), Way(BOTS[OURS])))
        more = memory.resting - memory.idle
        said = f"{more:.0f} ({memory.idle:.0f} to {memory.resting:.0f}, most {memory.most:.0f})"
        yield Row(f"resident MB with {count} open dialogs, more than idle", "<= 30", said, more <= 30, before)
        if found:
            with_ = f"with these and {waiting} posts on the disk"
            yield Row(f"start to serving {with_}, s", "< 2", spread(found.listens), median(found.listens) < 2)
            yield Row(f"SIGTERM to the end {with_}, s", "<= 10", spread(found.stops), max(found.stops) <= 10)


def main() -> None:
    parse = argparse.ArgumentParser(prog="python -m bench fast", description=__doc__)
    parse.add_argument(
        "--share", type=float, default=1.0, help="of the usual length: 0.05 is a trial of a minute or two"
    )
    parse.add_argument("--only", nargs="+", choices=PARTS, default=[*PARTS])
    parse.add_argument("--against", type=Path, help="another checkout of ours, measured beside this one")
    parse.add_argument("--where", type=Path, default=Path(tempfile.gettempdir()), help="a folder with some GB of room")
    given = parse.parse_args()
    begun("fast")
    bench = Bench(given.share, given.where, given.against)
    rows: list[Row] = []
    for part in given.only:
        at, measure = time.perf_counter(), getattr(bench, part)
        found: Callable[[], Iterator[Row]] = measure
        try:
            for row in found():
                rows.append(row)  # what was measured before a mistake stays
        except (SystemExit, TimeoutError) as why:
            rows.append(Row(part, "to be measured", str(why) or type(why).__name__, False))
        print(f"- {part}: {time.perf_counter() - at:.0f} s, load {machine().rpartition('average ')[2]}", flush=True)
    print(f"\n{machine()} at the end; median (least-most)\n")
    print("| what | goal | before | measured | |\n|---|---|---|---|---|")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
