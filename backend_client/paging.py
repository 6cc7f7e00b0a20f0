"""One page of a search: what is a match, and where the next one may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from backend_client.errors import Unintelligible
from backend_client.matching import CHOOSING
from backend_client.shapes import each, word
from backend_client.wire import Json

MOST_ENTRIES = 10_000  # on one page


def resources(bundle: Json, kind: str, *, unnamed: bool = False) -> list[Json]:
    """The matches of one page. A 200 that is no searchset is Unintelligible, never "nobody".

    ``unnamed``: with those that have no id, which whoever reads a list leaves out.
    """
    given, entries = cast("list[object]", bundle.get("entry", [])), each(bundle, "entry")
    whole = isinstance(given, list) and len(given) == len(entries)  # pyright: ignore[reportUnnecessaryIsInstance]
    if bundle.get("resourceType") != "Bundle" or not whole:
        raise Unintelligible("no-searchset", word(bundle, "resourceType"))
    if len(entries) > MOST_ENTRIES:
        raise Unintelligible("too-many", kind)
    found = [cast("Json", entry["resource"]) for entry in entries if isinstance(entry.get("resource"), dict)]
    matches = [item for item in found if item.get("resourceType") == kind]
    if not unnamed and not all(word(item, "id") for item in matches):
        raise Unintelligible("no-id", kind)
    return matches


def told(kind: str, bundle: Json, asked: Sequence[tuple[str, str]]) -> int:
    """How many there are in all, as the first page says, 0 = it does not say.

    Unintelligible where ``self`` says that something else was answered than asked, or less. Words of the server's own,
    and those that it left out, mean nothing: what is too much is left out here.
    """
    url = next((word(item, "url") for item in each(bundle, "link") if item.get("relation") == "self"), "")
    wanted = {name: _tails(value) for name, value in asked}
    for name, value in parse_qsl(urlsplit(url).query):
        plain = name.partition(":")[0]
        if plain in wanted and _tails(value) != wanted[plain]:
            raise Unintelligible("another-answer", kind)
        if plain not in wanted and plain in CHOOSING:
            raise Unintelligible("another-answer", kind)
    total = bundle.get("total")
    return total if isinstance(total, int) else 0


def _tails(value: str) -> set[str]:
    """Servers write a value back in their own way: with or without its system, its base, in another order."""
    return {part.rpartition("|")[2].rpartition("/")[2] for part in value.split(",")}


def taken(bundle: Json, *untold: str) -> set[str]:
    """The parameters that the server took into account, as its ``self`` tells; ``untold`` where it tells nothing."""
    url = next((word(item, "url") for item in each(bundle, "link") if item.get("relation") == "self"), "")
    return {name.partition(":")[0] for name, _ in parse_qsl(urlsplit(url).query)} or {*untold}


def origin(url: str) -> tuple[str, str, int | None]:
    """RFC 6454: scheme, host and port, however they are written."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError as error:
        raise Unintelligible("foreign-page") from error
