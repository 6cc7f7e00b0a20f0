"""Which chats and messages the bot may reach, with the real server's error texts. The one way to a chat."""

from __future__ import annotations

from . import views
from .errors import bad, forbidden
from .records import Chat, Member, Message
from .world import World, here


def chat(world: World, chat_id: int | str) -> Chat:
    """A chat the bot knows; 'chat not found' otherwise, and where it went when it migrated."""
    place = _by_name(world, chat_id) if isinstance(chat_id, str) else world.state.chats.get(chat_id)
    if place is None or (place.private and not world.state.people[place.id].started):
        raise _unknown(world, chat_id)
    if place.migrated_to:
        text = "group chat was upgraded to a supergroup chat"
        raise bad(text, {"migrate_to_chat_id": place.migrated_to})
    if not place.private and world.bot.id not in place.members:
        raise bad("chat not found")
    return place


def _by_name(world: World, name: str) -> Chat | None:
    wanted = name.removeprefix("@").lower()
    people = (p for p in world.state.people.values() if p.username and p.username.lower() == wanted)
    person = next(people, None)
    return world.state.chats.get(person.id) if person and name.startswith("@") else None


def _unknown(world: World, chat_id: int | str) -> Exception:
    if isinstance(chat_id, int) and chat_id in world.state.people and _met(world, chat_id):
        return forbidden("bot can't initiate conversation with a user")
    return bad("chat not found")


def _met(world: World, person: int) -> bool:
    groups = (c for c in world.state.chats.values() if not c.private and world.bot.id in c.members)
    return any(person in place.members for place in groups)


def member_chat(world: World, chat_id: int | str) -> Chat:
    """A chat the bot is in: 403 when it was kicked, is no member or was blocked."""
    place = chat(world, chat_id)
    if place.private:
        if world.state.people[place.id].blocked:
            raise forbidden("bot was blocked by the user")
        return place
    own = place.members[world.bot.id]
    kind = "supergroup" if place.super else "group"
    if own.status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if not here(own.status):
        raise forbidden(f"bot is not a member of the {kind} chat")
    return place


def group(world: World, chat_id: int | str) -> Chat:
    """A group the bot is in; private chats are refused."""
    place = member_chat(world, chat_id)
    if place.private:
        raise bad("chat member status can't be changed in private chats")
    return place


def own(world: World, place: Chat) -> Member:
    """The bot's membership of a group it is in."""
    return place.members[world.bot.id]


def has_right(world: World, place: Chat, right: str) -> bool:
    """Whether the bot is an administrator with that right (in a private chat it may do everything)."""
    if place.private:
        return True
    member = own(world, place)
    return member.status == "administrator" and right in member.rights


def need_right(world: World, place: Chat, right: str, text: str) -> None:
    """400 with `text` unless the bot has the right."""
    if not has_right(world, place, right):
        raise bad(text)


def message(world: World, place: Chat, message_id: int, text: str) -> Message:
    """A message that is still there; 400 with `text` otherwise."""
    record = world.state.messages.get(place.id, {}).get(message_id)
    if record is None or record.deleted:
        raise bad(text)
    return record


def own_message(world: World, place: Chat, message_id: int) -> Message:
    """A message the bot may edit."""
    record = message(world, place, message_id, "message to edit not found")
    if record.sender != world.bot.id or views.service(record):
        raise bad("message can't be edited")
    return record
