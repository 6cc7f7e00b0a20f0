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
from bot.dialog.journal import Journal, dumps, loads
from bot.dialog.plain import CallIntent, Context, Now, Op, PersonView, Photo, Played, Say, TimerWish, Where
from bot.dialog.play import play
from bot.dialog.registry import FLOWS, HOUR, Flow
from bot.dialog.screen import Screen, line_of, name_of
from bot.model import Json

START = datetime(2026, 11, 4, 8, 30, tzinfo=UTC)
Fake = Json | Callable[[Mapping[str, Json]], Json]


@dataclass(frozen=True, slots=True)
class Turnout:
    """All that one event did, local operations included."""

    last: Played
    says: tuple[Say, ...] = ()
    calls: tuple[CallIntent, ...] = ()
    timers: tuple[TimerWish, ...] = ()
    verdict: str = ""

    @property
    def journal(self) -> str:
        return dumps(self.last.journal)


def fake_blind(previous: str, digit: str) -> str:
    return hashlib.sha256(f"{previous}/{digit}".encode()).hexdigest()[:16]


@dataclass
class DialogTester:
    """``ops``: what operations return, by name: a value, or a function of their args that may raise Refused.

    Calls named in ``hold`` wait for ``result()``; the others come back at once. ``paranoid`` replays each event three
    times, delivers it twice and compares (see paranoia.py): then fakes are asked once for the same args.
    """

    flow: Flow
    ops: Mapping[str, Fake] = field(default_factory=dict[str, Fake])
    hold: Sequence[str] = ()
    person: PersonView = PersonView(7)
    place: Where = Where(7)
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
        self.submitted: Op | None = None
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
            assert press, f"no button {name!r}:\n{self.transcript()}"
            assert press.data.startswith("d:"), f"{name!r} answers no question but opens {press.url or press.data}"
            _, _, step, epoch, option = press.data.split(":")
            self.send(Pressed(step, int(epoch), option))

    def presses(self, step: str, option: str, epoch: int = 0) -> None:
        """Press a button that may be long gone."""
        self.send(Pressed(short(step), epoch, short(option)))

    def photo(self, name: str = "photo", album: str = "") -> None:
        self.send(Pictured(Photo(f"file-{name}", name, 200_000, 1200, 1600), album))

    def back(self) -> None:
        self.send(Back())

    def edit(self, step: str) -> None:
        self.send(Edit(step))

    def cancel(self) -> None:
        self.send(Cancel())

    def resume(self) -> None:
        self.send(Resume())

    def result(self, value: Json = None, *, refusal: str = "", **words: Any) -> None:
        """The oldest waiting call comes back, or the submit; without value and refusal a call's fake is asked."""
        if self.waiting_calls:
            intent = self.waiting_calls.pop(0)
            if value is None and not refusal and intent.op.name in self.ops:
                self._come_back(intent)
            else:
                self.send(Result(intent.step, intent.epoch, value, refusal, words))
            return
        assert self.submitted, f"nothing is under way:\n{self.transcript()}"
        self.send(Result("submit", self.last.last.epoch, value, refusal, words))

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

    def send(self, event: Event) -> None:
        """One event, one turn, one commit."""
        assert not self.end, f"the dialog has ended ({self.end}):\n{self.transcript()}"
        self._remembered.clear()
        turnout = self.turn(self.bytes, event)
        if self.paranoid:
            from bot.dialog.paranoia import check

            check(self, event, turnout)
        self.screen.log.append(f"> {event_line(event)}{f' ({turnout.verdict})' if turnout.verdict else ''}")
        self._commit(event, turnout)

    def turn(self, journal: bytes, event: Event | None) -> Turnout:
        """Play, run the local operations that are needed, play on."""
        played = play(self.flow, loads(journal.decode()), self.context(), event, flows=self.flows)
        all_of = [played]
        while played.need and not played.error:
            value, refused = self._run(played.need)
            words = refused.words if refused else {}
            done = Done(played.need_step, value, refused.code if refused else "", words)
            played = play(self.flow, played.journal, self.context(), done, flows=self.flows)
            all_of.append(played)
        if played.error:
            return Turnout(replace(played, journal=loads(journal.decode())))
        return Turnout(
            played,
            tuple(say for p in all_of for say in p.says),
            tuple(call for p in all_of for call in p.calls),
            tuple(wish for p in all_of for wish in p.timers),
            all_of[0].verdict,
        )

    def _run(self, op: Op) -> tuple[Json, Refused | None]:
        assert op.name in self.ops, f"no fake for the operation {op.name!r}: give DialogTester(ops={{...}})"
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
        self.submitted = played.submit or (self.submitted if played.journal.sealed else None)
        self.end = "" if played.end == "sent" else played.end
        for wish in turnout.timers:
            self.timers[wish.kind] = (self.at + timedelta(milliseconds=wish.after_ms), wish)
        for intent in turnout.calls:
            if intent.op.name in self.ops and intent.op.name not in self.hold:
                self._come_back(intent)
            else:
                self.waiting_calls.append(intent)

    def _come_back(self, intent: CallIntent) -> None:
        value, refused = self._run(intent.op)
        if refused:
            self.send(Result(intent.step, intent.epoch, None, refused.code, refused.words))
        else:
            self.send(Result(intent.step, intent.epoch, value))

    # ------------------------------------------------------------ what is seen

    def transcript(self) -> str:
        """Everything done (``>``) and said, one line each: made to be pasted beside a test."""
        return "\n".join(self.screen.log)

    @property
    def journal(self) -> Journal:
        return loads(self.bytes.decode())

    def answer(self, step: str) -> Json:
        """What the journal holds for a live step."""
        return self.journal.live[step]["v"]

    def _said(self, kind: str) -> list[Say]:
        return [say for say in self.last.says if say.kind == kind]

    def _fail(self, wanted: str) -> AssertionError:
        said = "\n".join(f"  {line_of(say)}" for say in self.last.says) or "  nothing"
        return AssertionError(f"expected {wanted}; the last event said:\n{said}\nall of it:\n{self.transcript()}")

    def _one(self, kind: str, key: str, words: Mapping[str, Any]) -> Say:
        for say in self._said(kind):
            named = key in (say.step, say.key, say.card_key)
            if named and all(k in say.words and say.words[k] == v for k, v in words.items()):
                return say
        raise self._fail(f"a {kind} {key!r} with {dict(words)}")

    def expect_prompt(
        self, step: str, *, options: Sequence[str] | None = None, wrong: str | None = None, **words: Any
    ) -> Say:
        """The flow waits at this step. ``options``: the answering buttons in order, as ids (``+a`` = ticked)."""
        assert self.last.last.step == step, self._fail(f"to wait at {step!r}, not at {self.last.last.step!r}")
        for say in reversed(self.screen.posts.values()):
            if (say.kind, say.step) == ("prompt", step):
                break
        else:
            raise self._fail(f"a prompt of {step!r} on the screen")
        seen = [_mark(p.role) + p.option for row in say.buttons for p in row if p.role in ("", "keep", "on", "off")]
        assert options is None or seen == [*options], self._fail(f"the options {options}, not {seen},")
        found = say.wrong[0] if say.wrong else None
        assert found == wrong, self._fail(f"wrong={wrong!r}, not {found!r},")
        assert all(say.words.get(k) == v for k, v in words.items()), self._fail(f"the words {words}")
        return say

    def expect_tell(self, key: str, **words: Any) -> Say:
        return self._one("tell", key, words)

    def expect_card(self, key: str, **words: Any) -> Say:
        return self._one("card", key, words)

    def expect_answered(self, step: str, *names: str) -> Say:
        say = self._one("answered", step, {})
        seen = tuple(press.option or name_of(press) for press in say.chosen)
        assert seen == names, self._fail(f"{step!r} to show {names}, not {seen},")
        return say

    def expect_checking(self) -> Say:
        return self._one("checking", "checking", {})

    def expect_already(self, step: str) -> Say:
        return self._one("already", step, {})

    def expect_call(self, step: str, name: str, **args: Json) -> None:
        """This call is under way."""
        for intent in self.waiting_calls:
            if (intent.step, intent.op.name) == (step, name) and _within(args, intent.op.args):
                return
        raise self._fail(f"the call {name!r} at {step!r} with {args} to be under way, not {self.waiting_calls}")

    def expect_submit(self, name: str, **args: Json) -> Op:
        op = self.submitted
        if op is None or op.name != name or not _within(args, op.args):
            raise self._fail(f"to submit {name!r} with {args}, not {op and (op.name, op.args)}")
        return op

    def expect_end(self, end: str = "done") -> None:
        assert self.last.last.end == end, self._fail(f"the end {end!r}, not {self.last.last.end!r},")

    def expect_verdict(self, verdict: str) -> None:
        assert self.last.verdict == verdict, self._fail(f"the verdict {verdict!r}, not {self.last.verdict!r},")

    def expect_error(self, text: str) -> None:
        assert text in str(self.last.last.error), self._fail(f"an error with {text!r}, not {self.last.last.error!r},")

    def expect_silence(self) -> None:
        assert not self.last.says, self._fail("nothing")


def event_line(event: Event) -> str:
    """An event as a transcript shows it."""
    values = [getattr(event, name) for name in event.__slots__]
    return " ".join([type(event).__name__.lower(), *(str(v) for v in values if v not in ("", 0, None, False, {}))])


def _first(item: tuple[datetime, TimerWish]) -> datetime:
    return item[0]


def _mark(role: str) -> str:
    return "+" if role == "on" else ""


def _within(some: Mapping[str, Json], all_of: Mapping[str, Json]) -> bool:
    return all(k in all_of and all_of[k] == v for k, v in some.items())


__all__ = ["HOUR", "START", "DialogTester", "Turnout", "event_line", "fake_blind"]
