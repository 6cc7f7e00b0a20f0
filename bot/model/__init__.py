"""The words of the house: arrivals, rows, messages and outcomes as frozen dataclasses. No behaviour, no I/O.

Money is an int in fen. Instants are int UTC milliseconds of civil time. Days are ISO text.
A field marked SECRET is encrypted by the store; logs and reprs never show it.
"""

from bot.model.arrivals import (
    Arrival,
    Body,
    Due,
    Migrated,
    Observed,
    PaidInChat,
    Photographed,
    PreCheckout,
    Pressed,
    Reached,
    Returned,
    Said,
    SentOther,
    Spot,
)
from bot.model.kept import SHAPES, Row, Shape, key_of
from bot.model.kinds import (
    SECRET,
    Json,
    PlaceKind,
    Priority,
    Public,
    Stage,
)
from bot.model.outcome import (
    AuditLine,
    Expect,
    Outcome,
)
from bot.model.outgoing import (
    Bill,
    Button,
    Command,
    Content,
    Origin,
    Picture,
    Post,
    Text,
    Timer,
    To,
    Toast,
    ToChat,
    ToPerson,
    ToTopic,
)
from bot.model.rows import *  # noqa: F403 - each kind of row, and what it is made of: declared there alone

__all__ = [
    "SECRET",
    "SHAPES",
    "Arrival",
    "AuditLine",
    "Bill",
    "Body",
    "Button",
    "Command",
    "Content",
    "Due",
    "Expect",
    "Json",
    "Migrated",
    "Observed",
    "Origin",
    "Outcome",
    "PaidInChat",
    "Photographed",
    "Picture",
    "PlaceKind",
    "Post",
    "PreCheckout",
    "Pressed",
    "Priority",
    "Public",
    "Reached",
    "Returned",
    "Row",
    "Said",
    "SentOther",
    "Shape",
    "Spot",
    "Stage",
    "Text",
    "Timer",
    "To",
    "ToChat",
    "ToPerson",
    "ToTopic",
    "Toast",
    "key_of",
]
