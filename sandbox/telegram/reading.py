"""Reads the parameters of a call as the real server does: what it converts, drops and refuses, in its own words.

On the top level everything is text: "123" is a number, "true", "yes" and "1" are true, and a JSON body's null is the
word "null". Inside objects a number may be a text and a text a number, a boolean is a boolean, null is nothing of them,
and what is not known is not looked at (HttpReader and JsonObject of tdlib/td, Client.cpp of tdlib/telegram-bot-api).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from . import buttons, nested
from .errors import ApiError, bad
from .nested import Misfit

Json = dict[str, Any]
Dropped = list[str]

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
DIGITS = 20  # of a number: more than 64 bits hold is none
_FILES = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")
# An object's or list's name in "can't parse ... JSON object", what goes before an error in it, and what it should be.
OBJECTS = {
    "reply_markup": ("reply keyboard markup", "", "object expected as reply markup"),
    "reply_parameters": ("reply parameters", "", "object expected as reply parameters"),
    "link_preview_options": ("link preview options", "", "object expected as link preview options"),
    "permissions": ("permissions", "can't parse chat permissions: ", "object expected as permissions"),
    "rights": (
        "ChatAdministratorRights",
        "can't parse ChatAdministratorRights: ",
        "can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object",
    ),
    "scope": (
        "BotCommandScope",
        "can't parse BotCommandScope: ",
        "can't parse BotCommandScope: BotCommandScope must be an Object",
    ),
    "menu_button": (
        "menu button",
        "can't parse menu button: ",
        "can't parse menu button: MenuButton must be an Object",
    ),
    "commands": ("commands", "can't parse BotCommand: ", "expected an Array of BotCommand"),
    "prices": ("prices", "can't parse labeled price: ", "expected an Array of labeled prices"),
    "reaction": ("reaction types", "can't parse ReactionType: ", "expected an Array of ReactionType"),
    "media": ("media", "can't parse InputMedia: ", "expected an Array of InputMedia"),
    "message_ids": ("message_ids", "", "expected an Array of message identifiers"),
    "entities": ("entities", "can't parse MessageEntity: ", ""),
    "caption_entities": ("caption_entities", "can't parse MessageEntity: ", ""),
}
IGNORED = ("entities", "caption_entities")  # what is no list of them is not looked at
#: Parameters of older versions that are honoured where the field that took their place is there.
OLD = {
    "reply_to_message_id": "reply_parameters",
    "allow_sending_without_reply": "reply_parameters",
    "disable_web_page_preview": "link_preview_options",
    "thumb": "thumbnail",
}


def missing(field: str) -> ApiError:
    """A required field that is not there."""
    if field in _FILES:
        return bad(f"there is no {field.replace('_', ' ')} in the request")
    return bad(MISSING.get(field, f'parameter "{field}" is required'))


def unknown(spec: Json, raw: Mapping[str, Any]) -> list[str]:
    """Fields that Bot API 10.0 does not know for this method, nor any version before; the trace shows them."""
    return [
        field
        for field in raw
        if field not in spec["fields"] and field != "method" and OLD.get(field) not in spec["fields"]
    ]


def request(spec: Json, raw: Mapping[str, Any], files: Mapping[str, Any], dropped: Dropped | None = None) -> Json:
    """Typed arguments of one call; 400 with the real text when one is missing or wrong.

    What stood in its objects and was not looked at is added to ``dropped``, as "reply_markup.inline_keyboard[0][0].x".
    """
    raw = {**raw, **_of_old(spec, raw, files)}
    out = dropped if dropped is not None else []
    given: Json = {}
    for field, rule in spec["fields"].items():
        value = raw.get(field, "")
        if field in files and "InputFile" in rule["types"]:
            given[field] = files[field]
        elif value != "":
            read = _decode(field, rule["types"], value, out)
            if read is None and rule["required"]:
                raise missing(field)
            given |= {} if read is None else {field: read}
        elif rule["required"] and not (field in raw and field in {"url", "callback_query_id"}):
            raise missing(field)
        elif field in raw and (field == "url" or rule["types"] == ["String"]):
            given[field] = ""
    return given


def _of_old(spec: Json, raw: Mapping[str, Any], files: Mapping[str, Any]) -> Json:
    """The fields of today that older ones stand for; an older one is not looked at beside its new one."""
    fields, found = spec["fields"], dict[str, Any]()
    if "reply_parameters" in fields and "reply_parameters" not in raw:
        wanted = _leading(as_text(raw.get("reply_to_message_id", "")))
        loose = to_bool(raw.get("allow_sending_without_reply", ""))
        if wanted > 0:
            found["reply_parameters"] = {"message_id": wanted, "allow_sending_without_reply": loose}
    no_options = "link_preview_options" in fields and raw.get("link_preview_options", "") == ""
    if no_options and to_bool(raw.get("disable_web_page_preview", "")):
        found["link_preview_options"] = {"is_disabled": True}
    if "thumbnail" in fields and "thumbnail" not in raw and "thumbnail" not in files and raw.get("thumb"):
        found["thumbnail"] = raw["thumb"]
    return found


def as_text(value: Any) -> str:
    """A parameter as the server has it: all of them are texts, in a JSON body those that were none, too."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def to_bool(value: Any) -> bool:
    return as_text(value).strip().lower() in {"true", "yes", "1"}


def _leading(text: str) -> int:
    """The number a text begins with, 0 without one."""
    text = text.strip()
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    end = next((n for n, char in enumerate(digits) if not ("0" <= char <= "9")), len(digits))
    return sign * int(digits[:end] or 0) if end <= DIGITS else 0


def _decode(field: str, types: list[str], value: Any, dropped: Dropped) -> Any:
    """None: as if it had not been given."""
    scalar = _SCALARS.get(types[0])
    if scalar is not None:
        return scalar(field, value, types)
    if types[0] == "InputFile":
        return value if not isinstance(value, str | bool | int | float | None) else as_text(value)
    name, before, kind = OBJECTS.get(field, (field.replace("_", " "), f"can't parse {field.replace('_', ' ')}: ", ""))
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            if field in IGNORED:
                dropped.append(field)
                return None
            raise bad(f"can't parse {name} JSON object") from None
    return _structured(field, types, value, dropped, before, kind)


def _structured(field: str, types: list[str], value: Any, dropped: Dropped, before: str, kind: str) -> Any:
    wanted = list if types[0].startswith("Array of") else dict
    if not isinstance(value, wanted):
        if field in IGNORED:
            dropped.append(field)
            return None
        raise bad(kind or f"{before}expected an {'Array' if wanted is list else 'Object'}")
    try:
        if field == "reply_markup":
            return buttons.markup(value, field, dropped)
        if field == "reply_parameters" and not value:
            return None
        return nested.read(types, value, field, dropped)
    except Misfit as misfit:
        raise bad(before + _lowered(str(misfit))) if not before else bad(f"{before}{misfit}") from None


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _integer(field: str, value: Any, types: list[str]) -> Any:
    """The real server takes the number a text begins with, or 0; words for a number are refused here all the same."""
    text = as_text(value).strip()
    if re.fullmatch(r"[-+]?[0-9]+", text) and len(text) <= DIGITS:
        return int(text)
    if "String" in types:
        return text
    if value is None or text == "null":
        return None
    raise missing(field) if field in MISSING else bad(f'parameter "{field}" must be an integer')


def _float(field: str, value: Any, _types: list[str]) -> float | None:
    if value is None or as_text(value) == "null":
        return None
    try:
        return float(as_text(value))
    except ValueError:
        raise bad(f'parameter "{field}" must be a number') from None


_SCALARS: dict[str, Callable[[str, Any, list[str]], Any]] = {
    "Integer": _integer,
    "Float": _float,
    "Boolean": lambda _field, value, _types: to_bool(value),
    "String": lambda _field, value, _types: as_text(value),
}
