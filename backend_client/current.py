"""Of several names, telephones, addresses the one that counts: current, official before usual before any other (R4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import cast

from backend_client.shapes import dig, each, word
from backend_client.wire import Json

NAMES = ("official", "usual", "")
PLACES = ("home", "", "work", "temp", "billing")
PHONES = ("mobile", "home", "", "work", "temp")
LAST = ("maiden", "nickname", "anonymous")


def current(found: Sequence[Json], order: Sequence[str]) -> list[Json]:
    """Without old ones, the best first; one whose period has an end only where there is none without."""
    live = [one for one in found if word(one, "use") != "old"]
    return sorted(live, key=lambda one: (bool(word(one, "period", "end")), _rank(word(one, "use"), order)))


def _rank(use: str, order: Sequence[str]) -> int:
    return order.index(use) if use in order else len(order) + (use in LAST)


def name_of(resource: Json) -> str:
    """``text``, or built from its parts: Chinese ones without a space and the family first."""
    said = [_said(one) for one in current(each(resource, "name"), NAMES)]
    return next((one for one in said if one), "")


def _said(name: Json) -> str:
    if text := word(name, "text"):
        return text
    told = dig(name, "given")
    given = [part for part in cast("list[object]", told) if isinstance(part, str)] if isinstance(told, list) else []
    family = word(name, "family")
    if any("CJK" in unicodedata.name(letter, "") for letter in family + "".join(given)):
        return family + "".join(given)
    return " ".join(filter(None, (*given, family)))


def phone_tail(resource: Json) -> str:
    """The last four digits of the telephone that counts, "" without one."""
    phones = [one for one in each(resource, "telecom") if word(one, "system") == "phone"]
    digits = [re.sub(r"\D", "", word(one, "value")) for one in current(phones, PHONES)]
    return next((one[-4:] for one in digits if one), "")


def address_of(resource: Json) -> Json:
    found = current(each(resource, "address"), PLACES)
    return found[0] if found else {}
