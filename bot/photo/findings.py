"""What speaks against ordering from a photo that can be read: age, control, person, use. Readable is not orderable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from bot.photo.dates import months_before
from bot.photo.reading import Reading

TOO_OLD: Final = "too_old"  # older than the setting's calendar months (rx_max_age_months)
CONTROLLED: Final = "controlled"  # R7
OTHER_PATIENT: Final = "other_patient"  # the chosen patient's name does not stand in the picture
USED_BEFORE: Final = "used_before"  # R8
NOT_LISTED: Final = "not_listed"  # a drug that is not in the hospital's list
TO_CONFIRM: Final = "to_confirm"  # a drug that the person has to confirm
ALL: Final = (TOO_OLD, CONTROLLED, OTHER_PATIENT, USED_BEFORE, NOT_LISTED, TO_CONFIRM)


def findings(
    reading: Reading,
    today: date,
    *,
    months: int = 2,
    patient: str = "",
    keys: Collection[str] = (),
    used: Collection[str] = (),
) -> tuple[str, ...]:
    """Codes of ALL that hold. ``patient`` is looked for when given (ask the reader with ``names=(patient,)``);
    ``keys`` are seal.prescription_keys of this reading, ``used`` those of earlier orders."""
    out: list[str] = []
    if reading.date and date.fromisoformat(reading.date.value) < months_before(today, months):
        out.append(TOO_OLD)
    if reading.controlled_mark or any(d.controlled for d in reading.drugs):
        out.append(CONTROLLED)
    if patient and reading.accepted and patient not in reading.found:
        out.append(OTHER_PATIENT)
    if set(keys) & set(used):
        out.append(USED_BEFORE)
    if any(d.match == "unknown" for d in reading.drugs):
        out.append(NOT_LISTED)
    if any(d.match == "ask" for d in reading.drugs):
        out.append(TO_CONFIRM)
    return tuple(out)
