"""A slow service and an emergency: what begins and ends them, who is told, and the hospital's questions.

What stands above a question is drawn by bot/banners.py; what groups read is an announcement (bot/ops/announcing.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.banners import EMERGENCY, SLOW
from bot.dialog import Refused
from bot.intents import alerts as intents
from bot.model import Alert, Heard, Order, Place, PlaceKind, Priority, Text, Timer
from bot.ops.announcing import announced, hospitals_numbers, now_says, told_its_readers
from bot.ops.audience import acting_operator, compounds_in
from bot.ops.incidents import ask_operators
from bot.ops.orders import may_hear
from bot.ops.places import lists
from bot.ops.registry import Act, does
from bot.ops.waking import DUE as DUE_KIND
from bot.ops.waking import unwake, wake
from bot.rules import groups_open
from bot.stages import LIVE
from bot.turn import Turn
from bot.views import AlertView, EmergencyView, TriageAnswerView, TriageQuestionView, TriageView

ON, DUE, SEEN, STANDS = "alert", "emergency-due", "slow-seen", "slow-stands"  # what is due: see bot/flows/alerts.py
LATER = f"{DUE_KIND}:{SEEN}:later"  # the timer of what was seen too soon after an end
AT_ONCE = 25  # people in one turn
LATELY = 60  # alerts: more than there can be in a day
HOUR = 3_600_000  # ms
REST = HOUR // 2  # ms after its end in which it does not begin again by itself


async def _standing(turn: Turn, kind: str) -> list[Alert]:
    return [one for one in await turn.find(Alert, over=0) if one.kind == kind]


def _view(row: Alert, groups: int = 0) -> AlertView:
    return AlertView(row.id, row.kind, row.since, row.until, row.over, row.by, len(row.places), groups, row.triage)


async def _open(turn: Turn, id: str) -> Alert:
    row = await turn.get(Alert, id)
    if row is None or row.over:
        raise Refused("alert-over")
    return row


# ---------------------------------------------------------------- slow


@does(intents.ago)
async def ago(act: Act, ms: int) -> int:
    return act.turn.now - ms


@does(intents.seen_since)
async def seen_since(act: Act, subject: str) -> int:
    at = subject.rpartition("/")[2]
    return int(at) if at.isdecimal() else act.turn.now


@does(intents.slow_now)
async def slow_now(act: Act) -> AlertView:
    acting_operator(act.turn, await act.me())
    return next((_view(one) for one in await _standing(act.turn, SLOW)), AlertView())


@does(intents.begin_slow)
async def begin_slow(act: Act, since: int, by_itself: bool) -> AlertView:
    turn = act.turn
    if not by_itself:
        acting_operator(turn, await act.me())
    if known := await _standing(turn, SLOW):
        return _view(known[0])
    lately = [one for one in await turn.services.store.find(Alert, limit=LATELY) if one.kind == SLOW]
    if (
        by_itself and (rests := max((one.over for one in lately), default=0) + REST) > turn.now
    ):  # it never flaps; still slow then, it is told
        turn.timer(Timer(LATER, rests, DUE_KIND, f"later/{since}", SEEN))
        return AlertView()
    id, today = turn.new_id(), turn.services.today
    heard = by_itself and any(one.told and today(one.since) == today(turn.now) for one in lately)  # once a day
    told = "" if heard else await announced(turn, SLOW, act.who, None, {"since": str(since)})
    row = Alert(id, SLOW, since, 0 if by_itself else act.who, told=told)
    turn.put(row)
    wake(turn, ON, id, at=turn.now + 1)
    turn.note("", _by(row), "slow-began", reason=id)
    if by_itself:
        await ask_operators(
            turn, f"slow:{id}", "alert.slow_told", {"since": since}, "action.slow_over", f"slow_over:{id}"
        )
    else:
        _remind(turn, row)
    return _view(row)


def _remind(turn: Turn, row: Alert) -> None:
    """After so many hours, never in the quiet ones."""
    config = turn.services.config
    at = turn.now + config.slow_hours * HOUR
    wake(turn, STANDS, row.id, at=groups_open(at, ZoneInfo(config.timezone), config.quiet_from, config.quiet_until))


@does(intents.slow_stands)
async def slow_stands(act: Act, id: str) -> AlertView:
    turn, row = act.turn, await act.turn.get(Alert, id)
    if row is None or row.over:
        return AlertView()
    _remind(turn, row)
    words = {"since": row.since}
    await ask_operators(
        turn, f"slow:{id}:{turn.now}", "alert.slow_stands", words, "action.slow_over", f"slow_over:{id}"
    )
    return _view(row)


@does(intents.end_slow)
async def end_slow(act: Act, id: str) -> AlertView:
    turn = act.turn
    if not id:
        turn.untimed(LATER)
        own = [one for one in await _standing(turn, SLOW) if not one.by]
        return await _over(turn, own[0], "") if own else AlertView()
    acting_operator(turn, await act.me())
    return await _over(turn, await _open(turn, id), f"person:{act.who}")


async def _over(turn: Turn, row: Alert, by: str) -> AlertView:
    row = replace(row, over=turn.now)
    if row.kind == SLOW:
        await now_says(turn, row.told, {"since": str(row.since), "until": str(turn.now)})
        row = replace(row, sealed={})
        unwake(turn, STANDS, row.id)
    else:
        await now_says(turn, row.told, {**row.sealed["words"], "phone": row.sealed["phone"]})
        row = replace(row, told=await told_its_readers(turn, "emergency-over", row.by, row.told))
        unwake(turn, DUE, row.id)
    turn.put(row)
    wake(turn, ON, row.id, at=turn.now + 1)
    turn.note("", by or "clock", f"{row.kind}-over", reason=row.id)
    return _view(row)


def _by(row: Alert) -> str:
    return f"person:{row.by}" if row.by else "clock"


# ---------------------------------------------------------------- who is told


@does(intents.tell_alert)
async def tell_alert(act: Act, id: str) -> AlertView:
    row = await act.turn.get(Alert, id)
    if row is None:
        return AlertView()
    more = await (_told_its_end if row.over else _told_its_beginning)(act.turn, row)
    if more:
        wake(act.turn, ON, id, at=act.turn.now + 1)
    return _view(row)


async def _told_its_beginning(turn: Turn, row: Alert) -> bool:
    """Whoever waits for an order reads it once, where he has not read it above a question. The orders under way are
    looked at once: who orders later reads it there.
    """
    if row.kind != SLOW:
        return False
    waiting: list[str] | None = row.sealed.get("waiting")
    if waiting is None:
        live = await turn.services.store.find(Order, stage=LIVE)
        waiting = sorted(one.no for one in live if one.no > row.after)
    for no in waiting[:AT_ONCE]:
        order = await turn.get(Order, no)
        for person in await may_hear(turn, order) if order is not None else []:
            key = _key(row.id, person)
            if await turn.get(Heard, f"{row.id}:{person}") is None:
                turn.put(Heard(f"{row.id}:{person}", row.id, person, key))
                await _say(turn, key, person, "alert.slow", {"since": row.since})
    if waiting:
        left = {"waiting": waiting[AT_ONCE:]}
        turn.put(replace(row, after=waiting[:AT_ONCE][-1], sealed={**row.sealed, **left}))
    return len(waiting) > AT_ONCE


async def _told_its_end(turn: Turn, row: Alert) -> bool:
    """Once to whoever read of it; of an emergency the groups hear it."""
    heard = await turn.services.store.find(Heard, alert=row.id, limit=AT_ONCE)
    for one in [found for found in [await turn.get(Heard, each.id) for each in heard] if found is not None]:
        turn.drop(one)
        if row.kind == SLOW:
            said = {"since": row.since, "until": row.over}
            await _say(turn, _key(row.id, one.person), one.person, "alert.slow_over", said)
    return len(heard) == AT_ONCE


async def _say(turn: Turn, key: str, person: int, sentence: str, said: Mapping[str, int]) -> None:
    html = turn.services.words.say(await turn.lang_of(person), sentence, said)
    anew = await turn.standing(key) is not None
    turn.post(key, person, Text(html), priority=Priority.BROADCAST, card=True, anew=anew)


def _key(alert: str, person: int) -> str:
    return f"alert:{alert}:{person}"


# ---------------------------------------------------------------- emergency


@does(intents.emergency_may)
async def emergency_may(act: Act) -> EmergencyView:
    acting_operator(act.turn, await act.me())
    stands = tuple(_view(one) for one in await _standing(act.turn, EMERGENCY))
    numbers = hospitals_numbers(act.turn.services.config)
    return EmergencyView(numbers, bool(act.turn.services.triage.questions), stands)


@does(intents.begin_emergency)
async def begin_emergency(
    act: Act, where: Sequence[str], words: Mapping[str, str], phone: str, triage: bool, until: int
) -> AlertView:
    turn = act.turn
    acting_operator(turn, await act.me())
    known = lists(turn, "compounds")
    places = tuple(compounds_in(known, [one.id for one in known.compounds], where))
    if phone and phone not in hospitals_numbers(turn.services.config):
        raise Refused("not-the-hospitals")
    said = {**words, "phone": phone}
    told = await announced(turn, EMERGENCY, act.who, places, said)
    sealed = {"words": {**words}, "phone": phone}
    row = Alert(turn.new_id(), EMERGENCY, turn.now, act.who, 0, until, places, triage, told, sealed=sealed)
    turn.put(row)
    wake(turn, DUE, row.id, at=max(turn.now + 1, until - HOUR))
    turn.note("", _by(row), "emergency-began", reason=row.id)
    return _view(row, len(await turn.find(Place, kind=PlaceKind.COMPOUND, ref=places)))


@does(intents.longer)
async def longer(act: Act, id: str) -> AlertView:
    acting_operator(act.turn, await act.me())
    row = await _open(act.turn, id)
    if row.until - act.turn.now > HOUR:  # a colleague's press, or this one again: it was asked an hour before the end
        return _view(row)
    row = replace(row, until=max(row.until, act.turn.now) + 24 * HOUR)
    act.turn.put(row)
    wake(act.turn, DUE, id, at=row.until - HOUR)
    act.turn.note("", f"person:{act.who}", "emergency-longer", reason=id)
    return _view(row)


@does(intents.end_emergency)
async def end_emergency(act: Act, id: str) -> AlertView:
    acting_operator(act.turn, await act.me())
    return await _over(act.turn, await _open(act.turn, id), f"person:{act.who}")


@does(intents.emergency_due)
async def emergency_due(act: Act, id: str) -> AlertView:
    turn = act.turn
    row = await turn.get(Alert, id)
    if row is None or row.over:
        return AlertView()
    if turn.now >= row.until:
        return await _over(turn, row, "")
    wake(turn, DUE, id, at=row.until)
    await ask_operators(turn, f"longer:{id}:{row.until}", "alert.ends_soon", {"until": row.until, "since": row.since},
                        "action.longer", f"longer:{id}")  # fmt: skip
    return _view(row)


@does(intents.triage_for)
async def triage_for(act: Act, compound: str) -> TriageView:
    known = act.turn.services.triage
    asks = [one for one in await _standing(act.turn, EMERGENCY) if one.triage and compound in one.places]
    if not asks or not known.questions:
        return TriageView()
    questions = tuple(
        TriageQuestionView(one.id, one.words, tuple(TriageAnswerView(a.words, a.leads) for a in one.answers))
        for one in known.questions
    )
    return TriageView(
        questions, known.hotline, next((str(one.sealed["phone"]) for one in asks if one.sealed["phone"]), "")
    )
