"""play(): one event over one journal. Says what is to be sent, called and kept; does none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialog.arrive import Turn, arrive, step_back
from bot.dialog.ask import Ask
from bot.dialog.buttons import digest
from bot.dialog.events import Event
from bot.dialog.journal import Journal, Waiting, erased
from bot.dialog.plain import CallIntent, Context, Op, Played, Say, TimerWish, Wrong
from bot.dialog.prompts import already, prompt, withdrawn
from bot.dialog.questions import QUESTIONS, Picture, Question, Tap
from bot.dialog.registry import FLOWS, Flow
from bot.dialog.replay import Replay

ALBUM_MS = 1500  # after the last picture of an album


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


def _closed(turn: Turn) -> Played:
    """The event was answered without running the flow."""
    journal, waiting = turn.journal, turn.journal.waiting
    if turn.end:
        if waiting.kind in QUESTIONS:
            turn.says.append(withdrawn(waiting, *turn.flags))
        queued = journal.cancel and turn.end == "done"
        return Played(
            erased(journal), says=tuple(turn.says), end=turn.end, verdict=turn.verdict, cancel_queued=queued
        )
    return Played(journal, waiting.step, waiting.kind, waiting.epoch, tuple(turn.says), verdict=turn.verdict)


def _replayed(turn: Turn) -> Played:
    run = _run(turn)
    if run.refused and not run.ended:
        run = _refused(turn, run)
    turn.says += run.says
    _note_taken(turn, run)
    for attempt in (_ended, _submitted, _needed, _called):
        if played := attempt(turn, run):
            return played
    return _asked(turn, run)


def _run(turn: Turn) -> Replay:
    run = Replay(turn.journal, turn.context, turn.flows, turn.given)
    run.post = turn.post
    run.run(turn.flow, _voice(turn.journal))
    run.settle()
    return run


def _voice(journal: Journal):  # noqa: ANN202
    return lambda replay, flow: Ask(replay, flow.name, "", journal.args)


def _refused(turn: Turn, first: Replay) -> Replay:
    """Nobody caught the refusal: the last question is asked again with its reason; without one the dialog stops."""
    assert first.refused
    code, words = first.refused.code, first.refused.words
    turn.says += first.says
    turn.given = None
    if not step_back(turn):
        first.says = [Say("tell", "refused", key=f"{turn.flow.name}.refused.{code}", words=words, wrong=(code, words), flags=("stop",))]
        first.ended, first.refused = True, None
        return first
    turn.wrong = Wrong(code, **words)
    second = _run(turn)
    second.taken = first.taken
    return second


def _note_taken(turn: Turn, run: Replay) -> None:
    """What the waiting question made of what the person did."""
    if taken := run.taken:
        turn.verdict = taken.verdict
        turn.wrong = taken.wrong or turn.wrong
        turn.show = taken.show or turn.show
        turn.album = taken.album
        turn.answered = taken.entry is not None
    elif run.given:
        turn.verdict = "stale" if isinstance(run.given, Tap) else "not-for-this-step"


def _played(turn: Turn, run: Replay, **more: object) -> Played:
    waiting = turn.journal.waiting
    was = turn.was
    now = (waiting.step, waiting.epoch, waiting.copy)
    if was.kind in QUESTIONS and (was.step, was.epoch, was.copy) != now and not _shown(turn, was):
        turn.says.insert(0, withdrawn(was, *turn.flags))
    return Played(
        **{
            "journal": turn.journal,
            "step": waiting.step,
            "kind": waiting.kind,
            "epoch": waiting.epoch,
            "says": tuple(turn.says),
            "verdict": turn.verdict,
            "visited": tuple(run.visited),
            **more,
        }  # pyright: ignore[reportArgumentType]
    )


def _shown(turn: Turn, was: Waiting) -> bool:
    """Its post already shows the answer."""
    return any(s.kind == "answered" and (s.step, s.epoch, s.copy) == (was.step, was.epoch, was.copy) for s in turn.says)


def _ended(turn: Turn, run: Replay) -> Played | None:
    if not run.ended:
        return None
    turn.journal.waiting = Waiting()
    return _played(turn, run, journal=erased(turn.journal), end="done", step="", kind="")


def _submitted(turn: Turn, run: Replay) -> Played | None:
    if not run.submitted:
        return None
    turn.journal.sealed = True
    turn.journal.waiting = Waiting("submit", "submit", turn.journal.epoch)
    return _played(turn, run, submit=run.submitted, end="sent")


def _needed(turn: Turn, run: Replay) -> Played | None:
    if not run.needs:
        return None
    step, op = run.needs
    turn.journal.waiting = Waiting(step, "once", turn.journal.epoch, op=digest(op.name, op.args))
    return _played(turn, run, need=op, need_step=step)


def _called(turn: Turn, run: Replay) -> Played | None:
    if not run.calls:
        return None
    step, op = run.calls
    journal = turn.journal
    journal.waiting = Waiting(step, "call", journal.epoch)
    if step in journal.pending:
        if turn.show:
            turn.says.append(Say("checking", step, journal.epoch, "checking"))
        return _played(turn, run)
    journal.pending[step] = digest(op.name, op.args)
    return _played(turn, run, calls=(CallIntent(step, journal.epoch, op),), timers=_timers(turn, expire_only=True))


def _asked(turn: Turn, run: Replay) -> Played:
    assert run.open
    question, journal, was = run.open, turn.journal, turn.was
    _already(turn, run)
    same = (was.step, was.kind, was.epoch) == (question.step, question.kind, journal.epoch)
    copy = was.copy + (turn.show == "anew") if same else 0
    journal.waiting = Waiting(question.step, question.kind, journal.epoch, copy, tuple(s for s, _ in question.edits))
    if turn.show or not same:
        turn.says.append(
            prompt(question, journal, turn.context, back=run.may_go_back, wrong=turn.wrong, flags=turn.flags)
        )
    timers = () if same else _timers(turn)
    if turn.album:
        timers += (TimerWish("album", question.step, journal.epoch, ALBUM_MS),)
    return _played(turn, run, timers=timers)


def _already(turn: Turn, run: Replay) -> None:
    question = run.asked.get(turn.already)
    if question and turn.already in run.reached:
        turn.says.append(already(question, run.reached[turn.already], turn.journal, turn.context))


def _timers(turn: Turn, expire_only: bool = False) -> tuple[TimerWish, ...]:
    waiting = turn.journal.waiting
    wishes = {"remind": None if expire_only else turn.flow.remind, "expire": turn.flow.expire}
    return tuple(TimerWish(kind, waiting.step, waiting.epoch, ms) for kind, ms in wishes.items() if ms)
