"""Lines of a list that begin with an amount, told as the others are: number, name, strength with its pack, count.

1.40mg*24片 单硝酸异山梨酯缓释片 #2盒 is the first drug, of 40mg: what begins such lines is the list's own number where
they are numbered one after the other, and where that is not certain they stay as they are, and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.photo.columns import columns_of
from bot.photo.drugnames import has_form, is_listed, is_name
from bot.photo.formulary import Formulary
from bot.photo.rows import Row, row_of
from bot.photo.strength import BOX, COUNTED, STRENGTH, TIMES
from bot.photo.tables import named_words
from bot.photo.words import Word

_INDEX: Final = r"(?P<index>\d{1,2}\s?[.、):,]\s?|[①-⑳]\s?)"
_NAME: Final = r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fffA-Z\d]{1,20}?(?:\s?\([^()]{1,12}\)){0,2})"
_PACKED: Final = rf"(?P<amount>{STRENGTH}\s?[{TIMES}]\s?\d{{1,4}}\s?(?:{COUNTED})(?:\s?/\s?{BOX})?)"
# 1.40mg*24片 单硝酸异山梨酯缓释片 #2盒, beside a panel of fields too
_AMOUNT_FIRST_RE: Final = re.compile(
    rf"(?:^|(?<=\s\s)){_INDEX}{_PACKED}\s*{_NAME}(?:\s*#?\s?(?P<count>[{TIMES}]?\s?\d{{1,3}}\s?{BOX}))?(?=\s|$)",
    re.IGNORECASE,
)
# 2盒甲泼尼龙片(4mg×30片)2片 qd
_COUNT_FIRST_RE: Final = re.compile(
    rf"{_INDEX}?(?P<count>\d{{1,3}}\s?{BOX})\s?{_NAME}\s?\(?{_PACKED}\)?(?!\s?[{TIMES}])", re.IGNORECASE
)
_ALONE_RE: Final = re.compile(r"[、)①-⑳]|\s$")  # behind a number, part it from what follows; a point need not
_MANY: Final = 3  # lines that a point numbers: nobody's strengths are 1.40, 2.20 and 3.27 in this order
_FEW: Final = 2  # that are numbered by something plainer


def turned(rows: Sequence[Row], listed: Formulary) -> list[Row]:
    """The rows of a list in the usual order; as they are, where not all of its lines are turned, or it is a table."""
    if columns_of(rows)[1] >= 0:
        return list(rows)
    found = {i: m for i, row in enumerate(rows) if (m := _AMOUNT_FIRST_RE.search(row.text)) and _names(m, listed)}
    if not _numbered(list(found.values())):
        found = {i: m for i, row in enumerate(rows) if (m := _COUNT_FIRST_RE.match(row.text)) and _names(m, listed)}
        if any(m["index"] for m in found.values()) or _others(rows, found, listed):
            return list(rows)
    return [_turned(row, found[i]) if i in found else row for i, row in enumerate(rows)]


def _names(m: re.Match[str], listed: Formulary) -> bool:
    name = is_name(m["name"], listed, invited=True)
    return name is not None and (has_form(name[0]) or is_listed(name[0], listed))


def _others(rows: Sequence[Row], found: Mapping[int, re.Match[str]], listed: Formulary) -> bool:
    """Whether a drug stands in another row: the counts may be those of the rows above."""
    return any(i not in found and named_words(row, listed) for i, row in enumerate(rows))


def _numbered(found: Sequence[re.Match[str]]) -> bool:
    """Whether the numbers that lines begin with are those of the list, and no part of an amount: 2.5mg is the second
    drug, of 5mg, between the first and the third."""
    marks = [m["index"] for m in found]
    numbers = [ord(mark[0]) - ord("①") + 1 if mark[0] >= "①" else int(re.sub(r"\D", "", mark)) for mark in marks]
    plain = any(_ALONE_RE.search(m["index"]) or re.match(r"\d+\.", m["amount"]) for m in found)
    return len(found) >= (_FEW if plain else _MANY) and numbers == [*range(1, len(found) + 1)]


def _turned(row: Row, m: re.Match[str]) -> Row:
    begin = m.start("index") if m["index"] else m.start()
    spans = ((0, begin), m.span("index"), m.span("name"), m.span("amount"), m.span("count"), (m.end(), len(row.text)))
    words = [word for start, end in spans if start < end for word in _words(row, start, end)]
    return replace(row_of([[words]], row.y), h=row.h)


def _words(row: Row, start: int, end: int) -> list[Word]:
    """The words, or parts of words, that the characters start..end are."""
    held: dict[int, list[int]] = {}
    for at in range(start, end):
        owner = row.owner[at]
        if owner is not None and row.text[at] != " ":
            held.setdefault(owner[0], []).append(owner[1])
    return [_part(row.words[n], min(chars), max(chars) + 1) for n, chars in held.items()]


def _part(w: Word, start: int, end: int) -> Word:
    """A part of a word, where it stands itself."""
    if (start, end) == (0, len(w.text)):
        return w
    at = w.at or tuple((n + 0.5) / len(w.text) for n in range(len(w.text)))
    left = (at[start - 1] + at[start]) / 2 if start else 0.0
    right = (at[end - 1] + at[end]) / 2 if end < len(at) else 1.0
    wide = max(right - left, 1e-6)
    x = w.left + (left + right) / 2 * w.w
    return replace(
        w,
        text=w.text[start:end],
        low=min(w.sure[start:end], default=w.low),
        x=x,
        y=w.y + (x - w.x) * w.slope,
        w=wide * w.w,
        sure=w.sure[start:end],
        at=tuple((place - left) / wide for place in at[start:end]),
        second=w.second[start:end],
    )
