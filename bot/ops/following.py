"""What comes after a hand-over: check-ins on day 1, 3 and 7, and a reminder a week before the medicine runs out.

The row outlives its order (R10) and has little of it. Every timer looks at the truth when it rings: who holds the
patient now, whether something holds everything of her, whether the same drugs were ordered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend_client.models import Reminder
from bot import dosing, orders, rules
from bot.dialog import Refused
from bot.intents import following as intents
from bot.model import Command, Followed, Order, Origin, Pressed, Topic
from bot.ops import child_consent
from bot.ops.apart import names_for
from bot.ops.halted import halt_of
from bot.ops.hearing import heard, speak_up
from bot.ops.orders import view
from bot.ops.registry import SEES, Act, does
from bot.ops.relay import Words
from bot.ops.rights import FAMILY, account_in, is_open, lately, patient_in, rights_to, sees_all
from bot.ops.waking import unwake, wake
from bot.stages import FINAL, facts_of
from bot.turn import Turn
from bot.views import FollowedView, HolderView

CHECK_IN, REMINDER = "check-in", "refill-due"  # what is due
LOOK, BACK = "reminder-look", "reminder-back"
CHECKS = (1, 3, 7)  # days after the hand-over on which it is asked how it goes
BEFORE, LATER, ASKED = 7, 3, 2  # days: before the end of supply; [Not now]; until it is asked how long it lasts
DAY, TEN = 86_400_000, time(10)  # ms; of the day, when people are asked
TOLD, READ, RINGS = "told", "read", "rings"  # among what is sealed: when, and that it waits for a last look
FRESH, LOOKED = 3_600_000, 7  # ms that a reading serves; days that it is looked at after it was told
OFF = "unreminded"  # of a person's facts: marks of patients about whom he wants to hear nothing


def _id(turn: Turn, order: str) -> str:
    return turn.blind("followed", order)[:20]


async def follow(turn: Turn, order: Order) -> None:
    """It was handed over: whatever stage is seen first, and once."""
    id, patient = _id(turn, order.no), str(orders.patient_of(order).get("id", ""))
    if not patient or await turn.get(Followed, id) is not None:
        return
    snapshot = (await view(turn, order)).snapshot
    lines = snapshot.prescribed or snapshot.asked
    days = [line.days or dosing.supply_days(line) for line in lines]
    since = int(order.snapshot.get("delivered") or order.since)
    sealed = {"order": order.no, "patient": patient, "drugs": sorted(line.code or line.name for line in lines)}
    lasts = min(days) if days and all(days) else 0
    row = Followed(id, order.patient, since, _step(turn, since), lasts, sealed=sealed)
    turn.put(row)
    _next_check(turn, row)
    _remind(turn, row)
    _read(turn, row)


def _read(turn: Turn, row: Followed) -> None:
    """Whether the hospital has a reminder of its own: at the hand-over, with each check-in, daily where it has."""
    read = intents.read_reminder(row.id, str(row.sealed["patient"]), row.since)
    turn.command(Command(f"reminder:{turn.new_id()}", f"reminder:{row.id}", read.name, read.args, Origin()))


async def see_reminder(turn: Turn, seen: Reminder) -> None:
    row = await turn.get(Followed, seen.about)
    if row is None:
        return
    known, waits = row.sealed.get("hospital"), bool(row.sealed.get(RINGS))
    said = {"at": seen.at, "words": seen.words} if seen.at else None
    sealed = {name: part for name, part in row.sealed.items() if name != RINGS} | {READ: turn.now}
    if not seen.served or said == known:
        row = replace(row, sealed=sealed)
    elif known and not said:  # revoked: nothing takes its place, and what was told of it is taken back
        row = _over_when_told(turn, replace(row, sealed={**sealed, "hospital": None, TOLD: turn.now}))
        unwake(turn, REMINDER, row.id)
        wake(turn, BACK, row.id, at=turn.now)
        waits = False
    elif row.done:
        return
    else:
        row, waits = _untold(replace(row, sealed={**sealed, "hospital": said})), True
        wake(turn, LOOK, row.id, at=_at_ten(turn, turn.now, 1))
    turn.put(row)
    if waits and not row.done:
        _remind(turn, row)


SEES[Reminder] = see_reminder


# ---------------------------------------------------------------- when


def _at_ten(turn: Turn, since: int, days: int) -> int:
    """Civil ms: ten in the morning, so many days after that day."""
    zone = ZoneInfo(turn.services.config.timezone)
    day = datetime.fromtimestamp(since / 1000, zone).date() + timedelta(days=days)
    return int(datetime.combine(day, TEN, zone).timestamp() * 1000)


def _step(turn: Turn, since: int) -> int:
    """How many check-ins are due by now."""
    return sum(_at_ten(turn, since, days) <= turn.now for days in CHECKS)


def _next_check(turn: Turn, row: Followed) -> None:
    """The first one that is still to come: what a long outage has skipped is asked once."""
    at = next((at for days in CHECKS[row.step :] if (at := _at_ten(turn, row.since, days)) > turn.now), 0)
    if at:
        wake(turn, CHECK_IN, row.id, at=at)


def _remind(turn: Turn, row: Followed) -> None:
    hers: Mapping[str, Any] = row.sealed.get("hospital") or {}
    after = row.days - BEFORE if row.days else ASKED
    at = int(hers["at"]) if hers else _at_ten(turn, row.since, max(after, CHECKS[0]))
    wake(turn, REMINDER, row.id, at=max(at, turn.now))


def _awake(turn: Turn, at: int) -> int:
    """That instant, or the end of the quiet hours that it lies in."""
    config = turn.services.config
    return rules.groups_open(at, ZoneInfo(config.timezone), config.quiet_from, config.quiet_until)


# ---------------------------------------------------------------- whether, and whom


async def _holders(turn: Turn, patient: str) -> list[HolderView]:
    """Her own phone and her family's; who acts for her under a mandate only where she has neither."""
    lasting = [one for one in await rights_to(turn, patient) if is_open(patient_in(one)) and sees_all(one)]
    near = [one for one in lasting if one.by in ("self", *FAMILY)]
    found = near or [one for one in lasting if one.by == "mandate"]
    held: dict[int, HolderView] = {}
    for one in found:
        who, whom = account_in(one), patient_in(one)
        called = (await names_for(turn, who, [whom]))[whom.id]
        held.setdefault(who, HolderView(who, one.by == "self", called, whom.id))
    return list(held.values())


async def _readers(turn: Turn, row: Followed) -> list[HolderView]:
    found = await _holders(turn, str(row.sealed["patient"]))
    return [one for one in found if row.patient not in (await turn.person(one.person)).facts.get(OFF, ())]


async def _ordered_again(turn: Turn, row: Followed) -> bool:
    """The same drugs, all of them, in an order that came after."""
    drugs = {*row.sealed["drugs"]}
    for order in await lately(turn, patient=row.patient):
        stands = order.stage not in FINAL or facts_of(order.stage).delivered
        later = not order.snapshot.get("delivered") or order.snapshot["delivered"] > row.since
        lines = order.snapshot.get("prescribed") or order.snapshot.get("asked") or ()
        theirs = {str(line.get("code") or line.get("name")) for line in lines}
        if order.no != row.sealed["order"] and stands and later and drugs and drugs <= theirs:
            return True
    return False


async def _rings(turn: Turn, about: str, what: str) -> tuple[Followed, list[HolderView]] | None:
    """What is to be said now; None = nothing, and it is put off or over."""
    row = await turn.get(Followed, about)
    if row is None or row.done:
        return None
    if (at := _awake(turn, turn.now)) > turn.now:
        wake(turn, what, row.id, at=at)
        return None
    halt = await halt_of(turn, row.patient)
    if halt is not None and (halt.kind == "hospital" or halt.wrong or turn.now - halt.since < DAY):
        wake(turn, what, row.id, at=_at_ten(turn, turn.now, 1))  # it may be undone, an operator calls, she comes home
        return None
    over = halt is not None or await _consent_over(turn, row) or await _ordered_again(turn, row)
    readers = [] if over else await _readers(turn, row)
    order = await turn.get(Order, str(row.sealed["order"]))
    came_back = order is not None and not orders.is_put_away(order) and not facts_of(order.stage).delivered
    if not readers or came_back:
        _over(turn, row)
        return None
    return row, readers


async def _consent_over(turn: Turn, row: Followed) -> bool:
    """R13: hers was taken back; what comes after an order that is delivered is nothing that runs on."""
    mine = await rights_to(turn, str(row.sealed["patient"]))
    return bool(mine) and await child_consent.taken_back(turn, patient_in(mine[0]))


def _over(turn: Turn, row: Followed) -> None:
    for what in (CHECK_IN, REMINDER):
        unwake(turn, what, row.id)
    turn.put(replace(row, done=turn.now))


# ---------------------------------------------------------------- what flows ask


@does(intents.check_in)
async def check_in(act: Act, about: str) -> FollowedView:
    found = await _rings(act.turn, about, CHECK_IN)
    if found is None:
        return FollowedView()
    row, readers = found
    days = max(1, (act.turn.now - row.since) // DAY)
    asked = _over_when_told(act.turn, replace(row, step=_step(act.turn, row.since)))
    act.turn.put(asked)
    _next_check(act.turn, asked)
    _read(act.turn, asked)
    return FollowedView(tuple(readers), days, asked.step)


@does(intents.look_at_reminder)
async def look_at_reminder(act: Act, about: str) -> None:
    row = await act.turn.get(Followed, about)
    told = int(row.sealed.get(TOLD, 0)) if row else 0
    if row is not None and row.sealed.get("hospital") and (not told or act.turn.now - told < LOOKED * DAY):
        _read(act.turn, row)
        wake(act.turn, LOOK, row.id, at=_at_ten(act.turn, act.turn.now, 1))


@does(intents.taken_back)
async def taken_back(act: Act, about: str) -> FollowedView:
    row = await act.turn.get(Followed, about)
    found = await _holders(act.turn, str(row.sealed["patient"])) if row else []
    cards = {one.person: await act.turn.standing(f"due:{about}:{one.person}") for one in found}
    return FollowedView(tuple(one for one in found if (card := cards[one.person]) and card.post.content is not None))


@does(intents.reminder)
async def reminder(act: Act, about: str) -> FollowedView:
    found = await _rings(act.turn, about, REMINDER)
    if found is None:
        return FollowedView()
    row, readers = found
    hers: Mapping[str, Any] = row.sealed.get("hospital") or {}
    if hers and act.turn.now - int(row.sealed.get(READ, 0)) > FRESH:  # as the hospital has it now
        act.turn.put(replace(row, sealed={**row.sealed, RINGS: True}))
        _read(act.turn, row)
        return FollowedView()
    act.turn.put(_over_when_told(act.turn, replace(row, sealed={**row.sealed, TOLD: act.turn.now})))
    return FollowedView(tuple(readers), row.days, 0, _until(act.turn, row), str(hers.get("words", "")))


def _over_when_told(turn: Turn, row: Followed) -> Followed:
    """With the last check-in or the reminder, whichever comes later; also one that only asked how long it lasts."""
    return row if CHECKS[row.step :] or not row.sealed.get(TOLD) else replace(row, done=turn.now)


def _untold(row: Followed) -> Followed:
    """It is told once more."""
    return replace(row, done=0, sealed={name: part for name, part in row.sealed.items() if name != TOLD})


def _until(turn: Turn, row: Followed) -> str:
    handed = date.fromisoformat(turn.services.today(row.since))
    return (handed + timedelta(days=row.days)).isoformat() if row.days else ""


async def _may(act: Act, about: str) -> tuple[Followed, HolderView]:
    row = await act.turn.get(Followed, about[:20])
    if row is None:
        raise Refused("order-gone")
    mine = [one for one in await _holders(act.turn, str(row.sealed["patient"])) if one.person == act.who]
    if not mine:
        raise Refused("not-for-you")
    return row, mine[0]


@does(intents.felt)
async def felt(act: Act, about: str, how: intents.Felt) -> FollowedView:
    turn, (row, me) = act.turn, await _may(act, about)
    turn.note(str(row.sealed["order"]), f"person:{act.who}", f"felt-{how}", row.patient[:12])
    said = FollowedView(tuple(await _holders(turn, me.patient)), phone=turn.services.config.hospital_phone)
    order = await turn.get(Order, str(row.sealed["order"]))
    if how != "worse" or order is None or orders.is_put_away(order) or not heard(turn, order):
        return said
    topic = await turn.get(Topic, order.topic)
    lang = await turn.lang_of(topic.chat if topic else act.who)
    pressed = turn.arrival.body
    message = pressed.message if isinstance(pressed, Pressed) else 0
    words = Words(act.who, act.who, message, turn.services.words.label(lang, "check_in.to_doctor"))
    return replace(said, topic=await speak_up(turn, order, words))


@does(intents.not_now)
async def not_now(act: Act, about: str) -> FollowedView:
    row, me = await _may(act, about)
    act.turn.put(_untold(row))
    wake(act.turn, REMINDER, row.id, at=_at_ten(act.turn, act.turn.now, LATER))
    return FollowedView((me,), LATER)


@does(intents.no_more)
async def no_more(act: Act, about: str, on: bool = False) -> FollowedView:
    row, me = await _may(act, about)
    person = await act.me()
    off = [one for one in person.facts.get(OFF, ()) if one != row.patient]
    act.turn.put(replace(person, facts={**person.facts, OFF: off if on else [*off, row.patient]}))
    return FollowedView((me,))


@does(intents.supply_of)
async def supply_of(act: Act, about: str) -> FollowedView:
    _, me = await _may(act, about)
    return FollowedView((me,))


@does(intents.lasts)
async def lasts(act: Act, about: str, days: int) -> FollowedView:
    row, me = await _may(act, about)
    row = replace(_untold(row), days=days)
    act.turn.put(row)
    _remind(act.turn, row)
    return FollowedView((me,), days, 0, _until(act.turn, row))
