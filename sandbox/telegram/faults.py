"""Faults that the control interface orders: what goes wrong, where, how often. Who strikes is elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from typing import Any

from .errors import Refused

OF_CALLS = ("429", "5xx", "lost-response", "slow")
OF_UPDATES = ("duplicate", "duplicate-new-id", "reorder", "pause")


@dataclass
class Fault:
    """One order. `method` is a method name, or for updates the kind of update; empty fields match everything."""

    id: int
    kind: str
    method: str
    chat: int | None
    times: int
    seconds: float | None

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether it strikes this call or update."""
        return (not self.method or self.method == method.lower()) and (self.chat is None or self.chat == chat)


class Faults:
    """The list of orders; each `take` uses one up."""

    def __init__(self) -> None:
        self._orders: dict[int, Fault] = {}
        self._ids = count(1)

    def order(self, raw: dict[str, Any]) -> Fault:
        """Accept an order from the control interface; Refused when it makes no sense."""
        kind = str(raw.get("kind", ""))
        if kind not in OF_CALLS + OF_UPDATES:
            raise Refused(f"Give a kind, one of: {', '.join(OF_CALLS + OF_UPDATES)}.")
        seconds = raw.get("seconds")
        chat = raw.get("chat")
        fault = Fault(
            id=next(self._ids),
            kind=kind,
            method=str(raw.get("method") or "").lower(),
            chat=None if chat is None else int(chat),
            times=int(raw.get("times", 1)),
            seconds=None if seconds is None else float(seconds),
        )
        self._orders[fault.id] = fault
        return fault

    def take(self, kinds: Collection[str], method: str, chat: int | None) -> Fault | None:
        """The oldest order of these kinds that fits, with one of its times used up."""
        if not self._orders:
            return None
        for fault in self._orders.values():
            if fault.kind in kinds and fault.fits(method, chat):
                fault.times -= 1
                if fault.times <= 0:
                    del self._orders[fault.id]
                return fault
        return None

    def all(self) -> list[dict[str, Any]]:
        """What is still to strike, as plain data."""
        return [dict(fault.__dict__) for fault in self._orders.values()]

    def cancel(self, fault_id: int | None) -> None:
        """Take back one order, or all of them."""
        if fault_id is None:
            self._orders.clear()
        elif self._orders.pop(fault_id, None) is None:
            raise Refused(f"There is no fault {fault_id}; GET /control/faults lists them.", 404)
