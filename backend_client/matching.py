"""Whether a match is one: a server may not know a parameter and give back everything, somebody else's too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from backend_client.errors import Unintelligible
from backend_client.shapes import each, ms, path_of, word
from backend_client.wire import Json

CONCEPTS: Mapping[str, str] = {
    "code": "code", "role": "code", "type": "type", "category": "category", "business-status": "businessStatus",
}  # fmt: skip
WORDS: Mapping[str, str] = {"status": "status", "intent": "intent", "url": "url", "_id": "id"}
REFERENCES: Mapping[str, Sequence[str]] = {
    "patient": ("patient", "subject", "for", "beneficiary"),
    "subject": ("subject",),
    "beneficiary": ("beneficiary",),
    "request": ("request",),
    "prescription": ("authorizingPrescription", "prescription"),
    "implicated": ("implicated",),
    "organization": ("organization",),
    "target": ("target",),
    "focus": ("focus",),
}

#: Whoever answers with one of these that was not asked answers with fewer.
CHOOSING = frozenset({"identifier", "name", "_lastUpdated", *CONCEPTS, *WORDS, *REFERENCES})

DATES: Mapping[str, Sequence[str]] = {
    "_lastUpdated": ("meta", "lastUpdated"), "whenhandedover": ("whenHandedOver",), "authoredon": ("authoredOn",),
}  # fmt: skip
DAY_MS, SECOND_MS = 86_400_000, 1000


def fits(resource: Json, asked: Iterable[tuple[str, str]]) -> bool:
    """By what can be seen on the resource; a parameter that nobody here knows is taken as kept."""
    return all(_fits(resource, name, _values(value)) for name, value in asked)


def _values(text: str) -> list[str]:
    """The alternatives of a search value (R4 search.html#escaping), still escaped."""
    return re.split(r"(?<!\\),", text)


def _plain(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _fits(resource: Json, name: str, wanted: list[str]) -> bool:
    if name == "identifier":
        have = [(word(one, "system"), word(one, "value")) for one in _list(resource.get("identifier"))]
        return any(_token(one, have) for one in wanted)
    if name in CONCEPTS:
        concepts = _list(resource.get(CONCEPTS[name]))
        have = [(word(one, "system"), word(one, "code")) for concept in concepts for one in each(concept, "coding")]
        return any(_token(one, have) for one in wanted)
    if name == "url" and resource.get("resourceType") == "Subscription":
        return word(resource, "channel", "endpoint") in map(_plain, wanted)
    if name in DATES:
        return any(_since(word(resource, *DATES[name]), one) for one in wanted)
    if name in WORDS:
        return word(resource, WORDS[name]) in map(_plain, wanted)
    if name in REFERENCES:
        found = [one for element in REFERENCES[name] for one in _list(resource.get(element))]
        return not found or bool({path_of(word(one, "reference")) for one in found} & set(map(path_of, wanted)))
    return True


def _token(wanted: str, have: Iterable[tuple[str, str]]) -> bool:
    system, bar, value = (
        (_plain(part) for part in re.split(r"(?<!\\)(\|)", wanted, maxsplit=1))
        if "|" in wanted
        else ("", "", _plain(wanted))
    )
    return any((not bar or system == its) and value in ("", of) for its, of in have)


def _since(have: str, wanted: str) -> bool:
    """``ge`` is all that is asked here. At the precision there is: a day has zones, a stamp may be of whole seconds."""
    if not have or not wanted.startswith("ge"):
        return True
    since = wanted.removeprefix("ge")
    try:
        return ms(have) + (SECOND_MS if "T" in have and "T" in since else DAY_MS) >= ms(since)
    except Unintelligible:
        return True


def _list(value: Any) -> list[Json]:
    found = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [cast("Json", one) for one in found if isinstance(one, dict)]
