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

from bot.options import Options, a_day
from bot.photo import available, reasons
from bot.photo.findings import findings
from bot.photo.formulary import formulary
from bot.photo.gate import MAX_BYTES, MAX_PDF_BYTES, MAX_PDF_PAGES
from bot.photo.reader import PhotoReader
from bot.photo.reading import Reading
from bot.photo.wire import flat

SAMPLE: Final = Path(__file__).with_name("sample_formulary.csv")
# For people at a terminal; what residents are told is in locales.
_SAID: Final = {
    reasons.TOO_BIG: f"the file is larger than {MAX_BYTES // 2**20} MB",
    reasons.TOO_MANY_PIXELS: "the picture has too many pixels to be opened",
    reasons.NOT_A_PICTURE: "this is no picture that can be read (JPEG, PNG, WebP, BMP)",
    reasons.BROKEN: "the picture is empty or damaged, or its end is missing",
    reasons.SVG: "this is a drawing (SVG), not a photo",
    reasons.PDF: "this PDF is damaged and cannot be opened",
    reasons.PDF_LOCKED: "this PDF is locked by a password",
    reasons.PDF_TOO_BIG: f"the PDF is larger than {MAX_PDF_BYTES // 2**20} MB",
    reasons.PDF_LONG: f"something needed is not on the first {MAX_PDF_PAGES} pages, and the others are not looked at",
    reasons.ANIMATED: "this is a film or an animation, not a photo",
    reasons.HEIC: "HEIC and AVIF cannot be read: save it as JPEG",
    reasons.TOO_SMALL: "the print is too small: go closer",
    reasons.TOO_DARK: "the picture is too dark",
    reasons.OVEREXPOSED: "the picture is too bright, the print is burnt out",
    reasons.GLARE: "a reflection hides a part of it",
    reasons.BLURRED: "the picture is out of focus",
    reasons.MOTION: "the picture is blurred by movement",
    reasons.CROPPED_TOP: "the top of the page is cut off",
    reasons.CROPPED_BOTTOM: "the foot of the page is cut off",
    reasons.CROPPED_LEFT: "the left side of the page is cut off",
    reasons.CROPPED_RIGHT: "the right side of the page is cut off",
    reasons.NOT_A_PRESCRIPTION: "this does not look like a prescription",
    reasons.DATE_IN_FUTURE: "the date on it has not come yet: misread or wrong",
    reasons.UNREADABLE: "something needed cannot be read",
    reasons.HANDWRITTEN: "it is written by hand, which cannot be read for certain: type it",
    reasons.FOREIGN: "it is not printed in Chinese",
    reasons.TWO_SHEETS: "two papers are in the picture: lay one in it at a time",
    reasons.TWO_PEOPLE: "the pages are of two people",
    reasons.VOID: "it says that it is void, refunded, expired or refused",
    reasons.DISPENSED: "it is marked as used: dispensed, or paid back",
    reasons.READER_FAILED: "the reader failed on this picture twice",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 every file was looked at, 1 a file (a photo or the drug list) cannot be opened, 2 wrong arguments
    or the extra ``ocr`` is not installed."""
    parser = Options(prog="medrelay read", description="Read prescription photos.")
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--json", action="store_true", help="a list with one object a file")
    parser.add_argument("--formulary", type=Path, default=SAMPLE, metavar="CSV", help="the hospital's drug list")
    parser.add_argument("--today", type=a_day, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--patient", default="", help="look for this name")
    parser.add_argument("--report", action="store_true", help="alone: how often people corrected what the bot had read")
    options = parser.parse_args(argv)
    if options.report:
        parser.error("--report stands alone")
    if not available():
        sys.stderr.write(
            "Reading photos needs the extra `ocr`: python -m pip install --require-hashes -r requirements-ocr.txt\n"
        )
        return 2
    try:
        rows = _listed(options.formulary)
    except (OSError, ValueError, csv.Error) as problem:
        said = problem.strerror if isinstance(problem, OSError) else problem
        do = f"name a CSV with the columns of {SAMPLE.name}"
        sys.stderr.write(f"The drug list {options.formulary} cannot be read ({said}): {do}.\n")
        return 1
    results = asyncio.run(_read(options, rows))
    if options.json:
        sys.stdout.write(json.dumps(results, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_line(r) for r in results) + "\n")
    return 1 if any("error" in r for r in results) else 0


def _listed(path: Path) -> list[dict[str, str]]:
    """The rows of a drug list. Raises OSError, csv.Error or ValueError (also for rows that are no drugs)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        formulary(rows)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"its columns are not those of {SAMPLE.name}") from wrong
    return rows


async def _read(options: argparse.Namespace, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
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
                gone = flat(Reading(False, reasons.NOT_A_PICTURE, read_by="machine"))
                said = problem.strerror or "cannot be opened"
                out.append({"file": str(path), **gone, "findings": [], "error": said})
                continue
            found = findings(reading, today, patient=options.patient)
            out.append({"file": str(path), **flat(reading), "findings": list(found)})
    return out


def _line(result: dict[str, Any]) -> str:
    if not result["accepted"]:
        said = result.get("error") or _SAID.get(result["reason"], "")
        missing = f"; not read: {', '.join(result['missing'])}" if result["missing"] else ""
        return f"{result['file']}: not readable: {said} ({result['reason']}){missing}"
    drugs = "; ".join(map(_drug, result["drugs"]))
    return f"{result['file']}: {result['date'] or '(ask the day)'} {result['patient']} {result['hospital']}: {drugs}"


def _drug(drug: dict[str, Any]) -> str:
    if not drug["name"]:
        return "(ask the line)"
    return f"{drug['name']} {drug['strength'] or '(ask the strength)'} x{drug['boxes'] or '?'} ({drug['match']})"


if __name__ == "__main__":
    raise SystemExit(main())
