"""A notice asks nobody and waits for nothing: it is run straight through, and leaves no journal behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from bot.dialog.ask import Ask
from bot.dialog.buttons import checked_key
from bot.dialog.errors import FlowError
from bot.dialog.journal import Journal
from bot.dialog.plain import Context, Op, Played, Say
from bot.dialog.registry import FLOWS, Flow
from bot.dialog.replay import Replay, plain_op
from bot.model import Json

T = TypeVar("T")
Execute = Callable[[Op[Any]], Awaitable[Json]]  # carries out a local operation; raises Refused


async def straight(flow: Flow, context: Context, execute: Execute, *, flows: Mapping[str, Flow] = FLOWS) -> Played:
    """What the notice says and begins. Raises what it raises, FlowError where it asks or waits."""
    run = Replay(Journal(), context, flows, None)
    with run.turn_of(flow):
        await flow.run(_Notice(run, flow.name, "", context.args, execute))
    if run.open or run.calls or run.other or run.sleeps or run.submitted:
        raise FlowError(
            f"{flow.name} is a notice: it may tell, and begin a dialog, but asks nobody and waits for nothing"
        )
    run.settle()
    says = run.says
    if run.refused:  # he who pressed reads why, should it be his press that led here
        code, words = run.refused.code, run.refused.words
        why = Say("tell", "refused", 0, f"{flow.name}.refused.{code}", words, wrong=(code, words), flags=("stop",))
        says = [*says, why]
    return Played(run.journal, says=tuple(says), begins=tuple(run.begins), end="done", visited=tuple(run.visited))


class _Notice(Ask):
    """The same words, but ``once`` is done where it stands."""

    def __init__(self, replay: Replay, flow: str, prefix: str, args: Mapping[str, Json], execute: Execute) -> None:
        super().__init__(replay, flow, prefix, args)
        self._execute = execute

    async def once(self, key: str, op: Op[T], /) -> T:
        with self._replay.blaming:
            step = self._prefix + checked_key(key)
            self._replay.visit(step)
            asked = plain_op(step, op)
        return op.answer(await self._execute(asked))

    def _within(self, flow: str, prefix: str, args: Mapping[str, Json]) -> Ask:
        return _Notice(self._replay, flow, prefix, args, self._execute)
