"""Words of an order's clock that several flows share: its rungs, what goes before others, what is wrong with it."""

from __future__ import annotations

from bot.phrases import Told
from bot.views import RungView

#: The rungs of an order's ladder (bot/ladder.py) with words for her, and those by which somebody else was told.
RUNGS = frozenset(
    {"unpaid", "unconfirmed", "untaken", "idle", "unreviewed", "unpacked", "unleft", "unsettled", "unsolved"}
    | {"day", "contact", "supervisor", "bridge", "number"}
)
FIRST = frozenset({"bedridden", "tumour", "child", "other"})
COLOURS = frozenset({"red", "yellow", "green"})
SAID = RUNGS | {"unready", "unfetched"}
TOLD = RUNGS - {"unpaid", "bridge"}


def rung_words(one: RungView) -> Told:
    """What she reads at a rung of the ladder."""
    words = {"at": one.at, "opens": one.opens, "number": one.number, "meanwhile": one.meanwhile or "",
             "free": one.free}  # fmt: skip
    return (f"rung.says.{one.says}", words) if one.says in SAID else ""


def call_missed_words(number: str) -> Told:
    """What she reads where nobody called by the time that was said."""
    return ("rung.says.unsettled", {"at": 0, "opens": 0, "number": number, "meanwhile": ""})


def rung_told(name: str) -> Told:
    """Who was told that an order takes longer than it may."""
    return (f"rung.told.{name}", {}) if name in TOLD else ""


def first_words(why: str) -> Told:
    """Why an order goes before others; "" where it does not."""
    return (f"goes_first.why.{why}", {}) if why in FIRST else why


def urgency_words(colour: str) -> Told:
    """How many days of medicine are left, as doctors call it."""
    return (f"queue.urgency.{colour}", {}) if colour in COLOURS else ""


WRONG = frozenset({"missing", "damaged", "not-mine", "nobody-home"})
SAID_OF_PARCELS = frozenset({"parcel-missing", "parcel-damaged", "parcel-not-mine", "parcel-nobody"})  # exceptions
REPORTERS = frozenset({"hers", "ambassador", "courier", "window-clerk"})


def wrong_words(kind: str) -> Told:
    """What is said to be wrong with a parcel."""
    return (f"wrong_with.{kind}", {}) if kind in WRONG else kind


def wrong_role(role: str) -> Told:
    """Who says so."""
    return (f"wrong_by.{role}", {}) if role in REPORTERS else ""
