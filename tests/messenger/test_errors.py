"""Telegram's words become the sender's words."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.error import TimedOut as PtbTimedOut

from bot.messenger.errors import (
    Flooded,
    Gone,
    MessengerError,
    Misused,
    Moved,
    NeverLeft,
    NotDelivered,
    NotModified,
    OutcomeUnknown,
    Refused,
    Stale,
    ThreadLost,
    TooMany,
    TooOld,
    Unreachable,
    classify,
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TooMany(3), Flooded),
        (NeverLeft("x"), NotDelivered),
        (PtbTimedOut(), OutcomeUnknown),
        (NetworkError("Bad Gateway"), OutcomeUnknown),
        (TelegramError("anything"), OutcomeUnknown),
        (ChatMigrated(-1009), Moved),
        (Forbidden("Forbidden: bot was blocked by the user"), Unreachable),
        (InvalidToken(), Misused),
        (Conflict("terminated by other getUpdates request"), Misused),
        (
            BadRequest(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the"
                " same as a current content and reply markup of the message"
            ),
            NotModified,
        ),
        (BadRequest("Bad Request: TOPIC_NOT_MODIFIED"), NotModified),
        (BadRequest("Bad Request: message thread not found"), ThreadLost),
        (BadRequest("Bad Request: TOPIC_DELETED"), ThreadLost),
        (BadRequest("Bad Request: message to edit not found"), Gone),
        (BadRequest("Bad Request: message to delete not found"), Gone),
        (BadRequest("Bad Request: message can't be deleted for everyone"), TooOld),
        (BadRequest("Bad Request: there is no text in the message to edit"), TooOld),
        (BadRequest("Bad Request: chat not found"), Unreachable),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Unreachable),
        (BadRequest("Bad Request: not enough rights to manage pinned messages in the chat"), Refused),
        (
            BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid"),
            Stale,
        ),
        (BadRequest("Bad Request: can't parse entities: unclosed start tag at byte offset 0"), Refused),
        (BadRequest("Bad Request: something new"), Refused),
    ],
)
def test_every_error_has_its_word(error: TelegramError, kind: type[MessengerError]) -> None:
    found = classify(error)
    assert type(found) is kind
    assert found.code
    assert " " not in found.code


def test_what_an_error_carries() -> None:
    flooded, moved = classify(TooMany(3.5)), classify(ChatMigrated(-1009))
    assert isinstance(flooded, Flooded)
    assert isinstance(moved, Moved)
    assert (flooded.seconds, moved.to) == (3.5, -1009)
