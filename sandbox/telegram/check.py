"""The table of Bot API 10.0, and the check of every answer and update against it. Requests are read in reading.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import ApiError

TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("bot-api-10.0.json").read_text("utf-8"))
#: Fields of newer versions that clients on them cannot do without, by hand: type -> field (Bot API 10.2).
LATER = {"ChatMemberAdministrator": "can_send_welcome_messages", "ChatAdministratorRights": "can_send_welcome_messages"}
for _type, _field in LATER.items():
    TABLE["types"][_type]["fields"][_field] = {"types": ["Boolean"], "required": False}
METHODS: dict[str, Any] = {name.lower(): {"name": name, **spec} for name, spec in TABLE["methods"].items()}
RENAMED = {"kickchatmember": "banchatmember", "getchatmemberscount": "getchatmembercount"}  # the old names are honoured

Check = Callable[[Any], None]


class Misfit(Exception):
    """A value is not of its type; the text is 'path: what is wrong'."""


def _number(value: Any) -> None:
    if type(value) is not int and type(value) is not float:
        raise Misfit("must be a number")


def _exact(kind: type, word: str) -> Check:
    def check(value: Any) -> None:
        if type(value) is not kind:
            raise Misfit(f"must be {word}")

    return check


PLAIN: dict[str, Check] = {
    "Integer": _exact(int, "an integer"),
    "String": _exact(str, "a string"),
    "Boolean": _exact(bool, "a boolean"),
    "Float": _number,
    "InputFile": lambda _value: None,
}
_compiled: dict[str, Check] = {}


def of(name: str) -> Check:
    """The check of a type by its name in the documentation, e.g. 'Array of MessageEntity'."""
    if name not in _compiled:
        _compiled[name] = _compile(name)
    return _compiled[name]


def _compile(name: str) -> Check:
    if name in PLAIN:
        return PLAIN[name]
    if name.startswith("Array of "):
        return _array(name.removeprefix("Array of "))
    spec = TABLE["types"][name]
    return any_of(spec["subtypes"]) if spec.get("subtypes") else _object(name, spec["fields"])


def _array(item: str) -> Check:
    def check(value: Any) -> None:
        if type(value) is not list:
            raise Misfit("must be an array")
        one = of(item)
        for index, element in enumerate(value):
            try:
                one(element)
            except Misfit as misfit:
                raise Misfit(f"[{index}]{_tail(misfit)}") from None

    return check


def _object(name: str, fields: dict[str, Any]) -> Check:
    required = [field for field, spec in fields.items() if spec["required"]]
    checks: dict[str, Check] = {}

    def check(value: Any) -> None:
        if type(value) is not dict:
            raise Misfit(f"must be a {name} object")
        for field in required:
            if field not in value:
                raise Misfit(f'Can\'t find field "{field}"')
        for field, inner in value.items():
            one = checks.get(field)
            if one is None:
                one = checks[field] = _field(name, fields, field)
            try:
                one(inner)
            except Misfit as misfit:
                raise Misfit(f".{field}{_tail(misfit)}") from None

    return check


def _field(name: str, fields: dict[str, Any], field: str) -> Check:
    if field not in fields:
        raise Misfit(f'{name} has no field "{field}"')
    return any_of(fields[field]["types"])


def _tail(misfit: Misfit) -> str:
    text = str(misfit)
    return text if text[0] in ".[" else f": {text}"


def any_of(names: list[str]) -> Check:
    """Fits when one of the types fits; the last misfit is told."""
    if len(names) == 1:
        return lambda value: of(names[0])(value)

    def check(value: Any) -> None:
        misfits: list[Misfit] = []
        for name in names:
            try:
                return of(name)(value)
            except Misfit as misfit:
                misfits.append(misfit)
        raise max(misfits, key=lambda misfit: len(str(misfit)))

    return check


def method(name: str) -> dict[str, Any]:
    """The table row of a method in any case; 404 for one that Bot API 10.0 does not have."""
    spec = METHODS.get(RENAMED.get(name.lower(), name.lower()))
    if spec is None:
        raise ApiError(404, "Not Found")
    return spec


def answer(spec: dict[str, Any], result: Any) -> None:
    """Misfit when the sandbox is about to answer something Bot API 10.0 does not allow."""
    any_of(spec["returns"])(result)


def update(body: dict[str, Any]) -> None:
    """Misfit when an update does not fit the type Update."""
    of("Update")(body)
