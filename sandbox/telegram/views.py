"""Records as the Bot API shows them: User, Chat, Message, ChatMember. Reads only."""

from __future__ import annotations

from .records import Chat, Json, Member, Message
from .world import World

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
    "can_send_welcome_messages",  # Bot API 10.2: newer clients require it
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "group_chat_created",
        "supergroup_chat_created",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "successful_payment",
        "refunded_payment",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
    }
)


def service(message: Message) -> bool:
    """Whether it is a service message."""
    return not SERVICE.isdisjoint(message.content)


def user(world: World, user_id: int) -> Json:
    """User, as it stands inside messages."""
    if user_id == world.bot.id:
        return {"id": user_id, "is_bot": True, "first_name": world.bot.name, "username": world.bot.username}
    person = world.state.people.get(user_id)
    if person is None:
        return {"id": user_id, "is_bot": False, "first_name": "Deleted Account"}
    body: Json = {"id": person.id, "is_bot": False, "first_name": person.name}
    if person.username:
        body["username"] = person.username
    body["language_code"] = person.lang
    return body


def chat(world: World, record: Chat) -> Json:
    """Chat, as it stands inside messages."""
    if record.private:
        person = world.state.people[record.id]
        body: Json = {"id": record.id, "type": "private", "first_name": person.name}
        return {**body, "username": person.username} if person.username else body
    kind = "supergroup" if record.super else "group"
    body = {"id": record.id, "type": kind, "title": record.title}
    return {**body, "is_forum": True} if record.kind == "forum" else body


def message(world: World, record: Message, nested: bool = False) -> Json:
    """Message; a nested one (replied to, pinned) has no reply of its own, as on the real server."""
    place = world.state.chats[record.chat]
    body: Json = {
        "message_id": record.id,
        "from": user(world, record.sender),
        "chat": chat(world, place),
        "date": record.date,
    }
    optional = {
        "message_thread_id": record.thread if record.thread is not None else _reply_thread(world, place, record),
        "is_topic_message": True if record.thread is not None else None,
        "edit_date": record.edited,
        "has_protected_content": record.protected or None,
        "media_group_id": record.album,
        "forward_origin": record.origin,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    if not nested:
        body |= _reply(world, record)
    body |= record.content
    if "pinned_message" in record.content:
        body["pinned_message"] = maybe(world, place, record.content["pinned_message"]["message_id"])
    if record.markup:
        body["reply_markup"] = record.markup
    return body


def _reply_thread(world: World, place: Chat, record: Message) -> int | None:
    """In a supergroup replies outside of topics carry the number of the first message of their thread.

    Nothing can be sent to it: a bot that takes it for a topic gets 'message thread not found'
    (tdlib/telegram-bot-api issues 356 and 447).
    """
    if not place.super or record.reply_to is None:
        return None
    shelf, root = world.state.messages.get(place.id, {}), record.reply_to
    while (original := shelf.get(root)) is not None and original.reply_to is not None:
        root = original.reply_to
    return root


def _reply(world: World, record: Message) -> Json:
    shelf = world.state.messages.get(record.chat, {})
    # A message in a forum topic that is no reply refers to the topic's creation; not so in private chats.
    implicit = record.thread if record.chat < 0 and record.thread != record.id else None
    target = record.reply_to or implicit
    original = shelf.get(target) if target else None
    if original is None or original.deleted:
        return {}
    quote = {"quote": record.quote} if record.quote else {}
    return {"reply_to_message": message(world, original, nested=True), **quote}


def maybe(world: World, place: Chat, message_id: int) -> Json:
    """MaybeInaccessibleMessage: the message, or what is left of it when it is gone."""
    record = world.state.messages.get(place.id, {}).get(message_id)
    if record is None or record.deleted:
        return {"chat": chat(world, place), "message_id": message_id, "date": 0}
    return message(world, record, nested=True)


def member(world: World, record: Member | None, user_id: int) -> Json:
    """ChatMember of a group; somebody who never was there has 'left'."""
    status = record.status if record else "left"
    body: Json = {"status": status, "user": user(world, user_id)}
    if record is None or status in {"left", "member"}:
        return body
    if status == "creator":
        return {**body, "is_anonymous": False}
    if status == "administrator":
        rights = {right: right in record.rights for right in RIGHTS}
        titled = {"custom_title": record.title} if record.title else {}
        return {**body, "can_be_edited": False, "is_anonymous": False, **rights, **titled}
    if status == "kicked":
        return {**body, "until_date": record.until}
    flags = {name: bool((record.permissions or {}).get(name)) for name in PERMISSIONS}
    return {**body, "is_member": True, **flags, "until_date": record.until}
