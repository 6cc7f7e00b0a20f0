"""Forum topics, in forums and in private chats, and the General topic."""

from __future__ import annotations

from typing import Any

from . import access, posting
from .calls import Call
from .errors import bad
from .records import Chat, Json, Topic
from .world import World

NAME_LIMIT = 128
COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
GENERAL = 1


def _forum(call: Call) -> Chat:
    place = access.member_chat(call.world, call.args["chat_id"])
    if place.kind != "forum" and not (place.private and call.world.bot.private_topics):
        raise bad("the chat is not a forum")
    return place


def _managed(call: Call, text: str = "not enough rights to edit the topic") -> Chat:
    place = _forum(call)
    access.need_right(call.world, place, "can_manage_topics", text)
    return place


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise bad("TOPIC_NAME_EMPTY")
    return name[:NAME_LIMIT]


def general(place: Chat) -> Topic:
    """The General topic of a forum, made when first needed."""
    return place.topics.setdefault(GENERAL, Topic(GENERAL, "General"))


def add(world: World, place: Chat, by: int, name: str, color: int = COLORS[0], icon: str | None = None) -> Topic:
    """A new topic with its creation message, whose id is the thread id."""
    content = {"name": name, "icon_color": color} | ({"icon_custom_emoji_id": icon} if icon else {})
    thread = posting.peek_id(world, place)
    topic = place.topics[thread] = Topic(thread, name, color, icon)
    world.state.keep(place)
    posting.post(world, place, by, {"forum_topic_created": content}, thread=thread)
    return topic


def create(call: Call) -> Json:
    """createForumTopic."""
    place = _managed(call, "not enough rights to create a topic")
    color = call.args.get("icon_color") or COLORS[0]
    if color not in COLORS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    icon = call.args.get("icon_custom_emoji_id") or None
    topic = add(call.world, place, call.world.bot.id, _named(call.args["name"]), color, icon)
    body: Json = {"message_thread_id": topic.thread, "name": topic.name, "icon_color": topic.icon_color}
    return body | ({"icon_custom_emoji_id": icon} if icon else {})


def _topic(call: Call, place: Chat) -> Topic:
    topic = place.topics.get(call.args["message_thread_id"])
    if topic is None or topic.thread == GENERAL:
        raise bad("TOPIC_ID_INVALID")
    return topic


def _tell(call: Call, place: Chat, topic: Topic, content: Json) -> bool:
    call.world.state.keep(place)
    posting.post(
        call.world, place, call.world.bot.id, content, thread=None if topic.thread == GENERAL else topic.thread
    )
    return True


def _rename(call: Call, place: Chat, topic: Topic) -> bool:
    content: Json = {}
    name = _named(call.args["name"]) if call.args.get("name") else topic.name
    icon = call.args.get("icon_custom_emoji_id", topic.icon) or None
    if name != topic.name:
        content["name"] = topic.name = name
    if icon != topic.icon:
        content["icon_custom_emoji_id"] = icon or ""
        topic.icon = icon
    if not content:
        raise bad("TOPIC_NOT_MODIFIED")
    return _tell(call, place, topic, {"forum_topic_edited": content})


def edit(call: Call) -> bool:
    """editForumTopic."""
    place = _managed(call)
    return _rename(call, place, _topic(call, place))


def _set_closed(call: Call, place: Chat, topic: Topic, closed: bool) -> bool:
    if topic.closed == closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    return _tell(call, place, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def close(call: Call) -> bool:
    """closeForumTopic."""
    place = _managed(call)
    return _set_closed(call, place, _topic(call, place), closed=True)


def reopen(call: Call) -> bool:
    """reopenForumTopic."""
    place = _managed(call)
    return _set_closed(call, place, _topic(call, place), closed=False)


def delete(call: Call) -> bool:
    """deleteForumTopic: the topic goes with all its messages; needs the right to delete messages."""
    place = _forum(call)
    topic = _topic(call, place)
    access.need_right(call.world, place, "can_delete_messages", "not enough rights to delete the topic")
    del place.topics[topic.thread]
    call.world.state.keep(place)
    for record in list(call.world.state.newest_first(place.id)):
        if record.thread == topic.thread and not record.deleted:
            posting.remove(call.world, record)
    return True


def edit_general(call: Call) -> bool:
    """editGeneralForumTopic."""
    place = _managed(call)
    return _rename(call, place, general(place))


def close_general(call: Call) -> bool:
    """closeGeneralForumTopic."""
    place = _managed(call)
    return _set_closed(call, place, general(place), closed=True)


def reopen_general(call: Call) -> bool:
    """reopenGeneralForumTopic; it is shown again as well."""
    place = _managed(call)
    general(place).hidden = False
    return _set_closed(call, place, general(place), closed=False)


def _set_hidden(call: Call, hidden: bool) -> bool:
    place = _managed(call)
    topic = general(place)
    if topic.hidden == hidden:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.hidden = hidden
    topic.closed = hidden or topic.closed
    return _tell(call, place, topic, {f"general_forum_topic_{'hidden' if hidden else 'unhidden'}": {}})


def hide_general(call: Call) -> bool:
    """hideGeneralForumTopic; it is closed as well."""
    return _set_hidden(call, hidden=True)


def unhide_general(call: Call) -> bool:
    """unhideGeneralForumTopic."""
    return _set_hidden(call, hidden=False)


def icon_stickers(_call: Call) -> list[Json]:
    """getForumTopicIconStickers: the sandbox has none."""
    return []


METHODS: dict[str, Any] = {
    "createForumTopic": create,
    "editForumTopic": edit,
    "closeForumTopic": close,
    "reopenForumTopic": reopen,
    "deleteForumTopic": delete,
    "editGeneralForumTopic": edit_general,
    "closeGeneralForumTopic": close_general,
    "reopenGeneralForumTopic": reopen_general,
    "hideGeneralForumTopic": hide_general,
    "unhideGeneralForumTopic": unhide_general,
    "getForumTopicIconStickers": icon_stickers,
}
