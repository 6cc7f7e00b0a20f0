"""A full disk: nothing can be written down, so people and operators are told past the store, once each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from bot.clock import Clock
from bot.messenger.errors import MessengerError
from bot.messenger.port import Messenger
from bot.model import Body, Outcome, Person, Place, PlaceKind, Post, Pressed, Spot, Text
from bot.store.port import Store

log = logging.getLogger(__name__)

LOOK = 2.0  # s between two looks
ROOM = "room"  # the cursor that is written to see whether there is room again


class NoRoom:
    """``say``: "waits" to who sent this body; "full", "again" to operators (None); in a language ("" = the groups')."""

    def __init__(self, store: Store, messenger: Messenger, clock: Clock, say: Callable[[Body | None, str, str], str]):
        self._store, self._messenger, self._clock, self._say = store, messenger, clock, say
        self._told: set[int] = set()  # chats, since the disk is full
        self._warned: set[int] = set()  # chats of operators that read so

    def wake(self, outcome: Outcome | None = None) -> None:
        """Nothing that was committed concerns it."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await self._clock.sleep(LOOK)

    async def once(self) -> int:
        """Tell the operators that it is so, or over; answers how many."""
        if self._store.full:
            told = await self._to_operators("full", self._warned)
            self._warned |= told
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._store.set_cursor(ROOM, str(self._clock.civil()))  # waits while there is no room
            return len(told)
        self._told.clear()
        if self._warned:
            told = await self._to_operators("again", set())
            self._warned -= told
            return len(told)
        return 0

    async def tell(self, body: Body) -> None:
        """Whoever sent it reads that it waits, once; each press is answered. Nobody in a group's own talk."""
        spot: Spot | None = getattr(body, "spot", None)
        if spot is None:
            return
        words = self._say(body, "waits", await self._lang(spot))
        with suppress(MessengerError):
            if isinstance(body, Pressed):
                await self._messenger.answer_press(body.query, words, alert=True)
            elif (spot.chat > 0 or spot.thread is not None) and spot.chat not in self._told:
                self._told.add(spot.chat)
                await self._messenger.send(Post("", spot.chat, Text(words)), spot.thread)

    async def _lang(self, spot: Spot) -> str:
        with suppress(Exception):
            if known := await self._store.get(Person, spot.person):
                return known.lang
        return spot.lang

    async def _to_operators(self, what: str, but: set[int]) -> set[int]:
        """Their group, or each in private where there is none; answers which chats read it."""
        told: set[int] = set()
        for chat, lang in await self._operators():
            if chat in but:
                continue
            try:
                await self._messenger.send(Post("", chat, Text(self._say(None, what, lang))), None)
                told.add(chat)
            except MessengerError as error:
                log.warning("an operator does not hear that the disk is full: %s", error.code)
        return told

    async def _operators(self) -> Sequence[tuple[int, str]]:
        groups = [one for one in await self._store.find(Place, kind=PlaceKind.OPERATORS) if one.bound]
        return [(place.chat, place.lang) for place in groups] or [
            (person.id, person.lang) for person in await self._store.find(Person, role="operator")
        ]
