"""What each event does to a journal before the flow is replayed: which answers go, what the waiting step is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.dialog.buttons import digest, plain, short
from bot.dialog.errors import is_final
from bot.dialog.events import (
    Back,
    Begin,
    Cancel,
    Done,
    Due,
    Edit,
    Edited,
    Event,
    Over,
    Pictured,
    Pressed,
    Result,
    Resume,
    Shared,
    Typed,
)
from bot.dialog.journal import ASSENTS, Entry, Journal, Waiting
from bot.dialog.plain import Context, End, Say, Verdict, Wrong
from bot.dialog.prompts import taken_away
from bot.dialog.questions import QUESTIONS, WAITS, Finish, Gather, Given, Picture, Show, Tap, Text, pictures
from bot.dialog.registry import Flow
from bot.dialog.replay import belongs
from bot.dialog.undo import questions_in_order, step_back, unanswer


@dataclass(slots=True)
class Turn:
    """One event on its way. ``replay`` False: it is answered already; ``was``: what waited before it."""

    flow: Flow
    journal: Journal
    context: Context
    flows: Mapping[str, Flow]
    was: Waiting = field(init=False)
    given: Given | None = None
    post: tuple[int, int] | None = None
    replay: bool = True
    verdict: Verdict = ""
    end: End = ""
    show: Show = ""
    flags: tuple[str, ...] = ()
    wrong: Wrong | None = None
    already: str = ""
    over: str = ""  # the refusal by which it ends, whatever is asked now
    gather: Gather = ""
    says: list[Say] = field(default_factory=list[Say])

    def __post_init__(self) -> None:
        self.was = self.journal.waiting

    def settle(self, verdict: Verdict) -> None:
        """Nothing changes: say so and do not run the flow."""
        self.verdict, self.replay = verdict, False

    def checking(self, verdict: Verdict, *flags: str) -> None:
        """A call or the submit is under way: say so, take nothing. A long wait takes nobody's words for its own."""
        waiting = self.journal.waiting
        if waiting.step and waiting.kind not in WAITS:
            self.says.append(Say("checking", waiting.step, waiting.epoch, "checking", flags=flags))
        self.settle(verdict if waiting.step else "stale")


def arrive(turn: Turn, event: Event | None) -> None:
    """Prepare the turn for this event; None only looks where the flow stands."""
    if event is None:
        if turn.journal.sealed:
            turn.settle("")
        return
    _ARRIVE[type(event)](turn, event)


def ends_by(turn: Turn, code: str) -> bool:
    """Whether this refusal ends the dialog. Where its flow says so, what was asked in it leaves the chat, too."""
    if code in turn.flow.ends:
        turn.says += taken_away(turn.journal)
        return True
    return is_final(code, turn.context.subject)


def stop_refused(turn: Turn, code: str, words: Mapping[str, Any], *flags: str) -> None:
    """Say why it ends, where there is no question to ask again."""
    key = f"{turn.flow.name}.refused.{code}"
    flags = ("stop", *flags)
    turn.says.append(Say("tell", "refused", turn.journal.epoch, key, words, wrong=(code, words), flags=flags))


# ---------------------------------------------------------------- one function an event


def _begin(turn: Turn, event: Begin) -> None:
    if turn.journal.waiting.step:
        turn.settle("already")
        return
    turn.journal.args = plain(turn.context.args, "Context.args")
    turn.verdict = "accepted"


def _pressed(turn: Turn, event: Pressed) -> None:
    waiting = turn.journal.waiting
    if turn.journal.sealed:
        turn.settle("already")
    elif waiting.kind not in QUESTIONS or short(waiting.step) != event.step:
        _pressed_elsewhere(turn, event)
    elif event.epoch != waiting.epoch:
        turn.settle("stale")
    elif built_in := _built_in(turn, event):
        built_in()
    else:
        turn.given = Tap(event.option, event.typed)


def _built_in(turn: Turn, event: Pressed) -> Callable[[], None] | None:
    """[Back] everywhere; [Cancel] and the edit buttons on a summary, where they are pressed."""
    waiting, option = turn.journal.waiting, event.option
    if option == short("back"):
        return lambda: _back(turn, Back())
    if waiting.kind != "confirm" or event.typed:
        return None
    if option == short("cancel"):
        return lambda: _cancel(turn, Cancel())
    step = next((s for s in waiting.edits if short(f"edit:{s}") == option), None)
    return None if step is None else lambda: _edit(turn, Edit(step))


def _pressed_elsewhere(turn: Turn, event: Pressed) -> None:
    """A button of a step that does not wait: answered before, or gone."""
    step = next((s for s in questions_in_order(turn.journal) if short(s) == event.step), None)
    if step is None:
        turn.settle("stale")
    elif event.option == short(f"change:{step}") and event.epoch == turn.journal.epoch:
        _edit(turn, Edit(step))
    elif _same_again(turn.journal.live[step], event.option):
        turn.settle("already")
    else:
        turn.verdict, turn.already = "already", step


def _same_again(entry: Entry, option: str) -> bool:
    """A second tap of the button that gave this answer changes nothing and says nothing."""
    if entry["k"] in ASSENTS:
        return True
    ids = ["done", "keep", *([entry["v"]] if isinstance(entry["v"], str) else ())]
    if entry["k"] == "multi":
        ids += [f"+{v}" for v in entry["v"]]
    return option in {short(i) for i in ids}


def _typed(turn: Turn, event: Typed) -> None:
    journal = turn.journal
    if event.message and any(event.message == entry.get("m") for entry in journal.answers()):
        turn.settle("already")
    elif journal.waiting.kind not in QUESTIONS:
        turn.checking("not-for-this-step")
    else:
        turn.given = Text(event.text, event.early, event.message)


def _shared(turn: Turn, event: Shared) -> None:
    if turn.journal.waiting.kind not in QUESTIONS:
        turn.checking("not-for-this-step")
    else:
        turn.given = Text(event.phone, message=event.message, shared=True)


def _pictured(turn: Turn, event: Pictured) -> None:
    if turn.journal.waiting.kind not in QUESTIONS:
        turn.checking("not-for-this-step")
        return
    if any(event.photo.unique in pictures(entry) for entry in turn.journal.live.values()):
        turn.settle("already")
        return
    turn.given = Picture(event.photo, event.album)


def _edited(turn: Turn, event: Edited) -> None:
    """The new text is the step's answer now; later answers stay."""
    journal = turn.journal
    sent = event.message and {e["m"]: s for s, e in journal.live.items() if "m" in e}.get(event.message)
    step = event.step or sent or ""
    entry = journal.live.get(step)
    if journal.sealed:
        turn.checking("not-for-this-step")
    elif not entry or (entry["k"] not in ("text", "date") and "m" not in entry):
        turn.settle("not-for-this-step")
    elif entry["v"] == event.text.strip() or entry.get("t") == digest(event.text.strip()):
        turn.settle("already")
    else:
        unanswer(journal, [step], keep_results=True)
        journal.waiting = Waiting(step, entry["k"], journal.epoch)
        turn.given = Text(event.text, message=event.message or entry.get("m", 0))
        turn.post = (entry.get("e", 0), entry.get("c", 0))


def _back(turn: Turn, event: Back) -> None:
    if turn.journal.sealed:
        turn.checking("not-for-this-step")
    elif step_back(turn.journal):
        turn.verdict = "accepted"
    else:
        turn.settle("not-for-this-step")


def _edit(turn: Turn, event: Edit) -> None:
    journal = turn.journal
    steps = [s for s in questions_in_order(journal) if belongs(s, event.step)]
    if journal.sealed:
        turn.checking("not-for-this-step")
    elif steps:
        unanswer(journal, steps, keep_results=True)
        turn.verdict = "accepted"
    else:
        turn.settle("already" if journal.waiting.step == event.step else "not-for-this-step")


def _cancel(turn: Turn, event: Cancel) -> None:
    if turn.journal.sealed:
        turn.journal.cancel = True
        turn.checking("accepted", "cancel-queued")
    else:
        turn.verdict, turn.end = "accepted", "cancelled"


def _outcome(event: Done | Result) -> dict[str, Any]:
    where = f"the result of step {event.step!r}"
    if event.refusal:
        return {"v": None, "r": event.refusal, "w": plain(event.words, where)}
    return {"v": plain(event.value, where)}


def _done(turn: Turn, event: Done) -> None:
    waiting = turn.journal.waiting
    if (waiting.step, waiting.kind) != (event.step, "once"):
        turn.settle("stale")
        return
    _record(turn, "once", event, waiting.op)


def _result(turn: Turn, event: Result) -> None:
    journal = turn.journal
    if journal.sealed and event.step == "submit":
        _submit_result(turn, event)
    elif event.epoch != journal.epoch:
        turn.settle("stale")
    elif event.step not in journal.pending:
        turn.settle("already" if _answered(journal, event.step, event.kind or "call") else "stale")
    else:
        _record(turn, event.kind or "call", event, journal.pending.pop(event.step))


def _record(turn: Turn, kind: str, event: Done | Result, sign: str) -> None:
    """Parked until the replay takes it: the code may by now ask something else first."""
    journal = turn.journal
    entry = {"k": kind, **_outcome(event), "o": sign, "n": len(journal.live) + 1}
    journal.parked[f"{kind}:{event.step}"] = {**entry, **({"e": journal.epoch} if journal.epoch else {})}
    turn.verdict = "accepted"


def _answered(journal: Journal, step: str, kind: str) -> bool:
    return journal.live.get(step, {}).get("k") == kind or f"{kind}:{step}" in journal.parked


def _submit_result(turn: Turn, event: Result) -> None:
    """Success ends it; a final refusal opens it again at its last summary, with the reason."""
    journal = turn.journal
    if event.epoch != journal.waiting.epoch:
        turn.settle("stale")
    elif not event.refusal:
        turn.verdict, turn.end = "accepted", "done"
    elif journal.cancel:
        turn.verdict, turn.end = "accepted", "cancelled"
    else:
        _reopen(turn, event)


def _reopen(turn: Turn, event: Result) -> None:
    journal = turn.journal
    journal.sealed = False
    turn.verdict, turn.wrong = "accepted", Wrong(event.refusal, **event.words)
    if ends_by(turn, event.refusal):
        stop_refused(turn, event.refusal, event.words)
        turn.end = "done"
        return
    steps = questions_in_order(journal)
    confirms = [s for s in steps if journal.live[s]["k"] == "confirm"]
    if steps:
        unanswer(journal, (confirms or steps)[-1:], keep_results=True)
        return
    stop_refused(turn, event.refusal, event.words)
    turn.end = "done"


def _due(turn: Turn, event: Due) -> None:
    waiting = turn.journal.waiting
    if (event.step, event.epoch) != (waiting.step, waiting.epoch) or turn.journal.sealed:
        turn.settle("stale")
    elif event.kind == "album":
        turn.given = Finish()
    elif event.kind == "wake":
        turn.verdict = "accepted"
    elif event.kind == "remind":
        turn.verdict, turn.show, turn.flags = "accepted", "anew", ("remind",)
    else:
        turn.verdict, turn.end, turn.flags = "accepted", "cancelled", ("expired",)


def _resume(turn: Turn, event: Resume) -> None:
    if turn.journal.sealed:
        turn.checking("accepted")
    else:
        turn.verdict, turn.show, turn.flags = "accepted", "anew", ("resume",)


def _over(turn: Turn, event: Over) -> None:
    ends_by(turn, event.code)
    stop_refused(turn, event.code, event.words, "over")
    turn.verdict, turn.end, turn.over = "accepted", "done", event.code


_ARRIVE: Mapping[type, Callable[[Turn, Any], None]] = {
    Begin: _begin,
    Pressed: _pressed,
    Typed: _typed,
    Shared: _shared,
    Pictured: _pictured,
    Edited: _edited,
    Back: _back,
    Edit: _edit,
    Cancel: _cancel,
    Done: _done,
    Result: _result,
    Due: _due,
    Resume: _resume,
    Over: _over,
}
