"""Words to printed lines: follows the slope of the writing over a tilted, bent or foreshortened page. Geometry only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.photo.names import narrow
from bot.photo.reading import Box, Field
from bot.photo.words import Word

GAP: Final = "  "  # between two words of a row
_SEPARATORS: Final = frozenset(" -/:,;()")
_CIRCLES: Final = frozenset("〇○")  # nought by whichever name: which of its lookalikes it is does not matter
_STEPS: Final = 8  # of following a slope to the middle of the page
_ONE_NUMBER: Final = 0.5  # of a box's height between two boxes
_HEAD_RE: Final = re.compile(r"[\d][.,'’·。，、:-]?$|^[.,'’·。，]$")
_TAKEN_RE: Final = re.compile(r"用法|每[日次天晚早周]|[一1][日次]|口服|外用|皮下|睡前|[饭餐][前后]")
_BARE_RE: Final = re.compile(r"(?:^|\s)(?!0\.$)\d[\d.]*$")  # 0. goes on, whatever follows
_HAN_RE: Final = re.compile(r"[\u4e00-\u9fff)）]$")
_ENGLISH_RE: Final = re.compile(r"[A-Za-z]{4}")
_SAME_LINE: Final = 0.42  # of a box's height


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line, left to right. ``text`` is narrow; ``owner`` is each character's (word, character) or None."""

    words: tuple[Word, ...]
    y: float  # where the line crosses the middle of the page
    h: float
    text: str
    owner: tuple[tuple[int, int] | None, ...]
    lines: int = 1  # over which running text goes on

    def field(self, start: int, end: int, value: str | None = None) -> Field:
        """The characters start..end as a field; its confidence is that of the least sure character."""
        held = [o for o in self.owner[start:end] if o is not None]
        text = self.text[start:end].strip() if value is None else value
        return Field(text, round(self.sureness(start, end), 3), self._box(held))

    def printed(self, start: int, end: int) -> str:
        """The characters start..end as they stand on the paper, full width and all."""
        shown: list[str] = []
        last: tuple[int, int] | None = None
        for owner in self.owner[start:end]:
            if owner is None:
                shown.append(" ")
            elif owner != last:
                shown.append(self.words[owner[0]].text[owner[1]])
            last = owner
        return "".join(shown)

    def sureness(self, start: int, end: int) -> float:
        """The least confidence of the characters start..end; 0 when there are none. Separators do not count."""
        least: list[float] = []
        for at, o in enumerate(self.owner[start:end], start=start):
            if o is not None and self.text[at] not in _SEPARATORS | _CIRCLES:
                word = self.words[o[0]]
                least.append(word.sure[o[1]] if word.sure else word.low)
        return min(least, default=0.0)

    def rereadings(self, start: int, end: int) -> tuple[str, ...]:
        """The characters start..end with one unsure character read otherwise, for each such character."""
        out: list[str] = []
        for at, o in enumerate(self.owner[start:end], start=start):
            word = self.words[o[0]] if o is not None else None
            other = word.second[o[1]] if word is not None and o is not None and word.second else ""
            if other:
                out.append(self.text[start:at] + narrow(other) + self.text[at + 1 : end])
        return tuple(out)

    def x_of(self, at: int) -> float:
        """Where the character at index ``at`` (or the nearest one that is printed) stands."""
        near = min((i for i, o in enumerate(self.owner) if o is not None), key=lambda i: abs(i - at), default=None)
        owner = self.owner[near] if near is not None else None
        return self._x(*owner) if owner else 0.0

    def span(self, start: int, end: int) -> tuple[float, float]:
        """From where to where the characters start..end are printed."""
        held = [o for o in self.owner[start:end] if o is not None]
        if not held:
            return self.x_of(start), self.x_of(start)
        halves = [self.words[w].w / max(len(self.words[w].text), 1) / 2 for w in (held[0][0], held[-1][0])]
        return self._x(*held[0]) - halves[0], self._x(*held[-1]) + halves[1]

    def _x(self, word: int, char: int) -> float:
        w = self.words[word]
        place = w.at[char] if w.at else (char + 0.5) / max(len(w.text), 1)
        return w.left + place * w.w

    def _box(self, held: Sequence[tuple[int, int]]) -> Box | None:
        if not held:
            return None
        xs: list[float] = []
        ys: list[float] = []
        for index, char in (held[0], held[-1], *held[1:-1]):
            w = self.words[index]
            x = self._x(index, char)
            y = w.y + (x - w.x) * w.slope
            pitch = w.h * 0.4
            xs += [x - pitch, x + pitch]
            ys += [y - w.h / 2, y + w.h / 2]
        left, top = max(0, round(min(xs))), max(0, round(min(ys)))
        return Box(left, top, max(1, round(max(xs)) - left), max(1, round(max(ys)) - top))


def rows(words: Sequence[Word]) -> list[Row]:
    """The printed lines of a page, top to bottom."""
    if not words:
        return []
    levels = _levels(words)
    lines: list[list[int]] = []
    for i in sorted(range(len(words)), key=lambda i: words[i].x):
        best: tuple[float, list[int]] | None = None
        for line in lines:
            last = line[-1]
            away = abs(levels[i] - levels[last])
            allowed = _SAME_LINE * min(words[i].h, words[last].h)
            inside = words[i].x < words[last].right  # two boxes above each other are two lines
            if away <= allowed and not (inside and away > allowed / 2) and (best is None or away < best[0]):
                best = (away, line)
        if best is None:
            lines.append([i])
        else:
            best[1].append(i)
    made = [row_of([[[words[i] for i in line]]], sum(levels[i] for i in line) / len(line)) for line in lines]
    return sorted(made, key=lambda r: r.y)


def row_of(cells: Sequence[Sequence[Sequence[Word]]], y: float) -> Row:
    """Words as one row: cells of lines of words. Lines of a cell run on without a gap, but behind a bare number, and
    where the next one says how the drug above it is taken."""
    text, owner = "", list[tuple[int, int] | None]()
    words = [word for cell in cells for line in cell for word in line]
    run_on = {id(line[0]) for cell in cells for line in cell[1:] if not _TAKEN_RE.match(line[0].text)}
    for n, word in enumerate(words):
        bare = n > 0 and bool(_BARE_RE.search(words[n - 1].text))
        glued = bare and word.text[:1].isdigit()  # 1 and 5mg: asked
        again = n > 0 and bool(_HAN_RE.search(words[n - 1].text) and _ENGLISH_RE.match(word.text))  # under its Chinese
        if n and (glued or again or id(word) not in run_on):
            gap = " " if (glued and id(word) in run_on) or _one_number(words[n - 1], word) else GAP
            text += gap
            owner += [None] * len(gap)
        for c, char in enumerate(word.text):
            slim = " " if char == "_" else narrow(char)  # the line that a value stands on
            text += slim
            owner += [(n, c)] * len(slim)
    return Row(tuple(words), y, sum(w.h for w in words) / len(words), text, tuple(owner))


def _one_number(left: Word, right: Word) -> bool:
    """Two boxes that may hold the parts of one number: 2. and 5mg, found apart."""
    near = right.left - left.right < _ONE_NUMBER * min(left.h, right.h)
    return near and bool(_HEAD_RE.search(left.text)) and right.text[:1].isdigit()


def _levels(words: Sequence[Word]) -> list[float]:
    """Each word's height where its line crosses the middle of the page."""
    left, right = min(w.left for w in words), max(w.right for w in words)
    top, bottom = min(w.y for w in words), max(w.y for w in words)
    middle, half_w, half_h = (left + right) / 2, max((right - left) / 2, 1.0), max((bottom - top) / 2, 1.0)
    centre = (top + bottom) / 2

    def terms(x: float, y: float) -> tuple[float, ...]:
        u, v = (x - middle) / half_w, (y - centre) / half_h
        return (1.0, u, v, u * v, u * u)

    slopes = _fit([(terms(w.x, w.y), w.slope, w.w) for w in words if w.w > 1.8 * w.h])

    def follow(w: Word) -> float:
        x, y = w.x, w.y
        step = (middle - x) / _STEPS
        for _ in range(_STEPS):
            half = y + step / 2 * _dot(slopes, terms(x, y))
            y += step * _dot(slopes, terms(x + step / 2, half))
            x += step
        return y

    return [follow(w) for w in words]


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


Sample = tuple[tuple[float, ...], float, float]


def _fit(samples: Sequence[Sample]) -> list[float]:
    """Weighted least squares of slope over the page, twice: the second time without what lies off."""
    size = 5
    if not samples:
        return [0.0] * size
    kept = list(samples)
    answer = _solve(kept, size)
    for _ in range(2):
        near = [s for s in kept if abs(s[1] - _dot(answer, s[0])) < 0.05]
        if len(near) < 3:
            break
        answer = _solve(near, size)
    return answer


def _solve(samples: Sequence[Sample], size: int) -> list[float]:
    total = sum(w * w for _, _, w in samples)
    stiff = (1e-9, 0.02, 0.01, 0.05, 0.05)  # how unwillingly each term is used, in shares of the total weight
    matrix = [[stiff[i] * total if i == j else 0.0 for j in range(size)] + [0.0] for i in range(size)]
    for t, slope, w in samples:
        for i in range(size):
            for j in range(size):
                matrix[i][j] += w * w * t[i] * t[j]
            matrix[i][size] += w * w * t[i] * slope
    for i in range(size):
        pivot = matrix[i][i] or 1e-12
        for k in range(i + 1, size):
            ratio = matrix[k][i] / pivot
            matrix[k] = [a - ratio * b for a, b in zip(matrix[k], matrix[i], strict=True)]
    answer = [0.0] * size
    for i in reversed(range(size)):
        rest = sum(matrix[i][j] * answer[j] for j in range(i + 1, size))
        answer[i] = (matrix[i][size] - rest) / (matrix[i][i] or 1e-12)
    return answer
