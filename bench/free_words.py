"""What everyday phrasings are taken to mean: recall, and how many are taken for something else.

``python -m bench free_words`` takes the lists in bench/free_words/, which nothing was mended with, and each list of
locales/*/sayings.toml as if the others alone were known; ``--list FILE`` another: TOML, one array of phrasings a
meaning, ``none`` for what means none of them. What was not understood, or wrongly, is printed.
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.free_words import meaning
from bot.sayings import NONE
from bot.vocabulary import SAYINGS, files

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


def look(list_: Mapping[str, Iterable[str]], without: str = "") -> Found:
    """What is made of a list; ``without``: its own name where it is one of the sayings."""
    odd: list[str] = []
    meant = right = wrong = 0
    told = [*_told(list_)]
    for text, means in told:
        found = meaning(text, without)
        meant += bool(means)
        right += bool(means) and found == means
        wrong += bool(found) and found != means
        if found != means:
            odd.append(f"{means or 'none':9} {found or '-':9} {text}")
    return Found(len(told), right / meant, wrong / len(told), tuple(odd))


def read(file: Path) -> dict[str, list[str]]:
    """A list, as somebody wrote it."""
    return tomllib.loads(file.read_text("utf-8"))


def mended_with() -> Iterator[tuple[str, str, Mapping[str, Iterable[str]]]]:
    """Language, name and phrasings of each list that is among the sayings."""
    for tag, lists in files(SAYINGS).items():
        yield from ((tag, name, list_) for name, list_ in lists.items())


def _told(list_: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    for means, texts in list_.items():
        yield from ((text, "" if means == NONE else means) for text in texts)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench free_words", description=__doc__)
    words.add_argument("--list", type=Path, help="phrasings of somebody who has not seen the data")
    given = words.parse_args()
    began, all_ = time.process_time(), 0
    strange = [given.list] if given.list else sorted(LISTS.glob("*/*.toml"))
    tried = [(f"{file.parent.name} {file.stem}", read(file), "") for file in strange]
    if not given.list:
        tried += [(f"{tag} {name}, held out", list_, name) for tag, name, list_ in mended_with()]
    for name, list_, without in tried:
        found = look(list_, without)
        all_ += found.phrasings
        print(f"{name}: {found.phrasings} phrasings, recall {found.recall:.1%}, wrong {found.wrong:.1%}")
        print(*(f"  {line}" for line in found.odd), sep="\n")
    print(f"{(time.process_time() - began) / all_ * 1000:.1f} ms of processor time a phrasing")


if __name__ == "__main__":
    main()
