"""Chats as the bot reads and changes them: getChat, members, rights, title. Invite links are in invites.py."""

from __future__ import annotations

from typing import Any

from . import access, members, posting, views
from .calls import Call
from .errors import bad, forbidden
from .records import Chat, Json, Member
from .world import here

EVERYTHING = dict.fromkeys(views.PERMISSIONS, True)
GIFTS = {
    "unlimited_gifts": True,
    "limited_gifts": True,
    "unique_gifts": True,
    "premium_subscription": True,
    "gifts_from_channels": True,
}


def get_chat(call: Call) -> Json:
    """getChat."""
    place = access.chat(call.world, call.args["chat_id"])
    if not place.private:
        access.member_chat(call.world, place.id)
    body = views.chat(call.world, place)
    body |= {"accent_color_id": abs(place.id) % 7, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    if not place.private:
        body["permissions"] = place.permissions or EVERYTHING
    if place.description:
        body["description"] = place.description
    if username := body.get("username"):
        body["active_usernames"] = [username]
    if place.pinned:
        pinned = call.world.state.messages[place.id][place.pinned[-1]]
        body["pinned_message"] = views.message(call.world, pinned, nested=True)
    return body


def get_chat_member(call: Call) -> Json:
    """getChatMember; in a private chat both are members."""
    place = access.member_chat(call.world, call.args["chat_id"])
    user = call.args["user_id"]
    if user != call.world.bot.id and user not in call.world.state.people:
        raise bad("PARTICIPANT_ID_INVALID")
    record = Member(user) if place.private and user in {place.id, call.world.bot.id} else place.members.get(user)
    return views.member(call.world, record, user)


def get_chat_administrators(call: Call) -> list[Json]:
    """getChatAdministrators: bots but oneself only with return_bots."""
    place = access.member_chat(call.world, call.args["chat_id"])
    if place.private:
        raise bad("there are no administrators in the private chat")
    found = [m for m in place.members.values() if m.status in {"creator", "administrator"}]
    return [views.member(call.world, m, m.id) for m in found]


def get_chat_member_count(call: Call) -> int:
    """getChatMemberCount."""
    place = access.member_chat(call.world, call.args["chat_id"])
    return 2 if place.private else sum(here(m.status) for m in place.members.values())


def leave_chat(call: Call) -> bool:
    """leaveChat."""
    place = access.member_chat(call.world, call.args["chat_id"])
    if place.private:
        raise bad("chat member status can't be changed in private chats")
    members.leave(call.world, place, call.world.bot.id)
    return True


def _target(call: Call, right: str = "can_restrict_members") -> tuple[Chat, int]:
    place = access.group(call.world, call.args["chat_id"])
    user = call.args["user_id"]
    if user not in call.world.state.people and user != call.world.bot.id:
        raise bad("invalid user_id specified")
    access.need_right(call.world, place, right, "not enough rights to restrict/unrestrict chat member")
    record = place.members.get(user)
    if user == call.world.bot.id:
        raise bad("can't restrict self")
    if record and record.status == "creator":
        raise bad("can't remove chat owner")
    if record and record.status == "administrator":
        raise bad("user is an administrator of the chat")
    return place, user


def ban_chat_member(call: Call) -> bool:
    """banChatMember."""
    place, user = _target(call)
    members.kick(call.world, place, user, call.world.bot.id, call.args.get("until_date", 0))
    if call.args.get("revoke_messages"):
        for record in list(call.world.state.newest_first(place.id)):
            if record.sender == user and not record.deleted:
                posting.remove(call.world, record)
    return True


def unban_chat_member(call: Call) -> bool:
    """unbanChatMember: without only_if_banned a member is thrown out (and may come back)."""
    place, user = _target(call)
    record = place.members.get(user)
    if record is None or (call.args.get("only_if_banned") and record.status != "kicked"):
        return True
    members.set_status(call.world, place, user, call.world.bot.id, Member(user, "left"))
    return True


def restrict_chat_member(call: Call) -> bool:
    """restrictChatMember; with all permissions the restriction ends."""
    place, user = _target(call)
    if not place.super:
        raise bad("method is available only for supergroups")
    flags = call.args["permissions"]
    free = all(flags.get(name) for name in views.PERMISSIONS[:10])
    new = Member(user) if free else Member(user, "restricted", until=call.args.get("until_date", 0), permissions=flags)
    members.set_status(call.world, place, user, call.world.bot.id, new)
    return True


def promote_chat_member(call: Call) -> bool:
    """promoteChatMember: with no right at all it takes the administrator's place away."""
    place = access.group(call.world, call.args["chat_id"])
    access.need_right(call.world, place, "can_promote_members", "not enough rights")
    user = call.args["user_id"]
    record = place.members.get(user)
    if record is None or not here(record.status):
        raise bad("USER_NOT_PARTICIPANT" if user in call.world.state.people else "invalid user_id specified")
    if record.status == "creator":
        raise bad("can't demote chat creator")
    members.promote(
        call.world, place, user, call.world.bot.id, [right for right in views.RIGHTS if call.args.get(right)]
    )
    return True


def set_custom_title(call: Call) -> bool:
    """setChatAdministratorCustomTitle."""
    place = access.group(call.world, call.args["chat_id"])
    record = place.members.get(call.args["user_id"])
    access.need_right(call.world, place, "can_promote_members", "not enough rights")
    if record is None or record.status != "administrator":
        raise bad("user is not an administrator")
    record.title = call.args["custom_title"][:16]
    call.world.state.keep(place)
    return True


def set_chat_permissions(call: Call) -> bool:
    """setChatPermissions: kept and shown by getChat."""
    place = access.group(call.world, call.args["chat_id"])
    access.need_right(call.world, place, "can_restrict_members", "not enough rights to change chat permissions")
    place.permissions = {name: bool(call.args["permissions"].get(name)) for name in views.PERMISSIONS}
    call.world.state.keep(place)
    return True


def set_chat_title(call: Call) -> bool:
    """setChatTitle, with its service message."""
    place = access.group(call.world, call.args["chat_id"])
    access.need_right(call.world, place, "can_change_info", "not enough rights to change chat title")
    title = call.args["title"].strip()[:128]
    if not title:
        raise bad("new chat title must be non-empty")
    if title == place.title:
        raise bad("chat title is not modified")
    place.title = title
    call.world.state.keep(place)
    posting.post(call.world, place, call.world.bot.id, {"new_chat_title": title})
    return True


def set_chat_description(call: Call) -> bool:
    """setChatDescription."""
    place = access.group(call.world, call.args["chat_id"])
    access.need_right(call.world, place, "can_change_info", "not enough rights to change chat description")
    if call.args.get("description", "") == place.description:
        raise bad("chat description is not modified")
    place.description = call.args.get("description", "")[:255]
    call.world.state.keep(place)
    call.world.changed(place)
    return True


def get_user_profile_photos(call: Call) -> Json:
    """getUserProfilePhotos: people in the sandbox have none; only people the bot knows are answered."""
    if call.args["user_id"] not in call.world.state.people and call.args["user_id"] != call.world.bot.id:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}


def _gone(_call: Call) -> bool:
    raise forbidden("the sandbox bot stays here: logOut and close are only for moving to another server")


METHODS: dict[str, Any] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "banChatMember": ban_chat_member,
    "unbanChatMember": unban_chat_member,
    "restrictChatMember": restrict_chat_member,
    "promoteChatMember": promote_chat_member,
    "setChatAdministratorCustomTitle": set_custom_title,
    "setChatPermissions": set_chat_permissions,
    "setChatTitle": set_chat_title,
    "setChatDescription": set_chat_description,
    "getUserProfilePhotos": get_user_profile_photos,
    "logOut": _gone,
    "close": _gone,
}
