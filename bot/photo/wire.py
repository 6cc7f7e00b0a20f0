"""A Reading as plain data and back: for the pipe to the worker and for `medrelay read --json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from bot.photo.reading import Box, Field, ReadDrug, Reading

_FIELDS: Final = (
    "date", "patient", "hospital", "department", "diagnosis", "doctor", "pharmacist", "number", "amount", "sex", "age",
)  # fmt: skip
_TUPLES: Final = ("missing", "found")


def to_wire(reading: Reading) -> dict[str, Any]:
    """Plain data that json can write."""
    return asdict(reading)


def from_wire(data: dict[str, Any]) -> Reading:
    """The inverse of ``to_wire``; lists become tuples again. Raises KeyError or TypeError for anything else."""
    plain: dict[str, Any] = dict(data)
    plain |= {name: _field(data[name]) for name in _FIELDS}
    plain |= {name: tuple(data[name]) for name in _TUPLES}
    plain["by_hand"] = tuple(Box(**b) for b in data["by_hand"])
    plain["drugs"] = tuple(_drug(d) for d in data["drugs"])
    return Reading(**plain)


def flat(reading: Reading) -> dict[str, Any]:
    """Values by name, with the confidences and boxes of the same names beside them (--json)."""
    fields: dict[str, Field | None] = {name: getattr(reading, name) for name in _FIELDS}
    return {
        "accepted": reading.accepted,
        "reason": reading.reason,
        "missing": list(reading.missing),
        **{name: f.value if f else None for name, f in fields.items()},
        "amount_fen": reading.amount_fen,
        "drugs": [_flat_drug(d) for d in reading.drugs],
        "confidence": {name: f.confidence for name, f in fields.items() if f},
        "box": {name: _corners(f) for name, f in fields.items() if f and f.box},
        "found": list(reading.found),
        "unseen": reading.unseen,
        "layout": reading.layout,
        "by_hand": [[b.x, b.y, b.w, b.h] for b in reading.by_hand],
        "read_by": reading.read_by,
    }


def _flat_drug(drug: ReadDrug) -> dict[str, Any]:
    parts = {"name": drug.name, "strength": drug.strength}
    return {
        "name": drug.name.value,
        "brand": drug.brand,
        "strength": drug.strength.value,
        "pack": drug.pack,
        "boxes": drug.boxes,
        "sig": drug.sig,
        "match": drug.match,
        "code": drug.code,
        "known": drug.known,
        "controlled": drug.controlled,
        "pen": drug.pen,
        "confidence": {k: f.confidence for k, f in parts.items()},
        "box": {k: _corners(f) for k, f in parts.items() if f.box},
    }


def _corners(field: Field) -> list[int] | None:
    return [field.box.x, field.box.y, field.box.w, field.box.h] if field.box else None


def _field(data: dict[str, Any] | None) -> Field | None:
    if data is None:
        return None
    box: dict[str, int] | None = data["box"]
    return Field(data["value"], data["confidence"], Box(**box) if box else None)


def _drug(data: dict[str, Any]) -> ReadDrug:
    plain: dict[str, Any] = dict(data)
    line: dict[str, int] | None = data["line"]
    plain |= {"name": _field(data["name"]), "strength": _field(data["strength"]), "line": Box(**line) if line else None}
    return ReadDrug(**plain)
