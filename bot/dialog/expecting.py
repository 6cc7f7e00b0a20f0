"""For tests: what one event did, and the expectations of a DialogTester. Actions are in testing.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialog.journal import Journal, dumps, loads
from bot.dialog.plain import BeginIntent, CallIntent, Op, Played, Say, TimerWish
from bot.dialog.screen import Screen, line_of, name_of
from bot.model import Json


@dataclass(frozen=True, slots=True)
class Turnout:
    """All that one event did, local operations included."""

    last: Played
    says: tuple[Say, ...] = ()
    calls: tuple[CallIntent, ...] = ()
    begins: tuple[BeginIntent, ...] = ()
    timers: tuple[TimerWish, ...] = ()
    verdict: str = ""

    @property
    def journal(self) -> str:
        return dumps(self.last.journal)


class Expecting:
    """Each ``expect_*`` raises AssertionError with the whole transcript; those that find a Say return it."""

    bytes: bytes
    screen: Screen
    last: Turnout
    waiting_calls: list[CallIntent]
    begun: list[BeginIntent]
    submitted: Op[Any] | None

    def transcript(self) -> str:
        """Everything done (``>``) and said, one line each: made to be pasted beside a test."""
        return "\n".join(self.screen.log)

    @property
    def journal(self) -> Journal:
        return loads(self.bytes.decode())

    def answer(self, step: str) -> Json:
        """What the journal holds for a live step."""
        return self.journal.live[step]["v"]

    def demand(self, true: object, wanted: str) -> None:
        if true:
            return
        said = "\n".join(f"  {line_of(say)}" for say in self.last.says) or "  nothing"
        raise AssertionError(
            f"expected {wanted}; the last event said:\n{said}\nwith the error {self.last.last.error!r}\n"
            f"all of it:\n{self.transcript()}"
        )

    def _same(self, what: str, found: object, wanted: object) -> None:
        self.demand(found == wanted, f"{what} {wanted!r}, not {found!r}")

    def _one(self, kind: str, key: str, words: Mapping[str, Any]) -> Say:
        said = [say for say in self.last.says if say.kind == kind and key in (say.step, say.key, say.card_key)]
        fits = [say for say in said if within(words, say.words)]
        self.demand(fits, f"a {kind} {key!r} with {dict(words)}")
        return fits[0]

    def expect_prompt(
        self, step: str, /, *, options: Sequence[str] | None = None, wrong: str | None = None, **words: Any
    ) -> Say:
        """The flow waits at this step. ``options``: the answering buttons in order, as ids (``+a`` = ticked)."""
        self._same("to wait at", self.last.last.step, step)
        prompts = [say for say in self.screen.posts.values() if (say.kind, say.step) == ("prompt", step)]
        self.demand(prompts, f"a prompt of {step!r} on the screen")
        say = prompts[-1]
        if options is not None:
            self._same("the options", option_names(say), [*options])
        self._same("wrong =", say.wrong[0] if say.wrong else None, wrong)
        self.demand(within(words, say.words), f"the words {words} in {dict(say.words)}")
        return say

    def expect_tell(self, key: str, /, **words: Any) -> Say:
        return self._one("tell", key, words)

    def expect_card(self, key: str, /, **words: Any) -> Say:
        return self._one("card", key, words)

    def expect_answered(self, step: str, *names: str) -> Say:
        say = self._one("answered", step, {})
        self._same(f"{step} to show", tuple(press.option or name_of(press) for press in say.chosen), names)
        return say

    def expect_checking(self) -> Say:
        return self._one("checking", "checking", {})

    def expect_already(self, step: str) -> Say:
        return self._one("already", step, {})

    def expect_call(self, step: str, op: str, /, **args: Json) -> None:
        """This call is under way."""
        under_way = [c for c in self.waiting_calls if (c.step, c.op.name) == (step, op) and within(args, c.op.args)]
        self.demand(under_way, f"the call {op!r} at {step!r} with {args} among {self.waiting_calls}")

    def expect_begun(self, step: str, flow: str, person: int, /, **args: Json) -> None:
        """This dialog with somebody else has been begun."""
        fits = [b for b in self.begun if (b.step, b.flow, b.person) == (step, flow, person) and within(args, b.args)]
        self.demand(fits, f"{flow!r} begun with {person} at {step!r} with {args} among {self.begun}")

    def expect_submit(self, op: str, /, **args: Json) -> None:
        was = self.submitted
        fits = was and was.name == op and within(args, was.args)
        self.demand(fits, f"to submit {op!r} with {args}, not {was and (was.name, was.args)}")

    def expect_end(self, end: str = "done") -> None:
        self._same("the end", self.last.last.end, end)

    def expect_verdict(self, verdict: str) -> None:
        self._same("the verdict", self.last.verdict, verdict)

    def expect_error(self, text: str) -> None:
        self.demand(text in str(self.last.last.error or ""), f"an error with {text!r}")

    def expect_silence(self) -> None:
        self.demand(not self.last.says, "nothing")


def option_names(say: Say) -> list[str]:
    """The answering buttons of a prompt, ``+`` in front of those ticked."""
    return [f"+{press.option}" if press.role == "on" else press.option for press in say.answers]


def within(some: Mapping[str, Any], all_of: Mapping[str, Any]) -> bool:
    return all(key in all_of and all_of[key] == value for key, value in some.items())
