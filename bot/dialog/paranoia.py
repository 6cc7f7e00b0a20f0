"""For tests: one event looked at with distrust: replayed, delivered twice, and the process dies before and after."""

from __future__ import annotations

from typing import Protocol

from bot.dialog.events import Due, Event, Pictured, Pressed, Result, Typed
from bot.dialog.expecting import Turnout
from bot.dialog.journal import dumps, loads
from bot.dialog.plain import Say, post_key
from bot.dialog.registry import Flow
from bot.dialog.screen import Screen, line_of

TIMES = 3


class Tester(Protocol):
    """What is looked at: a dialog as committed bytes, and a way to play one event over them (testing.py)."""

    bytes: bytes
    last: Turnout
    screen: Screen
    flow: Flow
    order_of: Flow
    dialog: str

    def turn(self, journal: bytes, event: Event | None) -> Turnout: ...


def check(tester: Tester, event: Event, turnout: Turnout) -> None:
    """AssertionError if a replay of ``event`` (played, not yet committed) differs or a second one changes anything."""
    for _ in range(TIMES):
        _equal("a replay differs", _gist(tester.turn(tester.bytes, event)), _gist(turnout))
    if turnout.last.error or turnout.last.end in ("done", "cancelled"):
        return
    _same_order(tester, turnout)
    _looks_the_same(tester, turnout)
    if _repeatable(event, turnout):
        _twice(tester, event, turnout)


def _equal(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise AssertionError(f"{what}:\n{found}\n{wanted}")


def _gist(turnout: Turnout) -> tuple[object, ...]:
    last = turnout.last
    stop = (last.step, last.kind, last.epoch, last.end, last.submit, str(last.error), last.visited)
    lines = [line_of(say) for say in turnout.says]
    return (turnout.journal, turnout.says, turnout.calls, turnout.begins, turnout.timers, turnout.verdict, stop, lines)


def _same_order(tester: Tester, turnout: Turnout) -> None:
    """Within one build and one epoch the steps known before come in the order they came in before."""
    before, after = tester.last.last, turnout.last
    if tester.order_of is tester.flow and before.epoch == after.epoch and after.visited:
        old = [step for step in before.visited if step in after.visited]
        new = [step for step in after.visited if step in before.visited]
        _equal("the flow is not deterministic, its steps come in another order", new, old)


def _looks_the_same(tester: Tester, turnout: Turnout) -> None:
    """Dying after the commit: the bytes bring back the same place, and looking says and changes nothing."""
    kept = turnout.journal
    _equal("the journal changes when it is read and written", dumps(loads(kept)), kept)
    for _ in range(TIMES):
        look = tester.turn(kept.encode(), None)
        _equal(
            "a look changes something", (look.journal, look.says, _left(look), look.last.error), (kept, (), (), None)
        )


def _left(turnout: Turnout) -> tuple[object, ...]:
    """What went out to others: calls, and dialogs begun."""
    return (*turnout.calls, *turnout.begins)


def _repeatable(event: Event, turnout: Turnout) -> bool:
    """Events that may truly come twice as two arrivals, or whose second coming the engine itself can tell."""
    if isinstance(event, Pressed):
        return turnout.last.kind != "pin"
    if isinstance(event, Typed | Pictured):
        return turnout.verdict == "accepted" and not any(say.wrong for say in turnout.says)
    return isinstance(event, Result) or (isinstance(event, Due) and event.kind == "album")


def _twice(tester: Tester, event: Event, turnout: Turnout) -> None:
    twice = tester.turn(turnout.journal.encode(), event)
    done = (twice.last.error, twice.journal, _left(twice), twice.last.submit)
    _equal("the second delivery changes something", done, (None, turnout.journal, (), None))
    standing = {post_key(tester.dialog, say) for say in turnout.says} | set(tester.screen.posts)
    loud = [say for say in twice.says if not _quiet(say, post_key(tester.dialog, say) in standing)]
    _equal("the second delivery says something", loud, [])


def _quiet(say: Say, stands: bool) -> bool:
    return say.kind in ("already", "checking") or (say.kind == "prompt" and stands)
