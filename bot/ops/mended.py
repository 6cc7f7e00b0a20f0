"""How often people correct what was read off a photo: by field and kind of layout, a number and nothing else (R12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.model import Counted, Order
from bot.turn import Turn

READ: Final = "read:"  # how the id of such a number begins: read:<layout>:<field>
ADDED: Final = "added-"  # how the place of a line begins that she added (bot/flows/reading.py)
PAGES: Final = "pages"  # readings that a person confirmed, corrected or not


async def count_mended(
    turn: Turn, draft: Mapping[str, Any], old: Order | None, cuts: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Count one order's reading and what was corrected in it; nothing where it was typed by hand or counted before.

    ``cuts``: lines that the doctor compares (bot/forms.py: HandView).
    """
    reading: Mapping[str, Any] = draft.get("reading") or {}
    if not reading or old:
        return
    fields = [PAGES, *mended(reading, draft["lines"], draft["rx_date"], [one["id"] for one in cuts if one["pen"]])]
    for field, times in Counter(fields).items():
        id = f"{READ}{reading.get('layout') or 'other'}:{field}"
        row = await turn.get(Counted, id) or Counted(id)
        turn.put(replace(row, last=row.last + times))


def mended(
    reading: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], day: str, pens: Collection[str] = ()
) -> list[str]:
    """The fields in which the order differs from what was read: once for each difference.

    The dose of a drug in ``pens`` was left to the doctor by us, and corrected by nobody.
    """
    out = ["date"] if day != reading.get("date") else []
    stays = {line["proof"]["place"]: line for line in lines if line.get("proof", {}).get("place")}
    printed: Sequence[Mapping[str, Any]] = reading.get("drugs", ())
    for drug in printed:
        if not (drug.get("code") or (drug.get("name") and drug.get("strength"))):
            continue  # asked as a whole (PrintedView.is_whole)
        line = stays.get(drug["id"])
        read = {**drug, "sig": ""} if drug["id"] in pens else drug
        out += _of_line(read, line) if line else ["line that is not there"]
    added = sum(place.startswith(ADDED) for place in stays)
    unplaced = sum(not line.get("proof", {}).get("place") for line in lines)  # as the release before sends it
    return [*out, *["line that was not read"] * (added + unplaced)]


def _of_line(drug: Mapping[str, Any], line: Mapping[str, Any]) -> list[str]:
    """A guess that was confirmed and a count that was asked are no corrections."""
    other = (line["proof"]["kind"] == "typed" and bool(drug.get("strength"))) or (
        bool(drug.get("code")) and line["code"] != drug["code"]
    )
    wrong = {
        "drug": other,
        "boxes": bool(drug.get("boxes")) and line["boxes"] != drug["boxes"],
        "dose": bool(drug.get("sig")) and not line["sig"] and not other,
    }
    return [field for field, is_wrong in wrong.items() if is_wrong]
