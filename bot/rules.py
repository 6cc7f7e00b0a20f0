"""The clinical and calendar rules (docs/reference/rules.md) as pure functions: no store, no clock.

``today`` is an ISO day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog import Now, Wrong

CHILD = 6  # R7: under six only with guardian and paediatrician, not here

#: Words that bring the emergency card at once, before routing: stroke signs, chest pain, bleeding, self-harm.
RED_FLAGS = re.compile(
    "胸痛|胸口痛|胸闷得厉害|喘不过气|呼吸困难|口角歪|嘴歪|说不出话|半边(身子)?(麻|动不了|没力)|昏迷|昏倒|晕倒|抽搐|吐血|便血|大出血|自杀|不想活"
    "|chest pain|can'?t breathe|cannot breathe|short of breath|face (is )?droop|slurred|can'?t speak"
    "|one side (is )?(numb|weak)"
    "|unconscious|passed out|seizure|vomiting blood|suicid",
    re.IGNORECASE,
)


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


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(*divmod(minute, 60)), zone).timestamp() * 1000)


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


def age(birth_date: str, today: str) -> int:
    """Completed years."""
    return int(today[:4]) - int(birth_date[:4]) - (today[5:] < birth_date[5:])


def drug_words(text: str, now: Now) -> str | Wrong:
    """A drug's name as typed: 2 to 40 characters."""
    words = " ".join(text.split())
    return words if 2 <= len(words) <= 40 else Wrong("drug")


#: The line of a paper that nobody could read: the doctor writes down what the photo shows (R4).
SEE_PHOTO: dict[str, Any] = {"code": "", "name": "见处方照片", "strength": "", "boxes": 1, "sig": "", "days": 0}


def slug(words: str) -> str:
    """A drug that has no code, as the id in a step's key: no spaces, brackets or slashes."""
    return re.sub(r"[\s\[\]/]+", "-", words)


#: What a condition or drug belongs to: the department that is offered first. The person can always choose another.
_SPECIALTY = (
    ("cardiology", ("高血压", "冠心", "心绞", "心衰", "房颤", "沙坦", "地平", "洛尔", "普利", "hypertension")),
    (
        "endocrinology",
        (
            "糖尿",
            "高脂",
            "血脂",
            "胆固醇",
            "甲状腺",
            "痛风",
            "尿酸",
            "他汀",
            "二甲双胍",
            "列汀",
            "列净",
            "格列",
            "胰岛素",
            "diabetes",
            "hyperlipid",
        ),
    ),
    ("neurology", ("脑梗", "卒中", "帕金森", "癫痫", "stroke")),
    ("respiratory", ("哮喘", "慢阻肺", "支气管", "asthma", "copd")),
    ("nephrology", ("肾", "kidney", "renal")),
)


def condition_of(lines: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]] | None) -> str:
    """The diagnosed condition these drugs were given for, from the history; "" where it does not know (R1)."""
    codes = {line["code"] for line in lines}
    return next((h["condition"] for h in history or [] if h["line"]["code"] in codes and h["condition"]), "")


def specialty_of(lines: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]] | None) -> str:
    """The department's specialty to offer first, "" when nothing tells."""
    told = (condition_of(lines, history) + " " + " ".join(line["name"] for line in lines)).lower()
    return next((name for name, words in _SPECIALTY if any(word in told for word in words)), "")


_TIMES = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "qn": 1, "qod": 0.5, "qw": 1 / 7}


def supply_days(pack: int, boxes: int, sig: str) -> int:
    """How many days the boxes last at one unit a time; 0 when the directions do not say how often."""
    times = next((n for word, n in _TIMES.items() if re.search(rf"\b{word}\b", sig)), 0)
    return int(pack * boxes / times) if times and pack else 0


def priced(line: Mapping[str, Any], boxes: int) -> dict[str, Any]:
    """One line of an order as the hospital takes it (backend_client.models.DrugLine)."""
    sig = line.get("sig", "")
    return {
        "code": line["code"],
        "name": line["name"],
        "strength": line["strength"],
        "boxes": boxes,
        "sig": sig,
        "days": supply_days(line.get("pack", 0), boxes, sig),
    }
