"""A person who acts at random before a random flow, and keeps the model: a dict of her last answers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bot.dialog import Pressed, Say
from bot.dialog.events import Event
from bot.dialog.expecting import Turnout
from bot.dialog.testing import DialogTester
from tests.dialog.programs import OPS, OPTIONS, Expected, Program, flow_of

DAYS = ("2026-11-01", "2026-10-31")
TEXTS = ("one", "two", "x")


class Watched(DialogTester):
    """Remembers the last tap and the last words of each tell."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.last_tap: Pressed | None = None
        self.told: dict[str, Any] = {}
        self.asked: list[str] = []

    def _commit(self, event: Event, turnout: Turnout) -> None:
        if isinstance(event, Pressed):
            self.last_tap = event
        for say in turnout.says:
            self._note(say)
        super()._commit(event, turnout)

    def _note(self, say: Say) -> None:
        if say.kind == "tell":
            assert say.step not in self.told or self.told[say.step] != say.words["of"], "told twice"
            self.told[say.step] = say.words["of"]


class Person:
    """``dependent``: effects depend on all answers before them. ``acts``: what she may do; each keeps the dict."""

    def __init__(self, program: Program, data: st.DataObject, *, dependent: bool = True) -> None:
        self.program, self.data, self.dependent = program, data, dependent
        flow, subs = flow_of(program, dependent=dependent)
        self.t = Watched(flow, OPS, flows=subs)
        self.answers: dict[str, Any] = {}
        self.pictures = 0
        self.messages: dict[str, int] = {}

    def pick(self, items: Any) -> Any:
        return self.data.draw(st.sampled_from([*items]))

    @property
    def expected(self) -> Expected:
        return Expected(self.answers, self.dependent).walk(self.program)

    def deploy(self, program: Program, reworded: int) -> None:
        """A release: other order, other words, new questions, fewer questions."""
        self.program = program
        flow, subs = flow_of(program, dependent=self.dependent, reworded=reworded)
        self.t.flows = subs
        self.t.deploy(flow)
        self.t.resume()

    def live(self, acts: tuple[str, ...], most: int) -> None:
        """Act until the end, at most so often; after each act it must stand where the dict says."""
        for _ in range(most):
            if not self.expected.waiting:
                break
            getattr(self, self.pick(acts))()
            self.look()

    def look(self) -> None:
        expected, t = self.expected, self.t
        t.demand(t.last.last.error is None, "no error")
        if expected.waiting:
            place = (t.last.last.step, t.last.last.kind)
            t.demand(place == (expected.waiting, expected.kind), f"to wait at {expected.waiting}")
            t.expect_prompt(expected.waiting)
        else:
            t.expect_submit("end", env=expected.env)
        kept = [*t.journal.live, *(key.split(":", 1)[1] for key in t.journal.parked)]
        t.demand(self.answers.keys() <= {*kept}, f"to keep {[*self.answers]}")
        for step, words in expected.tells.items() if self.dependent else ():
            t.demand(t.told[step] == words, f"to have told {step!r} with {words}, not {t.told[step]}")

    # ------------------------------------------------------------ acts

    def answer(self) -> None:
        expected = self.expected
        self.answers[expected.waiting] = getattr(self, f"_{expected.kind}")()

    def _choice(self) -> str:
        option = self.pick(OPTIONS)
        self.t.taps(option)
        return option

    def _text(self) -> str:
        step, text = self.expected.waiting, self.pick(TEXTS)
        self.messages[step] = self.t.says(text)
        return text

    def _date(self) -> str:
        day = self.pick(DAYS)
        self.t.says(day)
        return day

    def _multi(self) -> list[str]:
        wanted = {option for option in OPTIONS if self.data.draw(st.booleans())}
        say = self.t.expect_prompt(self.expected.waiting)
        shown = [press for row in say.buttons for press in row if press.role in ("on", "off")]
        for press in shown:
            if (press.option in wanted) != (press.role == "on"):
                self.t.taps(press.option)
        self.t.taps("done")
        return [press.option for press in shown if press.option in wanted]

    def _photos(self) -> list[str]:
        found = self._partial(self.expected.waiting)
        while len(found) < 2:
            found.append(self.picture())
        return found

    def _partial(self, step: str) -> list[str]:
        return [item["unique"] for item in self.t.journal.partial.get(step, {"v": []})["v"]]

    def picture(self) -> str:
        self.pictures += 1
        self.t.photo(f"p{self.pictures}")
        return f"p{self.pictures}"

    def photo(self) -> None:
        """A picture nobody asked for, or the first of two."""
        if self.expected.kind != "photos" or not self._partial(self.expected.waiting):
            self.picture()

    def back(self) -> None:
        answered = self.expected.answered
        self.t.back()
        if answered:
            del self.answers[answered[-1]]

    def edit(self) -> None:
        if self.expected.answered:
            step = self.pick(self.expected.answered)
            self.t.edit(step)
            del self.answers[step]

    def rewrite(self) -> None:
        """She edits a message that had answered a step."""
        typed = [step for step in self.expected.answered if step in self.messages]
        if typed:
            step = self.pick(typed)
            self.answers[step] = self.pick(TEXTS)
            self.t.rewrites(self.messages[step], self.answers[step])

    def change(self) -> None:
        """An old button of an answered choice, then [Change this answer]."""
        choices = [step for step in self.expected.answered if self.answers[step] in OPTIONS[1:]]
        if choices:
            step = self.pick(choices)
            self.t.presses(step, OPTIONS[0])
            self.t.expect_already(step)
            self.t.taps(f"change:{step}")
            del self.answers[step]

    def junk(self) -> None:
        if self.expected.kind not in ("text", "date"):
            self.t.says("junk")

    def resume(self) -> None:
        self.t.resume()

    def remind(self) -> None:
        self.t.advance(30)

    def old(self) -> None:
        self.t.presses(self.expected.waiting, self.pick(OPTIONS), epoch=10**6)
        self.t.expect_verdict("stale")

    def again(self) -> None:
        """The last tap once more, by a trembling finger."""
        if self.t.last_tap:
            self.t.send(self.t.last_tap)
