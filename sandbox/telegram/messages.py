"""Sending, deleting, copying, forwarding and pinning. Files are in media.py, changes in edits.py."""

from __future__ import annotations

from typing import Any

from . import access, media, posting, sending, updates, views
from .calls import Call
from .errors import ApiError, bad
from .formatting import caption_content, text_content
from .records import Chat, Json, Message
from .world import World

DELETE_S = 48 * 3600
ACTIONS = (
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note", "cancel"),
    *("record_audio", "upload_audio", "pick_up_location"),  # of older versions, still honoured
)
UNCOPIABLE = ("invoice", "successful_payment", "giveaway")


def send_message(call: Call) -> Json:
    """sendMessage."""
    sending.place_for(call.world, call.args)
    return sending.sent(call.world, call.args, text_content(call.world, call.args))


def send_location(call: Call) -> Json:
    """sendLocation."""
    return sending.sent(call.world, call.args, {"location": location(call.args)})


def location(args: Json) -> Json:
    """Location of a call; 400 when it is not on the earth."""
    optional = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    if not -90 <= args["latitude"] <= 90 or not -180 <= args["longitude"] <= 180:
        raise bad("wrong location specified")
    fields = {name: args[name] for name in ("latitude", "longitude")}
    return fields | {name: args[name] for name in optional if args.get(name)}


def send_venue(call: Call) -> Json:
    """sendVenue; like the real server the message holds the location as well."""
    place = location(call.args)
    optional = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    venue = {"location": place, "title": call.args["title"], "address": call.args["address"]}
    venue |= {name: call.args[name] for name in optional if call.args.get(name)}
    return sending.sent(call.world, call.args, {"location": place, "venue": venue})


def send_contact(call: Call) -> Json:
    """sendContact."""
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: call.args[name] for name in names if call.args.get(name)}
    return sending.sent(call.world, call.args, {"contact": contact})


def send_dice(call: Call) -> Json:
    """sendDice; the value follows from the message number, so that runs can be repeated."""
    value = call.world.state.delivery.last_message % 6 + 1
    return sending.sent(call.world, call.args, {"dice": {"emoji": call.args.get("emoji") or "🎲", "value": value}})


def send_chat_action(call: Call) -> bool:
    """sendChatAction."""
    action = call.args["action"].lower()
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    place = access.member_chat(call.world, call.args["chat_id"])
    thread = sending.target_thread(call.world, place, call.args.get("message_thread_id"))
    if action == "cancel":
        call.world.typed(place, thread)
    else:
        call.world.type_in(place, thread)
    return True


def send_message_draft(call: Call) -> bool:
    """sendMessageDraft: a text that is still being written; only for private chats."""
    place = access.member_chat(call.world, call.args["chat_id"])
    if not place.private:
        raise bad("TEXTDRAFT_PEER_INVALID")
    return True


def _may_delete(world: World, place: Chat, record: Message) -> bool:
    if "forum_topic_created" in record.content or "supergroup_chat_created" in record.content:
        return False
    if access.has_right(world, place, "can_delete_messages") and not place.private:
        return True
    young = world.now() - record.date < DELETE_S
    return young and (place.private or record.sender == world.bot.id)


def delete_message(call: Call) -> bool:
    """deleteMessage: own ones and those of private chats for 48 hours, all as an admin with the right."""
    place = access.member_chat(call.world, call.args["chat_id"])
    record = access.message(call.world, place, call.args["message_id"], "message to delete not found")
    if not _may_delete(call.world, place, record):
        old = record.sender == call.world.bot.id
        raise bad("message can't be deleted for everyone" if old else "message can't be deleted")
    posting.remove(call.world, record)
    return True


def delete_messages(call: Call) -> bool:
    """deleteMessages: those that cannot be found are skipped."""
    place = access.member_chat(call.world, call.args["chat_id"])
    if len(call.args["message_ids"]) > 100:
        raise bad("too many messages to delete")
    shelf = call.world.state.messages.get(place.id, {})
    for record in [shelf[i] for i in call.args["message_ids"] if i in shelf and not shelf[i].deleted]:
        if _may_delete(call.world, place, record):
            posting.remove(call.world, record)
    return True


def _source(call: Call, message_id: int, word: str) -> Message:
    place = access.chat(call.world, call.args["from_chat_id"])
    record = access.message(call.world, place, message_id, f"message to {word} not found")
    passive = {"copy": "copied", "forward": "forwarded"}[word]
    if record.protected or views.service(record) or (word == "copy" and any(k in record.content for k in UNCOPIABLE)):
        raise bad(f"message can't be {passive}")
    return record


def _copied(call: Call, record: Message) -> Message:
    content = dict(record.content)
    if media.kind_of(content) and ("caption" in call.args or call.args.get("remove_caption")):
        content = {name: value for name, value in content.items() if "caption" not in name}
        content |= caption_content(call.world, call.args)
    return sending.send(call.world, call.args, content)


def copy_message(call: Call) -> Json:
    """copyMessage: a new message without a link to the original."""
    return {"message_id": _copied(call, _source(call, call.args["message_id"], "copy")).id}


def copy_messages(call: Call) -> list[Json]:
    """copyMessages: what cannot be copied is left out."""
    return [{"message_id": _copied(call, record).id} for record in _many(call, "copy")]


def _many(call: Call, word: str) -> list[Message]:
    found: list[Message] = []
    for message_id in call.args["message_ids"]:
        try:
            found.append(_source(call, message_id, word))
        except ApiError as error:
            if "chat not found" in error.description:
                raise
    if not found:
        raise bad(f"there are no messages to {word}")
    return found


def _forwarded(call: Call, record: Message) -> Message:
    origin = record.origin or {
        "type": "user",
        "date": record.date,
        "sender_user": views.user(call.world, record.sender),
    }
    message = sending.send(call.world, call.args, dict(record.content))
    message.origin = origin
    call.world.touched(message)
    return message


def forward_message(call: Call) -> Json:
    """forwardMessage."""
    return views.message(call.world, _forwarded(call, _source(call, call.args["message_id"], "forward")))


def forward_messages(call: Call) -> list[Json]:
    """forwardMessages."""
    return [{"message_id": _forwarded(call, record).id} for record in _many(call, "forward")]


def pin_chat_message(call: Call) -> bool:
    """pinChatMessage; everybody sees a service message, the bot gets it too."""
    place = access.member_chat(call.world, call.args["chat_id"])
    record = access.message(call.world, place, call.args["message_id"], "message to pin not found")
    access.need_right(call.world, place, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    if record.id in place.pinned:
        return True
    place.pinned.append(record.id)
    call.world.state.keep(place)
    content = {"pinned_message": {"message_id": record.id}}
    posting.post(call.world, place, call.world.bot.id, content, thread=record.thread, reply_to=None)
    return True


def unpin(call: Call, thread: int | None = None, everything: bool = False) -> bool:
    """unpinChatMessage and its relatives: one message, the newest, a topic's, or all."""
    place = access.member_chat(call.world, call.args["chat_id"])
    access.need_right(call.world, place, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    shelf = call.world.state.messages.get(place.id, {})
    wanted = call.args.get("message_id")
    if wanted is not None and wanted not in place.pinned:
        raise bad("message to unpin not found")
    if wanted is not None:
        place.pinned.remove(wanted)
    elif everything:
        place.pinned = [i for i in place.pinned if thread is not None and (shelf[i].thread or 1) != thread]
    elif place.pinned:
        place.pinned.pop()
    call.world.state.keep(place)
    call.world.changed(place)
    return True


def unpin_all(call: Call) -> bool:
    """unpinAllChatMessages."""
    return unpin(call, everything=True)


def unpin_topic(call: Call) -> bool:
    """unpinAllForumTopicMessages and the one of General."""
    return unpin(call, thread=call.args.get("message_thread_id", 1), everything=True)


async def get_updates(call: Call) -> list[Json]:
    """getUpdates."""
    return await updates.get_updates(call.world, call.args)


METHODS: dict[str, Any] = {
    "getUpdates": get_updates,
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendDice": send_dice,
    "sendChatAction": send_chat_action,
    "sendMessageDraft": send_message_draft,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
    "unpinAllForumTopicMessages": unpin_topic,
    "unpinAllGeneralForumTopicMessages": unpin_topic,
}
