"""A prescription's lines in words: where each stands, what was asked for, what is new and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from bot import dosing
from bot.dosing import Line
from bot.phrases import Sentences, Told
from bot.views import OrderView, SentBackView, SnapshotView

PROOFS = frozenset({"page", "record", "typed", "doctor", "photo", "nowhere"})
LASTS = frozenset({"days", "shorter", "longer"})


def guided_words(seen: SnapshotView) -> Sentences:
    """Drug lines as sentences: name, strength, boxes, how to take; under each what the hospital tells her of it."""
    told = dict(enumerate(seen.guidance if seen.prescribed else ()))
    return [
        ("drug.line", {**_line_words(line), "hospital_says": "" if told.get(n, "") in line.sig else told[n]})
        for n, line in enumerate(seen.lines)
    ]


def proved_words(
    lines: Sequence[Line], asked: Sequence[Line] = (), before: SentBackView | None = None, agreed: bool = False
) -> Sentences:
    """The same for doctor and pharmacist: where each line stands, what of it does not, and what the doctor changed.

    ``agreed``: she has accepted what only the doctor wrote.
    After a return what was sent back stands beside it, also what is not there any more.
    """
    old = before.lines if before else ()
    pairs = _paired(lines, old)
    shown: Sentences = [
        (
            "drug.proved",
            {
                **_line_words(line),
                "mark": _mark(line, asked, agreed),
                "was": _was(line, asked),
                "back": _back(line, last),
            },
        )
        for line, last in zip(lines, pairs, strict=True)
    ]
    return [*shown, *_gone(lines, old)]


def written_words(order: OrderView, lines: Sequence[Line]) -> Sentences:
    """What a doctor writes, beside what was asked for, and after a return beside what was sent back."""
    return proved_words(lines, order.snapshot.asked, order.snapshot.before)


def told_words(lines: Sequence[Line], asked: Sequence[Line]) -> Sentences:
    """For her who asked: of each line that it is new, or from what to what it changed; never both of one line."""
    asked = _read_by_us(asked)
    shown = [_told(line, last) for line, last in zip(lines, _paired(lines, asked), strict=True)]
    return [*shown, *_gone(lines, asked)]


def _told(line: Line, last: Line | None) -> tuple[str, dict[str, Any]]:
    words = _line_words(line)
    if last is None or not _differs(line, last):
        return ("drug.told", {**words, "new": line.new and last is None})
    was = _line_words(last)
    old = {"was_boxes": was["boxes"], "was_sig": was["sig"]}
    same = line.boxes == last.boxes and last.sig in ("", line.sig)
    if line.strength and not last.strength and same and not line.new:
        return ("drug.named", {**words, "was_name": was["name"]})
    if (line.name, line.strength) == (last.name, last.strength):
        return ("drug.changed", {**words, **old, "lasts": _lasts(line, last)})
    return ("drug.swapped", {**words, **old, "was_name": was["name"], "was_strength": was["strength"]})


def _lasts(line: Line, last: Line) -> Told:
    """What as many boxes as before mean where more or less is taken of them; "" where that is the same or not known."""
    if line.boxes != last.boxes:
        return ""
    days, was_days = dosing.supply_days(line), dosing.supply_days(last)
    if days and was_days:
        return ("drug.lasts.days", {"enough": days, "was_enough": was_days}) if days != was_days else ""
    now, before = (dosing.supply_days(replace(one, pack=_ANY_PACK)) for one in (line, last))
    if not now or not before or now == before:
        return ""
    return ("drug.lasts.shorter" if now < before else "drug.lasts.longer", {})


_ANY_PACK = 10_000  # pieces: where it is not known how many a box has, both have the same


def new_words(order: OrderView) -> Sentences:
    """The lines that only the doctor wrote, each beside what it stands instead of."""
    seen = order.snapshot
    asked = [one for one in _paired(seen.unaccepted, seen.asked) if one is not None]
    return told_words(seen.unaccepted, asked)


class Kinds(NamedTuple):
    new: bool
    changed: bool


def new_kinds(lines: Sentences) -> Kinds:
    """Whether any of what she reads is new, and whether any was changed."""
    new = any(key == "drug.told" and words["new"] for key, words in lines)
    return Kinds(new, any(one[0] in ("drug.changed", "drug.swapped") for one in lines))


def as_asked(lines: Sequence[Line], asked: Sequence[Line]) -> bool:
    """Whether the doctor wrote what she asked for; where nobody could read her paper there is nothing to compare."""
    known = _read_by_us(asked)
    return not known or same_lines(lines, known)


def _read_by_us(asked: Sequence[Line]) -> list[Line]:
    return [line for line in asked if line.proof.kind != "photo"]


def same_lines(lines: Sequence[Line], others: Sequence[Line]) -> bool:
    """Whether nothing that a person reads of them differs."""
    pairs = _paired(lines, others)
    return len(lines) == len(others) and all(
        last is not None and _back(line, last) == "" for line, last in zip(lines, pairs, strict=True)
    )


def _paired(lines: Sequence[Line], others: Sequence[Line]) -> list[Line | None]:
    """For each line the one of the others that it was: of the same place, else the same drug; each at most once."""
    left, found = [*others], dict[int, Line]()
    for alike in (_place_of, _drug_of):
        for n, line in enumerate(lines):
            key = alike(line)
            if n not in found and any(key) and (one := next((one for one in left if alike(one) == key), None)):
                left.remove(one)
                found[n] = one
    return [found.get(n) for n in range(len(lines))]


def _place_of(line: Line) -> tuple[str, ...]:
    """Where on paper or record it stands; "" where it is not known."""
    return (f"{line.proof.page}", line.proof.place) if line.proof.place else ("", line.proof.dispense)


def _drug_of(line: Line) -> tuple[str, ...]:
    return (line.code,) if line.code else (line.name, line.strength)


def _gone(lines: Sequence[Line], others: Sequence[Line]) -> Sentences:
    kept = [one for one in _paired(lines, others) if one is not None]
    return [("drug.gone", _line_words(one)) for one in others if one not in kept]


def _back(line: Line, last: Line | None, key: str = "drug.back") -> Told:
    """What stood there before; "" where nothing did, or the same."""
    return (key, _line_words(last)) if last is not None and _differs(line, last) else ""


def _differs(line: Line, last: Line) -> bool:
    return any(getattr(last, name) != getattr(line, name) for name in _READ)


_READ = ("code", "name", "strength", "boxes", "sig", "dose", "schedule")  # what a person reads of a line


def _line_words(line: Line) -> dict[str, Any]:
    none: Told = ("drug.none", {}) if line.proof.none_by else ""
    return {"name": line.name, "strength": line.strength or none, "boxes": line.boxes, "sig": dosing.taken(line)}


def _mark(line: Line, asked: Sequence[Line], agreed: bool) -> Told:
    """Where it stands. ``hers``: the boxes, where these are her word and not what stands there."""
    stands = line.proof.boxes if line.proof.boxes != line.boxes else 0
    before = _asked_for(line, asked)
    no_dose = not dosing.tells_dose(line)
    return (
        f"drug.mark.{_proof(line)}",
        {
            "stands": stands,
            "unread": not line.proof.boxes,
            "hers": line.boxes if before and before.boxes == line.boxes != line.proof.boxes else 0,
            "pack": line.proof.pack if line.pack else 0,
            "ours": line.pack,
            "no_strength": not (line.strength or line.proof.none_by),
            "no_dose": no_dose,
            "agreed": agreed,
        },
    )


def _asked_for(line: Line, asked: Sequence[Line]) -> Line | None:
    """What she asked for where it stands: of the same proof, whatever the doctor added."""
    return next((old for old in asked if old.proof.there == line.proof.there), None)


def to_be_seen(line: Line, asked: Sequence[Line]) -> bool:
    """Whether a reviewer needs the paper beside it: she or the doctor wrote something that was not read there so."""
    proof, before = line.proof, _asked_for(line, asked)
    named = before is not None and before.strength != line.strength
    other = not line.code or named or proof.boxes != line.boxes or proof != proof.there
    return (proof.kind == "page" and other) or proof.kind in ("typed", "photo")


def _proof(line: Line) -> str:
    return line.proof.kind if line.proof.kind in PROOFS else "nowhere"


def _was(line: Line, asked: Sequence[Line]) -> Told:
    """What the doctor changed, or what he wrote the line instead of; "" where nothing."""
    if line.new:
        instead = next((old for old in asked if any(_place_of(old)) and _place_of(old) == _place_of(line)), None)
        return ("drug.instead", _line_words(instead)) if instead else ""
    before = _asked_for(line, asked)
    if before is None or line.proof.kind in ("", "photo"):
        return ""
    return _back(line, before, "drug.was")
