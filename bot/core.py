"""One arrival -> one turn -> one commit. Nothing is sent from here and no network is touched."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

from bot.book import ARRIVALS, CONFLICTED, TURN
from bot.door import leave
from bot.model import (
    Arrival,
    Observed,
    Outcome,
    PaidInChat,
    Person,
    Photographed,
    PreCheckout,
    Pressed,
    Returned,
    Row,
    Said,
    SentOther,
    Several,
    Spot,
    Text,
)
from bot.ops.charges import payment_of, words_of
from bot.ops.registry import CARDS
from bot.running import notify
from bot.store.port import Conflict, Duplicate, Full
from bot.turn import Answer, Hold, Services, Turn
from bot.wiring import NOTICES
from locales import closest

log = logging.getLogger(__name__)

Route = Callable[[Turn], Awaitable[None]]
CONFLICTS = 8
TRIES = 3  # times that an arrival may fail while the store answers, before it is put aside
RESULT_PAUSE = 600.0  # wall s before a command whose result we could not take is called again
HOLD_STEP = 0.05  # s between two looks at a prompt in flight, at most: its mark wakes us
ANSWERS = 2_000  # answers to presses that are remembered, for presses that are delivered again


class Busy(Exception):
    """The rows kept changing under us: the messenger shall deliver this arrival again."""


class Core:
    """The one way through the house. ``route`` (handlers) decides what an arrival means."""

    def __init__(self, services: Services, route: Route) -> None:
        self.services = services
        self._route = route
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._answered: OrderedDict[str, Answer] = OrderedDict()
        self._failed: OrderedDict[str, int] = OrderedDict()  # times that an arrival failed, the newest last

    async def take(self, arrival: Arrival) -> Answer:
        """Commit what the arrival means and answer. Raises Busy, Full, or the store's own error when it is away.

        A duplicate, also under another update id, is answered as before; a checkout by what holds now. An exception in
        a flow becomes a dead letter: the person reads that his answers are kept, and the arrival is not repeated for
        ever. Nor is one that fails in another way, TRIES times: it is put aside without being worked out again. A
        checkout never raises: whatever goes wrong, it is answered no.
        """
        if not isinstance(arrival.body, PreCheckout):
            try:
                return await self._in_line(arrival)
            except Full:
                self.services.book.add(ARRIVALS, _kind(arrival), "full")
                raise
            except Exception as error:
                if not await self._fails_for_good(arrival):
                    self.services.book.add(ARRIVALS, _kind(arrival), "again")
                    raise
                return await self._put_aside(by_meaning(arrival), error, "error.put_aside")
        try:
            return await self._in_line(arrival)
        except Full:
            return await self._no(arrival.body)
        except Exception as error:
            self.services.book.add(ARRIVALS, _kind(arrival), "aside")
            log.error("checkout answered no: %s", type(error).__name__, extra={"where": _where(error)})
            with suppress(Exception):
                await self.services.store.dead_letter(
                    arrival.source, arrival.id, f"{type(error).__name__} {_where(error)}"
                )
            return await self._no(arrival.body)

    async def _fails_for_good(self, arrival: Arrival) -> bool:
        """Counted only while the store answers: what fails because it is away comes again."""
        name = f"{arrival.source}/{by_meaning(arrival).id}"
        try:
            await self.services.store.seen(arrival.source, arrival.id)
        except Exception:
            return False
        self._failed[name] = self._failed.pop(name, 0) + 1
        if len(self._failed) > ANSWERS:
            self._failed.popitem(last=False)
        return self._failed[name] >= TRIES

    async def _no(self, asked: PreCheckout) -> Answer:
        """Nothing was decided: no, in the person's language if that can be read."""
        lang = await self._lang(asked.person)
        return Answer(reason=self.services.words.label(lang, "settle.checkout.not-now"))

    async def _in_line(self, came: Arrival) -> Answer:
        arrival, book = by_meaning(came), self.services.book
        async with self._locks[_lane(arrival)]:
            try:
                if answer := await self._again(came, arrival):
                    book.add(ARRIVALS, _kind(arrival), "known")
                    return answer
                began = asyncio.get_running_loop().time()
                answer = await self._take(arrival)
                book.took(TURN, asyncio.get_running_loop().time() - began, _kind(arrival))
                self._remember(arrival, answer)
                return answer
            finally:
                if len(self._locks) > 10_000:
                    self._locks = defaultdict(asyncio.Lock, {k: v for k, v in self._locks.items() if v.locked()})

    async def _again(self, came: Arrival, arrival: Arrival) -> Answer | None:
        """The answer to what was committed before, None for news. A checkout decides about money: always worked out.

        Under its update id too: so the release before this one wrote it down.
        """
        if isinstance(arrival.body, PreCheckout):
            return None
        if await self.services.store.seen(came.source, came.id, arrival.id):
            return self._answered.get(arrival.id, Answer())
        return None

    def _remember(self, arrival: Arrival, answer: Answer) -> None:
        """For as long as this process lives; after that a repeated press is answered without words."""
        if isinstance(arrival.body, Pressed) and answer.toast:
            self._answered[arrival.id] = answer
            if len(self._answered) > ANSWERS:
                self._answered.popitem(last=False)

    async def _take(self, arrival: Arrival) -> Answer:
        asks = isinstance(arrival.body, PreCheckout)
        conflicts, time = 0, asyncio.get_running_loop().time
        began = time()
        while conflicts < CONFLICTS:
            turn = Turn(self.services, arrival, held=time() - began >= self.services.config.hold_seconds)
            try:
                await self._route(turn)
                await refresh_cards(turn)
            except Hold as waits:
                await self.services.store.marked(waits.args, HOLD_STEP)
                continue
            except Exception as error:
                if asks or isinstance(error, Full):
                    raise
                return await self._put_aside(arrival, error, "error.kept")
            try:
                outcome = await leave(turn)
                if _changes(outcome):
                    await self.services.store.commit(outcome)
                self.services.book.add(ARRIVALS, _kind(arrival), "taken")
                return turn.answer
            except Conflict:
                conflicts += 1
                self.services.book.add(CONFLICTED)
            except Duplicate:
                self.services.book.add(ARRIVALS, _kind(arrival), "known")
                return turn.answer if asks else self._answered.get(arrival.id, Answer())
        raise Busy(f"{arrival.source} arrival met {CONFLICTS} conflicts")

    async def _put_aside(self, arrival: Arrival, error: Exception, told: str) -> Answer:
        """Roll back to nothing; keep a code, never a value. Whoever wrote it reads ``told``: that needs no row.

        A command whose result failed is repeated after a while. What the hospital told is not written down as taken:
        the next reading of the order tries it again, so that a mend is followed by what was missed.
        """
        log.error(
            "turn failed: %s in %s", type(error).__name__, type(arrival.body).__name__, extra={"where": _where(error)}
        )
        await self.services.store.dead_letter(arrival.source, arrival.id, f"{type(error).__name__} {_where(error)}")
        self.services.book.add(ARRIVALS, _kind(arrival), "aside")
        turn = Turn(self.services, arrival)
        if isinstance(arrival.body, Returned) and (claimed := await self.services.store.command(arrival.body.command)):
            due = turn.now + turn.services.soon(RESULT_PAUSE)
            await self.services.store.postpone(claimed.command.key, due, claimed.attempts + 1, type(error).__name__)
        if (spot := getattr(arrival.body, "spot", None)) is not None:
            await self._tell(turn, spot, told)
        if isinstance(arrival.body, PaidInChat):
            turn.put(payment_of(arrival.body, turn.now, aside=True))
        if not isinstance(arrival.body, (Returned, Observed)):
            with suppress(Duplicate, Conflict):  # a charge that has its row already
                await self.services.store.commit(turn.outcome())  # not by the door: it reads rows
        return turn.answer

    async def _tell(self, turn: Turn, spot: Spot, key: str) -> None:
        """In a group only where a topic is: nobody else's talk is answered."""
        words, lang = self.services.words, await self._lang(spot.person, spot.lang)
        body = turn.arrival.body
        if isinstance(body, Pressed):
            turn.say_toast(words.label(lang, "error.kept"), alert=True)
        elif spot.chat > 0 or spot.thread is not None:
            said: Mapping[str, Any] = {}
            if isinstance(body, PaidInChat):
                key, said = words_of(body, self.services.config.hospital_phone)
            flags: dict[str, Any] = {"thread": spot.thread, "reply_to": getattr(body, "message", None)}
            turn.post(f"dead:{turn.arrival.id}", spot.chat, Text(words.say(lang, key, said)), **flags)

    async def _lang(self, person: int, said: str = "") -> str:
        """The person's language where his row opens, else what the messenger says of it, else the groups'."""
        with suppress(Exception):
            if known := await self.services.store.get(Person, person):
                return known.lang
        return closest(said) if said else self.services.config.group_lang


def by_meaning(arrival: Arrival) -> Arrival:
    """The arrival under the name that it has however often it comes: an update's id is no such name.

    A message is its chat and number, a press or checkout its query, a receipt its charge. Edits of one message are
    several, and the flows know one that repeats by its text.
    """
    match arrival.body:
        case PaidInChat(charge=charge) if charge:
            name = f"charge/{charge}"
        case Said(edited=True):
            return arrival
        case (
            Said(spot, message)
            | Photographed(spot, message)
            | SentOther(spot, message)
            | Several(spot, message)
            | PaidInChat(spot, message)
        ):
            name = f"message/{spot.chat}/{message}"
        case Pressed(query=query) | PreCheckout(query=query) if query:
            name = f"query/{query}"
        case _:
            return arrival
    return Arrival(arrival.source, name, arrival.at, arrival.body)


def _kind(arrival: Arrival) -> str:
    return type(arrival.body).__name__


def _changes(outcome: Outcome) -> bool:
    """What only answers (a pop-up, a no) is not written down: it can be worked out again after a crash."""
    left = [item.name for item in fields(Outcome) if item.name not in _NO_CHANGE]
    return any(getattr(outcome, name) for name in left) or not all(_only_met(row) for row in outcome.rows)


_NO_CHANGE = ("arrival", "expects", "toast", "alert", "rows")


def _only_met(row: Row) -> bool:
    """Somebody seen for the first time, of whom nothing is known yet: he will be met again."""
    return isinstance(row, Person) and not (row.version or row.facts or row.roles)


def _where(error: BaseException) -> str:
    """File and line of the innermost frame: a place, never a value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""


def _lane(arrival: Arrival) -> str:
    """Arrivals of one chat keep their order here; rows of different chats are guarded by their versions."""
    spot = getattr(arrival.body, "spot", None)
    if spot is not None:
        return f"chat:{spot.chat}:{spot.person if spot.chat < 0 else ''}"
    return f"{arrival.source}:{arrival.id}"


async def refresh_cards(turn: Turn) -> None:
    """A card is a function of its row: every row this turn changed shows its new state everywhere."""
    for notice, changed in CARDS.items():
        for row in await changed(turn):
            for flow in NOTICES[notice]:
                await notify(turn, flow, row.subject, f"{row.subject}:{row.version}", row.args)
