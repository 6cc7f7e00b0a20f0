"""Reactions the bot sets; those of people are in people.py."""

from __future__ import annotations

from typing import Any

from . import access
from .calls import Call
from .errors import bad

# The emoji that the documentation of ReactionTypeEmoji lists; others are refused.
LISTED = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 "
    "🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 "
    "🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ "
    "💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡 "
)
REACTIONS = frozenset(LISTED.split())


def set_message_reaction(call: Call) -> bool:
    """setMessageReaction: a bot may set at most one, and none of its own reactions reaches it as an update."""
    place = access.member_chat(call.world, call.args["chat_id"])
    record = access.message(call.world, place, call.args["message_id"], "message to react not found")
    wanted = call.args.get("reaction") or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one["type"] != "emoji" or one["emoji"].replace("\ufe0f", "") not in REACTIONS for one in wanted):
        raise bad("REACTION_INVALID")
    record.reactions[call.world.bot.id] = wanted
    call.world.touched(record)
    return True


METHODS: dict[str, Any] = {"setMessageReaction": set_message_reaction}
