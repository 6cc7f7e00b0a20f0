"""Days as people type them, to ISO. Needs no clock: a day without a year is the newest one not after today."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORD = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR, _M, _D = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}(?P<sep>[-./])\s?{_M}(?P=sep)\s?{_D}\.?",  # 2026-11-03, 2026. 11. 3.
        rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d)",  # 20261103
        rf"{_M}[-./]{_D}",  # 11-03
        rf"(?:{_YEAR} ?年 ?)?{_M} ?月 ?{_D} ?[日号]?",
        rf"(?:{_YEAR} ?년 ?)?{_M} ?월 ?{_D} ?일",
        rf"(?:ngay )?{_D} thang {_M}(?:(?: nam|,)? {_YEAR})?",
        rf"{_D}(?:st|nd|rd|th)?\s?(?P<w>{_WORD})(?:,?\s?{_YEAR})?",  # 3 Nov 2026
        rf"(?P<w>{_WORD})\s?{_D}(?:st|nd|rd|th)?(?:,?\s?{_YEAR})?",  # Nov 3, 2026
    )
)


def parse_date(text: str, today: str) -> str | None:
    """ISO day, or None if there is no such day. ``today`` is an ISO day. The month comes first where both would fit."""
    text = _plain(text)
    for form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = _MONTHS.index(parts["w"][:3]) + 1 if parts.get("w") else int(parts["m"])
            return _day(parts.get("y"), month, int(parts["d"]), date.fromisoformat(today))
    return None


def _plain(text: str) -> str:
    """Full-width digits, accents and case do not matter."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    if not text.isascii() and not re.search(r"[年月日号년월일]", text):
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", text)


def _day(year: str | None, month: int, day: int, today: date) -> str | None:
    if year:
        return _iso(int(year) - (543 if int(year) >= 2400 else 0), month, day)  # 2569 is how Thai people write 2026
    for newest in range(today.year, today.year - 9, -1):  # the 29th of February may be eight years away
        iso = _iso(newest, month, day)
        if iso and iso <= today.isoformat():
            return iso
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
