"""python-telegram-bot accepts every answer and every update of the sandbox.

Sources: the list of methods in the issue's facts about Telegram; python-telegram-bot 22.8 refuses an object that
lacks a required field, so that its parsing is the check of each type of the Bot API.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

import pytest
import telegram
import telegram.helpers
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, LabeledPrice

from sandbox.control import Control
from sandbox.telegram import dispatch

from .conftest import CHEN, FORUM, LI, WANG, png

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
PRICES = [LabeledPrice("Drugs", 1234)]
INVOICE = {"title": "Order", "description": "Two drugs", "payload": "order-1", "currency": "CNY", "prices": PRICES}


@pytest.fixture
async def stage(control: Control, bot: Bot, forum: int) -> Bot:
    """Li has started the bot; a forum is there."""
    await control.say(LI, "/start")
    await bot.get_updates(offset=-1)
    return bot


async def text(bot: Bot) -> int:
    return (await bot.send_message(LI, "text", reply_markup=KEYS)).message_id


async def photo(bot: Bot) -> int:
    return (await bot.send_photo(LI, png(), caption="photo")).message_id


async def topic(bot: Bot) -> int:
    return (await bot.create_forum_topic(FORUM, "case")).message_thread_id


async def general_closed(bot: Bot) -> None:
    await bot.close_general_forum_topic(FORUM)


async def link(bot: Bot) -> str:
    return (await bot.create_chat_invite_link(FORUM)).invite_link


async def pinned(bot: Bot) -> int:
    message = await text(bot)
    await bot.pin_chat_message(LI, message)
    return message


async def file_id(bot: Bot) -> str:
    return (await bot.send_document(LI, b"x", filename="a.txt")).document.file_id


CALLS: dict[str, Callable[[Bot], Awaitable[object]]] = {
    "getMe": lambda b: b.get_me(),
    "getUpdates": lambda b: b.get_updates(timeout=0),
    "setWebhook": lambda b: b.set_webhook("http://127.0.0.1:9/hook", secret_token="s"),
    "deleteWebhook": lambda b: b.delete_webhook(),
    "getWebhookInfo": lambda b: b.get_webhook_info(),
    "sendMessage": lambda b: b.send_message(LI, "<b>hi</b>", parse_mode="HTML", reply_markup=KEYS),
    "sendPhoto": lambda b: b.send_photo(LI, png(), caption="c"),
    "sendDocument": lambda b: b.send_document(LI, b"pdf", filename="a.pdf"),
    "sendVoice": lambda b: b.send_voice(LI, b"ogg", duration=3),
    "sendVideo": lambda b: b.send_video(LI, b"mp4"),
    "sendAudio": lambda b: b.send_audio(LI, b"mp3"),
    "sendAnimation": lambda b: b.send_animation(LI, b"gif"),
    "sendVideoNote": lambda b: b.send_video_note(LI, b"mp4"),
    "sendSticker": lambda b: b.send_sticker(LI, b"webp"),
    "sendMediaGroup": lambda b: b.send_media_group(LI, [InputMediaPhoto(png()), InputMediaPhoto(png(50))]),
    "sendLocation": lambda b: b.send_location(LI, 31.2, 121.5),
    "sendVenue": lambda b: b.send_venue(LI, 31.2, 121.5, "Gate", "Road 1"),
    "sendContact": lambda b: b.send_contact(LI, "+8613", "Li"),
    "sendDice": lambda b: b.send_dice(LI),
    "sendChatAction": lambda b: b.send_chat_action(LI, "typing"),
    "sendMessageDraft": lambda b: b.send_message_draft(LI, 1, "dra"),
    "sendInvoice": lambda b: b.send_invoice(LI, **INVOICE, provider_token="p"),
    "createInvoiceLink": lambda b: b.create_invoice_link(**INVOICE, provider_token="p"),
    "getChat": lambda b: b.get_chat(FORUM),
    "getChatMember": lambda b: b.get_chat_member(FORUM, LI),
    "getChatMemberCount": lambda b: b.get_chat_member_count(FORUM),
    "getChatAdministrators": lambda b: b.get_chat_administrators(FORUM),
    "getUserProfilePhotos": lambda b: b.get_user_profile_photos(LI),
    "setMyCommands": lambda b: b.set_my_commands([("start", "begin")]),
    "getMyCommands": lambda b: b.get_my_commands(),
    "deleteMyCommands": lambda b: b.delete_my_commands(),
    "setMyName": lambda b: b.set_my_name("Relay"),
    "getMyName": lambda b: b.get_my_name(),
    "setMyDescription": lambda b: b.set_my_description("d"),
    "getMyDescription": lambda b: b.get_my_description(),
    "setMyShortDescription": lambda b: b.set_my_short_description("d"),
    "getMyShortDescription": lambda b: b.get_my_short_description(),
    "setChatMenuButton": lambda b: b.set_chat_menu_button(menu_button=telegram.MenuButtonCommands()),
    "getChatMenuButton": lambda b: b.get_chat_menu_button(),
    "setMyDefaultAdministratorRights": lambda b: b.set_my_default_administrator_rights(),
    "getMyDefaultAdministratorRights": lambda b: b.get_my_default_administrator_rights(),
    "createForumTopic": lambda b: b.create_forum_topic(FORUM, "case 1"),
    "editGeneralForumTopic": lambda b: b.edit_general_forum_topic(FORUM, "Desk"),
    "closeGeneralForumTopic": lambda b: b.close_general_forum_topic(FORUM),
    "hideGeneralForumTopic": lambda b: b.hide_general_forum_topic(FORUM),
    "getForumTopicIconStickers": lambda b: b.get_forum_topic_icon_stickers(),
    "createChatInviteLink": lambda b: b.create_chat_invite_link(FORUM, name="n"),
    "exportChatInviteLink": lambda b: b.export_chat_invite_link(FORUM),
    "leaveChat": lambda b: b.leave_chat(FORUM),
    "banChatMember": lambda b: b.ban_chat_member(FORUM, WANG),
    "unbanChatMember": lambda b: b.unban_chat_member(FORUM, CHEN, only_if_banned=True),
    "restrictChatMember": lambda b: b.restrict_chat_member(FORUM, WANG, telegram.ChatPermissions.no_permissions()),
    "setChatPermissions": lambda b: b.set_chat_permissions(FORUM, telegram.ChatPermissions.all_permissions()),
    "setChatTitle": lambda b: b.set_chat_title(FORUM, "New title"),
    "setChatDescription": lambda b: b.set_chat_description(FORUM, "what it is"),
    "unpinAllChatMessages": lambda b: b.unpin_all_chat_messages(FORUM),
    "unpinAllGeneralForumTopicMessages": lambda b: b.unpin_all_general_forum_topic_messages(FORUM),
}


async def edit_text(bot: Bot) -> object:
    return await bot.edit_message_text("new", LI, await text(bot), reply_markup=KEYS)


async def edit_caption(bot: Bot) -> object:
    return await bot.edit_message_caption(LI, await photo(bot), caption="new")


async def edit_media(bot: Bot) -> object:
    return await bot.edit_message_media(InputMediaDocument(b"new", filename="n.txt"), LI, await photo(bot))


async def edit_live(bot: Bot) -> object:
    sent = await bot.send_location(LI, 1, 2, live_period=900)
    return await bot.edit_message_live_location(LI, sent.message_id, latitude=3, longitude=4, live_period=900)


async def stop_live(bot: Bot) -> object:
    sent = await bot.send_location(LI, 1, 2, live_period=900)
    return await bot.stop_message_live_location(LI, sent.message_id)


async def edit_link(bot: Bot) -> object:
    return await bot.edit_chat_invite_link(FORUM, await link(bot), creates_join_request=True)


async def get_file(bot: Bot) -> bytes:
    file = await bot.get_file(await file_id(bot))
    body = bytes(await file.download_as_bytearray())
    assert body == b"x"
    return body


async def reopen_topic(bot: Bot) -> object:
    thread = await topic(bot)
    await bot.close_forum_topic(FORUM, thread)
    return await bot.reopen_forum_topic(FORUM, thread)


async def reopen_general(bot: Bot) -> object:
    await general_closed(bot)
    return await bot.reopen_general_forum_topic(FORUM)


async def unhide_general(bot: Bot) -> object:
    await bot.hide_general_forum_topic(FORUM)
    return await bot.unhide_general_forum_topic(FORUM)


async def title(bot: Bot) -> object:
    return await bot.set_chat_administrator_custom_title(FORUM, WANG, "Boss")


async def topic_pins(bot: Bot) -> object:
    return await bot.unpin_all_forum_topic_messages(FORUM, await topic(bot))


async def edit_markup(bot: Bot) -> object:
    return await bot.edit_message_reply_markup(LI, await text(bot), reply_markup=None)


async def promote(bot: Bot) -> object:
    return await bot.promote_chat_member(FORUM, WANG, can_pin_messages=True)


CALLS |= {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "editMessageLiveLocation": edit_live,
    "stopMessageLiveLocation": stop_live,
    "deleteMessage": lambda b: _then(text(b), lambda m: b.delete_message(LI, m)),
    "deleteMessages": lambda b: _then(text(b), lambda m: b.delete_messages(LI, [m, 999])),
    "copyMessage": lambda b: _then(photo(b), lambda m: b.copy_message(LI, LI, m, caption="other")),
    "copyMessages": lambda b: _then(text(b), lambda m: b.copy_messages(LI, LI, [m])),
    "forwardMessage": lambda b: _then(text(b), lambda m: b.forward_message(LI, LI, m)),
    "forwardMessages": lambda b: _then(text(b), lambda m: b.forward_messages(LI, LI, [m])),
    "pinChatMessage": lambda b: _then(text(b), lambda m: b.pin_chat_message(LI, m)),
    "unpinChatMessage": lambda b: _then(pinned(b), lambda m: b.unpin_chat_message(LI, m)),
    "setMessageReaction": lambda b: _then(text(b), lambda m: b.set_message_reaction(LI, m, "👍")),
    "getFile": get_file,
    "editForumTopic": lambda b: _then(topic(b), lambda t: b.edit_forum_topic(FORUM, t, name="renamed")),
    "closeForumTopic": lambda b: _then(topic(b), lambda t: b.close_forum_topic(FORUM, t)),
    "reopenForumTopic": reopen_topic,
    "deleteForumTopic": lambda b: _then(topic(b), lambda t: b.delete_forum_topic(FORUM, t)),
    "reopenGeneralForumTopic": reopen_general,
    "unhideGeneralForumTopic": unhide_general,
    "unpinAllForumTopicMessages": topic_pins,
    "editChatInviteLink": edit_link,
    "revokeChatInviteLink": lambda b: _then(link(b), lambda url: b.revoke_chat_invite_link(FORUM, url)),
}
# These need somebody to act first, or rights nobody gives by default: tested in their own files.
ELSEWHERE = {
    "answerCallbackQuery",
    "answerPreCheckoutQuery",
    "answerShippingQuery",
    "refundStarPayment",
    "approveChatJoinRequest",
    "declineChatJoinRequest",
    "promoteChatMember",
    "setChatAdministratorCustomTitle",
    "logOut",
    "close",
}


async def _then(first: Awaitable[object], second: Callable[[object], Awaitable[object]]) -> object:
    return await second(await first)


@pytest.mark.parametrize("method", sorted(CALLS))
async def test_ptb_accepts_the_answer(stage: Bot, method: str) -> None:
    result = await CALLS[method](stage)
    assert result is not None
    assert method.lower() in dispatch.METHODS


async def test_ptb_accepts_every_kind_of_update(control: Control, stage: Bot) -> None:
    await stage.get_updates(allowed_updates=telegram.Update.ALL_TYPES)
    await stage.get_updates(offset=-1)
    await stage.send_message(LI, "Sure?", reply_markup=KEYS)
    await control.press(LI, "Yes")
    sent = await control.say(LI, "hello")
    await control.edit(LI, sent["message_id"], "hello!")
    await control.react(LI, sent["message_id"], "👍")
    await stage.send_invoice(LI, **INVOICE, provider_token="p")
    await control.pay(LI, timeout=0.01)
    invite = await stage.create_chat_invite_link(FORUM, creates_join_request=True)
    await control.join(CHEN, invite.invite_link)
    await stage.approve_chat_join_request(FORUM, CHEN)
    await stage.pin_chat_message(FORUM, (await stage.send_message(FORUM, "pin")).message_id)
    old = await control.group("Compound", "group", members=[LI, WANG])
    await control.migrate(old["id"])
    await control.photo(LI, [png(), png(50)], caption="two")
    for kind in ("document", "voice", "video", "sticker"):
        await control.send(LI, kind, b"x", name="x.bin")
    await control.send(LI, "location", latitude=1, longitude=2)
    await control.send(LI, "contact")
    await control.block(LI)
    updates = await stage.get_updates()
    kinds = {name for update in updates for name in telegram.Update.ALL_TYPES if getattr(update, name)}
    assert kinds == {
        "message",
        "edited_message",
        "callback_query",
        "pre_checkout_query",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "message_reaction",
    }
    messages = [update.message for update in updates if update.message]
    found = {telegram.helpers.effective_message_type(message) for message in messages}
    assert found >= {
        "text",
        "photo",
        "document",
        "voice",
        "video",
        "sticker",
        "location",
        "contact",
        "pinned_message",
        "new_chat_members",
        "migrate_to_chat_id",
    }
    assert any(message.migrate_from_chat_id for message in messages)


def test_every_method_is_tried() -> None:
    assert set(dispatch.METHODS) == {name.lower() for name in {*CALLS, *ELSEWHERE}}


def test_the_listed_methods_exist_in_ptb() -> None:
    names = {name.replace("_", "") for name, _ in inspect.getmembers(Bot, inspect.iscoroutinefunction)}
    assert set(dispatch.METHODS) <= {name.lower() for name in names}
