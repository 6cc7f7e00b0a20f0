"""One page of a search: what is a match, and where the next one may be."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl, urlsplit

from backend_client.errors import Unintelligible
from backend_client.shapes import each, word
from backend_client.wire import Json

MOST_ENTRIES = 10_000  # on one page


def resources(bundle: Json, kind: str) -> list[Json]:
    """The matches of one page. A 200 that is no searchset is Unintelligible, never "nobody"."""
    given, entries = cast("list[object]", bundle.get("entry", [])), each(bundle, "entry")
    whole = isinstance(given, list) and len(given) == len(entries)  # pyright: ignore[reportUnnecessaryIsInstance]
    if bundle.get("resourceType") != "Bundle" or not whole:
        raise Unintelligible("no-searchset", word(bundle, "resourceType"))
    if len(entries) > MOST_ENTRIES:
        raise Unintelligible("too-many", kind)
    found = [cast("Json", entry["resource"]) for entry in entries if isinstance(entry.get("resource"), dict)]
    matches = [item for item in found if item.get("resourceType") == kind]
    if not all(word(item, "id") for item in matches):
        raise Unintelligible("no-id", kind)
    return matches


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
