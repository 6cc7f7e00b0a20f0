"""The kinds of things and values that every room speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

SECRET: dict[str, Any] = {"secret": True}
GUARDED: dict[str, Any] = {"guarded": True}

Json = Any  # None, bool, int, str, list, dict: what a journal can hold


#: An order's stages that we know; what is known of each stands in bot/stages.py.
Stage = Literal[
    "submitted", "received", "in-consult", "not-suitable", "prescribed", "returned", "passed", "quoted", "paid",
    "packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window", "handed-over", "confirmed", "cancelled",
    "problem", "failed",
]  # fmt: skip
#: "" = committed here, not yet known to the hospital. A row may hold a stage that only the hospital knows.
OrderStage = Literal[Stage, ""]
BatchStage = Literal["", "packed", "on-the-way", "arrived", "with-ambassador", "cancelled"]
#: What a person may ask to be done to an order, or to a batch; what is known of each stands in bot/moves.py.
MoveName = Literal[
    "take", "give-back", "not-suitable", "prescribe", "pass", "return", "send-back", "claim", "pay", "hand-over",
    "confirm", "cancel", "price", "no-supply", "hand-out", "expedite",
    "report", "settled-there", "settled-carried", "found-there", "found-carried", "send-again", "end-problem",
]  # fmt: skip
BatchMove = Literal["depart", "arrive", "collected"]


class PlaceKind(StrEnum):
    PRIVATE = "private"
    COMPOUND = "compound"  # a neighbours' group; an unknown chat counts as one
    DEPARTMENT = "department"  # doctors' forum, one topic a consult
    REVIEW = "review"  # pharmacists
    OPERATORS = "operators"

    @classmethod
    def _missing_(cls, value: object) -> PlaceKind:
        """A kind that a later release has: the strictest rule, as for an unknown chat."""
        return cls.COMPOUND


class Priority(StrEnum):
    """Order in a chat's lane of the sender; the letters sort."""

    URGENT = "a"  # payment, emergency card
    DIALOG = "b"
    RELAY = "c"
    NOTICE = "d"
    BROADCAST = "e"

    @classmethod
    def _missing_(cls, value: object) -> Priority:
        """An urgency that a later release has."""
        return cls.DIALOG


@dataclass(frozen=True, slots=True)
class Public:
    """A value that a neighbours' group may see: compound, gate, time window, count, the ambassador's public name."""

    value: str | int | Mapping[str, str]  # a mapping = one name in several languages
