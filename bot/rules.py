"""The clinical and calendar rules (docs/reference/rules.md) as pure functions: no store, no clock.

``today`` is an ISO day.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import dosing
from bot.dialog import Either, Now, Wrong, figures
from bot.dialog.dates import read_day
from bot.dosing import Amount, Line, Proof, Schedule
from bot.forms import DrugView, GivenView
from bot.vocabulary import specialties

OWN_CONSENT, ADULT = 14, 18  # R7, R13: from 14 the own yes is needed; until 18 a guardian acts
CHILDRENS = "paediatrics"  # the specialty of the children's department
CHILD = 6  # R7: under six only with guardian and paediatrician, not here


def months_before(day: str, months: int) -> str:
    """The same day ``months`` calendar months earlier, or that month's last day."""
    at = date.fromisoformat(day)
    index = at.year * 12 + at.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(at.day, monthrange(year, month + 1)[1])).isoformat()


def months_back(today: str, count: int) -> list[str]:
    """This month and the ones before it as YYYY-MM, newest first."""
    return [months_before(today[:8] + "01", n)[:7] for n in range(count)]


def groups_open(now: int, zone: ZoneInfo, quiet_from: int, quiet_until: int) -> int:
    """UTC ms from which a neighbours' group may be written to: now, or the end of the quiet hours that now lies in.

    The quiet hours are minutes of the day in the hospital's zone, over midnight or not.
    """
    at = datetime.fromtimestamp(now / 1000, zone)
    minute = at.hour * 60 + at.minute
    over_midnight = quiet_from > quiet_until
    late, early = minute >= quiet_from, minute < quiet_until
    if not (late or early if over_midnight else late and early):
        return now
    day = at.date() + timedelta(days=over_midnight and late)
    return max(now, _instant(day, quiet_until, zone))


def next_morning(now: int, zone: ZoneInfo, quiet_until: int) -> int:
    """UTC ms when the quiet hours end on the day after the one that ``now`` lies in."""
    day = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    return _instant(day, quiet_until, zone)


def day_over(day: str, zone: ZoneInfo) -> int:
    """The instant (civil ms) at which this ISO day is over in the hospital's zone."""
    return _instant(date.fromisoformat(day) + timedelta(days=1), 0, zone)


def at_minute(day: str, minute: int, zone: ZoneInfo) -> int:
    """The instant (civil ms) of this minute of an ISO day, by the clock on the wall."""
    return _instant(date.fromisoformat(day), minute, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    """Of an hour that the clocks leave out the one after it, of one that comes twice the first."""
    days, minute = divmod(minute, 24 * 60)
    return int(datetime.combine(day + timedelta(days=days), time(*divmod(minute, 60)), zone).timestamp() * 1000)


def answer_at(now: int, zone: ZoneInfo, minute: int) -> int:
    """UTC ms when people hear what became of what they asked: this minute of the day, at least an hour from now."""
    day = datetime.fromtimestamp(now / 1000, zone).date()
    at = _instant(day, minute, zone)
    return at if at - now >= 3_600_000 else _instant(day + timedelta(days=1), minute, zone)


@dataclass(frozen=True, slots=True)
class Span:
    """From and until which minute of the day (1440 = midnight), on which ISO weekdays (1 = Monday)."""

    first: int
    last: int
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there.

    ``closed``: ISO days on which nobody is, such as holidays; ``away``: from which of them until which, both whole.
    """

    spans: tuple[Span, ...]
    closed: frozenset[str] = frozenset()
    away: tuple[tuple[str, str], ...] = ()

    def spans_on(self, day: date) -> list[Span]:
        """The earliest first."""
        shut = day.isoformat() in self.closed or is_away(day.isoformat(), self.away)
        found = [one for one in self.spans if day.isoweekday() in one.days and not shut]
        return sorted(found, key=lambda one: one.first)


def is_away(day: str, away: Iterable[tuple[str, str]]) -> bool:
    return any(first <= day <= last for first, last in away)


NEVER = 1 << 62  # ms: an instant that does not come
LOOKED = 400  # days ahead in which it opens again


def opens(at: int, zone: ZoneInfo, hours: Hours) -> int:
    """``at`` itself while it is open, else when it opens next; civil ms."""
    return max(at, _opening(at, zone, hours)[0])


def comes(at: int, zone: ZoneInfo, hours: Hours) -> int:
    """The same of one person; NEVER, where nobody knows when he is there again."""
    first, last = _opening(at, zone, hours)
    return NEVER if last == NEVER else max(at, first)


def closes(at: int, zone: ZoneInfo, hours: Hours) -> int:
    """``at`` itself while it is closed, else when it closes next."""
    first, last = _opening(at, zone, hours)
    return at if first > at else last


def working(at: int, ms: int, zone: ZoneInfo, hours: Hours) -> int:
    """The instant after so many ms of opening hours, counted from ``at``."""
    while True:
        first, last = _opening(at, zone, hours)
        at = max(at, first)
        if at + ms <= last:
            return at + ms
        ms, at = ms - (last - at), last


def _opening(at: int, zone: ZoneInfo, hours: Hours) -> tuple[int, int]:
    """The first opening that is not over at this instant: from, until. Who never opens is taken as always there."""
    day = datetime.fromtimestamp(at / 1000, zone).date()
    for one in (day + timedelta(days=n) for n in range(LOOKED)):
        for span in hours.spans_on(one):
            until = _instant(one, span.last, zone)
            if at < until:
                return _instant(one, span.first, zone), until
    return at, NEVER


def is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def prescription_day(day: str, today: str, oldest: int) -> str | Wrong:
    """The day if a prescription may be ``oldest`` calendar months old today; Wrong("future"), Wrong("old").

    Wrong("date") for what is no day: a missing one is neither old nor young.
    """
    if not is_day(day):
        return Wrong("date")
    if day > today:
        return Wrong("future")
    return Wrong("old", months=oldest) if day < months_before(today, oldest) else day


def paper_day(oldest: int) -> Callable[[str, Now], str | Either | Wrong]:
    """A check for a day typed whole from a paper: not older than ``oldest`` months, not of tomorrow."""

    def check(text: str, now: Now) -> str | Either | Wrong:
        day = read_day(text, now.today)
        return prescription_day(day, now.today, oldest) if isinstance(day, str) else day

    return check


def age(birth_date: str, today: str) -> int:
    """Completed years; of a year or month alone the fewest that there can be (R7)."""
    born = birth_date + "yyyy-12-31"[len(birth_date) :]
    return int(today[:4]) - int(born[:4]) - (today[5:] < born[5:])


def under_age(birth_date: str, today: str) -> bool:
    """Under 14 (R7, R13), or perhaps so where less than the day is known: a guardian acts, and consents."""
    return birth_date[:4].isdigit() and age(birth_date, today) < OWN_CONSENT


def whole_day(birth_date: str) -> bool:
    """Whether it says a day: less is no proof of anybody (law 5)."""
    return len(birth_date) == len("yyyy-mm-dd")


#: "2 5mg", "-5mg": of what comes before a unit nobody knows which number is meant.
_LOOSE_STRENGTH = re.compile(
    r"(?:[0-9] +|(?<!\w)[-–—−] ?)[0-9.]+ ?(?:m?g|ml|[µuμ]g|mcg|iu|克|毫|微|单位)", re.IGNORECASE
)


def drug_words(text: str, now: Now) -> str | Wrong:
    """A drug's name as typed: 2 to 40 characters; Wrong("strength") where one in it may mean several."""
    words = " ".join(text.split())
    if _LOOSE_STRENGTH.search(unicodedata.normalize("NFKC", words)):
        return Wrong("strength")
    return words if 2 <= len(words) <= 40 else Wrong("drug")


#: The line of a paper that nobody could read: the doctor writes down what the photo shows (R4).
SEE_PHOTO = Line(name="见处方照片", boxes=1, proof=Proof("photo"))


def pickup_code(text: str, now: Now) -> str | Wrong:
    """A code as a phone shows it or a slip has it, however it is spaced."""
    return figures.code(text) or Wrong("code")


MOST_BOXES, MANY_BOXES = 99, 12  # that can be typed; more than these are asked once more (bot/photo/counts.py: MOST)


def box_count(most: int = MOST_BOXES) -> Callable[[str, Now], str | Wrong]:
    """A check for a typed number of boxes: 5, 5 boxes, ５盒。, 两盒; Wrong("boxes") for none or more than ``most``."""

    def check(text: str, now: Now) -> str | Wrong:
        count = figures.whole(text, "盒|box(?:es)?") or 0
        return str(count) if 1 <= count <= most else Wrong("boxes", most=most)

    return check


def box_price(text: str, now: Now) -> str | Wrong:
    """What a box costs, typed in yuan, as ``fen:3650``; or other words, to look for in the list."""
    said = figures.plain(text)
    found = re.fullmatch(r"[¥]?\s*([0-9]{1,5})(?:\.([0-9]{1,2}))?\s*元?", said)
    if found is None:
        words = " ".join(said.split())
        return words if 2 <= len(words) <= 40 and not re.match(r"[\d¥.,–—−-]", said) else Wrong("price")
    fen = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    return f"fen:{fen}" if fen else Wrong("price")


def about(recorded: int, more_percent: int, unseen: int) -> int:
    """How many boxes rest on a record of so many (R2: about as much as it shows): so many percent more, rounded up.

    ``unseen``: where the record does not say how many.
    """
    return recorded + -(-recorded * more_percent // 100) if recorded else unseen


def far_more(lines: Sequence[Line], asked: Sequence[Line], more_percent: int, unseen: int) -> tuple[int, ...]:
    """Which prescribed lines, from 1, are of more boxes than rest on their proof and than she asked for (R2)."""
    found: list[int] = []
    for n, line in enumerate(lines, 1):
        proof = line.proof
        same = [one.boxes for one in asked if one.proof.there == proof.there]
        known = proof.boxes or proof.kind == "record"
        if known and line.boxes > max(about(proof.boxes, more_percent, unseen), *same, 0):
            found.append(n)
    return tuple(found)


def line_change(text: str, now: Now) -> str | Wrong:
    """What a doctor types to change a line: a number is boxes, all else how it is taken."""
    boxes = box_count()(text, now)
    if isinstance(boxes, str):
        return boxes
    told = dose_words(text, now)
    return told if isinstance(told, str) else Wrong("change")


def taken_so(line: Line, told: str, doctor: str) -> Line:
    """The line as this doctor says it is taken, in words (R17: who entered it stands with it)."""
    proof = replace(line.proof, dose_by=doctor)
    bare = replace(line, sig=told, dose=Amount(), schedule=Schedule(), route="", days=0, proof=proof)
    return supplied(dosing.read(bare), line.boxes)


def dose_words(text: str, now: Now) -> str | Wrong:
    """How a drug is taken, as the doctor types it: how much and how often, in any words."""
    words = " ".join(figures.plain(text).split())
    says_how = re.search(r"[^\d\W]", words) is not None  # a number alone says neither of what nor how often
    says_how = says_how and not figures.loose(words)
    return words if len(words) <= 80 and says_how and dosing.tells_dose(dosing.in_words(words)) else Wrong("dose")


MOST_WORDS = 300  # letters that somebody may add in own words to what he presses


def own_words(text: str, now: Now) -> str | Wrong:
    """What somebody says in own words: 1 to MOST_WORDS letters, line breaks as spaces."""
    words = " ".join(text.split())
    return words if 1 <= len(words) <= MOST_WORDS else Wrong("words", most=MOST_WORDS)


def lasts_until(lines: Iterable[Line], today: str, early_days: int) -> str:
    """The ISO day until which what was handed out last lasts, where that is ``early_days`` or more away; else ""."""
    known = [line for line in lines if is_day(line.proof.day) and line.days]
    ends = [date.fromisoformat(line.proof.day) + timedelta(days=line.days) for line in known]
    last = min(ends, default=date.min)
    return last.isoformat() if last >= date.fromisoformat(today) + timedelta(days=early_days) else ""


FIRST_VISIT = ("diagnosed-before", "same-illness")  # link ids of our own two questions (R1)
SURE = ("yes", "no", "not-sure")


def illness_of(line: Line, history: Sequence[GivenView] | None) -> str:
    """The diagnosed condition this drug was given for, from the history; "" where it does not know (R1)."""
    return next((given.condition for given in history or () if given.condition and _same_drug(given.line, line)), "")


def _same_drug(one: Line, other: Line) -> bool:
    """By the code; what is in no list by its name."""
    return one.code == other.code if one.code and other.code else one.name == other.name


def condition_of(lines: Sequence[Line], history: Sequence[GivenView] | None) -> str:
    """The diagnosed conditions these drugs were given for; "" where the history knows none."""
    return "、".join(dict.fromkeys(filter(None, (illness_of(line, history) for line in lines))))


def specialty_of(lines: Sequence[Line], history: Sequence[GivenView] | None) -> str:
    """The department's specialty to offer first, "" when nothing tells. The person can always choose another."""
    told = (condition_of(lines, history) + " " + " ".join(line.name for line in lines)).lower()
    return next((name for name, words in specialties().items() if any(word in told for word in words)), "")


def supplied(line: Line, boxes: int) -> Line:
    """So many boxes of it; how long they last is recorded, else worked out, else not known."""
    as_recorded = line.days and boxes == line.proof.boxes
    line = replace(line, boxes=boxes)
    return line if as_recorded else replace(line, days=dosing.supply_days(line))


def in_the_list(line: Line, drug: DrugView | None) -> Line:
    """With what the hospital's list knows of the box, and a count of pieces as boxes. Never how it is taken (R17)."""
    if drug is None:
        return line
    packed = replace(line, pack=line.pack or drug.pack)
    boxes = dosing.boxes_given(packed, packed.pack)
    return replace(packed, boxes=boxes, proof=replace(line.proof, boxes=line.proof.boxes or boxes))
