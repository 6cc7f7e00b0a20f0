"""How an order stands at the moment when somebody pays for it: read from the hospital, within the time there is."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Protocol

from backend_client.models import OrderSnapshot, Patient
from bot.model import BILLS, PreCheckout

log = logging.getLogger(__name__)

WITHIN = 6.0  # s, real: the messenger gives 10 for the whole answer (Bot API: answerPreCheckoutQuery)


class Source(Protocol):
    """The two calls of backend_client.Hospital that are made here."""

    async def order(self, no: str) -> OrderSnapshot: ...

    async def patient(self, patient: str) -> Patient: ...


class Standing:
    """Give ``look`` to the poller: order, price and record as they are now (R18)."""

    def __init__(self, hospital: Source, within: float = WITHIN) -> None:
        self._hospital, self._within = hospital, within

    async def look(self, asked: PreCheckout) -> PreCheckout:
        """With what the hospital says; as it came where it does not say in time, which is answered no. Never raises."""
        kind, _, rest = asked.payload.partition(":")
        if kind not in BILLS:
            return asked
        try:
            async with asyncio.timeout(self._within):
                seen = await self._hospital.order(rest.partition(":")[0])
                patient = await self._hospital.patient(seen.patient.id)
        except Exception as error:
            log.warning("how an order stands is not known, it is not paid now: %s", type(error).__name__)
            return asked
        return replace(asked, seen=replace(seen, patient=patient))
