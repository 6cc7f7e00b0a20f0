"""A sandbox hospital with a small world, and desks whose time and dice the test holds in its hand."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from backend_client import FhirHospital
from backend_client.transport import AiohttpTransport
from sandbox.hospital.server import running
from sandbox.staff.desk import Desk, Round
from tests.backend_client.wire_fakes import Naps, Watched, patience
from tests.backend_client.world import NOW, settle


@dataclass
class Hand:
    """Wall seconds that pass only when told to."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Office:
    """A hospital, a desk in it, and the hand that moves its clock."""

    url: str
    hospital: FhirHospital
    desk: Desk
    hand: Hand = field(default_factory=Hand)

    async def play(self, *rounds: Round) -> None:
        """Each round twice: the first look begins the thinking, the second acts."""
        for one in (*rounds, *rounds):
            await one()


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    real = AiohttpTransport()
    async with running() as server:
        hospital = FhirHospital(server.url, now=lambda: NOW, patience=patience(Naps()), transport=Watched(real))
        await settle(hospital.rest)
        hand = Hand()
        dice = random.Random(7)
        yield Office(server.url, hospital, Desk(hospital, think=0, poll=0.01, dice=dice, tick=hand), hand)
        await real.close()
