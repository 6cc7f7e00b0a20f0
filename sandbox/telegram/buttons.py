"""Reads a reply markup as the real server does (get_reply_markup in Client.cpp): the first thing that a button does is
what it does, the rest is not looked at, old names are honoured."""

from __future__ import annotations

from typing import Any

from .nested import Json, Misfit, boolean, field, read, required, text

# In this order; the first that is there makes the button. url and callback_data count only when they are not empty.
ACTIONS: dict[str, str] = {
    "url": "String",
    "callback_data": "String",
    "callback_game": "CallbackGame",
    "pay": "Boolean",
    "switch_inline_query": "String",
    "switch_inline_query_chosen_chat": "SwitchInlineQueryChosenChat",
    "switch_inline_query_current_chat": "String",
    "login_url": "LoginUrl",
    "web_app": "WebAppInfo",
    "copy_text": "CopyTextButton",
}
ASKS = {
    "request_poll": "KeyboardButtonPollType",
    "web_app": "WebAppInfo",
    "request_users": "KeyboardButtonRequestUsers",
    "request_chat": "KeyboardButtonRequestChat",
    "request_managed_bot": "KeyboardButtonRequestManagedBot",
}
LOOKS = ("style", "icon_custom_emoji_id")
SHOWN = ("resize_keyboard", "one_time_keyboard", "is_persistent")


def markup(value: Json, at: str, dropped: list[str]) -> Json | None:
    """A keyboard for the chat, buttons for the message, a removal or a forced reply; None when it is none of them."""
    rows = _rows(value, "keyboard", f"{at}.keyboard", dropped)
    below = _rows(value, "inline_keyboard", f"{at}.inline_keyboard", dropped)
    flags = {
        name: field(value, name, boolean, False)
        for name in (
            *("hide_keyboard", "remove_keyboard", "personal_keyboard", "selective", "force_reply_keyboard"),
            "force_reply",
        )
    }
    hint = field(value, "input_field_placeholder", text, "")
    more: Json = {"selective": True} if flags["selective"] or flags["personal_keyboard"] else {}
    hinted: Json = {"input_field_placeholder": hint} if hint else {}
    known = {*flags, "keyboard", "inline_keyboard", "input_field_placeholder", *SHOWN}
    dropped += [f"{at}.{name}" for name in value if name not in known]
    if rows:
        shown = {name: True for name in SHOWN if field(value, name, boolean, False)}
        return {"keyboard": rows, **shown, **more, **hinted}
    if below:
        return {"inline_keyboard": below}
    if flags["hide_keyboard"] or flags["remove_keyboard"]:
        return {"remove_keyboard": True, **more}
    if flags["force_reply"] or flags["force_reply_keyboard"]:
        return {"force_reply": True, **more, **hinted}
    return None


def _rows(value: Json, name: str, at: str, dropped: list[str]) -> list[list[Json]]:
    if name not in value:
        return []
    rows, inline = value[name], name == "inline_keyboard"
    if not isinstance(rows, list):
        raise Misfit(f'Field "{name}" must be of type Array')
    found: list[list[Json]] = []
    for y, row in enumerate(rows):
        if not isinstance(row, list):
            of = " of the InlineKeyboardMarkup" if inline else ""
            raise Misfit(f'Field "{name}"{of} must be an Array of Arrays')
        try:
            make = _inline if inline else _key
            found.append([make(one, f"{at}[{y}][{x}]", dropped) for x, one in enumerate(row)])
        except Misfit as misfit:
            raise Misfit(f"Can't parse {'inline keyboard' if inline else 'keyboard'} button: {misfit}") from None
    return found


def _inline(value: Any, at: str, dropped: list[str]) -> Json:
    if not isinstance(value, dict):
        raise Misfit("InlineKeyboardButton must be an Object")
    made: Json = {"text": required(value, "text", text), **_looks(value)}
    for action, kind in ACTIONS.items():
        if action not in value:
            continue
        if action in {"url", "callback_data"} and field(value, action, text) == "":
            continue
        made[action] = _does(value, action, kind, f"{at}.{action}", dropped)
        dropped += [f"{at}.{name}" for name in value if name not in made]
        return made
    raise Misfit("Text buttons are unallowed in the inline keyboard")


def _does(value: Json, action: str, kind: str, at: str, dropped: list[str]) -> Any:
    """For pay and callback_game it is enough to be there."""
    if action in {"pay", "callback_game"}:
        return True if action == "pay" else {}
    return field(value, action, lambda one: read([kind], one, at, dropped))


def _key(value: Any, at: str, dropped: list[str]) -> Json:
    if isinstance(value, str):
        return {"text": value}
    if not isinstance(value, dict):
        raise Misfit("KeyboardButton must be a String or an Object")
    made: Json = {"text": required(value, "text", text), **_looks(value)}
    number = [field(value, name, boolean, False) for name in ("request_phone_number", "request_contact")]
    if any(number):
        made["request_contact"] = True
    elif field(value, "request_location", boolean, False):
        made["request_location"] = True
    else:
        asked = next((name for name in ASKS if name in value), None)
        if asked:
            made[asked] = field(value, asked, lambda one: read([ASKS[asked]], one, f"{at}.{asked}", dropped))
    known = {*made, "request_phone_number", "request_contact", "request_location"}
    dropped += [f"{at}.{name}" for name in value if name not in known]
    return made


def _looks(value: Json) -> Json:
    return {name: field(value, name, text) for name in LOOKS if name in value}
