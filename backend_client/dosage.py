"""How a drug is taken, as FHIR's Dosage: in parts where they say it as a whole, in words where they do not.

Nothing is left out in silence: a Dosage that says more than our parts keeps its words only (R17).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from backend_client.lines import SHORT, Amount, Line, Schedule
from backend_client.shapes import concept, dig, each, word
from backend_client.wire import Json

SNOMED = "http://snomed.info/sct"
ROUTES: Mapping[str, str] = {
    "26643006": "oral",
    "34206005": "subcutaneous",
    "447694001": "inhaled",
    "37839007": "sublingual",
    "54471007": "buccal",
    "46713006": "nasal",
    "6064005": "topical",
}
#: v3-GTSAbbreviation (R4 valueset-timing-abbreviation)
_CODES = {**SHORT, "am": Schedule(1, when=("MORN",)), "pm": Schedule(1, when=("EVE",)), "wk": Schedule(1, 1, "wk")}
WHEN = frozenset({"MORN", "NOON", "EVE", "NIGHT", "HS", "AC", "C", "PC"})  # of R4 event-timing
PATIENT = "patientInstruction"  # in terms that a patient understands
_SAID = {"text", "timing", "asNeededBoolean", "route", "doseAndRate", "sequence", "id"}
_REPEATS = {"frequency", "period", "periodUnit", "when", "boundsPeriod", "boundsDuration", "boundsRange"}


# writing
def dosage(line: Line) -> Json | None:
    """None where it is not known how it is taken."""
    if not line.sig and not line.dose.value:
        return None
    said: Json = {"text": line.sig or short(line.dose, line.schedule, line.route)}
    if set(line.schedule.when) - WHEN:  # on an empty stomach: R4 has words for it only
        return said
    if line.schedule.times:
        repeat: Json = {
            "frequency": line.schedule.times,
            "period": line.schedule.every,
            "periodUnit": line.schedule.unit,
            "when": list(line.schedule.when),
        }
        said["timing"] = {"repeat": {name: value for name, value in repeat.items() if value}}
    if line.schedule.as_needed:
        said["asNeededBoolean"] = True
    if line.route:
        code = next((code for code, route in ROUTES.items() if route == line.route), "")
        said["route"] = concept(SNOMED, code, line.route) if code else {"text": line.route}
    if line.dose.value:
        said["doseAndRate"] = [{"doseQuantity": {"value": Decimal(line.dose.value), "unit": line.dose.unit}}]
    return said


def short(dose: Amount, schedule: Schedule, route: str) -> str:
    """A prescription's short hand, for what came in parts only: ``40mg bid AC``."""
    plain = Schedule(schedule.times, schedule.every, schedule.unit)
    often = next((name for wanted in (schedule, plain) for name, known in SHORT.items() if known == wanted), "")
    if schedule.times and not often:
        often = f"{schedule.times}x/{schedule.every}{schedule.unit}"
    when: tuple[str, ...] = () if SHORT.get(often) == schedule else schedule.when
    needed = "prn" if schedule.as_needed and often != "prn" else ""
    return " ".join(filter(None, (dose.value + dose.unit, often, *when, needed, route if route != "oral" else "")))


# reading
def taken(items: list[Json]) -> tuple[str, Amount, Schedule, str]:
    """sig, dose, schedule and route of a dosageInstruction; several of them, or one that says more, stay words."""
    items = [_to_be_taken(item) for item in items]
    if len(items) != 1:
        return "; ".join(filter(None, map(_words, items))), Amount(), Schedule(), ""
    item = items[0]
    dose, schedule, route = _dose(item), _schedule(item), _route(item)
    if dose is None or schedule is None or set(item) - _SAID:
        return _words(item), Amount(), Schedule(), ""
    return word(item, "text") or short(dose, schedule, route), dose, schedule, route


def _to_be_taken(item: Json) -> Json:
    """Without the words to the patient, which are guidance (ADR 31), unless nothing else says how it is taken."""
    rest = {name: value for name, value in item.items() if name != PATIENT}
    return rest if {*rest} & {"text", "timing", "doseAndRate"} else item


def _words(item: Json) -> str:
    more = [word(one, "text") for one in each(item, "additionalInstruction")]
    return "; ".join(filter(None, (word(item, "text"), *more, word(item, PATIENT))))


def _dose(item: Json) -> Amount | None:
    """None for a range, a rate, or several doses."""
    rates = each(item, "doseAndRate")
    if not rates:
        return Amount()
    quantity = dig(rates[0], "doseQuantity")
    if len(rates) > 1 or not isinstance(quantity, dict) or set(rates[0]) - {"doseQuantity", "type", "id"}:
        return None
    return amount(quantity)


def _schedule(item: Json) -> Schedule | None:
    """None for what is more than so often in such a time, at such hours of a day."""
    needed = item.get("asNeededBoolean") is True
    timing: Any = item.get("timing")
    if timing is None:
        return Schedule(as_needed=needed)
    code = next((word(one, "code").lower() for one in each(timing, "code", "coding")), "")
    repeat: Any = dig(timing, "repeat")
    if repeat is None:
        known = _CODES.get(code)
        return Schedule(known.times, known.every, known.unit, known.when, needed) if known else None
    said: list[Any] = dig(repeat, "when") or []
    when = tuple(one for one in said if isinstance(one, str))
    times, every, unit = (repeat.get(name) for name in ("frequency", "period", "periodUnit"))
    sound = isinstance(times, int) and every == int(every or 0) and unit in ("h", "d", "wk") and every
    if set(repeat) - _REPEATS or set(timing) - {"repeat", "code"} or not sound or set(when) - WHEN:
        return None
    return Schedule(int(times), int(every), unit, when, needed)


def _route(item: Json) -> str:
    code = next((word(one, "code") for one in each(item, "route", "coding")), "")
    return ROUTES.get(code) or word(item, "route", "text") or word(item, "route", "coding", 0, "display")


def amount(quantity: Any) -> Amount:
    """A Quantity as it stands; nothing where it has no number."""
    value = dig(quantity, "value")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Amount()
    number = format(Decimal(value), "f")
    trimmed = number.rstrip("0").rstrip(".") if "." in number else number
    return Amount(trimmed, word(quantity, "unit") or word(quantity, "code"))
