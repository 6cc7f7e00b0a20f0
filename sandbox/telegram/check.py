"""Checks every request and every answer against the table of Bot API 10.0. Knows types, not behaviour."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .errors import ApiError, bad

TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("bot-api-10.0.json").read_text("utf-8"))
#: Fields of newer versions that clients on them cannot do without, by hand: type -> field (Bot API 10.2).
LATER = {"ChatMemberAdministrator": "can_send_welcome_messages", "ChatAdministratorRights": "can_send_welcome_messages"}
for _type, _field in LATER.items():
    TABLE["types"][_type]["fields"][_field] = {"types": ["Boolean"], "required": False}
METHODS: dict[str, Any] = {name.lower(): {"name": name, **spec} for name, spec in TABLE["methods"].items()}

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
    if name == "KeyboardButton":
        whole = _object(name, spec["fields"])
        return lambda value: None if type(value) is str else whole(value)  # "String can be used instead of this object"
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


# What the real server says when a required field is missing or of no use.
MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "text": "message text is empty",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "message_thread_id": "invalid message thread identifier specified",
    "file_id": "file_id is not specified",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
_FILES = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")


def _missing(field: str) -> ApiError:
    if field in _FILES:
        return bad(f"there is no {field.replace('_', ' ')} in the request")
    return bad(MISSING.get(field, f'parameter "{field}" is required'))


def method(name: str) -> dict[str, Any]:
    """The table row of a method in any case; 404 for one that Bot API 10.0 does not have."""
    spec = METHODS.get(name.lower())
    if spec is None:
        raise ApiError(404, "Not Found")
    return spec


def request(spec: dict[str, Any], raw: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:
    """Typed arguments of one call: strings of a form become numbers, booleans and objects.

    Unknown fields are dropped, as the real server does. 400 with the real text when one is missing or wrong.
    """
    given: dict[str, Any] = {}
    for field, rule in spec["fields"].items():
        value = raw.get(field)
        if field in files and "InputFile" in rule["types"]:
            given[field] = files[field]
        elif value is not None and value != "":
            given[field] = _decode(field, rule["types"], value)
        elif rule["required"] and not (value == "" and field in {"url", "callback_query_id"}):
            raise _missing(field)
        elif value == "":
            given[field] = ""
    return {field: value for field, value in given.items() if value != "" or field == "url" or _is_text(spec, field)}


def _is_text(spec: dict[str, Any], field: str) -> bool:
    return spec["fields"][field]["types"] == ["String"]


def _decode(field: str, types: list[str], value: Any) -> Any:
    first = types[0]
    if first in _DECODE and type(value) in (str, int, float, bool):
        return _DECODE[first](field, value, types)
    if first == "InputFile":
        return value
    if type(value) is str:
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {field.replace('_', ' ')} JSON object") from None
    try:
        any_of(types)(value)
    except Misfit as misfit:
        raise bad(_parse_text(field, str(misfit))) from None
    return value


def _parse_text(field: str, why: str) -> str:
    if field == "reply_markup" and "inline_keyboard" in why:
        return f"can't parse inline keyboard button: {why.rsplit(': ', 1)[-1]}"
    return f"can't parse {field.replace('_', ' ')}: {why.lstrip('.')}"


def _integer(field: str, value: Any, types: list[str]) -> Any:
    try:
        return int(value)
    except ValueError:
        if "String" in types:
            return str(value)
        raise _missing(field) if field in MISSING else bad(f'parameter "{field}" must be an integer') from None


def _float(field: str, value: Any, _types: list[str]) -> float:
    try:
        return float(value)
    except ValueError:
        raise bad(f'parameter "{field}" must be a number') from None


def _boolean(_field: str, value: Any, _types: list[str]) -> bool:
    return value if type(value) is bool else str(value).lower() in {"true", "yes", "1"}


def _text(_field: str, value: Any, _types: list[str]) -> str:
    return value if type(value) is str else json.dumps(value)


_DECODE: dict[str, Callable[[str, Any, list[str]], Any]] = {
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "String": _text,
}


def unknown(spec: dict[str, Any], raw: Mapping[str, Any]) -> list[str]:
    """Fields that Bot API 10.0 does not know for this method; the trace shows them."""
    return [field for field in raw if field not in spec["fields"] and field != "method"]


def answer(spec: dict[str, Any], result: Any) -> None:
    """Misfit when the sandbox is about to answer something Bot API 10.0 does not allow."""
    any_of(spec["returns"])(result)


def update(body: dict[str, Any]) -> None:
    """Misfit when an update does not fit the type Update."""
    of("Update")(body)
