"""The updates that come a thousand times a day, read as they are: words, pictures and presses (ADR 49).

What has more to it than these is python-telegram-bot's to read (incoming.py), and so is what is not well formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messenger.limits import straight
from bot.model import Body, Photographed, Pressed, Said, Spot

# Keys of a Message (Bot API) beside which nothing else tells how it is meant: with another one it is not read here.
SIMPLE = {"message_id", "from", "chat", "date", "text", "entities", "photo", "caption", "caption_entities",
          "media_group_id"}  # fmt: skip


def read(raw: Mapping[str, Any]) -> Body | None:
    """What somebody said, showed or pressed; None where it is not as simple as that. Raises where it is malformed."""
    if query := raw.get("callback_query"):
        return _press(query)
    message = raw.get("message")
    if not message or not message.keys() <= SIMPLE or message["chat"]["type"] != "private" or message["from"]["is_bot"]:
        return None
    spot = _spot(message["chat"], message["from"])
    if text := message.get("text"):
        return Said(spot, message["message_id"], straight(text))
    return _photo(message, spot) if message.get("photo") else None


def _photo(message: Mapping[str, Any], spot: Spot) -> Photographed:
    best = max(message["photo"], key=lambda size: size["width"] * size["height"])
    return Photographed(
        spot,
        message["message_id"],
        best["file_id"],
        best["file_unique_id"],
        best.get("file_size") or 0,
        best["width"],
        best["height"],
        message.get("media_group_id") or "",
        straight(message.get("caption") or ""),
    )


def _press(query: Mapping[str, Any]) -> Pressed | None:
    """A message that is too old is known by its chat and id only (Bot API: InaccessibleMessage, date 0)."""
    message, data = query.get("message"), query.get("data")
    if not message or data is None:
        return None
    in_topic = message["date"] and message.get("is_topic_message")
    spot = _spot(message["chat"], query["from"], message["message_thread_id"] if in_topic else None)
    return Pressed(spot, message["message_id"], data, query["id"])


def _spot(chat: Mapping[str, Any], who: Mapping[str, Any], thread: int | None = None) -> Spot:
    name = f"{who['first_name']} {who['last_name']}" if who.get("last_name") else who["first_name"]
    return Spot(chat["id"], who["id"], thread, who.get("language_code") or "", straight(name))
