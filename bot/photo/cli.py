"""`medrelay read PHOTO... [--json] [--formulary CSV]`: reads photos without a bot, for trying and for judging."""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.photo import available, reasons
from bot.photo.findings import findings
from bot.photo.gate import MAX_BYTES
from bot.photo.reader import PhotoReader
from bot.photo.reading import Reading
from bot.photo.wire import flat

SAMPLE: Final = Path(__file__).with_name("sample_formulary.csv")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 every file was looked at, 1 a file cannot be opened, 2 the extra ``ocr`` is not installed."""
    parser = argparse.ArgumentParser(prog="medrelay read", description="Read prescription photos.")
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--json", action="store_true", help="a list with one object a file")
    parser.add_argument("--formulary", type=Path, default=SAMPLE, metavar="CSV", help="the hospital's drug list")
    parser.add_argument("--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--patient", default="", help="look for this name")
    options = parser.parse_args(argv)
    if not available():
        sys.stderr.write("Reading photos needs the extra `ocr`: pip install 'medrelay[ocr]'\n")
        return 2
    results = asyncio.run(_read(options))
    if options.json:
        sys.stdout.write(json.dumps(results, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_line(r) for r in results) + "\n")
    return 1 if any("error" in r for r in results) else 0


async def _read(options: argparse.Namespace) -> list[dict[str, Any]]:
    with options.formulary.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    today: date = options.today or date.today()  # noqa: DTZ011 the civil day of this machine
    names = (options.patient,) if options.patient else ()
    out: list[dict[str, Any]] = []
    async with PhotoReader(rows) as reader:
        for path in options.photos:
            try:
                if path.stat().st_size > MAX_BYTES:
                    reading = Reading(False, reasons.TOO_BIG, read_by="machine")
                else:
                    reading = await reader.read(path.read_bytes(), today=today, names=names)
            except OSError as problem:
                out.append(
                    {"file": str(path), "accepted": False, "reason": reasons.NOT_A_PICTURE, "error": str(problem)}
                )
                continue
            found = findings(reading, today, patient=options.patient)
            out.append({"file": str(path), **flat(reading), "findings": list(found)})
    return out


def _line(result: dict[str, Any]) -> str:
    if not result["accepted"]:
        return f"{result['file']}: not readable: {result['reason']}"
    drugs = "; ".join(f"{d['name']} {d['strength']} x{d['boxes']} ({d['match']})" for d in result["drugs"])
    return f"{result['file']}: {result['date']} {result['patient']} {result['hospital']}: {drugs}"


if __name__ == "__main__":
    raise SystemExit(main())
