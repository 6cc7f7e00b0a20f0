"""What a flow may ask the house (``local``) and the hospital (``hospital``) to do: plain data, no client, no store.

A local intent is executed inside the commit (bot/ops/); a hospital intent leaves with the commit (bot/calls.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialog import Op


class hospital:
    """Calls the commander carries out. Answers are Json: dataclasses of backend_client.models as plain data."""

    @staticmethod
    def find_patient(credential: str, birth_date: str) -> Op:
        return Op("hospital.find_patient", {"credential": credential, "birth_date": birth_date})

    @staticmethod
    def record_consent(patient: str, given: bool) -> Op:
        return Op("hospital.record_consent", {"patient": patient, "given": given})

    @staticmethod
    def grant_mandate(key: str, patient: str, ambassador: str, until: str, proof: str) -> Op:
        """``key`` differs each time she agrees: a Consent that was taken back stays taken back."""
        return Op(
            "hospital.grant_mandate",
            {
                "key": key,
                "patient": patient,
                "ambassador": ambassador,
                "until": until,
                "proof": proof,
                "actions": ["order-refill", "collect"],
            },
        )

    @staticmethod
    def revoke_mandate(mandate: str) -> Op:
        return Op("hospital.revoke_mandate", {"mandate": mandate})

    @staticmethod
    def patient_file(patient: str, day: str, since: str) -> Op:
        """Insurance and history in one wait; what cannot be had now is unknown."""
        return Op("hospital.patient_file", {"patient": patient, "day": day, "since": since})

    @staticmethod
    def submit(order: str, draft: Mapping[str, Any], photos: Sequence[str], uniques: Sequence[str]) -> Op:
        """The order transaction; ``photos`` are file ids, the commander fetches the bytes for the hospital."""
        return Op(
            "hospital.submit", {"draft": dict(draft), "photos": list(photos), "uniques": list(uniques)}, lane=order
        )


class local:
    """What the house itself knows and does, inside the commit of this turn."""

    @staticmethod
    def do(name: str, **args: Any) -> Op:
        return Op(f"local.{name}", args)

    @staticmethod
    def move(order: str, move: str, **args: Any) -> Op:
        """Ask the hospital for a legal move of orders.MOVES; refuses with a code that has words."""
        return Op("local.move", {"order": order, "move": move, "args": args})
