"""Putting a message into a chat, changing it, taking it away: the same for the bot, for people and for services."""

from __future__ import annotations

from typing import Any

from . import updates, views
from .records import Chat, Json, Message
from .world import World


def next_id(world: World, place: Chat) -> int:
    """Private chats and basic groups are numbered across the bot's account, supergroups each by itself."""
    if place.super:
        place.last_id += 1
        world.state.keep(place)
        return place.last_id
    world.state.delivery.last_message += 1
    world.state.keep(world.state.delivery)
    return world.state.delivery.last_message


def peek_id(world: World, place: Chat) -> int:
    """The id the next message of that chat will have."""
    return (place.last_id if place.super else world.state.delivery.last_message) + 1


def post(world: World, place: Chat, sender: int, content: Json, **more: Any) -> Message:
    """A new message; the bot is told unless it wrote it (its own service messages it does get)."""
    record = Message(place.id, next_id(world, place), sender, world.now(), content, **more)
    text = words(record)
    if text is not None:
        record.versions = [text]
    world.touched(record)
    if sender != world.bot.id or views.service(record):
        updates.message(world, record)
    return record


def words(record: Message) -> str | None:
    """Its text or caption."""
    return record.content.get("text", record.content.get("caption"))


def change(world: World, record: Message, content: Json, silent: bool = False) -> None:
    """New content of a message; `silent` (only buttons changed) leaves the edit date alone."""
    record.content = content
    if not silent:
        record.edited = world.now()
        text = words(record)
        if text is not None and (not record.versions or record.versions[-1] != text):
            record.versions.append(text)
    world.touched(record)


def remove(world: World, record: Message) -> None:
    """The message is gone for everybody; the record stays for the tests that read everything ever sent."""
    record.deleted = True
    place = world.state.chats[record.chat]
    if record.id in place.pinned:
        place.pinned.remove(record.id)
        world.state.keep(place)
    world.touched(record)
