"""Every kind of update on the path, as it comes over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messenger.incoming import KINDS, read
from bot.model import (
    Arrival,
    Body,
    Migrated,
    PaidInChat,
    Photographed,
    PreCheckout,
    Pressed,
    Reached,
    Said,
    SentOther,
    Spot,
    Unnamed,
)

LI = {"id": 11, "is_bot": False, "first_name": "Li", "language_code": "zh-hans"}
BOT = {"id": 99, "is_bot": True, "first_name": "Bot"}
PRIVATE = {"id": 11, "type": "private", "first_name": "Li"}
FORUM = {"id": -1001, "type": "supergroup", "title": "Endo", "is_forum": True}
GROUP = {"id": -100, "type": "group", "title": "Compound"}
NOW = 1_800_000_000_000


def message(chat: dict[str, Any] = PRIVATE, **more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": chat, "from": LI, **more}


def body(**update: Any) -> Body | None:
    found = read({"update_id": 7, **update}, None, NOW)
    assert len(found) < 2
    assert all((arrival.source, arrival.id, arrival.at) == ("telegram", "7", NOW) for arrival in found)
    return found[0].body if found else None


def size(width: int, id: str) -> dict[str, Any]:
    return {"file_id": id, "file_unique_id": f"u{id}", "width": width, "height": 100, "file_size": width * 10}


HERE = Spot(11, 11)


def test_a_text() -> None:
    assert body(message=message(text="hello")) == Said(HERE, 5, "hello")
    found = read({"update_id": 7, "message": message(text="hello")}, None, NOW)[0]
    assert isinstance(found, Arrival)
    assert isinstance(found.body, Said)
    assert found.body.spot.lang == "zh-hans"


def test_a_reply_and_an_edit() -> None:
    reply = message(text="yes", reply_to_message={**message(text="sure?"), "message_id": 4})
    assert body(message=reply) == Said(HERE, 5, "yes", reply_to=4)
    assert body(edited_message={**message(text="no"), "edit_date": 2}) == Said(HERE, 5, "no", edited=True)


def test_the_largest_photo_counts() -> None:
    photo = message(photo=[size(90, "s"), size(1280, "l"), size(320, "m")], caption="rx", media_group_id="album")
    assert body(message=photo) == Photographed(HERE, 5, "l", "ul", 12800, 1280, 100, "album", "rx")
    bare = message(photo=[{"file_id": "s", "file_unique_id": "us", "width": 1, "height": 1}])
    assert body(message=bare) == Photographed(HERE, 5, "s", "us", 0, 1, 1)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("voice", {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}}),
        ("document", {"document": {"file_id": "f", "file_unique_id": "u"}}),
        (
            "animation",
            {
                "animation": {
                    "file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1,
                },
                "document": {"file_id": "f", "file_unique_id": "u"},
            },
        ),
        ("location", {"location": {"longitude": 121.5, "latitude": 31.2}}),
        (
            "venue",
            {
                "venue": {
                    "location": {"longitude": 121.5, "latitude": 31.2}, "title": "Gate", "address": "x",
                },
                "location": {"longitude": 121.5, "latitude": 31.2},
            },
        ),
        ("contact", {"contact": {"phone_number": "1", "first_name": "Li"}}),
        ("dice", {"dice": {"value": 1, "emoji": "x"}}),
    ],
)  # fmt: skip
def test_what_no_step_takes_is_named(kind: str, fields: dict[str, Any]) -> None:
    named = body(message=message(**fields))
    ids = {"file": "f", "unique": "u"} if "file_id" in fields[kind] else {}
    assert named == SentOther(HERE, 5, kind, **ids)


def test_a_documents_own_words_come_with_it() -> None:
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf", "mime_type": "application/pdf"}
    sent = body(message=message(document={**document, "file_size": 7}, caption="看"))
    assert sent == SentOther(HERE, 5, "document", None, "f", 7, "a.pdf", "application/pdf", "看", unique="u")


def test_a_payment() -> None:
    paid = {"currency": "CNY", "total_amount": 1234, "invoice_payload": "R1/1"}
    charges = {"telegram_payment_charge_id": "tg", "provider_payment_charge_id": "pv"}
    assert body(message=message(successful_payment=paid | charges)) == PaidInChat(HERE, 5, 1234, "CNY", "R1/1", "pv")
    stars = charges | {"provider_payment_charge_id": ""}
    assert body(message=message(successful_payment=paid | stars)) == PaidInChat(HERE, 5, 1234, "CNY", "R1/1", "tg")


def test_a_checkout() -> None:
    query = {"id": "q", "from": LI, "currency": "CNY", "total_amount": 1234, "invoice_payload": "R1/1"}
    assert body(pre_checkout_query=query) == PreCheckout("q", 11, 1234, "CNY", "R1/1")


# ---------------------------------------------------------------- topics and groups


def test_a_message_in_a_topic_replies_to_nothing() -> None:
    created = {**message(FORUM, forum_topic_created={"name": "No 7", "icon_color": 1}), "message_id": 40}
    inside = {"message_thread_id": 40, "is_topic_message": True, "reply_to_message": created}
    assert body(message=message(FORUM, text="hi", **inside)) == Said(Spot(-1001, 11, 40), 5, "hi")
    inside["reply_to_message"] = {**message(FORUM), "message_id": 40}
    assert body(message=message(FORUM, text="hi", **inside)) == Said(Spot(-1001, 11, 40), 5, "hi")


def test_a_real_reply_in_a_topic() -> None:
    inside = {"message_thread_id": 40, "is_topic_message": True}
    reply = {**message(FORUM, text="?", **inside), "message_id": 44}
    assert body(message=message(FORUM, text="hi", reply_to_message=reply, **inside)) == Said(
        Spot(-1001, 11, 40), 5, "hi", reply_to=44
    )


@pytest.mark.parametrize(("chat", "by", "to"), [(GROUP, 12, None), (GROUP, 11, 4), (GROUP, 99, 4), (PRIVATE, 12, 4)])
def test_what_people_in_a_group_say_to_each_other_is_no_reply_to_us(
    chat: dict[str, Any], by: int, to: int | None
) -> None:
    """Else it is taken for the answer to a question that is on its way there, and may go to a patient."""
    said = {**message(chat, text="?"), "message_id": 4, "from": BOT if by == BOT["id"] else {**LI, "id": by}}
    assert body(message=message(chat, text="hi", reply_to_message=said)) == Said(Spot(chat["id"], 11), 5, "hi", to)


def test_a_reply_chain_of_a_supergroup_is_no_topic() -> None:
    chain = {"message_thread_id": 40, "reply_to_message": {**message(FORUM, text="?"), "message_id": 40}}
    assert body(message=message(FORUM, text="hi", **chain)) == Said(Spot(-1001, 11), 5, "hi", reply_to=40)


def test_a_group_that_became_a_supergroup() -> None:
    assert body(message=message(GROUP, migrate_to_chat_id=-1009)) == Migrated(-100, -1009)
    assert body(message=message(FORUM, migrate_from_chat_id=-100)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"from": BOT, "text": "hi"},
        {"from": None, "text": "hi"},
        {"sender_chat": {"id": -1007, "type": "channel", "title": "News"}, "text": "hi"},
        {"sender_chat": FORUM, "is_automatic_forward": True, "text": "hi"},
        {"sender_chat": FORUM, "pinned_message": {"message_id": 3, "date": 0, "chat": FORUM}},
        {"new_chat_members": [LI]},
        {"left_chat_member": LI},
        {"forum_topic_created": {"name": "No 7", "icon_color": 1}},
        {"forum_topic_closed": {}},
        {"pinned_message": {"message_id": 3, "date": 0, "chat": FORUM}},
        {"new_chat_title": "x"},
    ],
)
def test_service_messages_and_nobodies_are_nothing(fields: dict[str, Any]) -> None:
    raw = {name: value for name, value in {**message(FORUM), **fields}.items() if value is not None}
    assert body(message=raw) is None


def test_an_anonymous_admin_is_nobody_who_wrote_something() -> None:
    raw = message(FORUM, sender_chat=FORUM, text="hi", message_thread_id=40, is_topic_message=True)
    assert body(message={**raw, "from": BOT}) == Unnamed(Spot(-1001, 0, 40), 5, "hi")
    photo = message(FORUM, sender_chat=FORUM, photo=[size(90, "s")], caption="see")
    assert body(message={**photo, "from": BOT}) == Unnamed(Spot(-1001, 0), 5, "see")


def test_what_was_passed_on_is_known_as_that() -> None:
    origin = {"type": "user", "date": 1, "sender_user": LI}
    assert body(message=message(text="/bind", forward_origin=origin)) == Said(HERE, 5, "/bind", forwarded=True)


def test_marks_that_turn_the_direction_of_text_do_not_come_in() -> None:
    assert body(message=message(text="a\u202e5 gm\u202c\u2066b")) == Said(HERE, 5, "a5 gmb")
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "x\u202efdp.exe"}
    found = body(message=message(document=document, caption="\u202ea"))
    assert isinstance(found, SentOther)
    assert (found.caption, found.name) == ("a", "x\u202efdp.exe"), "of a file the name is looked at as it is"


def test_an_edited_caption_comes_as_an_edited_text() -> None:
    photo = {"photo": [size(90, "s")]}
    found = [body(edited_message=message(**photo, **more)) for more in ({"caption": "x"}, {})]
    assert [(one.text, one.edited, one.kind, one.size) for one in found if isinstance(one, Said)] == [
        ("x", True, "photo", 900),
        ("", True, "photo", 900),
    ], "taken away, too"


def test_an_edit_without_text_is_nothing() -> None:
    assert body(edited_message=message(location={"longitude": 1.0, "latitude": 2.0})) is None
    assert body(edited_message=message(FORUM, sender_chat=FORUM, text="x")) is None


# ---------------------------------------------------------------- presses


def press(**more: Any) -> dict[str, Any]:
    return {"id": "q", "from": LI, "chat_instance": "c", "data": "a:take:R1", **more}


def test_a_press() -> None:
    inside = {"message_thread_id": 40, "is_topic_message": True}
    assert body(callback_query=press(message=message(FORUM, text="case", **inside))) == Pressed(
        Spot(-1001, 11, 40), 5, "a:take:R1", "q"
    )


def test_a_press_on_a_message_too_old_to_be_shown() -> None:
    old = {"message_id": 5, "date": 0, "chat": FORUM}
    assert body(callback_query=press(message=old)) == Pressed(Spot(-1001, 11), 5, "a:take:R1", "q")


def test_a_press_without_message_or_data_is_nothing() -> None:
    assert body(callback_query=press(inline_message_id="i")) is None
    game = press(message=message(text="x"), game_short_name="g")
    del game["data"]
    assert body(callback_query=game) is None


# ---------------------------------------------------------------- membership


def member(status: str, **more: Any) -> dict[str, Any]:
    return {"user": BOT, "status": status, **more}


RIGHTS = {
    name: True
    for name in (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
        "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
        "can_edit_stories", "can_delete_stories",
    )
}  # fmt: skip
MAY = {
    name: False
    for name in (
        "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
        "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
        "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
        "can_edit_tag", "can_react_to_messages",
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "reached"),
    [
        (member("member"), member("kicked", until_date=0), False),
        (member("kicked", until_date=0), member("member"), True),
        (member("left"), member("administrator", **RIGHTS), True),
        (member("member"), member("administrator", **RIGHTS), None),
        (member("member"), member("restricted", is_member=False, until_date=0, **MAY), False),
        (member("member"), member("restricted", is_member=True, until_date=0, **MAY), None),
    ],
)
def test_only_a_change_of_reach_counts(before: dict[str, Any], after: dict[str, Any], reached: bool | None) -> None:
    change = {"chat": PRIVATE, "from": LI, "date": 1, "old_chat_member": before, "new_chat_member": after}
    assert body(my_chat_member=change) == (None if reached is None else Reached(11, 11, reached))


ALL = ("can_manage_topics", "can_pin_messages", "can_delete_messages")
FULL = {**RIGHTS, **dict.fromkeys(ALL, True)}


@pytest.mark.parametrize(
    ("before", "after", "lacks"),
    [
        (member("administrator", **FULL), member("administrator", **{**FULL, "can_manage_topics": False}), ALL[:1]),
        (member("administrator", **{**FULL, "can_manage_topics": False}), member("administrator", **FULL), ()),
        (member("administrator", **FULL), member("member"), ALL),
        (member("left"), member("administrator", **FULL), ()),
        (member("member"), member("member"), None),
    ],
)
def test_in_a_group_rights_count_too(
    before: dict[str, Any], after: dict[str, Any], lacks: tuple[str, ...] | None
) -> None:
    chat = {"id": -1005, "type": "supergroup", "title": "x", "is_forum": True}
    change = {"chat": chat, "from": LI, "date": 1, "old_chat_member": before, "new_chat_member": after}
    assert body(my_chat_member=change) == (None if lacks is None else Reached(-1005, 11, True, lacks))


def test_other_kinds_are_nothing() -> None:
    assert body(channel_post={"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel", "title": "x"}}) is None
    assert body() is None
    assert set(KINDS) == {"message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"}
