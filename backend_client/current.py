"""Of several names, telephones, addresses the one that counts: current, official before usual before any other (R4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import cast

from backend_client.shapes import dig, each, extended, word
from backend_client.translations import names_of
from backend_client.wire import Json

NAMES = ("official", "usual", "")
PLACES = ("home", "", "work", "temp", "billing")
PHONES = ("mobile", "home", "", "work", "temp")
LAST = ("maiden", "nickname", "anonymous")
LATIN = "en"  # of which language a name in Latin letters counts as
#: In which script a HumanName is written (FHIR extension iso21090-EN-representation): IDE, SYL or ABC.
WRITTEN = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"


def current(found: Sequence[Json], order: Sequence[str]) -> list[Json]:
    """Without old ones, the best first; one whose period has an end only where there is none without."""
    live = [one for one in found if word(one, "use") != "old"]
    return sorted(live, key=lambda one: _place(one, order))


def _place(one: Json, order: Sequence[str]) -> tuple[bool, int]:
    return bool(word(one, "period", "end")), _rank(word(one, "use"), order)


def _rank(use: str, order: Sequence[str]) -> int:
    return order.index(use) if use in order else len(order) + (use in LAST)


def name_of(resource: Json) -> str:
    """``text``, or built from its parts: Chinese ones without a space and the family first."""
    return _said(_counts(resource))


def other_names(resource: Json) -> dict[str, str]:
    """Language tag -> the same name in another script: a translation of its ``text`` (FHIR R4 languages.html), or
    another current name of hers in Latin letters (extension iso21090-EN-representation ABC, or none and written so).
    """
    counts = _counts(resource)
    own = _said(counts)
    latin = "" if _latin(counts) else next((_said(one) for one in _names(resource) if _beside(one)), "")
    found = {LATIN: latin, **names_of(counts, "text")}
    return {tag: name for tag, name in found.items() if name and name != own}


def _counts(resource: Json) -> Json:
    nothing: Json = {}
    return next((one for one in _names(resource) if _said(one)), nothing)


def _names(resource: Json) -> list[Json]:
    """The best first; of two of one use the one in the script of the place before how it is spelled."""
    found = current(each(resource, "name"), NAMES)
    return sorted(found, key=lambda one: (*_place(one, NAMES), extended(one, WRITTEN) in ("ABC", "SYL")))


def _beside(name: Json) -> bool:
    """Hers today, no nickname, in Latin letters."""
    return bool(_said(name)) and word(name, "use") in NAMES and not word(name, "period", "end") and _latin(name)


def _latin(name: Json) -> bool:
    written, letters = extended(name, WRITTEN), [one for one in _said(name) if one.isalpha()]
    return written == "ABC" or (written is None and all("LATIN" in unicodedata.name(one, "") for one in letters))


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
