"""What a resource must be to be stored: type, id, shape, codes, references. No SQL, no HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.hospital import structure
from sandbox.hospital.codes import CODES, TARGETS
from sandbox.hospital.entries import elements, local, references
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.params import PARAMS

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_ABSOLUTE = re.compile(r"(https?://|urn:oid:)\S+", re.ASCII)
_INDEX = re.compile(r"\[\d+\]")


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
    """A resource of that type in the shape of R4 with legal codes; Refused(400 or 422) otherwise."""
    if not isinstance(resource, dict):
        raise Refused(400, "structure", "the body is not a JSON object")
    if resource.get("resourceType") != type_:
        raise Refused(400, "invalid", f"resourceType is not {type_}", "resourceType")
    structure.check(resource)
    if type_ == "Binary":
        structure.check_binary(resource)
    for path, codes in CODES.items():
        name, _, rest = path.partition(".")
        for code in elements(resource, rest.split(".")) if name == type_ else ():
            if code not in codes:
                raise Refused(422, "code-invalid", f"{code!r} is not one of {', '.join(sorted(codes))}", path)
    return resource


def good_references(resource: Mapping[str, Any], exists: Callable[[str, str], bool]) -> None:
    """Refused(422) if a reference points at nothing here or at a type that it may not point at.

    #contained and absolute URLs are taken as they are.
    """
    contained = {f"#{part.get('id')}" for part in resource.get("contained", [])}
    for where, text in references(resource):
        place = f"{resource['resourceType']}.{where}"
        target = local(text)
        if target and target[0] in PARAMS and exists(*target):
            _permitted(place, target[0])
        elif text not in contained and text != "#" and not _ABSOLUTE.fullmatch(text):
            raise Refused(422, "not-found", f"reference {text[:100]!r} points at nothing here", place)


def _permitted(place: str, type_: str) -> None:
    path = _INDEX.sub("", place)
    allowed = TARGETS.get(path) or TARGETS.get(f"*.{path.rpartition('.')[2]}")
    if allowed and type_ not in allowed:
        raise Refused(422, "invalid", f"cannot refer to a {type_}, only to {' or '.join(allowed)}", place)
