"""What can go wrong with a call to the messenger, in the sender's words; turns Telegram's errors into them.

MessengerError
+-- NotDelivered      it certainly never arrived: repeat freely
|   +-- Flooded       429; ``seconds`` to wait for this chat
+-- OutcomeUnknown    it left, no answer came: an edit repeats freely, a new message once
+-- NotModified       it stands so already: success
+-- Gone              the message to edit or delete does not exist (any more)
+-- TooOld            cannot be deleted, edited or changed in kind any more
+-- Unreachable       blocked, deactivated, kicked, never started: stop writing there
+-- Moved             the group has a new id, ``to``
+-- ThreadLost        the forum topic is gone: make a new one
+-- Stale             the press or checkout is too old to be answered
+-- Refused           Telegram will never accept this call: our mistake
+-- Misused           bad token, or another process polls or a webhook is set: nothing will work until it is mended
"""

from __future__ import annotations

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError


class MessengerError(Exception):
    """``code`` is a short stable word for marks and logs; it never holds a person's data or the token."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotDelivered(MessengerError): ...


class Flooded(NotDelivered):
    def __init__(self, seconds: float) -> None:
        super().__init__("flooded")
        self.seconds = seconds


class OutcomeUnknown(MessengerError): ...


class NotModified(MessengerError): ...


class Gone(MessengerError): ...


class TooOld(MessengerError): ...


class Unreachable(MessengerError): ...


class Moved(MessengerError):
    def __init__(self, to: int) -> None:
        super().__init__("moved")
        self.to = to


class ThreadLost(MessengerError): ...


class Stale(MessengerError): ...


class Refused(MessengerError): ...


class Misused(MessengerError): ...


class TooMany(TelegramError):
    """429 with its seconds; raised by request.py because PTB's own class warns when it is merely made."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Too Many Requests")
        self.seconds = seconds


class NeverLeft(NetworkError):
    """No connection was made: nothing was sent."""


GIVEN_BACK = frozenset({"no-right", "no-topics"})  # codes of what somebody in that group can mend: it waits for that

# The server's own words, lower case, without "Bad Request: ". First hit wins.
PHRASES: tuple[tuple[str, type[MessengerError], str], ...] = (
    ("message is not modified", NotModified, "not-modified"),
    ("message thread not found", ThreadLost, "thread-lost"),
    ("topic_deleted", ThreadLost, "thread-lost"),
    ("topic_id_invalid", ThreadLost, "thread-lost"),
    ("topic_not_modified", NotModified, "not-modified"),
    ("message to edit not found", Gone, "gone"),
    ("message to delete not found", Gone, "gone"),
    ("message to pin not found", Gone, "gone"),
    ("message_id_invalid", Gone, "gone"),
    ("message can't be deleted", TooOld, "too-old"),
    ("message can't be edited", TooOld, "not-editable"),
    ("there is no text in the message", TooOld, "not-editable"),
    ("there is no caption in the message", TooOld, "not-editable"),
    ("there is no media in the message", TooOld, "not-editable"),
    ("chat not found", Unreachable, "no-chat"),
    ("peer_id_invalid", Unreachable, "no-chat"),
    ("user not found", Unreachable, "no-chat"),
    ("not enough rights to send", Unreachable, "no-right"),
    ("have no rights to send", Unreachable, "no-right"),
    ("chat_write_forbidden", Unreachable, "no-right"),
    ("query is too old", Stale, "stale"),
    ("query_id_invalid", Stale, "stale"),
    ("can't parse entities", Refused, "bad-markup"),
    ("message is too long", Refused, "too-long"),
    ("caption is too long", Refused, "too-long"),
    ("button_data_invalid", Refused, "bad-button"),
    ("button_url_invalid", Refused, "bad-button"),
    ("not enough rights", Refused, "no-right"),
    ("chat_admin_required", Refused, "no-right"),
    ("the chat is not a forum", Refused, "no-topics"),
    ("file is too big", Refused, "too-big"),
)


def classify(error: TelegramError) -> MessengerError:
    """The sender's word for an error of Telegram or of the way there."""
    match error:
        case TooMany():
            return Flooded(error.seconds)
        case NeverLeft():
            return NotDelivered("not-connected")
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden():
            return Unreachable("blocked")
        case InvalidToken():
            return Misused("bad-token")
        case Conflict():
            return Misused("two-pollers")
        case BadRequest():
            return _by_phrase(error.message.lower())
        case _:
            return OutcomeUnknown("no-answer")


def _by_phrase(text: str) -> MessengerError:
    for phrase, kind, code in PHRASES:
        if phrase in text:
            return kind(code)
    return Refused("refused")
