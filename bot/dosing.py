"""How a drug is taken, read from words: 40mg bid, 每次半片 每晚1次 口服, 1 tablet in the morning. Knows no drug.

Understood is only what is understood as a whole; all else stays the words it came in (R17).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from backend_client.lines import SHORT, Amount, Line, Schedule
from backend_client.lines import Pricing as Pricing
from backend_client.lines import Proof as Proof
from bot.decoding import decoder

MASS = {"μg": Decimal("0.001"), "mg": Decimal(1), "g": Decimal(1000)}
_UNITS = {
    "μg": "μg|ug|mcg|微克", "mg": "mg|毫克", "g": "g|克", "ml": "ml|毫升", "单位": "单位|iu|u|units?",
    "片": "片|tablets?|tabs?", "粒": "粒|capsules?|caps?", "丸": "丸|pills?", "袋": "袋|sachets?", "支": "支",
    "吸": "吸|puffs?", "喷": "喷|sprays?", "滴": "滴|drops?", "贴": "贴|patch(?:es)?",
    "揿": "揿", "枚": "枚", "包": "包",
}  # fmt: skip
COUNTED = frozenset({"片", "粒", "丸", "袋", "支", "吸", "喷", "滴", "贴", "揿", "枚", "包"})
SOLID = frozenset({"片", "粒"})  # may be counted out of a dose in mg
_UNSPLIT = re.compile("缓释|控释|肠溶|胶囊|extended|delayed|capsule", re.IGNORECASE)
_HAN = {"半": "0.5", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
_NUM = rf"(?:\d+/\d+|\d+(?:\.\d+)?|[{''.join(_HAN)}])"
_UNIT = "|".join(words for words in _UNITS.values())
_GAP = re.compile(r"[\s,;:、。()]*")
_DAY = r"(?:每日|每天|一日|一天|1日|1天|日|天)"

Often = tuple[Decimal, int, str]  # times, in so many, of this unit


@dataclass(frozen=True, slots=True)
class Found:
    """What one stretch of the words says."""

    dose: Amount | None = None
    often: Often | None = None
    when: tuple[str, ...] = ()
    needed: bool = False
    route: str = ""
    odd: bool = False  # said, and not to be had in our parts

    def clashes(self, other: Found) -> bool:
        """Whether both say the same kind of thing: then it is not for us to choose."""
        twice = (self.dose and other.dose, self.often and other.often, self.route and other.route)
        return other.odd or any(twice) or (self.needed and other.needed) or bool({*self.when} & {*other.when})

    def joined(self, other: Found) -> Found:
        return Found(
            self.dose or other.dose,
            self.often or other.often,
            (*self.when, *other.when),
            self.needed or other.needed,
            self.route or other.route,
        )


Take = Callable[[re.Match[str]], Found]


def _number(text: str | None) -> Decimal:
    if not text:
        return Decimal(1)
    top, _, bottom = _HAN.get(text, text).partition("/")
    return Decimal(top) / Decimal(bottom) if bottom and Decimal(bottom) else Decimal(top)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _schedule(every: int = 1, unit: str = "d", *when: str) -> Take:
    def take(m: re.Match[str]) -> Found:
        times = _number(m.groupdict().get("n"))
        return Found(often=(times, every, unit), when=when)

    return take


def _dose(m: re.Match[str]) -> Found:
    unit = next(unit for unit, words in _UNITS.items() if re.fullmatch(words, m["u"]))
    return Found(dose=Amount(_plain(_number(m["n"])), unit))


def _short(m: re.Match[str]) -> Found:
    known = SHORT[re.sub(r"[\s.]", "", m[0])]
    often = (Decimal(known.times), known.every, known.unit) if known.times else None
    return Found(often=often, when=known.when, needed=known.as_needed)


def _hours(m: re.Match[str]) -> Found:
    every = _number(m["n"] or m["m"])
    return Found(odd=True) if every % 1 else Found(often=(Decimal(1), int(every), "h"))


def _both(m: re.Match[str]) -> Found:
    """Morning and evening, each so often."""
    return Found(often=(2 * _number(m["n"]), 1, "d"), when=("MORN", "EVE"))


def _says(often: Often | None = None, when: str = "", needed: bool = False, route: str = "") -> Take:
    found = Found(None, often, (when,) if when else (), needed, route)
    return lambda m: found


def _table(*rows: tuple[str, Take]) -> tuple[tuple[re.Pattern[str], Take], ...]:
    return tuple((re.compile(pattern), take) for pattern, take in rows)


_ONCE = rf"\s*(?:(?P<n>{_NUM})\s*[次回])?"
_TOKENS = _table(
    (r"(?:用法用量|用法|用量|服法|sig)", _says()),
    (rf"(?:{'|'.join(name for name in SHORT)}|b\.i\.d\.?|t\.i\.d\.?|q\.d\.?)(?![a-z])", _short),
    (rf"q\s*(?P<n>\d+)\s*h(?![a-z])|每\s*(?P<m>{_NUM})\s*(?:小时|h)\s*[1一]?次?", _hours),
    (rf"(?:{_DAY})?早晚(?:各\s*(?P<n>{_NUM})\s*[次回])?", _both),
    (rf"每(?:日|天)?晚上?{_ONCE}", _schedule(1, "d", "NIGHT")),
    (rf"每(?:日|天)?早[晨上]?{_ONCE}", _schedule(1, "d", "MORN")),
    (rf"隔[日天]{_ONCE}", _schedule(2)),
    (rf"每(?:周|星期)\s*(?P<n>{_NUM})\s*[次回]", _schedule(1, "wk")),
    (rf"{_DAY}\s*(?P<n>{_NUM})\s*[次回]", _schedule()),
    (rf"(?P<n>{_NUM})\s*次\s*/\s*(?:日|天|d)(?![a-z])", _schedule()),
    (r"(?:once a day|once daily|once per day|daily|every day)(?![a-z])", _schedule()),
    (r"(?:twice|two times) (?:a day|daily|per day)", _says(often=(Decimal(2), 1, "d"))),
    (r"(?:three|3) times (?:a day|daily|per day)", _says(often=(Decimal(3), 1, "d"))),
    (r"(?:four|4) times (?:a day|daily|per day)", _says(often=(Decimal(4), 1, "d"))),
    (r"every other day", _schedule(2)),
    (r"once a week|weekly", _schedule(1, "wk")),
    (r"(?:once )?(?:every night|at night|nightly)", _schedule(1, "d", "NIGHT")),
    (r"必要时|需要时|when needed|as needed", _says(needed=True)),
    (r"睡前|at bedtime|hs(?![a-z])", _says(when="HS")),
    (r"早上|早晨|晨起|早(?!晚)|in the morning|every morning", _says(when="MORN")),
    (r"中午|at noon", _says(when="NOON")),
    (r"晚上|晚(?!饭|餐)|in the evening", _says(when="EVE")),
    (r"[餐饭]前|before meals|ac(?![a-z])", _says(when="AC")),
    (r"[餐饭]中|随餐|with meals|c(?![a-z])", _says(when="C")),
    (r"[餐饭]后|after meals|pc(?![a-z])", _says(when="PC")),
    (r"空腹|on an empty stomach", _says(when="FAST")),
    (rf"(?:(?:每|一|1)次|take)?\s*[服用吃]?\s*(?P<n>{_NUM})\s*(?P<u>{_UNIT})(?![a-z])(?:/次| each time)?", _dose),
    (r"口服|by mouth|oral(?:ly)?(?![a-z])|po(?![a-z])", _says(route="oral")),
    (r"皮下(?:注射)?|subcutaneous(?:ly)?|sc(?![a-z])|ih(?![a-z])", _says(route="subcutaneous")),
    (r"吸入(?:用)?|inhaled", _says(route="inhaled")),
    (r"舌下(?:含服)?|sublingual", _says(route="sublingual")),
    (r"含服|buccal", _says(route="buccal")),
    (r"喷鼻|nasal", _says(route="nasal")),
    (r"外用|topical", _says(route="topical")),
)  # fmt: skip


def understood(text: str) -> tuple[Amount, Schedule, str] | None:
    """Dose, schedule and route, where every word of the text is understood and none is said twice; else None."""
    if any(unicodedata.decomposition(one).startswith(("<super>", "<sub>", "<fraction>")) for one in text):
        return None  # in one width 2² were 22, and 1½ were 11⁄2
    said = unicodedata.normalize("NFKC", text).lower().replace("μ", "μ")
    at, found = _gap(said, 0), Found()
    while at < len(said):
        hit = _next(said, at)
        if hit is None or found.clashes(hit[0]):
            return None
        found, at = found.joined(hit[0]), _gap(said, hit[1])
    return _whole(found)


def _next(text: str, at: int) -> tuple[Found, int] | None:
    for known, take in _TOKENS:
        match = known.match(text, at)
        if match and match[0]:
            return take(match), match.end()
    return None


def _gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _whole(found: Found) -> tuple[Amount, Schedule, str] | None:
    """Times of the day count as doses where it is not said how often; where it is said, they must not differ."""
    hours = {"NIGHT" if one == "HS" else one for one in found.when} & {"MORN", "NOON", "EVE", "NIGHT"}
    times, every, unit = found.often or (Decimal(len(hours)), 1, "d")
    if times % 1 or (hours and (times, every, unit) != (len(hours), 1, "d")):
        return None
    return found.dose or Amount(), Schedule(int(times), every, unit, found.when, found.needed), found.route


# lines
@lru_cache(1024)
def read(line: Line) -> Line:
    """The line with its words in parts; where its words say something else than its parts, the words stand alone."""
    if not line.sig:
        return line
    said = understood(line.sig)
    if said is None or not _agree(line, said):
        return replace(line, dose=Amount(), schedule=Schedule(), route="")
    dose, schedule, route = said
    times = schedule if schedule.times else line.schedule
    when = schedule.when or line.schedule.when
    needed = schedule.as_needed or line.schedule.as_needed
    both = replace(times, when=when, as_needed=needed)
    return replace(line, dose=dose if dose.value else line.dose, schedule=both, route=route or line.route)


def _agree(line: Line, said: tuple[Amount, Schedule, str]) -> bool:
    dose, schedule, route = said
    one, other = amount_in(line.dose), amount_in(dose)
    often = [(s.times, s.every, s.unit) for s in (line.schedule, schedule) if s.times]
    return (
        (not line.dose.value or not dose.value or one == other)
        and len({*often}) < 2
        and (not line.route or not route or line.route == route)
        and (not line.schedule.when or not schedule.when or set(line.schedule.when) == set(schedule.when))
    )


def amount_in(dose: Amount) -> tuple[Decimal, str]:
    """In milligrams where it is a mass, else as counted."""
    unit = next((unit for unit, words in _UNITS.items() if re.fullmatch(words, dose.unit.lower())), dose.unit)
    value = Decimal(dose.value) if re.fullmatch(r"\d+(?:\.\d+)?", dose.value) else Decimal(0)
    return (value * MASS[unit], "mg") if unit in MASS else (value, unit)


def tells_dose(line: Line) -> bool:
    """Whether it is said how much is taken how often. Words that are not understood must name a number at least."""
    line = read(line)
    if line.dose.value and (line.schedule.times or line.schedule.as_needed):
        return True
    return bool(line.sig) and understood(line.sig) is None and bool(re.search(rf"\d|[{''.join(_HAN)}]", line.sig))


def in_words(text: str) -> Line:
    """What somebody typed, as a line of which only that is known."""
    return read(Line(sig=" ".join(text.split())))


def pieces(line: Line) -> Decimal | None:
    """Units of the pack in one dose; None where the line's own strength does not tell."""
    value, unit = amount_in(line.dose)
    if not value:
        return None
    if unit in COUNTED:
        return value
    if "/" in line.strength:
        return None
    amounts = [amount_in(Amount(n, u)) for n, u in re.findall(rf"(\d+(?:\.\d+)?)\s*({_UNIT})", line.strength.lower())]
    same = [amount for amount, of in amounts if of == unit and amount]
    return value / same[0] if len(same) == 1 else None


def counted_out(line: Line) -> Amount:
    """A dose in mg as whole or half tablets; nothing where the line's own strength does not divide it so."""
    unit = piece_of(line)
    if unit not in SOLID or mass_of(line) is None or amount_in(line.dose)[1] in COUNTED:
        return Amount()
    count = pieces(line)
    step = Decimal("0.5") if splits(line) and unit == "片" else Decimal(1)
    return Amount(_plain(count), unit) if count and count % step == 0 and count <= 20 else Amount()


def mass_of(line: Line) -> Amount | None:
    """What is in one piece, where the line's own strength says nothing else than that."""
    one = re.fullmatch(rf"(\d+(?:\.\d+)?)\s*({_UNIT})", line.strength.lower())
    return Amount(one[1], one[2]) if one else None


def splits(line: Line) -> bool:
    """Whether a half of it is as good as a whole one."""
    return not _UNSPLIT.search(line.name)


def piece_of(line: Line) -> str:
    """What a box of it is counted in: by its own pack, else by what its name ends with; "" = not known."""
    if line.unit in COUNTED:
        return line.unit
    name = re.sub(r"\(.*?\)|（.*?）", "", line.name)
    return "片" if name.endswith("片") else "粒" if name.endswith("胶囊") else ""


def supply_days(line: Line) -> int:
    """How many days the boxes last; 0 where pack, dose or schedule does not tell."""
    line = read(line)
    count, often = pieces(line), line.schedule
    if not count or not often.times or often.as_needed or not line.pack or not line.boxes:
        return 0
    hours = {"h": 1, "d": 24, "wk": 168}[often.unit] * often.every
    return int(line.pack * line.boxes / (count * often.times) * hours / 24)


def boxes_given(line: Line, pack: int) -> int:
    """What was handed out, in boxes: converted by the pack; 0 for a part of a box, or where that is not known."""
    if line.boxes:
        return line.boxes
    value, unit = amount_in(line.given)
    if unit not in COUNTED or not pack or value % pack:
        return 0
    return int(value / pack)


# sentences
def taken(line: Line) -> dict[str, Any] | str:
    """How it is taken, as a value of a sentence (the renderer's ``directions``); "" where nothing is said."""
    line = read(line)
    if not line.sig and not line.dose.value:
        return ""
    own = ("name", "strength", "unit", "sig", "route")
    schedule = {name: getattr(line.schedule, name) for name in ("times", "every", "unit", "when", "as_needed")}
    return {
        **{name: getattr(line, name) for name in own},
        "dose": {"value": line.dose.value, "unit": line.dose.unit},
        "schedule": {**schedule, "when": list(line.schedule.when)},
    }


def line_of(said: str | Mapping[str, Any] | Line) -> Line:
    """And back; a text alone is read as words."""
    if isinstance(said, Line):
        return said
    return in_words(said) if isinstance(said, str) else _LINE(said)


_LINE = decoder(Line)
