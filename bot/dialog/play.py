"""play(): one event over one journal. Says what is to be sent, called and kept; does none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialog.arrive import Turn, arrive, ends_by, stop_refused
from bot.dialog.ask import Ask
from bot.dialog.events import Event
from bot.dialog.journal import Journal, Waiting, erased
from bot.dialog.plain import CallIntent, Context, Played, Say, TimerWish, Wrong
from bot.dialog.prompts import already, number_button, prompt, withdrawn
from bot.dialog.questions import QUESTIONS, Picture, Tap, Text
from bot.dialog.registry import FLOWS, Flow
from bot.dialog.replay import Replay, digest_of, sign_of
from bot.dialog.undo import step_back
from bot.model import Json

GATHER_MS = {"album": 1500, "alone": 700}  # after the last picture: of an album, by itself


def play(
    flow: Flow, journal: Journal, context: Context, event: Event | None, *, flows: Mapping[str, Flow] = FLOWS
) -> Played:
    """Never raises for what a flow does: ``Played.error`` then holds it and the journal is as it was."""
    try:
        turn = Turn(flow, journal.copy(), context, flows)
        arrive(turn, event)
        return _replayed(turn) if turn.replay and not turn.end else _closed(turn)
    except Exception as error:
        waiting = journal.waiting
        return Played(journal, waiting.step, waiting.kind, waiting.epoch, error=error)


# ---------------------------------------------------------------- without running the flow


def _closed(turn: Turn) -> Played:
    journal, waiting = turn.journal, turn.journal.waiting
    if not turn.end:
        return Played(journal, waiting.step, waiting.kind, waiting.epoch, tuple(turn.says), verdict=turn.verdict)
    if waiting.kind in QUESTIONS:
        turn.says.append(withdrawn(waiting, *turn.flags))
    queued = journal.cancel and turn.end == "done"
    says = tuple(turn.says)
    why = turn.over if turn.end == "done" else "expired" if "expired" in turn.flags else "declined"
    return Played(erased(journal), says=says, end=turn.end, refusal=why, verdict=turn.verdict, cancel_queued=queued)


# ---------------------------------------------------------------- running it


def _replayed(turn: Turn) -> Played:
    run = _run(turn)
    _note_taken(turn, run)
    while refused := run.refused:
        turn.says += run.says
        if ends_by(turn, refused.code) or not step_back(turn.journal):
            stop_refused(turn, refused.code, refused.words)
            return _played(turn, run, Waiting(), end="done", refusal=refused.code)
        turn.wrong, turn.show = Wrong(refused.code, **refused.words), ""
        turn.given = None
        run = _run(turn)
    turn.says += run.says
    for stop in (_asked, _called, _asked_other, _slept, _needed, _submitted):
        if played := stop(turn, run):
            return played
    return _played(turn, run, Waiting(), end="done", value=run.value, refusal="stopped" if run.stopped else "")


def _run(turn: Turn) -> Replay:
    run = Replay(turn.journal, turn.context, turn.flows, turn.given)
    run.post = turn.post
    run.run(turn.flow, lambda replay, flow: Ask(replay, flow.name, "", turn.journal.args))
    run.settle()
    return run


def _note_taken(turn: Turn, run: Replay) -> None:
    """What the waiting question made of what the person did, or what becomes of it if the code no longer asks that."""
    if taken := run.taken:
        turn.verdict, turn.show, turn.gather = taken.verdict, taken.show, taken.gather
        turn.wrong = taken.wrong
    elif run.given:
        _not_reached(turn, run)


def _not_reached(turn: Turn, run: Replay) -> None:
    """A release asks something else first: what was typed or sent waits for its own step, nothing is lost."""
    journal, waiting, given = turn.journal, turn.was, run.given
    if isinstance(given, Text) and waiting.kind in ("text", "date"):
        journal.hints[waiting.step] = {"k": waiting.kind, "v": given.text.strip()}
        turn.verdict = "early"
    elif isinstance(given, Picture) and waiting.kind == "photos":
        held: list[Json] = journal.collected(waiting.step, "photos") or []
        journal.partial[waiting.step] = {"k": "photos", "v": [*held, given.photo.as_json()]}
        turn.verdict = "early"
    else:
        turn.verdict = "stale" if isinstance(given, Tap) else "not-for-this-step"


# ---------------------------------------------------------------- where it stopped


def _played(turn: Turn, run: Replay, now: Waiting, **more: Any) -> Played:
    """Common to all stops: the new place to wait at, and the old prompt taken away if nobody answered it."""
    journal, was = turn.journal, turn.was
    journal.waiting = now
    if was.kind in QUESTIONS and _post(was) != _post(now) and not any(_post(s) == _post(was) for s in _answers(turn)):
        turn.says.insert(0, withdrawn(was, *turn.flags))
    if now.step == "":
        journal = erased(journal)
    common: dict[str, Any] = {"begins": tuple(run.begins), "verdict": turn.verdict, "visited": tuple(run.visited)}
    common["gates"] = tuple(run.gates)
    return Played(journal, now.step, now.kind, now.epoch, tuple(turn.says), **{**common, **more})


def _post(at: Waiting | Say) -> tuple[str, int, int]:
    return at.step, at.epoch, at.copy


def _answers(turn: Turn) -> list[Say]:
    return [say for say in turn.says if say.kind == "answered"]


def _submitted(turn: Turn, run: Replay) -> Played | None:
    if not run.submitted:
        return None
    turn.journal.sealed = True
    now = Waiting("submit", "submit", turn.journal.epoch)
    return _played(turn, run, now, submit=run.submitted, end="sent")


def _needed(turn: Turn, run: Replay) -> Played | None:
    if not run.needs:
        return None
    step, op = run.needs
    now = Waiting(step, "once", turn.journal.epoch, op=digest_of(op))
    return _played(turn, run, now, need=op, need_step=step)


def _called(turn: Turn, run: Replay) -> Played | None:
    if not run.calls:
        return None
    step, op = run.calls
    journal = turn.journal
    now = Waiting(step, "call", journal.epoch)
    _already(turn, run)
    if step not in journal.pending:
        journal.pending[step] = digest_of(op)
        calls = (CallIntent(step, journal.epoch, op),)
        return _played(turn, run, now, calls=calls, timers=_timers(turn.flow, now, "expire"))
    if turn.show:
        turn.says.append(Say("checking", step, journal.epoch, "checking"))
    return _played(turn, run, now)


def _asked_other(turn: Turn, run: Replay) -> Played | None:
    if not run.other:
        return None
    journal, begun = turn.journal, run.other
    now = Waiting(begun.step, "other", journal.epoch)
    _already(turn, run)
    if begun.step not in journal.pending:
        journal.pending[begun.step] = sign_of(begun)
        return _played(turn, run, now, begins=(*run.begins, begun))
    return _still_waits(turn, run, now)


def _slept(turn: Turn, run: Replay) -> Played | None:
    if not run.sleeps:
        return None
    step, at = run.sleeps
    now = Waiting(step, "until", turn.journal.epoch)
    _already(turn, run)
    wake = TimerWish("wake", step, now.epoch, at - turn.context.now.ms)
    return replace(_still_waits(turn, run, now), timers=(wake,))


def _still_waits(turn: Turn, run: Replay, now: Waiting) -> Played:
    if turn.show:
        turn.says.append(Say("checking", now.step, now.epoch, "checking", flags=("waiting",)))
    return _played(turn, run, now)


def _asked(turn: Turn, run: Replay) -> Played | None:
    if not run.open:
        return None
    question, journal, was = run.open, turn.journal, turn.was
    _already(turn, run)
    same = (was.step, was.kind, was.epoch) == (question.step, question.kind, journal.epoch)
    copy = was.copy + (turn.show == "anew") if same else 0
    now = Waiting(question.step, question.kind, journal.epoch, copy, tuple(step for step, _ in question.edits))
    if not same or turn.show == "anew":
        turn.says += number_button(question, journal, turn.context.place.chat)
    if turn.show or not same:
        say = prompt(question, journal, turn.context, back=run.may_go_back, wrong=turn.wrong, flags=turn.flags)
        turn.says.append(replace(say, copy=copy) if copy else say)
    again = same and (not turn.show or "remind" in turn.flags)
    timers = () if again else _timers(turn.flow, now, "remind", "expire")
    if turn.gather:
        timers = (*timers, TimerWish("album", now.step, now.epoch, GATHER_MS[turn.gather]))
    return _played(turn, run, now, timers=timers)


def _already(turn: Turn, run: Replay) -> None:
    question = run.asked.get(turn.already)
    if question and turn.already in run.reached:
        turn.says.append(already(question, run.reached[turn.already], turn.journal, turn.context))


def _timers(flow: Flow, at: Waiting, *kinds: str) -> tuple[TimerWish, ...]:
    after = {"remind": flow.remind, "expire": flow.expire}
    return tuple(TimerWish(kind, at.step, at.epoch, ms) for kind in kinds if (ms := after[kind]))
