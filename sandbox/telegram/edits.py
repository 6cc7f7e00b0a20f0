"""Changing what the bot has sent: text, caption, media, buttons, a live location."""

from __future__ import annotations

from typing import Any

from . import access, keyboards, media, posting, views
from .calls import Call
from .errors import bad
from .formatting import caption_content, text_content
from .messages import location
from .records import Chat, Json, Message
from .world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _editable(call: Call) -> tuple[Chat, Message]:
    if "message_id" not in call.args:
        raise bad("message identifier is not specified")
    if "chat_id" not in call.args:
        raise bad("chat_id is empty")
    place = access.member_chat(call.world, call.args["chat_id"])
    return place, access.own_message(call.world, place, call.args["message_id"])


def _edited(world: World, record: Message, content: Json, markup: Json | None) -> Json:
    if record.content == content and record.markup == markup:
        raise bad(NOT_MODIFIED)
    silent = record.content == content
    record.markup = markup
    posting.change(world, record, content, silent)
    return views.message(world, record)


def edit_message_text(call: Call) -> Json:
    """editMessageText; without reply_markup the buttons go."""
    _, record = _editable(call)
    if "text" not in record.content:
        raise bad("there is no text in the message to edit")
    markup = keyboards.inline(call.args.get("reply_markup"))
    return _edited(call.world, record, text_content(call.world, call.args), markup)


def edit_message_caption(call: Call) -> Json:
    """editMessageCaption."""
    _, record = _editable(call)
    kept = {name: value for name, value in record.content.items() if "caption" not in name}
    if media.kind_of(record.content) is None:
        raise bad("there is no caption in the message to edit")
    content = kept | caption_content(call.world, call.args)
    return _edited(call.world, record, content, keyboards.inline(call.args.get("reply_markup")))


def edit_message_reply_markup(call: Call) -> Json:
    """editMessageReplyMarkup."""
    _, record = _editable(call)
    markup = keyboards.inline(call.args.get("reply_markup"), invoice="invoice" in record.content)
    return _edited(call.world, record, record.content, markup)


async def edit_message_media(call: Call) -> Json:
    """editMessageMedia; a text message may become one with media."""
    _, record = _editable(call)
    if "text" not in record.content and media.kind_of(record.content) is None:
        raise bad("message can't be edited")
    content = await media.from_input(call, call.args["media"])
    if record.album and media.kind_of(content) != media.kind_of(record.content):
        raise bad("message media can't be edited to a different type in an album")
    return _edited(call.world, record, content, keyboards.inline(call.args.get("reply_markup")))


def edit_live_location(call: Call) -> Json:
    """editMessageLiveLocation."""
    _, record = _editable(call)
    if "location" not in record.content:
        raise bad("message can't be edited")
    return _edited(
        call.world, record, {"location": location(call.args)}, keyboards.inline(call.args.get("reply_markup"))
    )


def stop_live_location(call: Call) -> Json:
    """stopMessageLiveLocation."""
    _, record = _editable(call)
    kept = {k: v for k, v in record.content.get("location", {}).items() if k in {"latitude", "longitude"}}
    if not kept:
        raise bad("message can't be edited")
    return _edited(call.world, record, {"location": kept}, keyboards.inline(call.args.get("reply_markup")))


METHODS: dict[str, Any] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "editMessageLiveLocation": edit_live_location,
    "stopMessageLiveLocation": stop_live_location,
}
