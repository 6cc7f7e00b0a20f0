"""Who comes into a group and who goes: the change, its service message and its updates. Used by bot and people."""

from __future__ import annotations

from . import posting, updates, views
from .records import Chat, Json, Member
from .world import World, here

ALL_RIGHTS = [right for right in views.RIGHTS if right != "can_promote_members"]


def set_status(world: World, place: Chat, user: int, by: int, new: Member, link: Json | None = None) -> None:
    """Change a membership and tell the bot: my_chat_member about itself, chat_member about others if it is admin."""
    old = place.members.get(user)
    before = views.member(world, old, user)
    watching = set(world.watchers(place))
    place.members[user] = new
    world.state.keep(place)
    after = views.member(world, new, user)
    world.changed(place)
    for person in watching - set(world.watchers(place)):
        world.changed(person=world.state.people[person])
    if before == after:
        return
    body: Json = {
        "chat": views.chat(world, place),
        "from": views.user(world, by),
        "date": world.now(),
        "old_chat_member": before,
        "new_chat_member": after,
    }
    if link:
        body["invite_link"] = link
    if user == world.bot.id:
        updates.emit(world, "my_chat_member", body, place.id, f"my:{place.id}")
    elif _is_admin(world, place):
        updates.emit(world, "chat_member", body, place.id, f"members:{user}")


def _is_admin(world: World, place: Chat) -> bool:
    own = place.members.get(world.bot.id)
    return own is not None and own.status == "administrator"


def join(world: World, place: Chat, user: int, by: int | None = None, link: Json | None = None) -> None:
    """Come in; nothing happens when already there."""
    old = place.members.get(user)
    if old is not None and here(old.status):
        return
    set_status(world, place, user, by or user, Member(user), link)
    content = {"new_chat_members": [views.user(world, user)]}
    posting.post(world, place, by or user, content)


def leave(world: World, place: Chat, user: int) -> None:
    """Go of one's own will."""
    _out(world, place, user, user, Member(user, "left"))


def kick(world: World, place: Chat, user: int, by: int, until: int = 0) -> None:
    """Be thrown out, until a civil time in seconds (0: for ever)."""
    _out(world, place, user, by, Member(user, "kicked", until=until))


def _out(world: World, place: Chat, user: int, by: int, new: Member) -> None:
    old = place.members.get(user)
    was_here = old is not None and here(old.status)
    leaves_bot = user == world.bot.id
    if was_here and not leaves_bot:
        posting.post(world, place, by, {"left_chat_member": views.user(world, user)})
    set_status(world, place, user, by, new)
    if was_here and leaves_bot:
        posting.post(world, place, by, {"left_chat_member": views.user(world, user)})


def promote(world: World, place: Chat, user: int, by: int, rights: list[str] | None = None) -> None:
    """Become an administrator with these rights (all but the right to promote, when not named); [] ends it."""
    rights = ALL_RIGHTS if rights is None else rights
    title = place.members[user].title if user in place.members else None
    new = Member(user, "administrator", list(rights), title=title) if rights else Member(user)
    set_status(world, place, user, by, new)


def owner(world: World, place: Chat) -> int:
    """Who created the group (0 when nobody did)."""
    return next((m.id for m in place.members.values() if m.status == "creator"), 0)


def block(world: World, person_id: int, blocked: bool) -> None:
    """A person blocks the bot in the private chat, or lets it in again."""
    person = world.state.people[person_id]
    if person.blocked == blocked:
        return
    place = world.state.chats[person_id]
    states = ("member", "kicked") if blocked else ("kicked", "member")
    old, new = (views.member(world, Member(world.bot.id, status), world.bot.id) for status in states)
    person.blocked = blocked
    world.state.keep(person)
    world.changed(place)
    body = {
        "chat": views.chat(world, place),
        "from": views.user(world, person_id),
        "date": world.now(),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    updates.emit(world, "my_chat_member", body, place.id, f"my:{place.id}")


def migrate(world: World, place: Chat, new_id: int) -> Chat:
    """A basic group becomes a supergroup with another id; both sides get their service message."""
    new = Chat(new_id, "supergroup", place.title, dict(place.members), description=place.description)
    world.state.keep(new)
    by = owner(world, place) or next(iter(place.members))
    posting.post(world, place, by, {"migrate_to_chat_id": new_id})
    place.migrated_to = new_id
    world.state.keep(place)
    posting.post(world, new, by, {"migrate_from_chat_id": place.id})
    return new
