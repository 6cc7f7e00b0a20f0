"""What everyday phrasings are taken to mean: recall, and how many are taken for something else.

``python -m bench free_words`` takes the lists in bench/free_words/; ``--list FILE`` another: TOML, one array of
phrasings a meaning, ``none`` for what means none of them. What was not understood, or wrongly, is printed.
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.free_words import meaning

LISTS = Path(__file__).with_suffix("")


@dataclass(frozen=True)
class Found:
    """``recall``: of those that mean something, the share that is understood. ``wrong``: of all, the share that is
    taken for something else. ``odd``: those where either is so.
    """

    phrasings: int
    recall: float
    wrong: float
    odd: tuple[str, ...]


def look(file: Path) -> Found:
    """What is made of a list."""
    odd: list[str] = []
    meant = right = wrong = 0
    told = [*_told(file)]
    for text, means in told:
        found = meaning(text)
        meant += bool(means)
        right += bool(means) and found == means
        wrong += bool(found) and found != means
        if found != means:
            odd.append(f"{means or 'none':9} {found or '-':9} {text}")
    return Found(len(told), right / meant, wrong / len(told), tuple(odd))


def _told(file: Path) -> Iterator[tuple[str, str]]:
    for means, texts in tomllib.loads(file.read_text("utf-8")).items():
        yield from ((text, "" if means == "none" else means) for text in texts)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench free_words", description=__doc__)
    words.add_argument("--list", type=Path, help="phrasings of somebody who has not seen the data")
    given = words.parse_args()
    began, all_ = time.process_time(), 0
    for file in [given.list] if given.list else sorted(LISTS.glob("*/*.toml")):
        found = look(file)
        all_ += found.phrasings
        print(f"{file.parent.name} {file.stem}: {found.phrasings} phrasings, recall {found.recall:.1%},"
              f" wrong {found.wrong:.1%}")  # fmt: skip
        print(*(f"  {line}" for line in found.odd), sep="\n")
    print(f"{(time.process_time() - began) / all_ * 1000:.1f} ms of processor time a phrasing")


if __name__ == "__main__":
    main()
