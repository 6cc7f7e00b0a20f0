"""The test kit for one flow: be the person, the hospital and the clock; crash and deploy in between. Needs no fixtures.

t = DialogTester(refill, ops={"hospital.people": [{"id": "p1"}]})
t.start()
t.taps("p1")
t.expect_prompt("left", options=["0-2", "3-7", "more"])
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.dialog.buttons import digest, short
from bot.dialog.errors import Refused
from bot.dialog.events import (
    Back,
    Begin,
    Cancel,
    Done,
    Due,
    Edit,
    Edited,
    Event,
    Pictured,
    Pressed,
    Result,
    Resume,
    Typed,
)
from bot.dialog.expecting import Expecting, Turnout
from bot.dialog.journal import Journal, dumps, loads
from bot.dialog.paranoia import check
from bot.dialog.plain import BeginIntent, CallIntent, Context, Now, Op, PersonView, Photo, Played, TimerWish, Where
from bot.dialog.play import play
from bot.dialog.registry import FLOWS, Flow
from bot.dialog.screen import Screen
from bot.model import Json

START = datetime(2026, 11, 4, 8, 30, tzinfo=UTC)
PERSON = PersonView(7)
PLACE = Where(7)
Fake = Json | Callable[[Mapping[str, Json]], Json]


def fake_blind(previous: str, digit: str) -> str:
    return hashlib.sha256(f"{previous}/{digit}".encode()).hexdigest()[:16]


@dataclass
class DialogTester(Expecting):
    """``ops``: what operations return, by name: a value, or a function of their args that may raise Refused.

    Calls named in ``hold`` wait for ``result()``; the others come back at once. ``paranoid`` replays each event three
    times, delivers it twice and compares (see paranoia.py): then fakes are asked once for the same args.
    """

    flow: Flow
    ops: Mapping[str, Fake] = field(default_factory=dict[str, Fake])
    hold: Sequence[str] = ()
    person: PersonView = PERSON
    place: Where = PLACE
    subject: str = ""
    flows: Mapping[str, Flow] = field(default_factory=lambda: FLOWS)
    paranoid: bool = True
    dialog: str = "dlg0000001"
    at: datetime = START

    def __post_init__(self) -> None:
        self.bytes = dumps(Journal()).encode()
        self.screen = Screen(self.dialog)
        self.last = Turnout(Played(Journal()))
        self.waiting_calls: list[CallIntent] = []
        self.begun: list[BeginIntent] = []  # dialogs with others
        self.submitted: Op[Any] | None = None
        self.timers: dict[str, tuple[datetime, TimerWish]] = {}
        self.end = ""
        self.order_of = self.flow  # the build the last event was played with
        self._args: Mapping[str, Json] = {}
        self._messages = 0
        self._event: Event = Resume()
        self._remembered: dict[str, tuple[Json, Refused | None]] = {}

    # ------------------------------------------------------------ what a person, the hospital, the clock does

    def start(self, **args: Json) -> None:
        self._args = args
        self.send(Begin())

    def says(self, text: str, *, early: bool = False) -> int:
        """Type; returns the message id, for ``rewrites``."""
        self._messages += 1
        self.send(Typed(text, early, self._messages))
        return self._messages

    def rewrites(self, message: int, text: str) -> None:
        self.send(Edited("", text, message))

    def taps(self, *wanted: str) -> None:
        """Press the newest buttons with these option ids, labels or locale keys, one after the other."""
        for name in wanted:
            press = self.screen.button(name)
            data = press.data if press else ""
            self.demand(data.startswith("d:"), f"a button {name!r} that answers, not {press}")
            _, _, step, epoch, option = data.split(":")
            self.send(Pressed(step, int(epoch), option), f"taps {name}")

    def presses(self, step: str, option: str, epoch: int = 0) -> None:
        """Press a button that may be long gone."""
        self.send(Pressed(short(step), epoch, short(option)), f"presses {step} {option} {epoch}")

    def photo(self, name: str = "photo", album: str = "") -> None:
        self.send(Pictured(Photo(f"file-{name}", name, 200_000, 1200, 1600), album), f"photo {name} {album}".rstrip())

    def back(self) -> None:
        self.send(Back())

    def edit(self, step: str) -> None:
        self.send(Edit(step))

    def cancel(self) -> None:
        self.send(Cancel())

    def resume(self) -> None:
        self.send(Resume())

    def result(self, value: Json = None, /, *, refusal: str = "", **words: Any) -> None:
        """The oldest waiting call comes back, or the submit; without value and refusal a call's fake is asked."""
        if self.waiting_calls:
            intent = self.waiting_calls.pop(0)
            if value is None and not refusal and intent.op.name in self.ops:
                self._come_back(intent)
            else:
                self.send(Result(intent.step, intent.epoch, value, refusal, words))
            return
        self.demand(self.submitted, "a call or a submit under way")
        self.send(Result("submit", self.last.last.epoch, value, refusal, words))

    def other(self, value: Json = None, /, *, refusal: str = "") -> None:
        """The person asked last answers, or nothing came of it: declined, expired, stopped, unreachable."""
        asked = next((b for b in reversed(self.begun) if b.waits), None)
        if asked is None:
            raise AssertionError(f"nobody else was asked:\n{self.transcript()}")
        self.send(Result(asked.step, asked.epoch, value, refusal, kind="other"))

    def advance(self, hours: float) -> None:
        """Let time pass; timers fire on their way."""
        until = self.at + timedelta(hours=hours)
        while due := min(((at, wish) for at, wish in self.timers.values() if at <= until), key=_first, default=None):
            self.at, wish = due
            del self.timers[wish.kind]
            self.send(Due(wish.kind, wish.step, wish.epoch))
        self.at = until

    def crash(self) -> None:
        """The process dies; only bytes are left."""
        self.bytes = dumps(loads(self.bytes.decode())).encode()

    def deploy(self, flow: Flow) -> None:
        """A new release of the flow takes over; nothing is sent."""
        self.flow = flow
        self.flows = {**self.flows, flow.name: flow}

    def duplicate_last(self) -> None:
        """The last event arrives once more."""
        self.send(self._event)

    # ------------------------------------------------------------ the turn

    def context(self) -> Context:
        now = Now(int(self.at.timestamp() * 1000), self.at.date().isoformat())
        return Context(self.dialog, self.person, self.place, now, self.subject, self._args, fake_blind)

    def send(self, event: Event, told: str = "") -> None:
        """One event, one turn, one commit."""
        self.demand(not self.end, f"an open dialog, this one has ended ({self.end})")
        self._remembered.clear()
        turnout = self.turn(self.bytes, event)
        if self.paranoid:
            check(self, event, turnout)
        odd = f" ({turnout.verdict})" if turnout.verdict not in ("", "accepted") else ""
        self.screen.log.append(f"> {told or event_line(event)}{odd}")
        self._commit(event, turnout)

    def turn(self, journal: bytes, event: Event | None) -> Turnout:
        """Play, run the local operations that are needed, play on."""
        played = play(self.flow, loads(journal.decode()), self.context(), event, flows=self.flows)
        all_of = [played]
        while played.need and not played.error:
            value, refused = self._run(played.need)
            done = Done(played.need_step, value, *_refusal(refused))
            played = play(self.flow, played.journal, self.context(), done, flows=self.flows)
            all_of.append(played)
        if played.error:
            return Turnout(replace(played, journal=loads(journal.decode())))
        return Turnout(
            played,
            tuple(say for p in all_of for say in p.says),
            tuple(call for p in all_of for call in p.calls),
            tuple(begun for p in all_of for begun in p.begins),
            tuple(wish for p in all_of for wish in p.timers),
            all_of[0].verdict,
        )

    def _run(self, op: Op[Any]) -> tuple[Json, Refused | None]:
        self.demand(op.name in self.ops, f"a fake for the operation {op.name!r}: give DialogTester(ops={{...}})")
        key = digest(op.name, op.args)
        if key not in self._remembered:
            fake = self.ops[op.name]
            try:
                self._remembered[key] = (fake(op.args) if callable(fake) else fake, None)
            except Refused as refused:
                self._remembered[key] = (None, refused)
        return self._remembered[key]

    def _commit(self, event: Event, turnout: Turnout) -> None:
        played = turnout.last
        self.bytes, self.last, self._event = turnout.journal.encode(), turnout, event
        self.order_of = self.flow
        self.screen.show(turnout.says)
        if played.error:
            self.screen.log.append(f"  error {type(played.error).__name__}: {played.error}")
            return
        if played.end:
            self.screen.log.append(f"  end {played.end}")
        self.submitted = played.submit or (self.submitted if played.journal.sealed else None)
        self.end = "" if played.end == "sent" else played.end
        for wish in turnout.timers:
            self.timers[wish.kind] = (self.at + timedelta(milliseconds=wish.after_ms), wish)
        self.begun += turnout.begins
        for intent in turnout.calls:
            if intent.op.name in self.ops and intent.op.name not in self.hold:
                self._come_back(intent)
            else:
                self.waiting_calls.append(intent)

    def _come_back(self, intent: CallIntent) -> None:
        value, refused = self._run(intent.op)
        self.send(Result(intent.step, intent.epoch, value, *_refusal(refused)))


def event_line(event: Event) -> str:
    """An event as a transcript shows it."""
    values = [getattr(event, name) for name in event.__slots__]
    return " ".join([type(event).__name__.lower(), *(str(v) for v in values if v not in ("", 0, None, False, {}))])


def _refusal(refused: Refused | None) -> tuple[str, Mapping[str, Any]]:
    return (refused.code, refused.words) if refused else ("", {})


def _first(item: tuple[datetime, TimerWish]) -> datetime:
    return item[0]


__all__ = ["DialogTester", "Turnout", "event_line", "fake_blind"]
