"""What a flow may ask the house (``local``) and the hospital (``hospital``) to do: plain data, no client, no store.

A local intent is executed inside the commit (bot/ops/); a hospital intent leaves with the commit (bot/calls.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.decoding import jsonable
from bot.dialog import Op
from bot.intents import orders
from bot.intents._declare import DECLARED, Intent
from bot.moves import MoveName
from bot.views import OrderView

__all__ = ["Intent", "hospital", "local", "photo"]


class hospital:
    """Calls the commander carries out. Answers are Json: dataclasses of backend_client.models as plain data."""

    @staticmethod
    def patient_file(patient: str, day: str, since: str) -> Op[Any]:
        """Insurance and history in one wait; what cannot be had now is unknown."""
        return Op("hospital.patient_file", {"patient": patient, "day": day, "since": since})

    @staticmethod
    def submit(
        order: str, draft: Mapping[str, Any], photos: Sequence[str], proof: Mapping[str, Sequence[str]]
    ) -> Op[Any]:
        """The order transaction; ``photos`` are file ids, the commander fetches the bytes for the hospital.

        ``proof`` is what makes the prescription the same one again (R8): uniques, marks and pictures.
        """
        return Op(
            "hospital.submit", {"draft": jsonable(draft), "photos": list(photos), "proof": dict(proof)}, lane=order
        )


class photo:
    """Reading prescription photos, by the worker process. Refused("photo-gone") when a file cannot be had any more."""

    @staticmethod
    def read(files: Sequence[str], today: str, name: str, history: Sequence[str]) -> Op[Any]:
        """All pages of one prescription as one reading (bot/reading.py says its fields)."""
        return Op("photo.read", {"photos": list(files), "today": today, "names": [name], "history": list(history)})

    @staticmethod
    def sort(files: Sequence[str], today: str, names: Sequence[str]) -> Op[Any]:
        """An album of several people's prescriptions, one reading for each person named on it."""
        return Op("photo.sort", {"photos": list(files), "today": today, "names": list(names)})


class local:
    """What the house itself knows and does, inside the commit of this turn."""

    @staticmethod
    def do(name: str, **args: Any) -> Op[Any]:
        if name in DECLARED:
            raise TypeError(f"local.{name} is declared: ask for it by its function in bot/intents/")
        return Op(f"local.{name}", args)

    @staticmethod
    def move(order: str, move: MoveName, **args: Any) -> Op[OrderView]:
        """Ask the hospital for a legal move of bot/moves.py; refuses with a code that has words."""
        return orders.move(order, move, args)
