"""The order's stages: which may follow which when WE ask for it, and the coarse Task.status beside each (contract)."""

from __future__ import annotations

from typing import Final

from backend_client.models import Stage

STATUS: Final[dict[Stage, str]] = {
    "submitted": "requested",
    "received": "received",
    "in-consult": "in-progress",
    "not-suitable": "rejected",
    "prescribed": "in-progress",
    "returned": "in-progress",
    "passed": "in-progress",
    "quoted": "on-hold",
    "paid": "in-progress",
    "packed": "in-progress",
    "on-the-way": "in-progress",
    "arrived": "in-progress",
    "with-ambassador": "in-progress",
    "ready-at-window": "in-progress",
    "handed-over": "in-progress",
    "confirmed": "completed",
    "cancelled": "cancelled",
    "problem": "on-hold",
    "failed": "failed",
}

FROM: Final[dict[Stage, tuple[Stage, ...]]] = {
    "received": ("submitted", "in-consult", "returned"),
    "in-consult": ("submitted", "received"),
    "not-suitable": ("in-consult",),
    "prescribed": ("in-consult", "returned"),
    "returned": ("prescribed", "passed", "quoted", "paid"),
    "passed": ("prescribed",),
    "quoted": ("passed",),
    "paid": ("quoted",),
    "packed": ("paid", "problem"),
    "on-the-way": ("packed",),
    "arrived": ("on-the-way",),
    "with-ambassador": ("arrived", "problem"),
    "ready-at-window": ("packed",),
    "handed-over": ("with-ambassador", "arrived", "ready-at-window", "problem"),
    "confirmed": ("handed-over",),
    "cancelled": (
        "submitted",
        "received",
        "in-consult",
        "prescribed",
        "returned",
        "passed",
        "quoted",
        "paid",
        "problem",
    ),
    "problem": ("packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window", "handed-over"),
}


def known_stage(code: str) -> Stage | None:
    return next((stage for stage in STATUS if stage == code), None)
