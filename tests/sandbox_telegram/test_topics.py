"""Forum topics: threads, replies, closed and deleted topics, rights, private-chat topics.

Sources: createForumTopic, editForumTopic, closeForumTopic, deleteForumTopic and their rights; 128 characters;
Message.message_thread_id, is_topic_message, forum_topic_created; has_topics_enabled: User. A message that is no reply
refers to the topic's creation, and a reply in General carries a thread that does not exist: observed,
tdlib/telegram-bot-api issues 356 and 447. "message thread not found", "TOPIC_CLOSED", "the chat is not a forum":
Client.cpp, and the errors of the server behind it.
"""

from __future__ import annotations

import pytest

from sandbox.control import Control, ControlError

from .conftest import FORUM, LI, WANG, Api


async def topic(api: Api, name: str = "No. 7", chat: int = FORUM) -> int:
    return (await api.ok("createForumTopic", chat_id=chat, name=name))["message_thread_id"]


async def test_a_topic_message_refers_to_the_topics_creation(control: Control, api: Api, forum: int) -> None:
    thread = await topic(api)
    sent = await api.ok("sendMessage", chat_id=forum, text="case", message_thread_id=thread)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert sent["reply_to_message"]["message_id"] == thread
    assert sent["reply_to_message"]["forum_topic_created"]["name"] == "No. 7"
    await control.say(WANG, "I take it", chat=forum, thread=thread)
    await control.say(WANG, "why?", chat=forum, reply_to=sent["message_id"])
    first, second = (u["message"] for u in (await api.ok("getUpdates"))[-2:])
    assert first["reply_to_message"]["message_id"] == thread
    assert second["reply_to_message"]["text"] == "case"
    assert second["message_thread_id"] == thread


async def test_the_bot_hears_of_the_topic_it_made(api: Api, forum: int) -> None:
    thread = await topic(api)
    created = (await api.ok("getUpdates"))[-1]["message"]
    assert created["message_id"] == thread
    assert created["forum_topic_created"]["name"] == "No. 7"
    assert "reply_to_message" not in created


async def test_general_has_no_thread(control: Control, api: Api, forum: int) -> None:
    sent = await api.ok("sendMessage", chat_id=forum, text="hello")
    assert "message_thread_id" not in sent
    assert "reply_to_message" not in sent
    refused = await api.refused("sendMessage", chat_id=forum, text="x", message_thread_id=1)
    assert refused == "Bad Request: message thread not found"
    view = await control.sees(LI, forum, thread=1)
    assert [m["text"] for m in view["chats"][0]["messages"] if m["kind"] == "text"] == ["hello"]


async def test_a_reply_in_general_carries_a_thread_that_nothing_can_be_sent_to(
    control: Control, api: Api, forum: int
) -> None:
    sent = await api.ok("sendMessage", chat_id=forum, text="hello")
    said = await control.say(WANG, "hello yourself", chat=forum, reply_to=sent["message_id"])
    await control.say(LI, "and I", chat=forum, reply_to=said["message_id"])
    for update in (await api.drain())[-2:]:
        assert update["message"]["message_thread_id"] == sent["message_id"]
        assert "is_topic_message" not in update["message"]
    refused = await api.refused("sendMessage", chat_id=forum, text="x", message_thread_id=sent["message_id"])
    assert refused == "Bad Request: message thread not found"


async def test_edit_close_reopen_delete(control: Control, api: Api, forum: int) -> None:
    thread = await topic(api)
    where = {"chat_id": forum, "message_thread_id": thread}
    await api.ok("editForumTopic", **where, name="No. 7 red")
    assert await api.refused("editForumTopic", **where, name="No. 7 red") == "Bad Request: TOPIC_NOT_MODIFIED"
    await api.ok("closeForumTopic", **where)
    assert await api.refused("closeForumTopic", **where) == "Bad Request: TOPIC_NOT_MODIFIED"
    await api.ok("sendMessage", **where, text="an admin may still write")
    with pytest.raises(ControlError, match="closed"):
        await control.say(WANG, "me too", chat=forum, thread=thread)
    await api.ok("reopenForumTopic", **where)
    await control.say(WANG, "now", chat=forum, thread=thread)
    await api.ok("deleteForumTopic", **where)
    assert await api.refused("sendMessage", **where, text="x") == "Bad Request: message thread not found"
    assert await api.refused("editForumTopic", **where, name="y") == "Bad Request: TOPIC_ID_INVALID"
    kinds = [
        next(k for k in u["message"] if k.startswith("forum_topic"))
        for u in await api.ok("getUpdates")
        if any(k.startswith("forum_topic") for k in u.get("message", {}))
    ]
    assert kinds == ["forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"]


async def test_rights_are_needed(control: Control, api: Api, forum: int) -> None:
    bot = api.server.world.bot.id
    thread = await topic(api)
    await api.ok("closeForumTopic", chat_id=forum, message_thread_id=thread)
    await control.member(forum, bot, "promote", rights=["can_pin_messages"])
    refused = await api.refused("createForumTopic", chat_id=forum, name="x")
    assert refused == "Bad Request: not enough rights to create a topic"
    refused = await api.refused("sendMessage", chat_id=forum, message_thread_id=thread, text="x")
    assert refused == "Bad Request: TOPIC_CLOSED"


async def test_only_forums_have_topics(api: Api, group: int) -> None:
    assert await api.refused("createForumTopic", chat_id=group, name="x") == "Bad Request: the chat is not a forum"


async def test_private_topics_are_a_switch(control: Control, api: Api) -> None:
    await control.say(LI, "/start")
    assert await api.refused("createForumTopic", chat_id=LI, name="x") == "Bad Request: the chat is not a forum"
    await control.switch(**{"telegram.private_topics": True})
    assert (await api.ok("getMe"))["has_topics_enabled"] is True
    thread = await topic(api, "Order 1", LI)
    sent = await api.ok("sendMessage", chat_id=LI, text="in it", message_thread_id=thread)
    assert sent["is_topic_message"] is True
    assert "reply_to_message" not in sent
    await control.say(LI, "answer", thread=thread)
    assert (await api.ok("getUpdates"))[-1]["message"]["message_thread_id"] == thread


async def test_names_are_seen(control: Control, api: Api, forum: int) -> None:
    thread = await topic(api, "x" * 200)
    (seen,) = [t for t in (await control.sees(LI, forum))["chats"][0]["topics"] if t["thread"] == thread]
    assert seen["name"] == "x" * 128
    assert await api.refused("createForumTopic", chat_id=forum, name="  ") == "Bad Request: TOPIC_NAME_EMPTY"
    names = [m["versions"] for m in await control.messages(forum) if m["kind"] == "service"]
    assert ["x" * 128] in names
