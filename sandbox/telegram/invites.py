"""Invite links and requests to join."""

from __future__ import annotations

import secrets
from typing import Any

from . import access, members, updates, views
from .calls import Call
from .errors import Refused, bad
from .records import Chat, Json
from .world import World, here


def _inviting(call: Call) -> Chat:
    place = access.group(call.world, call.args["chat_id"])
    access.need_right(call.world, place, "can_invite_users", "not enough rights to manage chat invite link")
    return place


def _fresh(call: Call, place: Chat, primary: bool = False) -> Json:
    link: Json = {
        "invite_link": f"https://t.me/+{secrets.token_urlsafe(12)}",
        "creator": views.user(call.world, call.world.bot.id),
        "creates_join_request": False,
        "is_primary": primary,
        "is_revoked": False,
    }
    place.links.append(link)
    return link


def _configure(call: Call, place: Chat, link: Json) -> Json:
    requests = bool(call.args.get("creates_join_request"))
    if requests and call.args.get("member_limit"):
        raise bad("member limit can't be specified for links requiring administrator approval")
    link["creates_join_request"] = requests
    for name in ("name", "expire_date", "member_limit"):
        if call.args.get(name):
            link[name] = call.args[name]
    call.world.state.keep(place)
    return _shown(place, link)


def _shown(place: Chat, link: Json) -> Json:
    waiting = sum(request.get("link") == link["invite_link"] for request in place.requests.values())
    body = {name: value for name, value in link.items() if name != "used"}
    return {**body, "pending_join_request_count": waiting} if waiting else body


def create_link(call: Call) -> Json:
    """createChatInviteLink."""
    place = _inviting(call)
    return _configure(call, place, _fresh(call, place))


def _own_link(call: Call, place: Chat) -> Json:
    for link in place.links:
        if link["invite_link"] == call.args["invite_link"]:
            return link
    raise bad("INVITE_HASH_EXPIRED")


def edit_link(call: Call) -> Json:
    """editChatInviteLink."""
    place = _inviting(call)
    return _configure(call, place, _own_link(call, place))


def revoke_link(call: Call) -> Json:
    """revokeChatInviteLink."""
    place = _inviting(call)
    link = _own_link(call, place)
    link["is_revoked"] = True
    call.world.state.keep(place)
    return _shown(place, link)


def export_link(call: Call) -> str:
    """exportChatInviteLink: a new primary link; the one before is revoked."""
    place = _inviting(call)
    for link in place.links:
        if link["is_primary"]:
            link["is_revoked"] = True
    link = _fresh(call, place, primary=True)
    call.world.state.keep(place)
    return link["invite_link"]


def _request(call: Call) -> tuple[Chat, int]:
    place = _inviting(call)
    user = call.args["user_id"]
    record = place.members.get(user)
    if record and here(record.status):
        raise bad("USER_ALREADY_PARTICIPANT")
    if place.requests.pop(user, None) is None:
        raise bad("HIDE_REQUESTER_MISSING")
    call.world.state.keep(place)
    return place, user


def approve(call: Call) -> bool:
    """approveChatJoinRequest."""
    place, user = _request(call)
    members.join(call.world, place, user)
    return True


def decline(call: Call) -> bool:
    """declineChatJoinRequest."""
    _request(call)
    return True


def follow(world: World, person: int, url: str) -> Json:
    """A person opens an invite link: joins, or asks to join. Refused when the link is of no use."""
    for place in world.state.chats.values():
        for link in place.links:
            if link["invite_link"] == url:
                return _followed(world, person, place, link)
    raise Refused(f"There is no invite link {url}; the bot makes them with createChatInviteLink.", 404)


def _followed(world: World, person: int, place: Chat, link: Json) -> Json:
    used = link.setdefault("used", 0)
    expired = link.get("expire_date", 1 << 60) < world.now()
    if link["is_revoked"] or expired or used >= link.get("member_limit", 1 << 60):
        raise Refused("This invite link is revoked, expired or used up; ask for a new one.")
    public = {name: value for name, value in link.items() if name != "used"}
    if link["creates_join_request"]:
        place.requests[person] = {"link": link["invite_link"], "at": world.now()}
        world.state.keep(place)
        body = {
            "chat": views.chat(world, place),
            "from": views.user(world, person),
            "user_chat_id": person,
            "date": world.now(),
            "invite_link": public,
        }
        if access.has_right(world, place, "can_invite_users"):
            updates.emit(world, "chat_join_request", body, place.id, f"members:{person}")
        return {"requested": True, "chat": place.id}
    link["used"] = used + 1
    members.join(world, place, person, link=public)
    return {"joined": True, "chat": place.id}


METHODS: dict[str, Any] = {
    "createChatInviteLink": create_link,
    "editChatInviteLink": edit_link,
    "revokeChatInviteLink": revoke_link,
    "exportChatInviteLink": export_link,
    "approveChatJoinRequest": approve,
    "declineChatJoinRequest": decline,
}
