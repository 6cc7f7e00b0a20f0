"""Where a printed number begins and ends: what touches it belongs to it. A number is read whole, or not at all."""

from __future__ import annotations

import re
from typing import Final

_LETTER: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_BRACKETS: Final = frozenset("()[]{}<>（）【】《》「」")
_TIMES: Final = frozenset("xX×*✕✖^")
_PARTING: Final = frozenset(
    ":;/+=¥：；／＋＝￥"
)  # part two values, unless a digit stands before them: 2:5mg may be 2.5mg
_UNIT_RE: Final = re.compile(r"[\d/](?:mg|μg|g|ml|IU|U|T|s)$", re.IGNORECASE)
_WORD_RE: Final = re.compile(r"[A-Za-z]{2}$")
_LEADER_RE: Final = re.compile(r"(?<![\d.…·])\s?(?:[.…·]\s?){3,}$")
_RUN_RE: Final = re.compile(r"(?:\s?[^\s\u3400-\u4dbf\u4e00-\u9fff()（）\[\]【】])+")  # from its end to its beginning
_LONGEST: Final = 200  # characters before a number that are looked at: what one number is a part of is never so long
_GOES_ON_RE: Final = re.compile(r"\s?[^\s\w()（）\[\]【】<>《》%¥￥×*✕✖^]?\s?\d")


def begins(text: str, at: int) -> int:
    """Where the print that the number at ``at`` is a part of begins; ``at`` itself for a number that stands alone."""
    head = text[max(0, at - _LONGEST) : at]
    if not head or head.endswith("  ") or _free(head):
        return at
    m = _RUN_RE.match(head[::-1])
    return at - m.end() if m else at - 1


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the number start..end is a whole one: nothing touches it on the left, no digits go on behind it."""
    return begins(text, start) == start and not _GOES_ON_RE.match(text, end)


def _free(head: str) -> bool:
    """Whether a number may begin behind ``head``."""
    close = head.rstrip()
    last, before = close[-1:], close[-2:-1]
    if not last or _closed(close) or _LEADER_RE.search(head):
        return True
    if last == "%":
        return close != head
    if last in _TIMES:
        return not (last in "xX" and before.isascii() and before.isalpha())
    if last in _PARTING:
        return not close[:-1].strip() or _closed(close[:-1].rstrip())
    return close != head and bool(_WORD_RE.search(close))


def _closed(head: str) -> bool:
    """Whether ``head`` ends with what is never a part of a number: a Chinese character, a bracket, a unit, a word."""
    return bool(_LETTER.match(head[-1:]) or head[-1:] in _BRACKETS or _UNIT_RE.search(head))
