"""What a person sees on the phone, and everything the bot ever sent. Reads only; the control interface's shapes."""

from __future__ import annotations

from typing import Any

from . import media, profile, views
from .records import Chat, Json, Message, Person
from .world import World

MOST_UNREAD = 500  # messages that are looked through for those a person has not read
_PLAIN_KINDS = ("text", "invoice", "location", "venue", "contact", "dice")


def world_view(world: World) -> Json:
    """GET /control/world."""
    bot = world.bot
    return {
        "bot": {
            "id": bot.id,
            "username": bot.username,
            "name": bot.name,
            "privacy": bot.privacy,
            "commands": profile.commands_for(world),
        },
        "people": [person_view(person) for person in world.state.people.values()],
        "chats": [chat_view(world, chat) for chat in world.state.chats.values() if not chat.migrated_to],
        "revision": world.state.revision,
    }


def person_view(person: Person) -> Json:
    """A person, without what only the phone shows."""
    names = ("id", "name", "lang", "username", "phone", "started", "blocked")
    return {name: getattr(person, name) for name in names}


def chat_view(world: World, chat: Chat) -> Json:
    """A chat with its members and topics."""
    body: Json = {"id": chat.id, "title": title(world, chat), "kind": chat.kind}
    if not chat.private:
        body["members"] = [
            {"id": m.id, "status": m.status, "rights": m.rights} for m in chat.members.values() if m.status != "left"
        ]
    if chat.topics or chat.kind == "forum":
        body["topics"] = topics(chat)
    return body | _typing(world, chat)


def _typing(world: World, chat: Chat) -> Json:
    threads = sorted(thread for place, thread in world.typing if place == chat.id)
    return {"typing": threads} if threads else {}


def title(world: World, chat: Chat) -> str:
    """A group's title; a private chat is called by the bot's name."""
    return world.bot.name if chat.private else chat.title


def topics(chat: Chat) -> list[Json]:
    """The topics in the order they were made, General (thread 1) first."""
    found = [{"thread": t.thread, "name": t.name, "closed": t.closed, "hidden": t.hidden} for t in chat.topics.values()]
    if chat.kind == "forum" and 1 not in chat.topics:
        found.insert(0, {"thread": 1, "name": "General", "closed": False, "hidden": False})
    return sorted(found, key=lambda topic: topic["thread"])


def phone(world: World, person: Person, chat: int | None, thread: int | None, last: int) -> Json:
    """GET /control/people/{id}/sees."""
    mine = [c for c in world.state.chats.values() if not c.migrated_to and person.id in world.watchers(c)]
    body: Json = {
        "revision": world.state.revision,
        "person": person_view(person),
        "commands": profile.commands_for(world, person.id, person.lang),
        "chats": [_seen_chat(world, person, c, thread, last) for c in mine if chat is None or c.id == chat],
    }
    if person.popup:
        body["popup"] = person.popup
    return body


def _seen_chat(world: World, person: Person, chat: Chat, thread: int | None, last: int) -> Json:
    everything = world.state.newest_first(chat.id)
    there = (record for record in everything if thread is None or (record.thread or 1) == thread)
    read, unread = chat.read.get(person.id, 0), 0
    records: list[Message] = []
    for count, record in enumerate(there):
        if count < last:
            records.append(record)
        elif record.id <= read or count >= MOST_UNREAD:
            break
        unread += record.id > read and record.sender != person.id
    body: Json = {
        "id": chat.id,
        "title": title(world, chat),
        "kind": chat.kind,
        "unread": unread,
        "pinned": list(chat.pinned),
        "topics": topics(chat),
        "messages": [seen(world, record) for record in reversed(records)],
    }
    if chat.keyboard:
        rows = chat.keyboard["keyboard"]
        body["keyboard"] = [[{"label": button["text"], "kind": _asks_for(button)} for button in row] for row in rows]
    return body | _typing(world, chat)


def _asks_for(button: Json) -> str:
    return next((kind for kind in ("contact", "location") if button.get(f"request_{kind}")), "reply")


def kind(record: Message) -> str:
    """text, photo, document ..., invoice, service."""
    if views.service(record):
        return "service"
    found = media.kind_of(record.content)
    return found or next((name for name in _PLAIN_KINDS if name in record.content), "text")


def seen(world: World, record: Message) -> Json:
    """A MESSAGE of the control interface."""
    content = record.content
    sender = views.user(world, record.sender)
    body: Json = {
        "id": record.id,
        "from": {"id": record.sender, "name": sender["first_name"], "bot": sender["is_bot"]},
        "kind": kind(record),
        "date": record.date,
        "buttons": [[_button(button) for button in row] for row in (record.markup or {}).get("inline_keyboard", [])],
        "reactions": _reactions(record),
        "deleted": record.deleted,
    }
    optional = {
        "thread": record.thread,
        "text": content.get("text") or service_text(world, record),
        "caption": content.get("caption"),
        "entities": content.get("entities") or content.get("caption_entities"),
        "file": _file(world, record),
        "reply_to": record.reply_to,
        "edited": record.edited,
        "album": record.album,
        "protected": record.protected or None,
        "silent": record.silent or None,
        "no_preview": content.get("link_preview_options", {}).get("is_disabled"),
        "spoiler": content.get("has_media_spoiler"),
        "invoice": _invoice(record),
        "location": content.get("location"),
        "contact": content.get("contact"),
        "forwarded": bool(record.origin) or None,
        "service": next((name for name in content if name in views.SERVICE), None),
    }
    return body | {name: value for name, value in optional.items() if value is not None}


def _button(button: Json) -> Json:
    names = {"callback_data": "callback", "url": "url", "copy_text": "copy", "pay": "pay"}
    shown: Json = {
        "label": button["text"],
        "kind": next((word for name, word in names.items() if name in button), "other"),
    }
    for name, field in (("style", "style"), ("url", "url"), ("data", "callback_data")):
        if field in button:
            shown[name] = button[field]
    if "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    return shown


def _reactions(record: Message) -> list[Json]:
    return [
        {"person": who, "emoji": one.get("emoji", "")}
        for who, reactions in record.reactions.items()
        for one in reactions
    ]


def _file(world: World, record: Message) -> Json | None:
    found = media.kind_of(record.content)
    if found is None:
        return None
    held: Any = record.content[found]
    file = world.state.files[held[-1]["file_id"] if found == "photo" else held["file_id"]]
    return {
        "url": f"/control/files/{file.id}",
        "name": file.name,
        "mime": file.mime,
        "size": file.size,
        "file_id": file.id,
    }


def _invoice(record: Message) -> Json | None:
    if not record.invoice:
        return None
    invoice = record.invoice
    return {
        "title": invoice["title"],
        "description": invoice["description"],
        "amount": invoice["total_amount"],
        "currency": invoice["currency"],
        "state": invoice["state"],
    }


def service_text(world: World, record: Message) -> str | None:
    """What the app shows for a service message, in English."""
    content, who = record.content, views.user(world, record.sender)["first_name"]
    paid = content.get("successful_payment") or content.get("refunded_payment") or {}
    texts = {
        "new_chat_members": lambda v: f"{', '.join(user['first_name'] for user in v)} joined",
        "left_chat_member": lambda v: f"{v['first_name']} left",
        "new_chat_title": lambda v: f"{who} changed the title to {v}",
        "pinned_message": lambda _v: f"{who} pinned a message",
        "successful_payment": lambda _v: f"paid {paid['total_amount'] / 100:.2f} {paid['currency']}",
        "refunded_payment": lambda _v: f"refunded {paid['total_amount'] / 100:.2f} {paid['currency']}",
        "forum_topic_created": lambda v: f"{who} created the topic {v['name']}",
        "forum_topic_edited": lambda v: f"{who} changed the topic to {v.get('name', '')}".strip(),
        "forum_topic_closed": lambda _v: f"{who} closed the topic",
        "forum_topic_reopened": lambda _v: f"{who} reopened the topic",
        "migrate_to_chat_id": lambda _v: "the group became a supergroup",
        "migrate_from_chat_id": lambda _v: "the group became a supergroup",
    }
    return next((tell(content[name]) for name, tell in texts.items() if name in content), None)


def _topic_name(record: Message) -> list[str]:
    named = record.content.get("forum_topic_created") or record.content.get("forum_topic_edited") or {}
    return [named["name"]] if named.get("name") else []


def everything(world: World, chat: int | None, people_too: bool) -> list[Json]:
    """GET /control/messages: every message of the bot (and of people with all=1), edited and deleted ones too."""
    found: list[Json] = []
    for place, messages in world.state.messages.items():
        if chat is not None and place != chat:
            continue
        for record in messages.in_order():
            if record.sender == world.bot.id or people_too:
                found.append({**seen(world, record), "chat": place, "versions": record.versions or _topic_name(record)})
    return found
