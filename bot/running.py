"""Running dialogs in a turn: plays a flow, runs its local operations, commits its commands and timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialog import (
    FLOWS,
    CallIntent,
    Context,
    Event,
    FlowError,
    Journal,
    Now,
    Op,
    PersonView,
    Played,
    Refused,
    TimerWish,
    Where,
    dumps,
    events,
    loads,
    play,
    post_key,
)
from bot.draft import Turn
from bot.model import (
    Command,
    Dialog,
    Json,
    Origin,
    PlaceKind,
    Priority,
    Spot,
    Timer,
)
from bot.ops import OPS
from bot.ops.orders import SLOW, place
from bot.ops.registry import Act, execute
from bot.saying import say

DAY = 86_400_000  # ms
HOLDING = ("open", "parked")
_PASSES = 60  # local operations in one turn; more is a flow that never ends


async def begin(
    turn: Turn, flow: str, spot: Spot, *, subject: str = "", args: Mapping[str, Json] | None = None
) -> Played:
    """Start a flow with this person here. The same flow about the same subject that is still open goes on instead."""
    fresh = bool(args and args.get("parameter"))
    for other in await turn.find(Dialog, chat=spot.chat, person=spot.person, state=HOLDING):
        same_link = fresh and args is not None and other.args.get("parameter") == args["parameter"]
        if other.flow == flow and other.subject == subject and (same_link or not fresh) and _readable(other):
            await park_others(turn, other)
            begun = events.Resume() if other.journal else events.Begin()  # a draft that was only prepared
            return await advance(turn, replace(other, state="open"), begun)
    dialog = Dialog(
        turn.new_id(), flow, spot.chat, spot.person, spot.thread, subject, touched=turn.now, args=dict(args or {})
    )
    played = await advance(turn, dialog, events.Begin())
    if not played.end:
        await park_others(turn, dialog)
    return played


def _readable(dialog: Dialog) -> bool:
    """A draft that a later release wrote waits for it; meanwhile the person begins anew."""
    try:
        loads(dialog.journal)
    except FlowError:
        return False
    return True


async def park_others(turn: Turn, dialog: Dialog) -> None:
    """One dialog of a person in a place is in the foreground; the others keep their answers and their buttons."""
    for other in await turn.find(Dialog, chat=dialog.chat, person=dialog.person, state="open"):
        if other.id != dialog.id and other.thread == dialog.thread:
            turn.put(replace(other, state="parked"))


async def notify(turn: Turn, flow: str, subject: str, key: str, args: Mapping[str, Json]) -> None:
    """Run a notice: a flow that asks nothing. ``key`` makes its messages unique; it leaves no dialog behind."""
    dialog = Dialog(f"n:{key}:{flow}", flow, 0, 0, None, subject, args=dict(args))
    await _play(turn, dialog, Journal(), events.Begin())


async def advance(turn: Turn, dialog: Dialog, event: Event) -> Played:
    """Give the dialog one event; everything that follows from it is in the turn."""
    played = await _play(turn, dialog, loads(dialog.journal), event)
    await _settle(turn, dialog, played)
    return played


async def _play(turn: Turn, dialog: Dialog, journal: Journal, event: Event) -> Played:
    """Replay until the flow waits for a person or for the hospital: local operations are answered at once."""
    kind = await turn.place_kind(dialog.chat) if dialog.chat else PlaceKind.PRIVATE
    calls: list[CallIntent] = []
    timers: list[TimerWish] = []
    for _ in range(_PASSES):
        who = await turn.person(dialog.person)
        context = Context(
            dialog.id,
            PersonView(who.id, who.lang, who.facts, who.roles),
            Where(dialog.chat, dialog.thread, kind),
            Now(turn.now, turn.today),
            dialog.subject,
            dialog.args,
            turn.blind,
        )
        played = play(FLOWS[dialog.flow], journal, context, event)
        if played.error is not None:
            raise played.error
        for said in played.says:
            await say(turn, dialog, said)
        calls += played.calls
        timers += played.timers
        if played.need is None:
            return replace(played, calls=tuple(calls), timers=tuple(timers))
        journal = played.journal
        event = await _local(turn, dialog, played.need, played.need_step)
    raise RuntimeError(f"flow {dialog.flow} asked for {_PASSES} local operations in one turn")


async def _local(turn: Turn, dialog: Dialog, op: Op, step: str) -> Event:
    if op.name not in OPS:
        raise KeyError(f"{op.name} is no local operation: see bot/ops/")
    try:
        return events.Done(step, await execute(Act(turn, dialog), op.name, op.args))
    except Refused as no:
        return events.Done(step, None, no.code, no.words)


async def _settle(turn: Turn, dialog: Dialog, played: Played) -> None:
    """What play() found out, written down: commands, timers, and the dialog's row."""
    origin = Origin(dialog.id, "", played.epoch, dialog.chat, dialog.thread, dialog.person)
    for call in played.calls:
        key = f"{dialog.id}:{call.step}:{call.epoch}"
        by = replace(origin, step=call.step, epoch=call.epoch)
        priority = Priority.DIALOG if call.op.name.startswith("hospital.") else Priority.RELAY  # a photo can wait
        send(turn, Command(key, call.op.lane or dialog.id, call.op.name, call.op.args, by, priority))
    for wish in played.timers:
        key = f"{dialog.id}:{wish.kind}"
        after = turn.room.config.draft_days * DAY if wish.kind == "expire" else wish.after_ms
        turn.timer(Timer(key, turn.now + after, wish.kind, dialog.id, wish.step, wish.epoch))
    if played.submit is not None:
        try:
            args = await place(turn, dialog, played.submit.args)
        except Refused as no:
            await _not_placed(turn, dialog, played, no)
            return
        key = f"{dialog.id}:submit:{played.epoch}"
        send(
            turn,
            Command(
                key, played.submit.lane, played.submit.name, args, replace(origin, step="submit", epoch=played.epoch)
            ),
        )
    if played.end in ("done", "cancelled"):
        if dialog.version:
            for kind in ("remind", "expire", "album"):
                turn.untimed(f"{dialog.id}:{kind}")
            turn.put(replace(dialog, state="done", journal="", args={}, touched=turn.now, step="", kind="", prompt=""))
        return
    state = "sent" if played.end == "sent" or (dialog.state == "sent" and played.kind == "submit") else "open"
    turn.put(
        replace(
            dialog,
            state=state,
            step=played.step,
            kind=played.kind,
            epoch=played.epoch,
            journal=dumps(played.journal),
            touched=turn.now,
            prompt=_prompt_key(dialog, played),
        )
    )


async def _not_placed(turn: Turn, dialog: Dialog, played: Played, no: Refused) -> None:
    """Refused here, before the hospital heard of it (a mandate that has ended): the summary again, with the reason."""
    result = events.Result("submit", played.epoch, None, no.code, no.words)
    await _settle(turn, dialog, await _play(turn, dialog, played.journal, result))


def _prompt_key(dialog: Dialog, played: Played) -> str:
    """The post that asks what is open now: this turn's prompt, else the one that stood before."""
    asked = [post_key(dialog.id, said) for said in played.says if said.kind == "prompt"]
    return asked[-1] if asked else dialog.prompt


def send(turn: Turn, command: Command) -> None:
    """Commit a command, and a timer that tells the person when the hospital does not answer soon."""
    turn.command(command)
    if command.op.startswith("hospital."):
        turn.timer(Timer(f"slow:{command.key}", turn.now + turn.room.soon(SLOW), "slow", command.key))
