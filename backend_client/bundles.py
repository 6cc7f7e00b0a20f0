"""One step of several resources as transaction Bundles of at most eight entries (contract G3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from backend_client.errors import HospitalError, OutcomeUnknown, RetryLater, Unintelligible
from backend_client.rest import Rest, if_none_exist
from backend_client.server import no_ids
from backend_client.shapes import each, own_path, path_of, word
from backend_client.wire import Json

MOST_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A conditional create by (system, key), or with an id of its own a PUT. ``urn`` is its name inside the step."""

    urn: str
    resource: Json
    system: str = ""
    key: str = ""


def urn(rest: Rest, key: str) -> str:
    """A temporary name that is the same on every attempt."""
    return f"urn:uuid:{rest.codes.uuid('entry|' + key)}"


async def transact(rest: Rest, entries: list[Entry]) -> dict[str, str]:
    """Write them in order and tell ``urn -> Type/id``.

    More than eight go in several transactions; an entry may refer to earlier ones only. Every entry is conditional
    or a PUT, so repeating the whole step after an unknown outcome gives the same resources.
    """
    known: dict[str, str] = {}
    for start in range(0, len(entries), MOST_ENTRIES):
        chunk = entries[start : start + MOST_ENTRIES]
        for entry in chunk:
            if entry.system and not await rest.knows(str(entry.resource["resourceType"]), entry.system, entry.key):
                entry.resource["id"] = rest.own_id(
                    entry.system, entry.key
                )  # cannot be conditional: under an id of ours
        answer = each(await _sent(rest, chunk, known), "entry")
        if len(answer) != len(chunk):
            raise Unintelligible("transaction-answer")
        for entry, reply in zip(chunk, answer, strict=True):
            known[entry.urn] = place = await _where(rest, entry, reply)
            if entry.system:
                rest.remember(entry.system, entry.key, place)
    return known


async def _sent(rest: Rest, chunk: list[Entry], known: dict[str, str]) -> Json:
    """Where a client may not choose ids, what would be PUT is POSTed: the step as a whole was looked up before."""
    if not any("id" in entry.resource for entry in chunk) or not rest.server.ids:
        return await rest.post("", _bundle(rest, chunk, known, rest.server.ids))
    try:
        return await rest.post("", _bundle(rest, chunk, known, True))
    except HospitalError as error:
        if not no_ids(error):
            raise
        try:
            answer = await rest.post("", _bundle(rest, chunk, known, False))
        except RetryLater:
            raise
        except HospitalError:
            raise error from None
        rest.server.ids = False
        return answer


def _bundle(rest: Rest, chunk: list[Entry], known: dict[str, str], ids: bool) -> Json:
    entries = [_entry(rest, entry, known, ids) for entry in chunk]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _entry(rest: Rest, entry: Entry, known: dict[str, str], ids: bool) -> Json:
    resource = cast("Json", named(entry.resource, known))
    kind = str(resource["resourceType"])
    if "id" in resource and not ids:
        return {"fullUrl": entry.urn, "resource": rest.keyed(resource), "request": {"method": "POST", "url": kind}}
    if "id" in resource:
        return {
            "fullUrl": entry.urn,
            "resource": resource,
            "request": {"method": "PUT", "url": f"{kind}/{resource['id']}"},
        }
    create = {"method": "POST", "url": kind, "ifNoneExist": if_none_exist(entry.system, entry.key)}
    return {"fullUrl": entry.urn, "resource": resource, "request": create}


async def _where(rest: Rest, entry: Entry, reply: Json) -> str:
    resource = reply.get("resource")
    if isinstance(resource, dict) and word(resource, "id"):
        return f"{word(resource, 'resourceType')}/{word(resource, 'id')}"
    located = path_of(word(reply, "response", "location"))
    if located:
        return located
    if "id" in entry.resource and rest.server.ids:
        return f"{entry.resource['resourceType']}/{entry.resource['id']}"
    kind = str(entry.resource["resourceType"])
    found = await rest.first(kind, entry.system, entry.key)
    if found is None:  # it was written this moment
        raise OutcomeUnknown("not-seen-yet", kind)
    return own_path(found)


def named(value: Any, known: dict[str, str]) -> Any:
    """``value`` with every reference to a known urn replaced by the resource's real place."""
    if isinstance(value, dict):
        return {key: named(item, known) for key, item in cast("Json", value).items()}
    if isinstance(value, list):
        return [named(item, known) for item in cast("list[Any]", value)]
    return known.get(value, value) if isinstance(value, str) else value
