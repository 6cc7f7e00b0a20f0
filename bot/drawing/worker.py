"""The process that draws: figures as JSON on stdin, a PNG on stdout. Exit status 3: a letter stands in no font."""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

FONTS: Final = Path(__file__).parent / "fonts"
WIDTH, EDGE, GAP = 1080, 56, 24
PAPER, TILE, INK, PALE, LINE, BAR = "#ffffff", "#eef3f7", "#14202b", "#4a5b6a", "#b9c5cf", "#1f6f8b"
NO_LETTER: Final = 3
MEMORY: Final = 1024**3  # bytes of virtual memory
_PARTS = re.compile(r"[!-~]+|\s|.")  # where a line may break: between words, and beside any Chinese sign

Font = ImageFont.FreeTypeFont


class NoLetter(Exception):
    """A string has a letter that the font lacks; which one is a value, and is not told."""


@cache
def font(name: str, size: int) -> Font:
    return ImageFont.truetype(str(FONTS / f"{name}.otf"), size)


def missing(words: str, face: Font) -> bool:
    """Whether a letter would come out as the empty box."""
    return any(not one.isspace() and _shape(one, face) == _shape("\uffff", face) for one in set(words))


def _shape(letter: str, face: Font) -> bytes:
    image = Image.new("L", (64, 64))
    ImageDraw.Draw(image).text((0, 0), letter, font=face, fill=255)
    return image.tobytes()


def strings(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, (dict, list)):
        parts: list[Any] = [*(told.values() if isinstance(told, dict) else told)]
        for one in parts:
            yield from strings(one)


def broken(words: str, face: Font, width: int) -> list[str]:
    """Lines no wider than that."""
    lines = [""]
    for part in _PARTS.findall(words):
        if lines[-1] and face.getlength(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part if lines[-1] or not part.isspace() else ""
    return lines


class Sheet:
    """A column of things, each below the last. Drawn twice: first to learn how tall it is."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.at = EDGE

    def text(self, words: str, face: Font, colour: str = INK, x: int = EDGE, width: int = WIDTH - 2 * EDGE) -> int:
        """How tall it is; what comes next is put below it by whoever asks."""
        step = round(face.size * 1.35)
        for n, line in enumerate(lines := broken(words, face, width)):
            self.pen.text((x, self.at + n * step), line, font=face, fill=colour)
        return step * len(lines)

    def head(self, told: Any) -> None:
        self.at += self.text(told["title"], font("bold", 46))
        self.at += self.text(told["as_of"], font("regular", 28), PALE) + GAP

    def tiles(self, facts: list[Any]) -> None:
        """Two beside each other, as tall as the taller one."""
        half = (WIDTH - 2 * EDGE - GAP) // 2
        small, large, pad = font("regular", 27), font("bold", 34), 20
        for pair in (facts[n : n + 2] for n in range(0, len(facts), 2)):
            tall = max(
                round(27 * 1.35) * len(broken(one["what"], small, half - 2 * pad))
                + round(34 * 1.35) * len(broken(one["value"], large, half - 2 * pad))
                for one in pair
            )
            for n, one in enumerate(pair):
                x, top = EDGE + n * (half + GAP), self.at
                self.pen.rounded_rectangle((x, top, x + half, top + tall + 2 * pad), 16, TILE)
                self.at += pad
                self.at += self.text(one["what"], small, PALE, x + pad, half - 2 * pad)
                self.text(one["value"], large, INK, x + pad, half - 2 * pad)
                self.at = top
            self.at += tall + 2 * pad + GAP

    def table(self, told: Any) -> None:
        """Stage, how many, since when."""
        face, head = font("regular", 30), font("regular", 26)
        self._row(told["heads"], head, head, PALE)
        for row in told["stands"]:
            self.pen.line((EDGE, self.at - 8, WIDTH - EDGE, self.at - 8), LINE, 2)
            self._row(row, face, font("bold", 30), INK)
        if not told["stands"]:
            self.at += self.text(told["nothing"], face)
        self.at += GAP

    def _row(self, row: list[str], face: Font, strong: Font, colour: str) -> None:
        stage, count, since = row
        self.pen.text((640, self.at), count, font=strong, fill=colour, anchor="ra")
        self.pen.text((WIDTH - EDGE, self.at), since, font=face, fill=colour, anchor="ra")
        self.at += self.text(stage, face, colour, EDGE, 440) + 16

    def chart(self, told: Any) -> None:
        """A bar a day; the tallest says how many it is."""
        small, days = font("regular", 24), told["days"]
        self.at += self.text("{what}: {value}".format(**told["facts"][-1]), font("regular", 30)) + 40
        most, tall = max((count for _, count in days), default=0), 220
        step = (WIDTH - 2 * EDGE) / max(1, len(days))
        floor, said = self.at + tall, False
        for n, (_, count) in enumerate(days):
            left, right = EDGE + n * step + 3, EDGE + (n + 1) * step - 3
            top = floor - (tall * count / most if most else 0)
            if count:
                self.pen.rectangle((left, top, right, floor), BAR)
            if count == most and count and not said:
                self.pen.text(((left + right) / 2, top - 8), str(count), font=small, fill=INK, anchor="ms")
                said = True
        self.pen.line((EDGE, floor, WIDTH - EDGE, floor), PALE, 2)
        for n, anchor in ((0, "la"), (len(days) // 2, "ma"), (len(days) - 1, "ra")) if days else ():
            x = {"la": EDGE, "ma": EDGE + (n + 0.5) * step, "ra": WIDTH - EDGE}[anchor]
            self.pen.text((x, floor + 12), days[n][0][5:], font=small, fill=PALE, anchor=anchor)
        self.at = floor + 64

    def whole(self, told: Any) -> int:
        """Everything; how tall it is."""
        self.head(told)
        self.tiles(told["facts"][:-1])  # the last one is the chart's
        self.table(told)
        self.chart(told)
        self.at += self.text(told["note"], font("regular", 24), PALE)
        return self.at + EDGE


def drawn(told: Any) -> Image.Image:
    """Raises NoLetter, OSError where a font is not there."""
    words = "".join(strings(told))
    if any(missing(words, font(name, 24)) for name in ("regular", "bold")):
        raise NoLetter
    sheet = Sheet(Sheet(1).whole(told))
    sheet.whole(told)
    return sheet.image


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        image = drawn(json.load(sys.stdin.buffer))
    except NoLetter:
        return NO_LETTER
    image.save(sys.stdout.buffer, "PNG", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
