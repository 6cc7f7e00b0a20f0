"""The dialog engine: a flow is a straight-line async function, replayed over its journal.

Pure: no I/O, no Telegram, no clock, no chance. Of the house it imports bot.model only.
"""

from bot.dialog.ask import Ask
from bot.dialog.buttons import locale_key, press_data, short
from bot.dialog.errors import FlowError, JournalFull, Refused
from bot.dialog.events import (
    Back,
    Begin,
    Cancel,
    Done,
    Due,
    Edit,
    Edited,
    Event,
    Pictured,
    Pressed,
    Result,
    Resume,
    Typed,
)
from bot.dialog.journal import Journal, dumps, loads
from bot.dialog.plain import (
    BeginIntent,
    CallIntent,
    Context,
    Either,
    Now,
    Op,
    Option,
    PersonView,
    Photo,
    Played,
    Press,
    Say,
    TimerWish,
    Where,
    Wrong,
    number_key,
    post_key,
)
from bot.dialog.play import play
from bot.dialog.registry import FLOWS, Flow, Start, days, flow, hours
from bot.dialog.straight import straight

__all__ = [
    "FLOWS",
    "Ask",
    "Back",
    "Begin",
    "BeginIntent",
    "CallIntent",
    "Cancel",
    "Context",
    "Done",
    "Due",
    "Edit",
    "Edited",
    "Either",
    "Event",
    "Flow",
    "FlowError",
    "Journal",
    "JournalFull",
    "Now",
    "Op",
    "Option",
    "PersonView",
    "Photo",
    "Pictured",
    "Played",
    "Press",
    "Pressed",
    "Refused",
    "Result",
    "Resume",
    "Say",
    "Start",
    "TimerWish",
    "Typed",
    "Where",
    "Wrong",
    "days",
    "dumps",
    "flow",
    "hours",
    "loads",
    "locale_key",
    "number_key",
    "play",
    "post_key",
    "press_data",
    "short",
    "straight",
]
