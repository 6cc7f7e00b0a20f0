"""Telegram updates become arrivals: only parsing, no meaning. What nobody here waits for becomes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    ChatMember,
    ChatMemberUpdated,
    Message,
    PreCheckoutQuery,
    SuccessfulPayment,
    Update,
)
from telegram.constants import ChatMemberStatus, UpdateType

from bot.messenger import plain
from bot.messenger.limits import straight
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

# What we ask Telegram for (allowed_updates of getUpdates and setWebhook).
KINDS: tuple[str, ...] = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.PRE_CHECKOUT_QUERY,
    UpdateType.MY_CHAT_MEMBER,
)

# Attachments no step takes, the more special first: an animation is also a document, a venue also a location.
OTHERS = (
    "animation", "audio", "document", "video", "video_note", "voice", "sticker",
    "venue", "location", "contact", "poll", "dice", "story", "paid_media", "game",
)  # fmt: skip
FORUM_RIGHTS = ("can_manage_topics", "can_pin_messages", "can_delete_messages")
CAPTIONED = ("animation", "audio", "document", "video", "voice")


def read(raw: Mapping[str, Any], bot: Bot | None, now: int) -> list[Arrival]:
    """The arrivals in one update as it came over the wire; ``now`` is civil ms. Raises whatever PTB finds wrong."""
    with suppress(Exception):  # then PTB says what is wrong with it
        if (body := plain.read(raw)) is not None:
            return [Arrival("telegram", str(raw["update_id"]), now, body)]
    update = Update.de_json(dict(raw), bot)
    return arrivals(update, now)


def arrivals(update: Update, now: int) -> list[Arrival]:
    """The arrivals in one update: none or one. The update's id dedupes it."""
    body = _body(update)
    return [] if body is None else [Arrival("telegram", str(update.update_id), now, body)]


def _body(update: Update) -> Body | None:
    if update.message:
        return _message(update.message)
    if update.edited_message:
        return _edited(update.edited_message)
    if update.callback_query:
        return _press(update.callback_query)
    if update.pre_checkout_query:
        return _checkout(update.pre_checkout_query)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    return None


def _message(message: Message) -> Body | None:
    if message.migrate_to_chat_id:
        return Migrated(message.chat.id, message.migrate_to_chat_id)
    spot, reply = _spot(message), _reply(message)
    if spot is None:
        return _unnamed(message, reply)
    if message.text is not None:
        forwarded = message.forward_origin is not None
        return Said(spot, message.message_id, straight(message.text), reply, forwarded=forwarded)
    if message.photo:
        return _photo(message, spot, reply)
    if message.successful_payment:
        return _paid(message.successful_payment, message, spot)
    for kind in OTHERS:
        if found := getattr(message, kind):
            return _other(message, spot, kind, found, reply)
    return None


def _edited(message: Message) -> Body | None:
    """Its text, or the caption under what it shows ("" where that was taken away)."""
    spot = _spot(message)
    captioned = message.photo or any(getattr(message, kind) for kind in CAPTIONED)
    text = message.text if message.text is not None else message.caption or ("" if captioned else None)
    if spot is None or text is None:
        return None
    return Said(spot, message.message_id, straight(text), _reply(message), True, *_shown(message))


def _shown(message: Message) -> tuple[str, str, str, int]:
    """Kind, id, unique id and size of what an edited message shows now: its writer may have replaced it."""
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return "photo", best.file_id, best.file_unique_id, best.file_size or 0
    kind = next((kind for kind in CAPTIONED if getattr(message, kind)), "")
    found = getattr(message, kind) if kind else None
    size = getattr(found, "file_size", None) or 0
    return kind, getattr(found, "file_id", ""), getattr(found, "file_unique_id", ""), size


def _spot(message: Message) -> Spot | None:
    """Nobody stands behind an anonymous admin, a channel or another bot."""
    sender = message.from_user
    if sender is None or sender.is_bot or message.sender_chat:
        return None
    return Spot(message.chat.id, sender.id, _thread(message), sender.language_code or "", straight(sender.full_name))


def _unnamed(message: Message, reply: int | None) -> Unnamed | None:
    """What an admin wrote in the group's own name (Bot API: Message.sender_chat); of a channel's posts nothing."""
    by = message.sender_chat
    wrote = message.text is not None or message.photo or any(getattr(message, kind) for kind in OTHERS)
    if by is None or by.id != message.chat.id or message.is_automatic_forward or not wrote:
        return None
    spot = Spot(message.chat.id, 0, _thread(message))
    return Unnamed(spot, message.message_id, straight(message.text or message.caption or ""), reply)


def _thread(message: Message) -> int | None:
    """Only topics count: Telegram also numbers plain reply chains of a supergroup as threads."""
    return message.message_thread_id if message.is_topic_message else None


def _reply(message: Message) -> int | None:
    """Every message of a topic "replies" to the topic's creation, which is no reply. Nor is one to another person in a
    group: that is no answer to a question of ours, whose id is not known yet.
    """
    to = message.reply_to_message
    if to is None or to.forum_topic_created or _between_people(message, to):
        return None
    return None if message.is_topic_message and to.message_id == message.message_thread_id else to.message_id


def _between_people(message: Message, to: Message) -> bool:
    """In a group, to somebody else than a bot and oneself: to one's own message it may take that back."""
    author, sender = to.from_user, message.from_user
    others = author is not None and not author.is_bot and (sender is None or author.id != sender.id)
    return message.chat.type != "private" and others


def _photo(message: Message, spot: Spot, reply: int | None) -> Photographed:
    best = max(message.photo, key=lambda size: size.width * size.height)
    return Photographed(
        spot,
        message.message_id,
        best.file_id,
        best.file_unique_id,
        best.file_size or 0,
        best.width,
        best.height,
        message.media_group_id or "",
        straight(message.caption or ""),
        reply,
    )


def _other(message: Message, spot: Spot, kind: str, found: Any, reply: int | None) -> SentOther:
    """A file's id, size, name and type where it has them: a location has none."""
    file, size = getattr(found, "file_id", None) or "", getattr(found, "file_size", None) or 0
    name, mime = getattr(found, "file_name", None) or "", getattr(found, "mime_type", None) or ""
    own = kind == "contact" and found.user_id == spot.person  # shared by the button, not picked from a list (Contact)
    return SentOther(
        spot,
        message.message_id,
        kind,
        reply,
        file,
        size,
        name,
        mime,
        straight(message.caption or ""),
        message.media_group_id or "",
        found.phone_number if own else "",
        getattr(found, "file_unique_id", None) or "",
    )


def _paid(payment: SuccessfulPayment, message: Message, spot: Spot) -> PaidInChat:
    return PaidInChat(
        spot,
        message.message_id,
        payment.total_amount,
        payment.currency,
        payment.invoice_payload,
        payment.provider_payment_charge_id or payment.telegram_payment_charge_id,
    )


def _press(query: CallbackQuery) -> Pressed | None:
    """``message`` may be inaccessible (too old): then only its chat and id are known."""
    message = query.message
    if message is None or query.data is None:
        return None
    thread = _thread(message) if isinstance(message, Message) else None
    spot = Spot(
        message.chat.id,
        query.from_user.id,
        thread,
        query.from_user.language_code or "",
        straight(query.from_user.full_name),
    )
    return Pressed(spot, message.message_id, query.data, query.id)


def _checkout(query: PreCheckoutQuery) -> PreCheckout:
    return PreCheckout(query.id, query.from_user.id, query.total_amount, query.currency, query.invoice_payload)


def _membership(change: ChatMemberUpdated) -> Reached | None:
    """A change of whether we can write there; in a group also of what we may do."""
    old, new = change.old_chat_member, change.new_chat_member
    before, after = _inside(old), _inside(new)
    group = after and change.chat.id < 0
    lacks = lacking(new) if group else ()
    same = before == after and not (group and lacking(old) != lacks)
    return None if same else Reached(change.chat.id, change.from_user.id, after, lacks)


def lacking(member: ChatMember) -> tuple[str, ...]:
    """Which of the rights of a doctors' forum a member does not have."""
    return tuple(right for right in FORUM_RIGHTS if not getattr(member, right, False))


def _inside(member: ChatMember) -> bool:
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
