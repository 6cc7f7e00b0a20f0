"""For tests: one event looked at with distrust. It is replayed, delivered twice, and the process dies before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.dialog.events import Due, Event, Pictured, Pressed, Result, Typed
from bot.dialog.journal import dumps, loads
from bot.dialog.plain import post_key

if TYPE_CHECKING:
    from bot.dialog.testing import DialogTester, Turnout

TIMES = 3


def check(tester: DialogTester, event: Event, turnout: Turnout) -> None:
    """AssertionError if a replay of ``event`` (played, not yet committed) differs or a second delivery changes anything."""
    for _ in range(TIMES):
        again = tester.turn(tester.bytes, event)
        assert _gist(again) == _gist(turnout), f"a replay differs:\n{_gist(again)}\n{_gist(turnout)}"
    if turnout.last.error or turnout.last.end in ("done", "cancelled"):
        return
    _same_order(tester, turnout)
    _looks_the_same(tester, turnout)
    if _repeatable(event, turnout):
        _twice(tester, event, turnout)


def _gist(turnout: Turnout) -> tuple[object, ...]:
    last = turnout.last
    stop = (last.step, last.kind, last.epoch, last.end, last.submit, str(last.error), last.visited)
    return (turnout.journal, turnout.says, turnout.calls, turnout.timers, turnout.verdict, stop)


def _same_order(tester: DialogTester, turnout: Turnout) -> None:
    """Within one build and one epoch the steps known before come in the order they came in before."""
    before, after = tester.last.last, turnout.last
    if tester.order_of is not tester.flow or before.epoch != after.epoch or not after.visited:
        return
    old = [step for step in before.visited if step in after.visited]
    new = [step for step in after.visited if step in before.visited]
    assert old == new, f"the flow is not deterministic: it came by {old}, now by {new}"


def _looks_the_same(tester: DialogTester, turnout: Turnout) -> None:
    """Dying after the commit: the bytes bring back the same place, and looking says and changes nothing."""
    kept = turnout.journal
    assert dumps(loads(kept)) == kept, "the journal changes when it is read and written"
    for _ in range(TIMES):
        look = tester.turn(kept.encode(), None)
        assert not look.last.error, f"a replay fails: {look.last.error!r}"
        assert (look.journal, look.says, look.calls) == (kept, (), ()), f"a look changes something: {look}\n{kept}"


def _repeatable(event: Event, turnout: Turnout) -> bool:
    """Events that may truly come twice as two arrivals, or whose second coming the engine itself can tell."""
    if isinstance(event, Pressed):
        return turnout.last.kind != "pin"
    if isinstance(event, Typed | Pictured):
        return turnout.verdict == "accepted" and not any(say.wrong for say in turnout.says)
    return isinstance(event, Result) or (isinstance(event, Due) and event.kind == "album")


def _twice(tester: DialogTester, event: Event, turnout: Turnout) -> None:
    twice = tester.turn(turnout.journal.encode(), event)
    assert not twice.last.error, f"the second delivery fails: {twice.last.error!r}"
    assert twice.journal == turnout.journal, f"the second delivery changes it:\n{twice.journal}\n{turnout.journal}"
    assert not twice.calls, f"the second delivery calls {twice.calls}"
    assert not twice.last.submit, "the second delivery submits"
    standing = {post_key(tester.dialog, say) for say in turnout.says} | set(tester.screen.posts)
    for say in twice.says:
        in_place = say.kind == "prompt" and post_key(tester.dialog, say) in standing
        assert in_place or say.kind in ("already", "checking"), f"the second delivery says {say}"
