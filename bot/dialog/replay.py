"""One run of a flow over a journal: which answers it reaches, where it stops, what it says on the way. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn

from bot.dialog.buttons import digest, plain
from bot.dialog.errors import FlowError, Refused, Suspended
from bot.dialog.journal import Entry, Journal, Table
from bot.dialog.plain import Context, Op, Options, Say, To
from bot.dialog.prompts import links, shown_answered
from bot.dialog.questions import QUESTIONS, Given, Question, Taken, still_valid, take, value_of
from bot.dialog.registry import Flow
from bot.model import Json

EFFECTS = frozenset({"once", "call"})


class Replay:
    """Works on the journal it is given (a copy made by play). After ``run`` exactly one of the ends is set:

    ``open`` (a question waits), ``needs`` (a local op), ``calls`` (a remote op), ``submitted``, ``ended`` or ``refused``.
    """

    def __init__(self, journal: Journal, context: Context, flows: Mapping[str, Flow], given: Given | None = None) -> None:
        self.journal = journal
        self.context = context
        self.flows = flows
        self.given = given  # what the person did, for the step that waits
        self.post: tuple[int, int] | None = None  # epoch and copy of the prompt it answers, if not the waiting one
        self.taken: Taken | None = None
        self.visited: dict[str, None] = {}
        self.reached: Table = {}
        self.asked: dict[str, Question] = {}
        self.names: dict[str, str] = {}  # key in the code -> stored key
        self.cards: dict[str, tuple[str, Say]] = {}
        self.says: list[Say] = []
        self.open: Question | None = None
        self.needs: tuple[str, Op] | None = None
        self.calls: tuple[str, Op] | None = None
        self.submitted: Op | None = None
        self.ended = False
        self.refused: Refused | None = None
        self._suspended = False
        self._running = False
        self._fault: FlowError | None = None

    # ------------------------------------------------------------ driving the coroutine

    def run(self, flow: Flow, make: Callable[[Replay, Flow], Any]) -> None:
        """FlowError for a flow that breaks the rules; its own exceptions come through."""
        coroutine = flow.run(make(self, flow))
        if not hasattr(coroutine, "send"):
            raise FlowError(f"{flow.name} is no coroutine: declare it with `async def {flow.name}(ask: Ask)`")
        self._running = True
        try:
            self._drive(flow, coroutine)
        except Suspended:
            pass
        except Refused as refused:
            self.refused = refused
        except Exception as error:
            if self._fault in (None, error):
                raise
            raise self._fault from error
        finally:
            self._running = False
            _close(coroutine)
        if self._fault:
            raise self._fault

    def _drive(self, flow: Flow, coroutine: Any) -> None:
        try:
            foreign = coroutine.send(None)
        except StopIteration:
            if self._suspended:
                self.blame(f"{flow.name} swallowed the suspension: catch Refused only, never BaseException")
            self.ended = True
        else:
            self.blame(
                f"{flow.name} awaits something that is not a word of ask ({type(foreign).__name__}): "
                "use ask.once for local work and ask.call for remote work"
            )

    def blame(self, text: str) -> FlowError:
        self._fault = self._fault or FlowError(text)
        return self._fault

    def _suspend(self) -> NoReturn:
        self._suspended = True
        raise Suspended

    def visit(self, step: str) -> None:
        """Every word passes here first."""
        self.check_turn(step)
        if step in self.visited:
            raise self.blame(
                f"step {step!r} is visited twice in one replay: give each visit its own permanent key, "
                f'in a loop with the thing\'s id: f"{step.rsplit("/", 1)[-1]}[{{thing.id}}]"'
            )
        self.visited[step] = None

    def check_turn(self, step: str) -> None:
        if not self._running:
            raise FlowError(
                f"step {step!r} is used outside its flow's turn (another task, or after it ended): "
                "await ask only in the flow itself; no create_task, no gather"
            )
        if self._suspended:
            raise self.blame(
                f"step {step!r} comes after the flow was suspended: the suspension was swallowed; "
                "no finally, no bare except, no except BaseException in a flow"
            )

    # ------------------------------------------------------------ answers

    def recall(self, step: str, kind: str) -> Entry | None:
        entry = self.journal.live.get(step)
        if entry and entry["k"] == kind:
            return entry
        return self.journal.parked.get(f"{kind}:{step}")

    def keep(self, step: str, entry: Entry) -> None:
        self.reached[step] = entry

    def question(self, question: Question, name: str) -> Any:
        self.visit(question.step)
        self.asked[question.step] = question
        self.names[name] = question.step
        entry = self.recall(question.step, question.kind)
        if entry and not still_valid(question, entry):
            self._outdated(question, entry)
            entry = None
        entry = entry or self._answer(question)
        if entry:
            self.keep(question.step, entry)
            return value_of(entry)
        self.open = question
        self._suspend()

    def _outdated(self, question: Question, entry: Entry) -> None:
        """Some chosen option is gone: the answer stays parked; what is left of several is offered ticked."""
        if question.kind == "multi":
            self.journal.partial.setdefault(question.step, entry["v"])

    def _answer(self, question: Question) -> Entry | None:
        waiting = self.journal.waiting
        if not self.given or (waiting.step, waiting.kind) != (question.step, question.kind):
            return None
        held = self.journal.partial.get(question.step)
        taken = take(question, self.given, held, self.journal.hints.get(question.step), self.context)
        self.given, self.taken = None, taken
        if taken.partial is not None:
            self.journal.partial[question.step] = taken.partial
        if taken.hint:
            self.journal.hints[question.step] = taken.hint
        return self._record(question, taken.entry) if taken.entry else None

    def _record(self, question: Question, answer: Entry) -> Entry:
        waiting = self.journal.waiting
        epoch, copy = self.post or (waiting.epoch, waiting.copy)
        entry = {**answer, **({"e": epoch} if epoch else {}), **({"c": copy} if copy else {})}
        self.journal.partial.pop(question.step, None)
        self.journal.hints.pop(question.step, None)
        self.journal.parked.pop(f"{question.kind}:{question.step}", None)
        self.says.append(shown_answered(question, entry, self.context))
        return entry

    def editable(self, name: str) -> str:
        """The stored key of an answered step, loop or sub-dialog named in ``edits``; "" if it has no answer."""
        name = self.names.get(name, name)
        return name if any(belongs(step, name) for step in self.reached) else ""

    # ------------------------------------------------------------ effects

    def _effect(self, step: str, kind: str, sign: str) -> Entry | None:
        """Its result, unless an earlier answer was changed since and the effect with it."""
        self.visit(step)
        live = self.journal.live.get(step)
        if live and live["k"] == kind:
            return live
        entry = self.journal.parked.get(f"{kind}:{step}")
        fresh = entry and (entry.get("e", 0) == self.journal.epoch or entry.get("o") == sign)
        return entry if fresh else None

    def _result(self, step: str, entry: Entry) -> Json:
        self.keep(step, entry)
        if "r" in entry:
            raise Refused(entry["r"], **entry.get("w", {}))
        return entry["v"]

    def once(self, step: str, op: Op) -> Json:
        op = _plain_op(step, op)
        if entry := self._effect(step, "once", digest(op.name, op.args)):
            return self._result(step, entry)
        self.needs = (step, op)
        self._suspend()

    def call(self, step: str, op: Op) -> Json:
        op = _plain_op(step, op)
        if entry := self._effect(step, "call", digest(op.name, op.args)):
            return self._result(step, entry)
        self.calls = (step, op)
        self._suspend()

    def tell(
        self, step: str, key: str, words: Mapping[str, Any], buttons: Options, to: To | None, flags: tuple[str, ...]
    ) -> None:
        rows = links(self.context.dialog, key, buttons)
        sign = digest(key, words, to)
        entry = self._effect(step, "tell", sign)
        if not entry:
            epoch = self.journal.epoch
            entry = {"k": "tell", "v": None, "o": sign, **({"e": epoch} if epoch else {})}
            self.says.append(Say("tell", step, epoch, key, words, rows, to=to, flags=flags))
        self.keep(step, entry)

    def card(
        self, card_key: str, template: str, words: Mapping[str, Any], buttons: Options, to: To | None, flags: tuple[str, ...]
    ) -> None:
        self.check_turn(card_key)
        rows = links(self.context.dialog, template, buttons)
        say = Say("card", "", self.journal.epoch, template, words, rows, to=to, card_key=card_key, flags=flags)
        self.cards[card_key] = (digest(template, words, rows, to, flags), say)

    def submit(self, op: Op) -> NoReturn:
        self.check_turn("submit")
        self.submitted = _plain_op("submit", op)
        self._suspend()

    def stop(self) -> NoReturn:
        self.ended = True
        self._suspend()

    # ------------------------------------------------------------ afterwards

    def settle(self) -> None:
        """Write back what was reached, in order; everything else is parked, never lost."""
        for step in [s for s in self.journal.live if s not in self.reached or self._other_kind(s)]:
            self.journal.park(step)
        for step, entry in self.reached.items():
            self.journal.parked.pop(f"{entry['k']}:{step}", None)
        self.journal.live = {
            step: entry if entry.get("n") == n else {**entry, "n": n}
            for n, (step, entry) in enumerate(self.reached.items(), 1)
        }
        for card_key, (sign, say) in self.cards.items():
            if self.journal.cards.get(card_key) != sign:
                self.journal.cards[card_key] = sign
                self.says.append(say)
        self.journal.refuse_if_full()

    def _other_kind(self, step: str) -> bool:
        return self.journal.live[step]["k"] != self.reached[step]["k"]

    @property
    def may_go_back(self) -> bool:
        return any(entry["k"] in QUESTIONS for entry in self.reached.values())


def belongs(step: str, group: str) -> bool:
    """``boxes[a]`` and ``boxes/x`` belong to ``boxes``."""
    return step == group or step.startswith((f"{group}[", f"{group}/"))


def _close(coroutine: Any) -> None:
    """Also one that clings to life: whatever it still raises is no news."""
    with suppress(Exception, Suspended):
        coroutine.close()


def _plain_op(step: str, op: Op) -> Op:
    return Op(op.name, plain(op.args, f"the operation of step {step!r}"), op.lane)
