"""How many lay phrasings of an emergency bring the card, and how many harmless ones do.

``python -m bench red_flags`` takes the lists in bench/red_flags/<language>/, those that strangers wrote, too;
``--signs FILE --harmless FILE`` others, one phrasing a line. What is missed and what comes wrongly is printed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import red_flags

LISTS = Path(__file__).with_suffix("")
WRITERS = ("", "stranger-1-", "stranger-2-")  # the writer of the data, and two who had not seen them


@dataclass(frozen=True)
class Found:
    """``share``: of the lines, those that bring the card; ``odd``: the lines where that is wrong."""

    lines: int
    hits: int
    odd: Sequence[str]

    @property
    def share(self) -> float:
        return self.hits / self.lines


def look(file: Path, wanted: bool) -> Found:
    """Whether each line of the file brings the card; ``wanted``: it should."""
    lines = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    if not lines:
        raise SystemExit(f"{file} holds no phrasings: one a line is needed")
    brought = [bool(red_flags.signs(line)) for line in lines]
    odd = [line for line, found in zip(lines, brought, strict=True) if found != wanted]
    return Found(len(lines), sum(brought), odd)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench red_flags", description=__doc__)
    words.add_argument("--signs", type=Path, help="phrasings that must bring the card")
    words.add_argument("--harmless", type=Path, help="phrasings that must not")
    given = words.parse_args()
    if bool(given.signs) != bool(given.harmless):
        words.error("--signs and --harmless go together")
    pairs = [("given", given.signs, given.harmless)] if given.signs else [
        (f"{one.name} {who}".strip("- "), one / f"{who}signs.txt", one / f"{who}harmless.txt")
        for one in sorted(LISTS.iterdir()) for who in WRITERS if (one / f"{who}signs.txt").exists()
    ]  # fmt: skip
    began, lines = time.process_time(), 0
    for name, signs, harmless in pairs:
        right, wrong = look(signs, True), look(harmless, False)
        lines += right.lines + wrong.lines
        print(f"{name}: recall {right.share:.1%} of {right.lines}, wrong {wrong.share:.1%} of {wrong.lines}")
        print(*(f"  missed   {line}" for line in right.odd), *(f"  wrongly  {line}" for line in wrong.odd), sep="\n")
    print(f"{(time.process_time() - began) / lines * 1000:.1f} ms of processor time a phrasing")


if __name__ == "__main__":
    main()
