"""What each event does to a journal before the flow is replayed: which answers go, what the waiting step is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.dialog.buttons import short
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
from bot.dialog.journal import Entry, Journal, Waiting
from bot.dialog.plain import Context, End, Say, Verdict, Wrong
from bot.dialog.questions import MAIN_SHOW, QUESTIONS, Finish, Given, Picture, Tap, Text
from bot.dialog.registry import Flow
from bot.dialog.replay import EFFECTS, belongs


@dataclass(slots=True)
class Turn:
    """One event on its way. ``replay`` False = the event is answered already; ``was`` = what waited before it."""

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
    show: MAIN_SHOW = ""
    flags: tuple[str, ...] = ()
    wrong: Wrong | None = None
    already: str = ""
    album: bool = False
    answered: bool = False
    says: list[Say] = field(default_factory=list[Say])

    def __post_init__(self) -> None:
        self.was = self.journal.waiting

    def settle(self, verdict: Verdict) -> None:
        """Nothing changes: say so and do not run the flow."""
        self.verdict, self.replay = verdict, False

    def checking(self, verdict: Verdict, *flags: str) -> None:
        """A call or the submit is under way: say so, take nothing."""
        waiting = self.journal.waiting
        self.says.append(Say("checking", waiting.step, waiting.epoch, "checking", flags=flags))
        self.settle(verdict)


def arrive(turn: Turn, event: Event | None) -> None:
    """Prepare the turn for this event; None only looks where the flow stands."""
    if event is None:
        if turn.journal.sealed:
            turn.settle("")
        return
    _ARRIVE[type(event)](turn, event)


# ---------------------------------------------------------------- taking answers away


def questions_in_order(journal: Journal) -> list[str]:
    found = [(entry["n"], step) for step, entry in journal.live.items() if entry["k"] in QUESTIONS]
    return [step for _, step in sorted(found)]


def unanswer(journal: Journal, steps: list[str], *, keep_results: bool) -> None:
    """Drop these answers (kept as hints). Later ones are parked, to be taken back if they still fit; a new epoch begins."""
    first = min(journal.live[step]["n"] for step in steps)
    for step in steps:
        entry = journal.live.pop(step)
        if entry["k"] not in ("pin", "confirm") and not entry.get("s"):
            journal.hints[step] = {"k": entry["k"], "v": entry["v"]}
    for step in [s for s, entry in journal.live.items() if entry["n"] > first]:
        journal.park(step)
    if not keep_results:
        for key, entry in [*journal.parked.items()]:
            if entry["k"] in EFFECTS and entry["n"] > first:
                del journal.parked[key]
    journal.epoch += 1
    journal.pending.clear()


def step_back(turn: Turn) -> bool:
    """Un-answer the last question; results of calls made after it are dropped. False if there is none."""
    steps = questions_in_order(turn.journal)
    if steps:
        unanswer(turn.journal, steps[-1:], keep_results=False)
    return bool(steps)


# ---------------------------------------------------------------- one function an event


def _begin(turn: Turn, event: Begin) -> None:
    if turn.journal.waiting.step:
        turn.settle("already")
        return
    turn.journal.args = dict(turn.context.args)
    turn.verdict = "accepted"


def _pressed(turn: Turn, event: Pressed) -> None:
    waiting = turn.journal.waiting
    if turn.journal.sealed:
        turn.settle("already")
    elif waiting.kind not in QUESTIONS or short(waiting.step) != event.step:
        _pressed_elsewhere(turn, event)
    elif event.epoch != waiting.epoch:
        turn.settle("stale")
    elif built_in := _built_in(turn, event.option):
        built_in()
    else:
        turn.given = Tap(event.option)


def _built_in(turn: Turn, option: str) -> Callable[[], None] | None:
    """[Back] everywhere; [Cancel] and the edit buttons on a summary."""
    waiting = turn.journal.waiting
    if option == short("back"):
        return lambda: _back(turn, Back())
    if waiting.kind != "confirm":
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
    if entry["k"] in ("pin", "confirm"):
        return True
    ids = ["done", "keep", *([entry["v"]] if isinstance(entry["v"], str) else ())]
    if entry["k"] == "multi":
        ids += [f"+{v}" for v in entry["v"]]
    return option in {short(i) for i in ids}


def _typed(turn: Turn, event: Typed) -> None:
    journal = turn.journal
    if event.message and any(entry.get("m") == event.message for entry in journal.live.values()):
        turn.settle("already")
    elif journal.waiting.kind not in QUESTIONS:
        turn.checking("not-for-this-step")
    else:
        turn.given = Text(event.text, event.early, event.message)


def _pictured(turn: Turn, event: Pictured) -> None:
    if turn.journal.waiting.kind not in QUESTIONS:
        turn.checking("not-for-this-step")
        return
    for entry in turn.journal.live.values():
        if entry["k"] == "photos" and any(p["unique"] == event.photo.unique for p in entry["v"] if isinstance(p, dict)):
            turn.settle("already")
            return
    turn.given = Picture(event.photo, event.album)


def _edited(turn: Turn, event: Edited) -> None:
    """The new text is the step's answer now; later answers stay."""
    journal = turn.journal
    step = event.step or next((s for s, e in journal.live.items() if event.message and e.get("m") == event.message), "")
    entry = journal.live.get(step)
    if journal.sealed:
        turn.checking("not-for-this-step")
    elif not entry or entry["k"] not in ("text", "date"):
        turn.settle("not-for-this-step")
    elif entry["v"] == event.text.strip():
        turn.settle("already")
    else:
        unanswer(journal, [step], keep_results=True)
        journal.waiting = Waiting(step, entry["k"], journal.epoch)
        turn.given = Text(event.text, message=event.message or entry.get("m", 0))
        turn.post = (entry.get("e", 0), entry.get("c", 0))


def _back(turn: Turn, event: Back) -> None:
    if turn.journal.sealed:
        turn.checking("not-for-this-step")
    elif step_back(turn):
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
    return {"v": event.value, **({"r": event.refusal, "w": dict(event.words)} if event.refusal else {})}


def _done(turn: Turn, event: Done) -> None:
    journal, waiting = turn.journal, turn.journal.waiting
    if (waiting.step, waiting.kind) != (event.step, "once"):
        turn.settle("stale")
        return
    journal.parked[f"once:{event.step}"] = {
        "k": "once", **_outcome(event), "e": journal.epoch, "o": waiting.op, "n": len(journal.live) + 1
    }  # fmt: skip
    turn.verdict = "accepted"


def _result(turn: Turn, event: Result) -> None:
    journal = turn.journal
    if journal.sealed and event.step == "submit":
        _submit_result(turn, event)
    elif event.epoch != journal.epoch:
        turn.settle("stale")
    elif event.step not in journal.pending:
        turn.settle("already" if _answered_call(journal, event.step) else "stale")
    else:
        journal.parked[f"call:{event.step}"] = {
            "k": "call",
            **_outcome(event),
            "e": journal.epoch,
            "o": journal.pending.pop(event.step),
            "n": len(journal.live) + 1,
        }
        turn.verdict = "accepted"


def _answered_call(journal: Journal, step: str) -> bool:
    return journal.live.get(step, {}).get("k") == "call" or f"call:{step}" in journal.parked


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
    steps = questions_in_order(journal)
    confirms = [s for s in steps if journal.live[s]["k"] == "confirm"]
    if steps:
        unanswer(journal, (confirms or steps)[-1:], keep_results=True)
        return
    turn.end = "done"
    key = f"{turn.flow.name}.refused.{event.refusal}"
    wrong = (event.refusal, event.words)
    turn.says.append(Say("tell", "refused", journal.epoch, key, event.words, wrong=wrong, flags=("stop",)))


def _due(turn: Turn, event: Due) -> None:
    waiting = turn.journal.waiting
    if (event.step, event.epoch) != (waiting.step, waiting.epoch) or turn.journal.sealed:
        turn.settle("stale")
    elif event.kind == "album":
        turn.given = Finish()
    elif event.kind == "remind":
        turn.verdict, turn.show, turn.flags = "accepted", "anew", ("remind",)
    else:
        turn.verdict, turn.end, turn.flags = "accepted", "cancelled", ("expired",)


def _resume(turn: Turn, event: Resume) -> None:
    if turn.journal.sealed:
        turn.checking("accepted")
    else:
        turn.verdict, turn.show, turn.flags = "accepted", "anew", ("resume",)


_ARRIVE: Mapping[type, Callable[[Turn, Any], None]] = {
    Begin: _begin,
    Pressed: _pressed,
    Typed: _typed,
    Pictured: _pictured,
    Edited: _edited,
    Back: _back,
    Edit: _edit,
    Cancel: _cancel,
    Done: _done,
    Result: _result,
    Due: _due,
    Resume: _resume,
}
