"""A sheet to print on, and what is printed: people, houses and drug lines by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.photo.contents import LISTED, TODAY, Item, script

FONTS = Path(__file__).parents[1] / "fonts"
SANS, SERIF = FONTS / "unseen-sans.otf", FONTS / "unseen-serif.otf"
PAIRS = Path(__file__).parents[3] / "bot/photo/traditional.txt"
BLACK, GREY, BLUE = (20, 20, 22), (110, 110, 115), (30, 60, 160)
ENGLISH = {drug.name: drug.english for drug in LISTED.drugs}
HOUSES = (
    "杭州市拱北区人民医院",
    "苏州市吴门中医院",
    "南京鼓南医院",
    "武汉市江岸第三医院",
    "成都市锦江社区卫生服务中心",
    "华东医科大学附属第二医院",
    "广州市越南区第一人民医院",
)


@dataclass(frozen=True)
class Line:
    """``asked``: nobody can be certain of it on this picture; ``boxes`` is what a person reads."""

    name: str
    strength: str
    boxes: int | None
    asked: bool = False


@dataclass(frozen=True)
class Truth:
    hospital: str
    patient: str
    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Content:
    """One prescription's words; ``price`` in yuan a box."""

    hospital: str
    patient: str
    sex: str
    age: int
    department: str
    illness: str
    day: date
    items: tuple[Item, ...]
    doctor: str
    pharmacist: str
    number: str
    other: str  # somebody else: who collects, a guardian

    def truth(self) -> Truth:
        return Truth(
            self.hospital, self.patient, self.day, tuple(Line(i.name, i.strength, i.boxes) for i in self.items)
        )


def content(seed: int, most: int = 4) -> Content:
    s = script(seed)
    draw = random.Random(seed * 31)
    items = tuple(replace(i, boxes=draw.choice((1, 1, 2, 2, 3, 4))) for i in s.items[:most])
    return Content(
        draw.choice(HOUSES), s.patient, s.sex, s.age, s.department, s.diagnosis,
        TODAY - timedelta(days=draw.randint(1, 50)), items, s.doctor, s.pharmacist, s.number, s.checker,
    )  # fmt: skip


@cache
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


class Sheet:
    def __init__(
        self, width: int, height: int, face: Path = SANS, paper: tuple[int, int, int] = (253, 253, 251)
    ) -> None:
        self.image = Image.new("RGB", (width, height), paper)
        self.draw = ImageDraw.Draw(self.image)
        self.face, self.width, self.height = face, width, height

    def text(
        self, x: float, y: float, words: str, size: int = 26, ink: tuple[int, ...] = BLACK, at: str = "l"
    ) -> float:
        """Where it ends."""
        face = font(self.face, size)
        self.draw.text((x, y), words, fill=ink, font=face, anchor=f"{at}a")
        return x + face.getlength(words)

    def rule(self, y: float, left: float = 30, right: float = 0, ink: tuple[int, ...] = BLACK, wide: int = 2) -> None:
        self.draw.line([(left, y), (right or self.width - 30, y)], fill=ink, width=wide)

    def dashes(self, y: float) -> None:
        for x in range(20, self.width - 20, 16):
            self.draw.line([(x, y), (x + 8, y)], fill=BLACK, width=2)

    def grid(
        self, top: float, heads: list[tuple[str, float]], rows: list[list[str]], high: float = 54, size: int = 24
    ) -> float:
        """A table with all its lines; ``heads`` are (title, left end). Where it ends."""
        edges = [x for _, x in heads] + [self.width - 40]
        for n in range(len(rows) + 2):
            self.rule(top + n * high, edges[0], edges[-1], GREY)
        bottom = top + (len(rows) + 1) * high
        for x in edges:
            self.draw.line([(x, top), (x, bottom)], fill=GREY, width=2)
        for n, row in enumerate([[title for title, _ in heads], *rows]):
            for words, (_, x) in zip(row, heads, strict=True):
                self.text(x + 8, top + n * high + 12, words, size)
        return bottom


@cache
def _pairs() -> dict[int, str]:
    return {ord(line[1]): line[0] for line in PAIRS.read_text("utf-8").split() if len(line) == 2}


def to_traditional(words: str) -> str:
    return words.translate(_pairs())
