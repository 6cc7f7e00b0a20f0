"""The bot about itself: getMe, commands, descriptions, menu button, default rights."""

from __future__ import annotations

import json
import re
from typing import Any

from . import views
from .calls import Call
from .errors import bad
from .records import Json
from .world import World

_COMMAND = re.compile(r"/?([a-z0-9_]{1,32})")
_TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(call: Call) -> Json:
    """getMe."""
    bot = call.world.bot
    return {
        **views.user(call.world, bot.id),
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": bot.private_topics,
        "allows_users_to_create_topics": bot.private_topics,
        "can_manage_bots": False,
    }


def _scope(args: Json) -> str:
    scope = dict(args.get("scope") or {"type": "default"})
    return json.dumps([dict(sorted(scope.items())), args.get("language_code", "")])


def set_my_commands(call: Call) -> bool:
    """setMyCommands: at most 100, each of [a-z0-9_]{1,32} with 1-256 characters of description."""
    commands: list[Json] = []
    if len(call.args["commands"]) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in call.args["commands"]:
        match = _COMMAND.fullmatch(one["command"])
        if not match:
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"].strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({**one, "command": match[1]})
    call.world.bot.commands[_scope(call.args)] = commands
    return _told(call.world)


def commands_for(world: World, chat: int | None = None, lang: str = "") -> list[Json]:
    """What the app's menu of a private chat shows: the narrowest scope, in the person's language or for all.

    Order of "Determining list of commands" (BotCommandScope); without a chat those of the default scope.
    """
    scopes: list[Json] = [{"type": "chat", "chat_id": chat}, {"type": "all_private_chats"}] if chat else []
    for scope in [*scopes, {"type": "default"}]:
        for code in dict.fromkeys((lang.split("-")[0], "")):
            if found := world.bot.commands.get(_scope({"scope": scope, "language_code": code})):
                return found
    return []


def _told(world: World) -> bool:
    world.state.keep(world.bot)
    for person in world.state.people.values():
        world.changed(person=person)
    return True


def get_my_commands(call: Call) -> list[Json]:
    """getMyCommands of exactly that scope and language."""
    return call.world.bot.commands.get(_scope(call.args), [])


def delete_my_commands(call: Call) -> bool:
    """deleteMyCommands."""
    call.world.bot.commands.pop(_scope(call.args), None)
    return _told(call.world)


def _setter(name: str) -> Any:
    def set_text(call: Call) -> bool:
        text = call.args.get(name, "")
        if len(text) > _TEXT_LIMITS[name]:
            raise bad(f"BOT_{name.upper()}_TOO_LONG")
        call.world.bot.texts[f"{name}/{call.args.get('language_code', '')}"] = text
        if name == "name" and text and not call.args.get("language_code"):
            call.world.bot.name = text
        call.world.state.keep(call.world.bot)
        return True

    return set_text


def _getter(name: str) -> Any:
    def get_text(call: Call) -> Json:
        texts = call.world.bot.texts
        default = call.world.bot.name if name == "name" else ""
        own = texts.get(f"{name}/{call.args.get('language_code', '')}")
        return {name: own or texts.get(f"{name}/", "") or default}

    return get_text


def set_chat_menu_button(call: Call) -> bool:
    """setChatMenuButton for one private chat or for all."""
    call.world.bot.menu[str(call.args.get("chat_id", 0))] = call.args.get("menu_button", {"type": "default"})
    call.world.state.keep(call.world.bot)
    return True


def get_chat_menu_button(call: Call) -> Json:
    """getChatMenuButton."""
    menu = call.world.bot.menu
    return menu.get(str(call.args.get("chat_id", 0))) or menu.get("0") or {"type": "commands"}


def set_default_rights(call: Call) -> bool:
    """setMyDefaultAdministratorRights."""
    call.world.bot.rights[str(bool(call.args.get("for_channels")))] = call.args.get("rights")
    call.world.state.keep(call.world.bot)
    return True


def get_default_rights(call: Call) -> Json:
    """getMyDefaultAdministratorRights."""
    none = {"is_anonymous": False, **dict.fromkeys(views.RIGHTS, False)}
    return call.world.bot.rights.get(str(bool(call.args.get("for_channels")))) or none


METHODS: dict[str, Any] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{word}": _setter(name) for word, name in (("Name", "name"), ("Description", "description"))},
    **{f"getMy{word}": _getter(name) for word, name in (("Name", "name"), ("Description", "description"))},
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyDefaultAdministratorRights": set_default_rights,
    "getMyDefaultAdministratorRights": get_default_rights,
}
