"""Words that several flows share: drug lines, the order card's contents, the menu. Flows do not import each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.dialog import Option

BOXES = ("1", "2", "3", "4", "6")  # how many boxes are offered at one tap
CANCELLABLE = ("submitted", "received", "in-consult", "prescribed", "returned", "passed", "quoted", "paid")
WITH_CODE = ("packed", "on-the-way", "arrived", "with-ambassador")


def menu(roles: Sequence[str]) -> list[Option]:
    """The usual answer first; staff see their own work before the resident's."""
    own = {
        "operator": [Option("announce", action="announce"), Option("invite", action="invite")],
        "ambassador": [Option("neighbour", action="neighbour"), Option("album", action="album")],
    }
    staff = [option for role in roles for option in own.get(role, [])]
    return [
        *staff,
        Option("need", action="need"),
        Option("where", action="where"),
        Option("visit", action="visit"),
        Option("helpers", action="helpers"),
        Option("language", action="language"),
    ]


def drug_label(line: dict[str, Any]) -> str:
    """Name and strength, as on a box."""
    return f"{line['name']} {line['strength']}".strip()


def line_words(lines: Sequence[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Drug lines as sentences: name, strength, boxes, how to take."""
    return [
        ("drug.line", {"name": x["name"], "strength": x["strength"], "boxes": x["boxes"], "sig": x["sig"]})
        for x in lines
    ]


def card_words(order: dict[str, Any], *, own: bool) -> dict[str, Any]:
    """What an order card says. The pick-up code only to the resident; no drugs: it may be read over a shoulder."""
    stage = order["stage"] or "sending"
    parcel: dict[str, Any] = order["snapshot"].get("parcel") or {}
    code = parcel.get("code", "") if own and stage in WITH_CODE else ""
    return {
        "order": order["no"],
        "stage": (f"stage.{stage}", {}),
        "holder": (f"holder.{order['holder']}", {}),
        "deadline": order["deadline"],
        "since": order["since"],
        "name": order["snapshot"]["patient"]["name"],
        "code": code,
        "label": order["label"] if code else "",
        "pending": bool(order["pending"]),
        "live": order["holder"] != "nobody",
    }


def card_buttons(order: dict[str, Any], *, own: bool) -> list[Option]:
    if order["stage"] == "handed-over" and own:
        return [Option("received", action=f"received:{order['no']}")]
    return [Option("cancel", action=f"cancel:{order['no']}")] if order["stage"] in CANCELLABLE else []
