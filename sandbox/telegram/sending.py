"""What all sending methods share: where the message goes, what it answers, its buttons."""

from __future__ import annotations

from . import access, keyboards, posting, views
from .entities import length
from .errors import bad
from .records import Chat, Json, Message
from .world import World


def target_thread(world: World, place: Chat, thread: int | None, reply: Message | None = None) -> int | None:
    """The topic a message goes to; General and chats without topics have none. 400 when it is not there."""
    if not thread:
        thread = reply.thread if reply else None
        if thread is None and place.kind == "forum":
            _need_open(world, place, 1)
        return thread
    topics_here = place.kind == "forum" or (place.private and world.bot.private_topics)
    if not topics_here or thread not in place.topics or thread == 1:
        raise bad("message thread not found")
    _need_open(world, place, thread)
    return thread


def _need_open(world: World, place: Chat, thread: int) -> None:
    topic = place.topics.get(thread)
    if topic and topic.closed and not access.has_right(world, place, "can_manage_topics"):
        raise bad("TOPIC_CLOSED")


def replied(world: World, place: Chat, args: Json) -> tuple[Message | None, Json | None]:
    """The message that is answered and the quote, from reply_parameters."""
    wanted = args.get("reply_parameters")
    if not wanted or wanted["message_id"] <= 0:
        return None, None
    record = world.state.messages.get(place.id, {}).get(wanted["message_id"])
    if record is None or record.deleted or wanted.get("chat_id", place.id) != place.id:
        if wanted.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    return record, _quote(record, wanted)


def _quote(record: Message, wanted: Json) -> Json | None:
    quote = wanted.get("quote")
    if not quote:
        return None
    at = (posting.words(record) or "").find(quote)
    if at < 0:
        raise bad("QUOTE_TEXT_INVALID")
    return {"text": quote, "position": length((posting.words(record) or "")[:at]), "is_manual": True}


def place_for(world: World, args: Json) -> Chat:
    """The chat a message goes to, with the right to write there."""
    place = access.member_chat(world, args["chat_id"])
    if not place.private and access.own(world, place).status == "restricted":
        flags = access.own(world, place).permissions or {}
        if not flags.get("can_send_messages"):
            raise bad("not enough rights to send text messages to the chat")
    return place


def send(world: World, args: Json, content: Json, *, markup: Json | None = None, album: str | None = None) -> Message:
    """Post a message of the bot; `markup` replaces the call's own reply_markup."""
    place = place_for(world, args)
    reply, quote = replied(world, place, args)
    thread = target_thread(world, place, args.get("message_thread_id"), reply)
    buttons, keyboard = (markup, None) if markup else keyboards.reply(args.get("reply_markup"))
    world.typed(place, thread)
    record = posting.post(
        world,
        place,
        world.bot.id,
        content,
        thread=thread,
        reply_to=reply.id if reply else None,
        quote=quote,
        markup=buttons,
        protected=bool(args.get("protect_content")),
        silent=bool(args.get("disable_notification")),
        album=album,
    )
    if keyboard:
        set_keyboard(world, place, keyboard, record.id)
    return record


def set_keyboard(world: World, place: Chat, keyboard: Json, message_id: int) -> None:
    """Show or take away the chat's reply keyboard."""
    place.keyboard = None if keyboard.get("remove_keyboard") or keyboard.get("force_reply") else keyboard
    place.keyboard_by = message_id
    world.state.keep(place)
    world.changed(place)


def sent(world: World, args: Json, content: Json) -> Json:
    """Post and show it as the method's answer."""
    return views.message(world, send(world, args, content))
