"""Measures the photo reader: what is read right, what is refused and why, time, memory, the bot's own turns.

    nice -n 15 python -m bench.photo [--seeds 10] [--spoiled 2] [--runs 3]

Photos are the samples of tests/photo/data and pages drawn in other layouts by tests/photo/layouts.py.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import platform
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot.photo.formulary import read_csv
from bot.photo.match import match
from bot.photo.names import fold
from bot.photo.reader import Examined, PhotoReader
from bot.photo.reading import Field, Reading
from bot.photo.seal import distance
from tests.photo.contents import TODAY, script
from tests.photo.layouts import LAYOUTS, house
from tests.photo.spoiling import photograph, rough, shot, spoiled

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "bot/photo/sample_formulary.csv"
DATA = ROOT / "tests/photo/data"
SPOILS = (
    *("too_dark", "overexposed", "blurred", "motion", "too_small", "glare"),
    *("cropped_top", "cropped_bottom", "cropped_left", "cropped_right"),
)
Truth = dict[str, Any]


def samples(kind: str) -> Iterator[tuple[str, bytes, Truth]]:
    truths: dict[str, Truth] = json.loads((DATA / kind / "truth.json").read_text(encoding="utf-8"))
    for name, truth in truths.items():
        yield truth.get("reason", ""), (DATA / kind / name).read_bytes(), truth


def drawn(seeds: range, spoils: Sequence[str]) -> Iterator[tuple[str, bytes, Truth]]:
    for seed in seeds:
        for n, (layout, draw) in enumerate(LAYOUTS.items()):
            s = script(seed, unlisted=seed % 3 == 0)
            page = draw(s, random.Random(seed))
            items = [{"name": i.name, "strength": i.strength, "pack": i.pack, "boxes": i.boxes} for i in s.items]
            truth = {"date": s.day.isoformat(), "patient": s.patient, "hospital": house(s, layout), "items": items}
            for how in spoils:
                taken = spoiled(seed * 31 + n, how) if how in SPOILS else (rough if how else shot)(seed * 31 + n)
                yield how, photograph(page, taken, seed), truth | {"layout": layout}


def value(field: Field | None) -> str | None:
    return field.value if field else None


def wrong(reading: Reading, truth: Truth) -> dict[str, int]:
    """How many of each needed field differ from what is printed."""
    out: Counter[str] = Counter()
    for key in ("date", "patient", "hospital"):
        out[key] += value(getattr(reading, key)) != truth[key]
    out["lines"] += len(reading.drugs) != len(truth["items"])
    for drug, item in zip(reading.drugs, truth["items"], strict=False):
        known = drug.known if drug.match == "ask" else drug.name.value
        out["name"] += fold(known) != fold(item["name"])
        out["strength"] += drug.strength.value != item["strength"]
        out["boxes"] += drug.boxes not in (None, item["boxes"])
        out["boxes asked"] += drug.boxes is None
        out["drug"] += bool(drug.code) and fold(drug.known) != fold(item["name"])
    return {k: n for k, n in out.items() if n}


async def read_all(
    reader: PhotoReader, photos: Iterator[tuple[str, bytes, Truth]]
) -> list[tuple[str, Truth, Examined]]:
    return [(how, truth, await reader.examine(data, today=TODAY)) for how, data, truth in photos]


def told_good(title: str, seen: list[tuple[str, Truth, Examined]]) -> None:
    accepted = sum(e.reading.accepted for _, _, e in seen)
    errors: Counter[str] = Counter()
    boxes = 0
    for _, truth, e in seen:
        boxes += len(truth["items"])
        if e.reading.accepted:
            errors.update(wrong(e.reading, truth))
    refused = Counter(e.reading.reason for _, _, e in seen if not e.reading.accepted)
    print(f"{title}: {accepted} of {len(seen)} accepted; refused: {dict(refused)}")
    print(f"  wrong among the accepted ({boxes} drug lines in all): {dict(errors) or 'nothing'}")


def told_spoiled(title: str, seen: list[tuple[str, Truth, Examined]]) -> None:
    counts: dict[str, Counter[str]] = {}
    for how, truth, e in seen:
        needed = {k: n for k, n in wrong(e.reading, truth).items() if k != "boxes"}
        if e.reading.accepted:
            result = "accepted, all needed right" if not needed else f"ACCEPTED WRONG {needed}"
        else:
            result = "true reason" if e.reading.reason == how else f"refused as {e.reading.reason}"
        counts.setdefault(how, Counter())[result] += 1
    print(f"{title}:")
    for how, counter in counts.items():
        print(f"  {how:15} {dict(counter)}")


def told_cost(seen: list[tuple[str, Truth, Examined]], runs: list[float]) -> None:
    cpu = sorted(e.cpu_ms / 1000 for _, _, e in seen)
    peak = max(e.peak_kb for _, _, e in seen) / 1024
    least = f"median {statistics.median(cpu):.2f} s, 95 % {cpu[int(len(cpu) * 0.95)]:.2f} s, most {cpu[-1]:.2f} s"
    print(
        f"CPU a photo over {len(cpu)} photos: mean {statistics.mean(cpu):.2f} s, {least}; worker's peak {peak:.0f} MB"
    )
    print(f"mean CPU on the ten good samples, {len(runs)} runs: {', '.join(f'{r:.2f}' for r in runs)} s")


def told_matching() -> None:
    listed = read_csv(SAMPLE)
    letters = sorted({c for d in listed.drugs for c in d.name})
    draw = random.Random(1)
    results: Counter[str] = Counter()
    for _ in range(1000):
        drug = draw.choice(listed.drugs)
        at = draw.randrange(len(drug.name))
        hit = match(drug.name[:at] + draw.choice(letters) + drug.name[at + 1 :], drug.strength, listed)
        results["WRONG" if hit.code not in ("", drug.code) else hit.match] += 1
    print(f"1,000 names with one misread character, {len(listed.drugs)} drugs listed: {dict(results)}")


async def told_turns(rows: list[dict[str, str]]) -> None:
    """How late the event loop is while ten photos are read."""
    late: list[float] = []
    photos = [data for _, data, _ in samples("good")]
    async with PhotoReader(rows) as reader:
        await reader.warm()
        work = asyncio.gather(*(reader.read(p, today=TODAY) for p in photos))
        while not work.done():
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            late.append(1000 * (time.perf_counter() - began - 0.005))
        await work
    late.sort()
    print(f"the bot's loop while ten photos are read, {len(late)} turns: median {late[len(late) // 2]:.1f} ms late,"
          f" 99 % {late[int(len(late) * 0.99)]:.1f} ms, most {late[-1]:.1f} ms")  # fmt: skip


async def told_crash(rows: list[dict[str, str]]) -> None:
    data = next(samples("good"))[1]
    async with PhotoReader(rows) as reader:
        await reader.warm()
        task = asyncio.create_task(reader.read(data, today=TODAY))
        await asyncio.sleep(0.3)
        began = time.perf_counter()
        process = reader._process
        if process is not None:
            process.kill()
        reading = await task
        took = time.perf_counter() - began
    print(f"worker killed in the middle of a photo: read again, accepted={reading.accepted}, {took:.1f} s later")


def told_hashes(good: list[tuple[str, Truth, Examined]], flat: list[Examined]) -> None:
    pairs = [(a.hash, b.hash) for i, a in enumerate(flat) for b in flat[i + 1 :]]
    pairs += [(a.hash, b.hash) for i, (*_, a) in enumerate(good) for *_, b in good[i + 1 :]]
    apart = [distance(a, b) for a, b in pairs]
    print(f"picture hashes of different prescriptions, {len(apart)} pairs: nearest {min(apart)} of 256 bits")


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
    packages = ", ".join(f"{p} {version(p)}" for p in ("rapidocr", "onnxruntime", "opencv-python-headless", "numpy"))
    model = models[0] if models else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}"


async def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--spoiled", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(argv)
    rows = list(csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()))
    print(f"# python -m bench.photo {' '.join(argv)}")
    print(f"# {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f} at the start")
    print(f"# {machine()}")
    told_matching()
    async with PhotoReader(rows, key=b"bench") as reader:
        runs = [await read_all(reader, samples("good")) for _ in range(options.runs)]
        bad = await read_all(reader, samples("spoiled"))
        other = await read_all(reader, drawn(range(1000, 1000 + options.seeds), ("",)))
        careless = await read_all(reader, drawn(range(3000, 3000 + options.seeds), ("careless",)))
        worse = await read_all(reader, drawn(range(2000, 2000 + options.spoiled), SPOILS))
    told_good("good samples", runs[0])
    told_spoiled("spoiled samples", bad)
    told_good(f"drawn in {len(LAYOUTS)} other layouts", other)
    told_good("the same layouts, photographed carelessly", careless)
    told_spoiled("drawn and spoiled", worse)
    means = [statistics.mean(e.cpu_ms / 1000 for _, _, e in run) for run in runs]
    told_cost(runs[0] + bad + other + careless + worse, means)
    told_hashes(runs[0], [e for _, _, e in other])
    await told_turns(rows)
    await told_crash(rows)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
