"""What a resource must be to be stored: type, id, coded statuses, dates, references. No SQL, no HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.hospital.codes import ALLOWED, REQUIRED
from sandbox.hospital.entries import elements, entries, local, references
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.params import PARAMS

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_ABSOLUTE = re.compile(r"(https?://|urn:oid:)\S+", re.ASCII)


def known_type(type_: str) -> str:
    """The type itself; Refused(404) if this server has no such type."""
    if type_ not in PARAMS:
        raise Refused(404, "not-supported", f"no resource type {type_[:64]!r} here")
    return type_


def good_id(id_: str) -> str:
    """The id itself; Refused(404) if it is none (FHIR R4 datatypes.html#id)."""
    if not _ID.fullmatch(id_):
        raise Refused(404, "not-found", "an id is 1-64 letters, digits, '-' and '.'")
    return id_


def well_formed(resource: Any, type_: str) -> dict[str, Any]:
    """A resource of that type with legal codes and dates; Refused(400 or 422) otherwise."""
    if not isinstance(resource, dict):
        raise Refused(400, "structure", "the body is not a JSON object")
    if resource.get("resourceType") != type_:
        raise Refused(400, "invalid", f"resourceType is not {type_}", "resourceType")
    if not isinstance(resource.get("meta", {}), dict):
        raise Refused(422, "structure", "meta is not an object", f"{type_}.meta")
    _codes(resource, type_, REQUIRED, needed=True)
    _codes(resource, type_, ALLOWED, needed=False)
    try:
        entries(resource)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(422, "value", f"cannot be indexed: {error}", type_) from None
    return resource


def targets_exist(resource: Mapping[str, Any], exists: Callable[[str, str], bool]) -> None:
    """Refused(422) if a reference points at nothing here; #contained and absolute URLs are taken as they are."""
    contained = {f"#{part.get('id')}" for part in resource.get("contained", []) if isinstance(part, dict)}
    for where, text in references(resource):
        target = local(text)
        if target and target[0] in PARAMS and exists(*target):
            continue
        if text in contained or text == "#" or _ABSOLUTE.fullmatch(text):
            continue
        place = f"{resource['resourceType']}.{where}"
        raise Refused(422, "not-found", f"reference {text[:100]!r} points at nothing here", place)


def _codes(resource: Mapping[str, Any], type_: str, table: Mapping[str, frozenset[str]], *, needed: bool) -> None:
    for path, codes in table.items():
        name, _, rest = path.partition(".")
        if name != type_:
            continue
        found = list(elements(resource, rest.split(".")))
        if needed and not found and "." not in rest:
            raise Refused(422, "required", f"{path} is missing", path)
        for code in found:
            if code not in codes:
                raise Refused(422, "code-invalid", f"{code!r} is not one of {', '.join(sorted(codes))}", path)
