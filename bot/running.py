"""Running dialogs in a turn: plays a flow, runs its local operations, commits its commands and timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.decoding import jsonable
from bot.dialog import (
    FLOWS,
    BeginIntent,
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
    straight,
)
from bot.model import Command, Dialog, Json, Origin, PlaceKind, Priority, Spot, Text, Timer
from bot.ops.drafts import erased
from bot.ops.registry import SLOW, SUBMITS, Act, execute, first_shut
from bot.saying import say
from bot.turn import Turn

DAY = 86_400_000  # ms
OF_DIALOG = ("remind", "expire", "album", "wake")  # the timers of a dialog
HOLDING = ("open", "parked")
NOBODY = "-"  # stands for the asking dialog where a timer asked
WAITS = ("until", "other")  # nothing is asked of this person now
QUESTIONS = ("choice", "multi", "text", "date", "photos", "confirm", "pin")
_PASSES = 60  # local operations in one turn; more is a flow that never ends


async def begin(
    turn: Turn, flow: str, spot: Spot, *, subject: str = "", args: Mapping[str, Json] | None = None
) -> Played:
    """Start a flow with this person here. The same flow about the same subject that is still open goes on instead."""
    if (start := FLOWS[flow].start) is not None and start.whose:
        subject = turn.marked(subject)
    fresh = bool(args and args.get("parameter"))
    for other in await turn.find(Dialog, chat=spot.chat, person=spot.person, state=HOLDING):
        same_link = fresh and args is not None and other.args.get("parameter") == args["parameter"]
        if other.flow == flow and other.subject == subject and (same_link or not fresh) and readable(other):
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


def readable(dialog: Dialog) -> bool:
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


async def begin_with(turn: Turn, asker: Dialog, wish: BeginIntent) -> None:
    """Begin a dialog with somebody else, in private. It stands aside while another question is open there.

    Its id follows from who asked at which step, so the same asking never begins two.
    """
    if not (await turn.person(wish.person)).reachable:
        await _answer(turn, asker.id, wish.step, wish.epoch, refusal="unreachable")
        return
    asked_by = f"{asker.id}:{wish.epoch}:{wish.step}" if wish.waits else ""
    child = Dialog(
        _asked_id(turn, asker.id, wish.step, wish.epoch),
        wish.flow,
        wish.person,
        wish.person,
        subject=wish.subject,
        touched=turn.now,
        args=dict(wish.args),
        asked_by=asked_by,
    )
    await _begin_aside(turn, child)


async def begin_due(turn: Turn, flow: str, timer: Timer) -> None:
    """A timer of this flow rings: with its person in private, or as a notice. Once, however often it is delivered.

    Whoever has blocked the bot is not asked; nor is anybody whom the same flow about the same subject asks already.
    """
    person, about = timer.person, timer.ref
    if not person:
        await notify(turn, flow, about, f"{timer.key}/{timer.due}", {})
        return
    open_ = [dialog for dialog in await turn.find(Dialog, person=person, state=HOLDING) if dialog.chat == person]
    again = any(dialog.flow == flow and dialog.subject == about for dialog in open_)
    if again or not (await turn.person(person)).reachable:
        return
    id = turn.blind("due", timer.key, str(timer.due))[:10]
    by = f"{NOBODY}:0:{timer.step}"
    await _begin_aside(turn, Dialog(id, flow, person, person, subject=about, touched=turn.now, asked_by=by))


async def _begin_aside(turn: Turn, child: Dialog) -> None:
    """Somebody is asked who did not ask for it: while another question is open there, this one stands aside."""
    busy = await turn.find(Dialog, chat=child.chat, person=child.person, state="open")
    await advance(turn, child, events.Begin())
    begun = await turn.get(Dialog, child.id)
    if busy and begun is not None and begun.state == "open":
        turn.put(replace(begun, state="parked"))


def _asked_id(turn: Turn, dialog: str, step: str, epoch: int) -> str:
    return turn.blind("asked", dialog, step, str(epoch))[:10]


async def _answer(turn: Turn, dialog: str, step: str, epoch: int, value: Json = None, refusal: str = "") -> None:
    """To the dialog that asked; one that has ended or gone back meanwhile does not take it."""
    asker = await turn.get(Dialog, dialog)
    if asker is not None and asker.state != "done":
        await advance(turn, asker, events.Result(step, epoch, value, refusal, kind="other"))


async def not_needed(turn: Turn, id: str) -> None:
    """Nobody needs the answer any more: the question goes, and he who was asked reads why; who asked hears it, too."""
    child = await turn.get(Dialog, id)
    if child is None or child.state not in HOLDING:
        return
    await advance(turn, replace(child, asked_by=""), events.Cancel())
    html = turn.services.words.say(await turn.lang_of(child.chat), "engine.not_needed", {})
    turn.post(f"t:{id}:not_needed", child.chat, Text(html), public=True)
    if child.asked_by:
        by, epoch, step = child.asked_by.split(":", 2)
        await _answer(turn, by, step, int(epoch), refusal="not-needed")


async def unreachable(turn: Turn, person: int) -> None:
    """He has blocked the bot: whoever waits for his answer hears that none will come."""
    for child in await turn.find(Dialog, person=person, state=HOLDING):
        if child.asked_by and child.chat == person:
            turn.put(erased(child))
            dialog, epoch, step = child.asked_by.split(":", 2)
            await _answer(turn, dialog, step, int(epoch), refusal="unreachable")


async def notify(turn: Turn, flow: str, subject: str, key: str, args: Mapping[str, Json]) -> None:
    """Run a notice: a flow that asks nothing. ``key`` makes its messages unique; it leaves no dialog behind."""
    dialog = Dialog(f"n:{key}:{flow}", flow, 0, 0, None, subject, args=dict(args))
    told = await straight(
        FLOWS[flow],
        await _context(turn, dialog),
        lambda op: execute(_act(turn, dialog), op.name, op.args),
    )
    for said in told.says:
        await say(turn, dialog, said)
    for begun in told.begins:
        await begin_with(turn, dialog, begun)


async def advance(turn: Turn, dialog: Dialog, event: Event) -> Played:
    """Give the dialog one event; everything that follows from it is in the turn."""
    played = await _play(turn, dialog, loads(dialog.journal), event)
    await _settle(turn, dialog, played)
    return played


async def look(turn: Turn, dialog: Dialog, event: Event | None = None) -> Played:
    """How it stands, or what this event would make of it; nothing is sent and nothing is written."""
    return play(FLOWS[dialog.flow], loads(dialog.journal), await _context(turn, dialog), event)


async def shut(turn: Turn, dialog: Dialog, played: Played) -> events.Over | None:
    """Whether what it rests on holds no more: an order may have ended while somebody was asked about it."""
    no = await first_shut(_act(turn, dialog), played.gates)
    return events.Over(no.code, no.words) if no else None


async def _play(turn: Turn, dialog: Dialog, journal: Journal, event: Event) -> Played:
    """Replay until the flow waits for a person or for the hospital: local operations are answered at once."""
    calls: list[CallIntent] = []
    begins: list[BeginIntent] = []
    timers: list[TimerWish] = []
    for _ in range(_PASSES):
        played = play(FLOWS[dialog.flow], journal, await _context(turn, dialog), event)
        onward = isinstance(event, events.Onward) and dialog.kind in QUESTIONS and played.verdict == "accepted"
        if onward and (over := await shut(turn, dialog, played)):
            played = play(FLOWS[dialog.flow], journal, await _context(turn, dialog), over)
        if played.error is not None:
            raise played.error
        for said in played.says:
            await say(turn, dialog, said)
        calls += played.calls
        begins += played.begins
        timers += played.timers
        if played.need is None:
            if len(calls) + len(begins) + len(timers) == len(played.calls) + len(played.begins) + len(played.timers):
                return played
            return replace(played, calls=tuple(calls), begins=tuple(begins), timers=tuple(timers))
        journal = played.journal
        event = await _local(turn, dialog, played.need, played.need_step)
    raise RuntimeError(f"flow {dialog.flow} asked for {_PASSES} local operations in one turn")


async def _context(turn: Turn, dialog: Dialog) -> Context:
    who = await turn.person(dialog.person)
    kind = await turn.place_kind(dialog.chat) if dialog.chat else PlaceKind.PRIVATE
    return Context(
        dialog.id,
        PersonView(who.id, who.lang, who.facts, who.roles),
        Where(dialog.chat, dialog.thread, kind),
        Now(turn.now, turn.today),
        dialog.subject,
        dialog.args,
        turn.blind,
    )


async def _local(turn: Turn, dialog: Dialog, op: Op[Any], step: str) -> Event:
    try:
        return events.Done(step, await execute(_act(turn, dialog), op.name, op.args))
    except Refused as no:
        return events.Done(step, None, no.code, no.words)


def _act(turn: Turn, dialog: Dialog) -> Act:
    return Act(turn, dialog.person, dialog.chat, dialog.thread, dialog.id)


async def _settle(turn: Turn, dialog: Dialog, played: Played) -> None:
    """What play() found out, written down: commands, timers, and the dialog's row."""
    _wishes(turn, dialog, played)
    if played.submit is not None:
        submit, lane, args = SUBMITS.get(played.submit.name), played.submit.lane, played.submit.args
        try:
            if submit:
                lane, args = await submit.place(_act(turn, dialog), args)
        except Refused as no:
            await _not_placed(turn, dialog, played, no)
            return
        key = f"{dialog.id}:submit:{played.epoch}"
        send(turn, Command(key, lane, played.submit.name, args, _origin(dialog, "submit", played.epoch)))
    if played.end in ("done", "cancelled"):
        await _ended(turn, dialog, played)
        return
    sent = played.end == "sent" or (dialog.state == "sent" and played.kind == "submit")
    turn.put(
        replace(
            dialog,
            state="sent" if sent else "parked" if played.kind in WAITS else "open",
            step=played.step,
            kind=played.kind,
            epoch=played.epoch,
            journal=dumps(played.journal),
            touched=turn.now,
            prompt=_prompt_key(dialog, played),
        )
    )
    await _others(turn, dialog, played)


def _origin(dialog: Dialog, step: str, epoch: int) -> Origin:
    return Origin(dialog.id, step, epoch, dialog.chat, dialog.thread, dialog.person)


def _wishes(turn: Turn, dialog: Dialog, played: Played) -> None:
    """Calls become commands, and wishes timers."""
    for call in played.calls:
        key = f"{dialog.id}:{call.step}:{call.epoch}"
        by = _origin(dialog, call.step, call.epoch)
        priority = Priority.DIALOG if call.op.name.startswith("hospital.") else Priority.RELAY  # a photo can wait
        send(turn, Command(key, call.op.lane or dialog.id, call.op.name, call.op.args, by, priority))
    for wish in played.timers:
        key = f"{dialog.id}:{wish.kind}"
        after = turn.services.config.draft_days * DAY if wish.kind == "expire" else wish.after_ms
        turn.timer(Timer(key, turn.now + after, wish.kind, dialog.id, wish.step, wish.epoch))


async def _ended(turn: Turn, dialog: Dialog, played: Played) -> None:
    """The dialog is erased; whoever waits for it hears how it ended."""
    if dialog.version:
        for kind in OF_DIALOG:
            turn.untimed(f"{dialog.id}:{kind}")
    if dialog.version or dialog.asked_by:
        turn.put(replace(erased(dialog), touched=turn.now))
    await _others(turn, dialog, played)
    if dialog.asked_by:
        by, epoch, step = dialog.asked_by.split(":", 2)
        await _answer(turn, by, step, int(epoch), jsonable(played.value), played.refusal)
    if dialog.version:
        await _whose_turn(turn, dialog)


async def _others(turn: Turn, dialog: Dialog, played: Played) -> None:
    """Dialogs with somebody else: those that are to begin, and the one nobody waits for any more."""
    waited = (dialog.step, dialog.kind, dialog.epoch)
    if dialog.kind == "other" and (played.end or waited != (played.step, played.kind, played.epoch)):
        await not_needed(turn, _asked_id(turn, dialog.id, dialog.step, dialog.epoch))
    for begun in played.begins:
        await begin_with(turn, dialog, begun)


async def _whose_turn(turn: Turn, ended: Dialog) -> None:
    """What somebody else asked meanwhile stood aside: now that nothing else is open here it is asked anew."""
    here = await turn.find(Dialog, chat=ended.chat, person=ended.person, state=HOLDING)
    if any(dialog.state == "open" for dialog in here):
        return
    asked = [dialog for dialog in here if dialog.asked_by and dialog.kind not in WAITS]
    if asked:
        await advance(turn, min(asked, key=lambda dialog: dialog.touched), events.Resume())


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
        turn.timer(Timer(f"slow:{command.key}", turn.now + turn.services.soon(SLOW), "slow", command.key))
