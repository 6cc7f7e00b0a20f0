"""Days as people type them, to ISO. Needs no clock: a day without a year is the newest one not after today."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from bot.dialog import figures
from bot.dialog.plain import Either, Wrong

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORD = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR, _M, _D = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_SHORT_YEAR = r"(?P<y>\d{4}|\d\d)"
_SEP = r"(?P<sep>[-./ ])"
_SAME = r"(?P=sep)"
#: Each pattern that fits is a reading: of 5/6/1948 there are two, of 03-11-26 three.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}{_SEP}{_M}{_SAME}{_D}",  # 2026-11-03, 2026. 11. 3
        rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d)",  # 20261103
        rf"{_M}{_SEP}{_D}",  # 11-03
        rf"{_D}{_SEP}{_M}",  # 3/11
        rf"(?P<y>\d\d){_SEP}{_M}{_SAME}{_D}",  # 26-11-03
        rf"{_D}{_SEP}{_M}{_SAME}{_SHORT_YEAR}",  # 3/11/2026, 3/11/26
        rf"{_M}{_SEP}{_D}{_SAME}{_SHORT_YEAR}",  # 11/3/2026
        rf"(?:{_SHORT_YEAR} ?年 ?)?{_M} ?月 ?{_D} ?[日号]?",
        rf"(?:{_YEAR} ?년 ?)?{_M} ?월 ?{_D} ?일",
        rf"(?:ngay )?{_D} thang {_M}(?:(?: nam|,)? {_YEAR})?",
        rf"{_D}(?:st|nd|rd|th)?\s?(?P<w>{_WORD})(?:,?\s?{_YEAR})?",  # 3 Nov 2026
        rf"(?P<w>{_WORD})\s?{_D}(?:st|nd|rd|th)?(?:,?\s?{_YEAR})?",  # Nov 3, 2026
    )
)
_LUNAR = re.compile(
    r"[农阴旧夏]历|[農陰舊]曆|[正腊臘冬闰閏]月|[闰閏]|初[一二三四五六七八九十]|除夕"
    r"|月 *[廿卅][一二三四五六七八九]?[\s.。]*$"  # without 日
)
_WEEKDAY = re.compile(r" ?\(?(?:星期|礼拜|周)[一二三四五六日天]\)?$")


def read_day(text: str, today: str) -> str | Either | Wrong:
    """ISO day; Either where it can be read in several ways; Wrong("date") for no day, Wrong("lunar") for one by the
    lunar calendar. ``today`` is an ISO day.
    """
    days = readings(text, today)
    if not days:
        return Wrong("lunar" if _LUNAR.search(unicodedata.normalize("NFKC", text)) else "date")
    return days[0] if len(days) == 1 else Either(days)


def readings(text: str, today: str) -> tuple[str, ...]:
    """All days that the text may mean, as ISO, each once."""
    text, found = _plain(text), dict[str, None]()
    for form in _FORMS:
        if fits := form.fullmatch(text):
            parts = fits.groupdict()
            month = _MONTHS.index(parts["w"][:3]) + 1 if parts.get("w") else int(parts["m"])
            if day := _day(parts.get("y"), month, int(parts["d"]), date.fromisoformat(today)):
                found[day] = None
    return tuple(found)


def _plain(text: str) -> str:
    """Width, accents, case, a weekday and a final stop do not matter; Chinese numerals are figures."""
    text = figures.plain(text).lower()
    if _LUNAR.search(text):
        return ""
    text = figures.arabic(_WEEKDAY.sub("", text).replace("元月", "1月"))
    if not text.isascii() and not re.search(r"[年月日号년월일]", text):
        text = re.sub(r"[‐‑‒–—―−·、]", "-", text)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r" ?([-./]) ?", r"\1", re.sub(r"\s+", " ", text))


def _day(year: str | None, month: int, day: int, today: date) -> str | None:
    if year and len(year) == 2:
        this = today.year // 100 * 100 + int(year)
        return next(
            (iso for y in (this, this - 100) if (iso := _iso(y, month, day)) and iso <= today.isoformat()), None
        )
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
