"""Running dialogs in a turn: plays a flow, runs its local operations, turns what it says into posts and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialog import (
    FLOWS,
    CallIntent,
    Context,
    Event,
    Journal,
    Now,
    Op,
    PersonView,
    Played,
    Press,
    Refused,
    Say,
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
    Button,
    Command,
    Dialog,
    Json,
    Origin,
    PlaceKind,
    Pressed,
    Priority,
    Spot,
    Text,
    Timer,
    To,
    Toast,
    ToChat,
    ToPerson,
    Topic,
    ToTopic,
)
from bot.ops import OPS
from bot.ops.orders import SLOW, place
from bot.ops.registry import Act, execute
from bot.render.messages import ready

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
        if other.flow == flow and other.subject == subject and (same_link or not fresh):
            await park_others(turn, other)
            return await advance(turn, replace(other, state="open"), events.Resume())
    dialog = Dialog(
        turn.new_id(), flow, spot.chat, spot.person, spot.thread, subject, touched=turn.now, args=dict(args or {})
    )
    played = await advance(turn, dialog, events.Begin())
    if not played.end:
        await park_others(turn, dialog)
    return played


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
            await _say(turn, dialog, said)
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
        send(
            turn,
            Command(
                key,
                call.op.lane or dialog.id,
                call.op.name,
                call.op.args,
                replace(origin, step=call.step, epoch=call.epoch),
            ),
        )
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
    turn.timer(Timer(f"slow:{command.key}", turn.now + turn.room.soon(SLOW), "slow", command.key))


# ---------------------------------------------------------------- what a flow says becomes posts


async def _say(turn: Turn, dialog: Dialog, said: Say) -> None:
    """One Say becomes one post, in the reader's language; a toast becomes the pop-up of the press that is answered."""
    chat, thread, topic = await _where(turn, said.to or ToChat(dialog.chat, dialog.thread))
    kind = await turn.place_kind(chat) if chat else PlaceKind.PRIVATE
    lang = await turn.lang_of(chat) if chat else ""
    if isinstance(turn.arrival.body, Pressed) and (isinstance(said.to, Toast) or said.step == "refused"):
        lang = (
            await turn.person(turn.arrival.body.spot.person)
        ).lang  # a pop-up is read by one person, also in a group
    if said.step == "refused" and "stop" in said.flags:
        tell_refusal(turn, dialog, *said.wrong or ("not-now", {}), lang)
    elif isinstance(said.to, Toast) and isinstance(turn.arrival.body, Pressed):
        turn.say_toast(turn.room.words.label(lang, said.key, said.words), said.to.alert)
    elif chat and said.kind == "already":
        _say_already(turn, dialog, said, lang, chat, thread)
    elif chat and said.kind == "checking":
        _say_checking(turn, dialog, said, lang, chat, thread)
    elif chat:
        flags = {flag: True for flag in said.flags if flag in ("pin", "protect", "silent")}
        content = None if _gone(said) else Text(_html(turn, said, lang, kind), _rows(turn, said, lang))
        turn.post(
            _post_key(dialog, said),
            chat,
            content,
            priority=_PRIORITY.get(said.kind, Priority.DIALOG),
            topic=topic,
            thread=thread,
            card=said.kind == "card",
            **flags,
        )


_PRIORITY = {"answered": Priority.RELAY, "card": Priority.NOTICE}


def _gone(said: Say) -> bool:
    return "delete" in said.flags or ("withdrawn" in said.flags and "expired" not in said.flags)


def _html(turn: Turn, said: Say, lang: str, kind: PlaceKind) -> str:
    words = turn.room.words
    if "expired" in said.flags:
        return words.say(lang, "engine.expired", {})
    html = words.say(
        lang, said.key, {"count": 0, **said.words} if said.takes in ("photos", "pin") else said.words, kind
    )
    if said.kind == "answered":
        return words.say(lang, "engine.answered", {"question": ready(html), "chosen": _chosen(turn, said, lang)})
    if said.wrong:
        return f"{_wrong(turn, lang, said.key, *said.wrong)}\n\n{html}"
    if "remind" in said.flags:
        return f"{words.say(lang, 'engine.remind', {})}\n\n{html}"
    return html


def _chosen(turn: Turn, said: Say, lang: str) -> str:
    return ", ".join(_label(turn, lang, press) for press in said.chosen)


def _wrong(turn: Turn, lang: str, key: str, code: str, values: Mapping[str, Any]) -> str:
    """The most particular sentence there is for what was wrong."""
    for found in (f"{key}.wrong.{code}", f"wrong.{code}", f"refused.{code}"):
        if turn.room.words.has(found):
            return turn.room.words.say(lang, found, values)
    return turn.room.words.say(lang, "wrong.again", {})


def _say_already(turn: Turn, dialog: Dialog, said: Say, lang: str, chat: int, thread: int | None) -> None:
    """An old button of an open dialog: what was answered then, and [Change this answer]."""
    html = turn.room.words.say(lang, "engine.already", {"chosen": _chosen(turn, said, lang)})
    turn.post(f"again:{turn.arrival.id}", chat, Text(html, _rows(turn, said, lang)), thread=thread)


def _say_checking(turn: Turn, dialog: Dialog, said: Say, lang: str, chat: int, thread: int | None) -> None:
    key = "engine.cancel_queued" if "cancel-queued" in said.flags else "engine.checking"
    if isinstance(turn.arrival.body, Pressed):
        turn.say_toast(turn.room.words.label(lang, key))
    else:
        turn.post(f"checking:{turn.arrival.id}", chat, Text(turn.room.words.say(lang, key, {})), thread=thread)


def _post_key(dialog: Dialog, said: Say) -> str:
    if said.kind == "card":
        return said.card_key
    return post_key(dialog.id, said) if said.kind != "tell" else f"t:{dialog.id}:{said.step}:{said.epoch}"


def _rows(turn: Turn, said: Say, lang: str) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(_button(turn, lang, press) for press in row) for row in said.buttons)


def _button(turn: Turn, lang: str, press: Press) -> Button:
    label = _label(turn, lang, press)
    if press.role == "keep":
        label = turn.room.words.label(lang, "button.keep", {"label": label})
    elif press.role == "on":
        label = f"✓ {label}"
    if press.url.startswith("start:"):
        return Button(label, url=deep_link(turn, press.url))
    return Button(label, press.data if not press.url else "", press.url)


def deep_link(turn: Turn, url: str) -> str:
    """``start:<parameter>`` -> the link that opens the private chat with it (Bot API: deep linking)."""
    return f"https://t.me/{turn.room.bot_name}?start={url.removeprefix('start:')}"


def _label(turn: Turn, lang: str, press: Press) -> str:
    if not press.label_key:
        return press.label
    own = turn.room.words.has(press.label_key)
    return turn.room.words.label(lang, press.label_key if own else f"action.{press.option}", press.words)


async def _where(turn: Turn, to: To) -> tuple[int, int | None, str]:
    """(chat, thread, topic key) of a recipient; chat 0 = nobody to tell."""
    match to:
        case ToPerson(id):
            return id, None, ""
        case ToChat(chat, thread):
            return chat, thread, ""
        case ToTopic(key):
            topic = await turn.get(Topic, key)
            return (topic.chat, topic.thread, key) if topic else (0, None, "")
        case Toast():
            spot = getattr(turn.arrival.body, "spot", None)
            return (spot.chat, spot.thread, "") if spot else (0, None, "")


def tell_refusal(turn: Turn, dialog: Dialog, code: str, values: Mapping[str, Any], lang: str) -> None:
    """A refusal nobody in the flow caught: a pop-up for a press, else a message here. It says what to do next."""
    spot = getattr(turn.arrival.body, "spot", None)
    key = f"refused.{code}" if turn.room.words.has(f"refused.{code}") else "refused.not-now"
    lang = lang or "zh-CN"
    if isinstance(turn.arrival.body, Pressed):
        turn.say_toast(turn.room.words.label(lang, key, {"name": "", "at": turn.now, **values}), alert=True)
    elif chat := dialog.chat or (spot.chat if spot else 0):
        html = turn.room.words.say(lang, key, {"name": "", "at": turn.now, **values})
        turn.post(f"t:{dialog.id}:refused:{turn.arrival.id}", chat, Text(html), thread=dialog.thread)
