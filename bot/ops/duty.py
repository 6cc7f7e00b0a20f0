"""Who is on duty: by the hospital's hours of each doctor (PractitionerRole), and by his own word that he is off.

Of whom neither says anything, he is on duty.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from backend_client.models import NOT_SAID
from bot import ladder, orders, rules
from bot.dialog import Refused
from bot.intents import duty as intents
from bot.model import Order, Person, RoleBinding
from bot.ops.opening import away_of, hours, spans_of
from bot.ops.registry import Act, active_as, does, role_of
from bot.ops.rights import watchers
from bot.ops.waking import unwake, wake
from bot.turn import Turn
from bot.views import DutyView, UrgentCaseView

OFF = "off"  # in a doctor's facts: until when he is off, civil ms
CASE = "urgent-case"  # what is due when doctors on duty are told of one that cannot wait
BACK = "duty"  # what is due when that is over
ALWAYS = (rules.Span(0, 24 * 60, frozenset(range(1, 8))),)
NOON = 13 * 60  # min of the day when the afternoon begins
AHEAD = 7  # days that he may choose from


def off_until(turn: Turn, person: Person) -> int:
    """0 = he is not off."""
    until = int(person.facts.get(OFF) or 0)
    return until if until > turn.now else 0


def duty_from(turn: Turn, person: Person, binding: RoleBinding) -> int:
    """The instant from which he is on duty: now, while he is; rules.NEVER where nobody knows when he is again."""
    at = max(turn.now, off_until(turn, person))
    member, (zone, _) = turn.services.catalogue().member(binding.id), hours(turn)
    if member is None or member.times == NOT_SAID:
        return at
    spans = spans_of(member.times) or ALWAYS  # who says only when he is away is there on all other days
    return rules.comes(at, zone, rules.Hours(spans, away=away_of(member.times)))


async def _doctors(turn: Turn, department: str) -> list[tuple[Person, RoleBinding]]:
    people = await turn.find(Person, role="doctor")
    known = [(person, active_as(turn, person, "doctor")) for person in people]
    return [(person, one) for person, one in known if one is not None and one.department == department]


async def next_duty(turn: Turn, department: str) -> int:
    """When a doctor of this department is on duty next; 0 = one is now, or nobody knows when."""
    first = min([duty_from(turn, *one) for one in await _doctors(turn, department)], default=rules.NEVER)
    return first if turn.now < first < rules.NEVER else 0


async def on_duty(turn: Turn, department: str) -> tuple[int, ...]:
    """The accounts of its doctors who are on duty now."""
    found = [(person.id, duty_from(turn, person, one)) for person, one in await _doctors(turn, department)]
    return tuple(sorted(id for id, since in found if since <= turn.now))


async def off_now(turn: Turn) -> set[str]:
    """The registrations of doctors who are off, or away by the hospital's word: nobody is sent to them by name."""
    people = [one for one in await turn.find(Person, role="doctor") if off_until(turn, one)]
    away = {one.id for one in turn.services.catalogue().staff if rules.is_away(turn.today, away_of(one.times))}
    return away | {role.id for one in people for role in one.roles if role.role == "doctor"}


# ---------------------------------------------------------------- [Off until ...]


@does(intents.duty)
async def duty(act: Act) -> DutyView:
    turn, me = act.turn, await act.me()
    role_of(me, "doctor")
    today = date.fromisoformat(turn.today)
    days = tuple((today + timedelta(days=n)).isoformat() for n in range(2, AHEAD + 1))
    return DutyView(off_until(turn, me), _at(turn, turn.today, NOON) > turn.now, days)


def _at(turn: Turn, day: str, minute: int) -> int:
    return rules.at_minute(day, minute, hours(turn)[0])


@does(intents.goes_off)
async def goes_off(act: Act, until: str) -> DutyView:
    turn, me = act.turn, await act.me()
    binding, known = role_of(me, "doctor"), await duty(act)
    if until not in ("afternoon", "tomorrow", *known.days) or (until == "afternoon" and not known.afternoon):
        raise Refused("not-now")
    tomorrow = (date.fromisoformat(turn.today) + timedelta(days=1)).isoformat()
    day = {"afternoon": turn.today, "tomorrow": tomorrow}.get(until, until)
    at = _at(turn, day, NOON if until == "afternoon" else 0)
    turn.put(replace(me, facts={**me.facts, OFF: at}))
    wake(turn, BACK, "", at=at, person=act.who)
    turn.note("", f"person:{act.who}", "off-duty", reason=f"{binding.id} {day}")
    await _drawn_anew(turn, binding.department)
    return DutyView(at)


@does(intents.comes_back)
async def comes_back(act: Act) -> None:
    me = await act.me()
    binding = role_of(me, "doctor")
    if not off_until(act.turn, me):
        raise Refused("already-ended")
    unwake(act.turn, BACK, "", person=act.who)
    await _is_back(act, me, binding)


@does(intents.duty_again)
async def duty_again(act: Act) -> bool:
    me = await act.me()
    binding = active_as(act.turn, me, "doctor")
    if OFF not in me.facts or off_until(act.turn, me) or binding is None:
        return False
    await _is_back(act, me, binding)
    return True


async def _is_back(act: Act, me: Person, binding: RoleBinding) -> None:
    act.turn.put(replace(me, facts={name: value for name, value in me.facts.items() if name != OFF}))
    act.turn.note("", f"person:{act.who}", "on-duty", reason=binding.id)
    await _drawn_anew(act.turn, binding.department)


async def _drawn_anew(turn: Turn, department: str) -> None:
    """Whoever waits for a doctor of this department reads on the card whether one is on duty."""
    for row in await turn.find(Order, stage=ladder.WAITING):
        if row.department == department and not orders.is_put_away(row):
            turn.put(replace(row, snapshot={**row.snapshot, "shown": turn.now}))


# ---------------------------------------------------------------- what cannot wait


@does(intents.call_duty)
async def call_duty(act: Act, order: str) -> UrgentCaseView:
    turn, row = act.turn, await act.turn.get(Order, order)
    if row is None or orders.is_put_away(row) or row.stage not in ladder.WAITING or not ladder.is_red(row):
        return UrgentCaseView()
    people = {*await on_duty(turn, row.department)} - {*await watchers(turn, row)}
    if not people and (since := await next_duty(turn, row.department)):
        wake(turn, CASE, order, at=since)
    why, names = str(row.snapshot.get("expedite") or ""), turn.services.catalogue().department(row.department).names
    return UrgentCaseView(tuple(sorted(people)), row.no.rpartition("-")[2], names, row.urgency, why)
