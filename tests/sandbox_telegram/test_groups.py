"""Groups: who is in, what the bot hears of it, rights, kicks, migration, invite links.

Sources: my_chat_member always, chat_member only when asked for: Update and getUpdates.allowed_updates; statuses and
rights: ChatMember; banChatMember, unbanChatMember, restrictChatMember, promoteChatMember, leaveChat; migration:
Message.migrate_to_chat_id and ResponseParameters; createChatInviteLink (member_limit, creates_join_request),
approveChatJoinRequest. Texts of refusals ("bot was kicked from the supergroup chat", "group chat was upgraded to a
supergroup chat"): tdlib/telegram-bot-api, Client.cpp.
"""

from __future__ import annotations

import pytest

from sandbox.control import Control, ControlError

from .conftest import CHEN, GROUP, LI, WANG, Api


async def kinds(api: Api) -> list[str]:
    """The kinds of the pending updates, service messages by their field; all confirmed."""
    names: list[str] = []
    for update in await api.drain():
        kind = next(name for name in update if name != "update_id")
        service = [name for name in update.get("message", {}) if name.endswith(("members", "member", "chat_id"))]
        names.append(service[0] if service else kind)
    return names


async def test_the_bot_is_brought_in_and_promoted(api: Api, forum: int) -> None:
    assert await kinds(api) == ["my_chat_member", "new_chat_members", "my_chat_member"]
    own = await api.ok("getChatMember", chat_id=forum, user_id=api.server.world.bot.id)
    assert (own["status"], own["can_manage_topics"], own["can_promote_members"]) == ("administrator", True, False)
    admins = await api.ok("getChatAdministrators", chat_id=forum)
    assert [(a["user"]["id"], a["status"]) for a in admins] == [(LI, "creator"), (4242, "administrator")]
    assert await api.ok("getChatMemberCount", chat_id=forum) == 3


async def test_rights_can_be_named(control: Control, api: Api) -> None:
    chat = await control.group("Desk", "forum", members=[LI], bot_rights=["can_pin_messages"])
    own = await api.ok("getChatMember", chat_id=chat["id"], user_id=4242)
    assert (own["can_pin_messages"], own["can_manage_topics"]) == (True, False)


async def test_making_a_group_twice_gives_the_first(control: Control, group: int) -> None:
    again = await control.group("Another name", "group", id=group)
    assert again["title"] == "Compound"


async def test_people_come_and_go(control: Control, api: Api, forum: int) -> None:
    await api.ok("getUpdates", allowed_updates=["message", "chat_member", "my_chat_member"])
    await kinds(api)
    await control.member(forum, CHEN, "join")
    await control.member(forum, CHEN, "promote", rights=["can_pin_messages"])
    await control.member(forum, CHEN, "kick")
    assert await kinds(api) == ["chat_member", "new_chat_members", "chat_member", "left_chat_member", "chat_member"]
    assert (await api.ok("getChatMember", chat_id=forum, user_id=CHEN))["status"] == "kicked"
    with pytest.raises(ControlError, match="not in the group"):
        await control.say(CHEN, "hello?", chat=forum)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("group", "Forbidden: bot was kicked from the group chat"),
        ("forum", "Forbidden: bot was kicked from the supergroup chat"),
    ],
)
async def test_a_kicked_bot(control: Control, api: Api, kind: str, error: str) -> None:
    chat = (await control.group("Any", kind, members=[LI, WANG], bot_admin=True))["id"]
    await control.member(chat, 4242, "kick")
    assert await api.refused("sendMessage", chat_id=chat, text="x") == error
    await kinds(api)
    await control.say(LI, "/anybody", chat=chat)
    assert await kinds(api) == []


async def test_leaving(control: Control, api: Api, group: int) -> None:
    await api.ok("leaveChat", chat_id=group)
    error = "Forbidden: bot is not a member of the group chat"
    assert await api.refused("sendMessage", chat_id=group, text="x") == error
    assert await api.refused("getChat", chat_id=group) == error


async def test_migration(control: Control, api: Api, group: int) -> None:
    await kinds(api)
    new = await control.migrate(group)
    assert await kinds(api) == ["migrate_to_chat_id", "migrate_from_chat_id"]
    body = await api("sendMessage", chat_id=group, text="x")
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": new["id"]}
    await api.ok("sendMessage", chat_id=new["id"], text="here we are")
    assert [c["id"] for c in (await control.sees(WANG))["chats"]] == [WANG, new["id"]]
    assert (await control.say(WANG, "/hi", chat=GROUP))["ok"]
    with pytest.raises(ControlError, match="only once"):
        await control.migrate(group)


async def test_join_by_request(control: Control, api: Api, forum: int) -> None:
    link = await api.ok("createChatInviteLink", chat_id=forum, creates_join_request=True)
    await kinds(api)
    assert (await control.join(CHEN, link["invite_link"]))["requested"] is True
    (update,) = await api.ok("getUpdates")
    asked = update["chat_join_request"]
    assert (asked["from"]["id"], asked["user_chat_id"]) == (CHEN, CHEN)
    await api.ok("approveChatJoinRequest", chat_id=forum, user_id=CHEN)
    assert (await api.ok("getChatMember", chat_id=forum, user_id=CHEN))["status"] == "member"
    again = await api.refused("approveChatJoinRequest", chat_id=forum, user_id=CHEN)
    assert again == "Bad Request: USER_ALREADY_PARTICIPANT"
    nobody = await api.refused("declineChatJoinRequest", chat_id=forum, user_id=4243)
    assert nobody == "Bad Request: HIDE_REQUESTER_MISSING"


async def test_links_run_out(control: Control, api: Api, forum: int) -> None:
    link = (await api.ok("createChatInviteLink", chat_id=forum, member_limit=1))["invite_link"]
    await control.join(CHEN, link)
    await control.person("Zhao", id=1009)
    with pytest.raises(ControlError, match="used up"):
        await control.join(1009, link)
    primary = await api.ok("exportChatInviteLink", chat_id=forum)
    await api.ok("revokeChatInviteLink", chat_id=forum, invite_link=primary)
    with pytest.raises(ControlError, match="revoked"):
        await control.join(1009, primary)


async def test_the_bot_manages_members(control: Control, api: Api, forum: int) -> None:
    await api.ok("banChatMember", chat_id=forum, user_id=WANG)
    assert (await api.ok("getChatMember", chat_id=forum, user_id=WANG))["status"] == "kicked"
    await api.ok("unbanChatMember", chat_id=forum, user_id=WANG)
    refused = await api.refused("banChatMember", chat_id=forum, user_id=LI)
    assert refused == "Bad Request: can't remove chat owner"
    refused = await api.refused("promoteChatMember", chat_id=forum, user_id=LI, can_pin_messages=True)
    assert refused == "Bad Request: not enough rights"
    await control.member(forum, 4242, "promote", rights=["can_promote_members", "can_restrict_members"])
    await control.member(forum, CHEN, "join")
    await api.ok("promoteChatMember", chat_id=forum, user_id=CHEN, can_pin_messages=True)
    await api.ok("setChatAdministratorCustomTitle", chat_id=forum, user_id=CHEN, custom_title="Desk")
    member = await api.ok("getChatMember", chat_id=forum, user_id=CHEN)
    assert (member["custom_title"], member["can_pin_messages"]) == ("Desk", True)
    await api.ok("promoteChatMember", chat_id=forum, user_id=CHEN)
    await api.ok("restrictChatMember", chat_id=forum, user_id=CHEN, permissions={"can_send_messages": False})
    assert (await api.ok("getChatMember", chat_id=forum, user_id=CHEN))["status"] == "restricted"
