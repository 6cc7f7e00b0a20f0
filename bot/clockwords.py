"""Words of an order's clock that several flows share: its rungs, what goes before others, who is next."""

from __future__ import annotations

from bot.phrases import Told
from bot.views import RungView

#: The rungs of an order's ladder (bot/ladder.py) with words for her, and those by which somebody else was told.
RUNGS = frozenset(
    {"unpaid", "unconfirmed", "untaken", "idle", "unreviewed", "unpacked", "unleft", "day", "contact", "supervisor"}
    | {"bridge", "number"}
)
FIRST = frozenset({"bedridden", "tumour", "child", "other"})
COLOURS = frozenset({"red", "yellow", "green"})
SAID = RUNGS | {"unready", "unfetched"}
TOLD = RUNGS - {"unpaid", "bridge"}


def rung_words(one: RungView) -> Told:
    """What she reads at a rung of the ladder."""
    words = {"at": one.at, "opens": one.opens, "number": one.number, "meanwhile": one.meanwhile or ""}
    return (f"rung.says.{one.says}", words) if one.says in SAID else ""


def rung_told(name: str) -> Told:
    """Who was told that an order takes longer than it may."""
    return (f"rung.told.{name}", {}) if name in TOLD else ""


def first_words(why: str) -> Told:
    """Why an order goes before others; "" where it does not."""
    return (f"goes_first.why.{why}", {}) if why in FIRST else why


def urgency_words(colour: str) -> Told:
    """How many days of medicine are left, as doctors call it."""
    return (f"queue.urgency.{colour}", {}) if colour in COLOURS else ""
