"""One run of a flow over a journal: which answers it reaches, where it stops, what it says on the way.

Sends nothing and changes only the journal it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from bot.decoding import jsonable
from bot.dialog.buttons import digest, plain
from bot.dialog.errors import Blaming, FlowError, Refused, Suspended
from bot.dialog.journal import Entry, Journal, Table
from bot.dialog.plain import BeginIntent, Context, Op, Options, Say
from bot.dialog.prompts import links, shown_answered
from bot.dialog.questions import QUESTIONS, Given, Question, Taken, as_usual, still_valid, take, value_of
from bot.dialog.registry import Flow
from bot.model import Json, To

EFFECTS = frozenset({"once", "call"})


class Replay:
    """Works on the journal it is given (a copy made by play). After ``run`` at most one stop is set:

    ``open`` (a question waits), ``needs`` (a local op), ``calls`` (a remote op), ``other`` (a dialog with somebody
    else), ``sleeps`` (a time), ``submitted`` or ``refused``; none of them = the flow has ended, with ``value``.
    """

    def __init__(self, journal: Journal, context: Context, flows: Mapping[str, Flow], given: Given | None) -> None:
        self.journal = journal
        self.context = context
        self.flows = flows
        self.given = given  # what the person did, for the step that waits
        self.post: tuple[int, int] | None = None  # epoch and copy of the prompt it answers, if not the waiting one
        self.taken: Taken | None = None
        self.visited: dict[str, None] = {}
        self.reached: Table = {}
        self.asked: dict[str, Question] = {}
        self.cards: dict[str, tuple[str, Say]] = {}
        self.about: Any = ""  # for whom everything is from here on
        self.onward: Options = ()  # what a stop without buttons of its own offers
        self.says: list[Say] = []
        self.open: Question | None = None
        self.needs: tuple[str, Op[Any]] | None = None
        self.calls: tuple[str, Op[Any]] | None = None
        self.other: BeginIntent | None = None
        self.sleeps: tuple[str, int] | None = None
        self.begins: list[BeginIntent] = []
        self.gates: list[Op[Any]] = []  # passed before now
        self.submitted: Op[Any] | None = None
        self.refused: Refused | None = None
        self.stopped = False
        self.value: Any = None
        self._stored: dict[str, str] = {}  # key in the code -> stored key
        self._suspended = False
        self._running = False
        self.blaming = Blaming()

    # ------------------------------------------------------------ driving the coroutine

    def run(self, flow: Flow, make: Callable[[Replay, Flow], Any]) -> None:
        """FlowError for a flow that breaks the rules; its own exceptions come through."""
        coroutine: Any = flow.run(make(self, flow))
        if not hasattr(coroutine, "send"):
            raise FlowError(f"{flow.name} is no coroutine: declare it with `async def {flow.name}(ask: Ask)`")
        try:
            with self.turn_of(flow):
                self._drive(flow, coroutine)
        finally:  # also one that clings to life: whatever it still raises is no news
            with suppress(Exception, Suspended):
                coroutine.close()

    @contextmanager
    def turn_of(self, flow: Flow) -> Generator[None]:
        """While it lasts the flow may speak; it ends with what stopped the flow noted here, or its fault raised."""
        self._running = True
        try:
            yield
            if self._suspended:
                self._blame(f"{flow.name} {SWALLOWED}")
        except Suspended:
            pass
        except Refused as refused:
            self.refused = refused
        except Exception as error:
            if self.blaming.fault in (None, error):
                raise
            raise self.blaming.fault from error
        finally:
            self._running = False
        if self.blaming.fault:
            raise self.blaming.fault

    def _drive(self, flow: Flow, coroutine: Any) -> None:
        try:
            foreign = coroutine.send(None)
        except StopIteration as end:
            self.value = end.value
        else:
            raise self._blame(
                f"{flow.name} awaits something that is not a word of ask ({type(foreign).__name__}): "
                "use ask.once for local work and ask.call for remote work; no sleep, no task, no gather"
            )

    def _blame(self, text: str) -> FlowError:
        self.blaming.fault = self.blaming.fault or FlowError(text)
        return self.blaming.fault

    def _suspend(self) -> Suspended:
        self._suspended = True
        return Suspended()

    def visit(self, step: str) -> None:
        """Every word that is kept passes here first."""
        self._check_turn(step)
        if step in self.visited:
            raise self._blame(
                f"step {step!r} is visited twice in one replay: give each visit its own permanent key, "
                f'in a loop with the thing\'s id: f"{step.rsplit("/", 1)[-1]}[{{thing.id}}]"'
            )
        self.visited[step] = None

    def _check_turn(self, step: str) -> None:
        if not self._running:
            raise FlowError(
                f"step {step!r} is used outside its flow's turn (another task, or after it ended): "
                "await ask only in the flow itself; no create_task, no gather"
            )
        if self._suspended:
            raise self._blame(f"before step {step!r} the flow {SWALLOWED}")

    # ------------------------------------------------------------ answers

    def question(self, question: Question, name: str) -> Any:
        self.visit(question.step)
        self.asked[question.step] = question
        self._stored[name] = question.step
        entry = self._recorded(question) or self._answer(question) or as_usual(question, self.journal)
        if entry:
            self.reached[question.step] = entry
            return value_of(entry)
        self.open = question
        raise self._suspend()

    def _recorded(self, question: Question) -> Entry | None:
        """The answer, by key. One whose option is gone stays parked; what is left of several is offered ticked."""
        entry = self._find(question.step, question.kind)
        if entry is None or still_valid(question, entry):
            return entry
        if question.kind == "multi":
            self.journal.partial.setdefault(question.step, {"k": "multi", "v": entry["v"]})
        if entry is self.journal.live.get(question.step):
            self.journal.new_epoch()  # what came after may rest on it
        return None

    def _find(self, step: str, kind: str) -> Entry | None:
        entry = self.journal.live.get(step)
        return entry if entry and entry["k"] == kind else self.journal.parked.get(f"{kind}:{step}")

    def _answer(self, question: Question) -> Entry | None:
        """What the person did, if this is the step that waited for it."""
        waiting, step, kind = self.journal.waiting, question.step, question.kind
        if not self.given or (waiting.step, waiting.kind) != (step, kind):
            return None
        held, hint = self.journal.collected(step, kind), self.journal.hint(step, kind)
        taken = take(question, self.given, held, hint, self.context)
        self.given, self.taken = None, taken
        if taken.partial is not None:
            self.journal.partial[step] = {"k": kind, "v": taken.partial}
        if taken.hint:
            self.journal.hints[step] = taken.hint
        return self._record(question, taken.entry) if taken.entry else None

    def _record(self, question: Question, answer: Entry) -> Entry:
        waiting = self.journal.waiting
        epoch, copy = self.post or (waiting.epoch, waiting.copy)
        entry = {**answer, **({"e": epoch} if epoch else {}), **({"c": copy} if copy else {})}
        self.journal.partial.pop(question.step, None)
        self.journal.hints.pop(question.step, None)
        self.says.append(shown_answered(question, entry, self.context))
        return entry

    def editable(self, name: str) -> str:
        """The stored key of an answered step, loop or sub-dialog named in ``edits``; "" if it has no answer."""
        name = self._stored.get(name, name)
        return name if name in self.reached or any(belongs(step, name) for step in self.reached) else ""

    # ------------------------------------------------------------ effects

    def _effect(self, step: str, kind: str, sign: Callable[[], str]) -> Entry | None:
        """What an effect left behind; None if it is to be done (again).

        Once an answer before it was taken back, it counts only if it would be done just the same.
        """
        self.visit(step)
        entry = self._find(step, kind)
        if entry and entry is not self.journal.live.get(step) and entry.get("e", 0) != self.journal.epoch:
            entry = entry if entry.get("o") == sign() else None
        if entry:
            self.reached[step] = entry
        return entry

    def once(self, step: str, op: Op[Any]) -> Json:
        entry = self._effect(step, "once", lambda: digest_of(plain_op(step, op)))
        if entry:
            if op.gate and "r" not in entry:
                self.gates.append(plain_op(step, op))
            return _outcome(entry)
        self.needs = (step, plain_op(step, op))
        raise self._suspend()

    def call(self, step: str, op: Op[Any]) -> Json:
        entry = self._effect(step, "call", lambda: digest_of(plain_op(step, op)))
        if entry:
            return _outcome(entry)
        self.calls = (step, plain_op(step, op))
        raise self._suspend()

    def begin_other(self, step: str, flow: str, person: int, subject: str, args: Mapping[str, Any]) -> Json:
        """A dialog with somebody else; the flow waits for its end."""
        begun = self._begun(step, flow, person, subject, args, waits=True)
        entry = self._effect(step, "other", lambda: sign_of(begun))
        if entry:
            return _outcome(entry)
        self.other = begun
        raise self._suspend()

    def begin(self, step: str, flow: str, person: int, subject: str, args: Mapping[str, Any]) -> None:
        """A dialog with somebody else that this flow does not wait for; begun once."""
        begun = self._begun(step, flow, person, subject, args, waits=False)
        if not self._effect(step, "begin", lambda: sign_of(begun)):
            self._leave(step, "begin", None, sign_of(begun))
            self.begins.append(begun)

    def _begun(
        self, step: str, flow: str, person: int, subject: str, args: Mapping[str, Any], *, waits: bool
    ) -> BeginIntent:
        if flow not in self.flows:
            raise FlowError(f"step {step!r}: no flow is named {flow!r}: import the file that declares it")
        if person <= 0:
            raise FlowError(f"step {step!r} begins {flow!r} with nobody: look first who can be asked")
        given = plain(jsonable(args), f"the arguments of step {step!r}")
        return BeginIntent(step, self.journal.epoch, flow, person, subject, given, waits)

    def until(self, step: str, at: int) -> None:
        if self._effect(step, "until", lambda: digest(at)):
            return
        if self.context.now.ms < at:
            self.sleeps = (step, at)
            raise self._suspend()
        self._leave(step, "until", at, digest(at))

    def _leave(self, step: str, kind: str, value: Json, sign: str) -> None:
        """An effect that is done by being reached."""
        epoch = self.journal.epoch
        self.reached[step] = {"k": kind, "v": value, "o": sign, **({"e": epoch} if epoch else {})}

    def tell(
        self, step: str, key: str, words: Mapping[str, Any], buttons: Options, to: To | None, flags: tuple[str, ...]
    ) -> None:
        rows, epoch = links(key, buttons), self.journal.epoch
        if self._effect(step, "tell", lambda: digest(key, words, to)):
            return
        self._leave(step, "tell", None, digest(key, words, to))
        self.says.append(Say("tell", step, epoch, key, words, rows, to=to, flags=flags, about=self.about))

    def card(
        self,
        card: str,
        template: str,
        words: Mapping[str, Any],
        buttons: Options,
        to: To | None,
        flags: tuple[str, ...],
    ) -> None:
        self._check_turn(card)
        rows = links(template, buttons)
        say = Say("card", "", self.journal.epoch, template, words, rows, to=to, card_key=card, flags=flags)
        self.cards[card] = (digest(template, words, rows, to, flags), say)

    def submit(self, op: Op[Any]) -> NoReturn:
        self._check_turn("submit")
        self.submitted = plain_op("submit", op)
        raise self._suspend()

    def stop(self) -> NoReturn:
        self.stopped = True
        raise self._suspend()

    # ------------------------------------------------------------ afterwards

    def settle(self) -> None:
        """Write back what was reached, in order; everything else is parked, never lost."""
        journal = self.journal
        for step, entry in [*journal.live.items()]:
            if step not in self.reached or self.reached[step]["k"] != entry["k"]:
                journal.park(step)
        for step, entry in self.reached.items():
            journal.parked.pop(f"{entry['k']}:{step}", None)
        journal.live = {
            step: entry if entry.get("n") == n else {**entry, "n": n}
            for n, (step, entry) in enumerate(self.reached.items(), 1)
        }
        for card, (sign, say) in self.cards.items():
            if journal.cards.get(card) != sign:
                journal.cards[card] = sign
                self.says.append(say)
        journal.refuse_if_full()

    @property
    def may_go_back(self) -> bool:
        """Whether somebody was asked something before: what is as usual was asked of nobody (undo.step_back)."""
        return any(entry["k"] in QUESTIONS and "u" not in entry for entry in self.reached.values())


SWALLOWED = (
    "swallowed the suspension: catch Refused only; no finally, no bare except, no except BaseException in a flow"
)


def belongs(step: str, group: str) -> bool:
    """``boxes[a]`` and ``boxes/x`` belong to ``boxes``."""
    return step == group or step.startswith((f"{group}[", f"{group}/"))


def plain_op(step: str, op: Op[Any]) -> Op[Any]:
    return Op(op.name, plain(op.args, f"the operation of step {step!r}"), op.lane)


def digest_of(op: Op[Any]) -> str:
    return digest(op.name, op.args)


def sign_of(begun: BeginIntent) -> str:
    """Who is asked what: a dialog that was answered counts again only for the same question to the same person."""
    return digest(begun.flow, begun.person, begun.subject, begun.args)


def _outcome(entry: Entry) -> Json:
    if "r" in entry:
        raise Refused(entry["r"], **entry.get("w", {}))
    return entry["v"]
