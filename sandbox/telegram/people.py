"""What people do with their phones: write, send photos, join, block. Presses and payments are in presses.py."""

from __future__ import annotations

import re
from typing import Any

from . import entities, files, members, posting, updates, views
from .errors import Refused
from .records import Chat, Json, Member, Message, Person
from .world import World, here


def person(world: World, person_id: int) -> Person:
    """A person by id; Refused when there is none."""
    found = world.state.people.get(person_id)
    if found is None:
        raise Refused(f"There is no person {person_id}; make one with POST /control/people.", 404)
    return found


def group(world: World, chat_id: int) -> Chat:
    """A group by id; Refused when there is none."""
    place = world.state.chats.get(chat_id)
    if place is None or place.private:
        raise Refused(f"There is no group {chat_id}; make one with POST /control/groups.", 404)
    return place


def private_chat(world: World, who: Person) -> Chat:
    """The person's chat with the bot, made when first needed."""
    place = world.state.chats.get(who.id)
    if place is None:
        place = Chat(who.id, "private")
        world.state.keep(place)
    return place


def chat_of(world: World, person_id: int, chat_id: int | None) -> Chat:
    """A chat the person is in (the private one when none is named)."""
    who = person(world, person_id)
    if chat_id is None or chat_id == person_id:
        return private_chat(world, who)
    place = group(world, chat_id)
    while place.migrated_to:
        place = group(world, place.migrated_to)
    member = place.members.get(person_id)
    if member is None or not here(member.status):
        raise Refused(f"{who.name} is not in the group {place.title} ({chat_id}); let him join first.")
    return place


def add_person(world: World, raw: Json) -> Person:
    """A new person, or the one with that id."""
    if raw.get("id") is not None and int(raw["id"]) in world.state.people:
        return world.state.people[int(raw["id"])]
    if not raw.get("name"):
        raise Refused("Give the person a name.")
    ids = [who for who in world.state.people if who < 10_000_000]
    new_id = int(raw["id"]) if raw.get("id") is not None else max(ids, default=1000) + 1
    if new_id <= 0 or new_id == world.bot.id:
        raise Refused("A person's id is positive and not the bot's.")
    who = Person(new_id, str(raw["name"]), raw.get("lang") or "zh-hans", raw.get("username"), raw.get("phone"))
    world.state.keep(who)
    private_chat(world, who)
    world.changed(person=who)
    return who


def add_group(world: World, raw: Json) -> Chat:
    """A new group with members, administrators and (unless bot is false) the bot; or the one with that id."""
    if raw.get("id") is not None and int(raw["id"]) in world.state.chats:
        return world.state.chats[int(raw["id"])]
    kind = raw.get("kind", "group")
    if kind not in {"group", "supergroup", "forum"} or not raw.get("title"):
        raise Refused("Give the group a title and a kind: group, supergroup or forum.")
    new_id = int(raw["id"]) if raw.get("id") is not None else free_id(world, kind)
    if new_id >= 0:
        raise Refused("A group's id is negative.")
    place = Chat(new_id, kind, str(raw["title"]))
    admins = [int(one) for one in raw.get("admins") or []]
    everybody = list(dict.fromkeys(admins + [int(one) for one in raw.get("members") or []]))
    for one in everybody:
        person(world, one)
    for index, one in enumerate(everybody):
        status = "creator" if index == 0 else "administrator" if one in admins else "member"
        place.members[one] = Member(one, status, list(members.ALL_RIGHTS) if status == "administrator" else [])
    world.state.keep(place)
    world.changed(place)
    if raw.get("bot", True):
        add_bot(world, place, bool(raw.get("bot_admin")), raw.get("bot_rights"))
    return place


def free_id(world: World, kind: str) -> int:
    """An id that no group has: -100... for supergroups and forums, as Telegram's."""
    base = -4000 if kind == "group" else -1001000000000
    while base in world.state.chats:
        base -= 1
    return base


def add_bot(world: World, place: Chat, admin: bool, rights: list[str] | None) -> None:
    """Somebody of the group brings the bot in."""
    by = members.owner(world, place) or next(iter(place.members), world.bot.id)
    members.join(world, place, world.bot.id, by=by)
    if admin or rights:
        members.promote(world, place, world.bot.id, by, rights)


def say(world: World, person_id: int, text: str, chat: int | None = None, **more: Any) -> Message:
    """Write a text; commands, links and mentions are marked as Telegram does."""
    text, found = entities.finish(text, more.pop("entities", None) or [])
    if not text:
        raise Refused("Give a text that is not empty.")
    if entities.length(text) > 4096:
        raise Refused("A text has at most 4096 characters; say it in parts.")
    return put(world, person_id, chat, {"text": text, **({"entities": found} if found else {})}, **more)


def put(
    world: World,
    person_id: int,
    chat: int | None,
    content: Json,
    thread: int | None = None,
    reply_to: int | None = None,
    album: str | None = None,
) -> Message:
    """A person's message of any kind."""
    who = person(world, person_id)
    place = chat_of(world, person_id, chat)
    if place.private and who.blocked:
        raise Refused(f"{who.name} has blocked the bot; POST /control/people/{who.id}/unblock first.")
    original = _replied(world, place, reply_to)
    if thread is None and original is not None:
        thread = original.thread
    thread = _open_thread(world, place, who, thread)
    if not who.started and place.private:
        who.started = True
        world.state.keep(who)
    who.popup = None
    record = posting.post(world, place, who.id, content, thread=thread, reply_to=reply_to, album=album)
    place.read[who.id] = record.id
    world.state.keep(place)
    return record


def _replied(world: World, place: Chat, reply_to: int | None) -> Message | None:
    if reply_to is None:
        return None
    original = world.state.messages.get(place.id, {}).get(reply_to)
    if original is None or original.deleted:
        raise Refused(f"There is no message {reply_to} in chat {place.id} to reply to.", 404)
    return original


def _open_thread(world: World, place: Chat, who: Person, thread: int | None) -> int | None:
    if thread is None or thread == 1:
        thread = None
    elif thread not in place.topics:
        raise Refused(f"There is no topic {thread} in chat {place.id}.", 404)
    topic = place.topics.get(thread or 1)
    boss = place.private or place.members[who.id].status in {"creator", "administrator"}
    if topic and topic.closed and not boss:
        raise Refused(f"The topic {topic.name} is closed.")
    return thread


def edit(world: World, person_id: int, chat: int | None, message_id: int, text: str) -> Message:
    """Change the text or caption of one's own message."""
    place = chat_of(world, person_id, chat)
    record = world.state.messages.get(place.id, {}).get(message_id)
    if record is None or record.deleted or record.sender != person_id:
        raise Refused(f"There is no message {message_id} of person {person_id} in chat {place.id}.", 404)
    text, found = entities.finish(text, [])
    name, marks = ("text", "entities") if "text" in record.content else ("caption", "caption_entities")
    content = {key: value for key, value in record.content.items() if key not in {name, marks}}
    posting.change(world, record, content | {name: text} | ({marks: found} if found else {}))
    updates.message(world, record, "edited_message")
    return record


def react(world: World, person_id: int, chat: int | None, message_id: int, emoji: str) -> Message:
    """Set one's reaction; an empty emoji takes it away."""
    place = chat_of(world, person_id, chat)
    record = world.state.messages.get(place.id, {}).get(message_id)
    if record is None or record.deleted:
        raise Refused(f"There is no message {message_id} in chat {place.id}.", 404)
    old = record.reactions.get(person_id, [])
    new: list[Json] = [{"type": "emoji", "emoji": emoji}] if emoji else []
    record.reactions[person_id] = new
    world.touched(record)
    body = {
        "chat": views.chat(world, place),
        "message_id": record.id,
        "user": views.user(world, person_id),
        "date": world.now(),
        "old_reaction": old,
        "new_reaction": new,
    }
    own = place.members.get(world.bot.id)
    if place.private or (own and own.status == "administrator"):
        updates.emit(world, "message_reaction", body, place.id, f"reactions:{place.id}")
    return record


async def photos(
    world: World, person_id: int, bodies: list[bytes], caption: str, chat: int | None, **more: Any
) -> list[Message]:
    """One photo, or several as an album: separate messages, the caption on the first."""
    if not 1 <= len(bodies) <= 10:
        raise Refused("Give 1 to 10 photos.")
    sizes = [(await files.store_photo(world, body, lenient=True))[-1] for body in bodies]
    album = str(next(world.state.serial)) if len(bodies) > 1 else None
    text, found = entities.finish(caption, [])
    extra = ({"caption": text} if text else {}) | ({"caption_entities": found} if found else {})
    sent: list[Message] = []
    for index, size in enumerate(sizes):
        content = files.content(world, size) | (extra if index == 0 else {})
        sent.append(put(world, person_id, chat, content, album=album, **more))
    return sent


def send(world: World, person_id: int, raw: Json, body: bytes | None) -> Message:
    """A document, voice, video, sticker, location or contact."""
    kind = raw.get("kind")
    if kind == "location":
        content: Json = {"location": {name: float(raw.get(name, 0)) for name in ("latitude", "longitude")}}
    elif kind == "contact":
        content = {"contact": _contact(world, person_id, raw)}
    elif kind in files.FOLDERS and kind != "photo":
        if not body:
            raise Refused("Give the file as base64 or path.")
        record = files.store(world, body, kind, str(raw.get("name") or ""), str(raw.get("mime") or ""))
        record.duration = int(raw.get("duration", 1))
        content = files.content(world, record)
        if raw.get("caption"):
            content["caption"] = str(raw["caption"])
    else:
        raise Refused("Give a kind: document, voice, video, location, contact or sticker.")
    return put(world, person_id, raw.get("chat"), content, raw.get("thread"), raw.get("reply_to"))


def _contact(world: World, person_id: int, raw: Json) -> Json:
    who = person(world, person_id)
    phone = raw.get("phone") or raw.get("phone_number") or who.phone
    if not phone:
        raise Refused(f"{who.name} has no phone number; give one as phone.")
    own = not raw.get("first_name")
    named: Json = {"phone_number": phone, "first_name": raw.get("first_name") or who.name}
    return named | ({"user_id": who.id} if own else {})


def start_link(world: World, link: str) -> str | None:
    """The parameter of a t.me/<bot>?start= link ("" when it has none), or None when it is another link."""
    name = re.escape(world.bot.username)
    match = re.fullmatch(
        rf"(?:https?://)?t\.me/{name}/?(?:\?start=([A-Za-z0-9_-]{{0,64}}))?|tg://resolve\?domain={name}(?:&start=(.*))?",
        link,
        re.IGNORECASE,
    )
    return (match[1] or match[2] or "") if match else None


def open_link(world: World, person_id: int, link: str) -> Message:
    """Open a deep link: the private chat, and /start with its parameter."""
    parameter = start_link(world, link)
    if parameter is None:
        raise Refused(f"{link} is no link to this bot; it looks like https://t.me/{world.bot.username}?start=X")
    who = person(world, person_id)
    if who.blocked:
        members.block(world, person_id, blocked=False)
    return say(world, person_id, f"/start {parameter}".strip())
