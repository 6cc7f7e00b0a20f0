"""An ambassador's day: what was ordered before for those he acts for, and what waits for him now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import locales
from bot import dosing, orders, repeats
from bot.decoding import decoder
from bot.dialog import FLOWS, Refused
from bot.dosing import Line
from bot.forms import TracesView
from bot.intents import day as intents
from bot.model import Batch, Dialog, Order
from bot.model.names import by_language, several
from bot.ops.apart import name_for
from bot.ops.halted import held
from bot.ops.orders import unused
from bot.ops.people import patients
from bot.ops.registry import Act, does, role_of
from bot.ops.rights import brief_of, lately, mark, patient_for
from bot.ops.visits import view as view_of
from bot.ops.visits import visits_for
from bot.stages import FINAL
from bot.turn import Turn
from bot.views import ActsForView, TodoView

_answers = decoder(dict[str, str])


async def _orders_for(act: Act, patient: str) -> list[Order]:
    """Lately, the newest first; Refused where this account has no right to that patient."""
    await patient_for(act.turn, act.who, patient)
    rows = await lately(act.turn, patient=mark(act.turn, patient))
    return sorted(rows, key=lambda row: -row.deadline)


@does(intents.last_answers)
async def last_answers(act: Act, patient: str) -> Mapping[str, str]:
    rows = await _orders_for(act, patient)
    if (await patient_for(act.turn, act.who, patient)).by == "mandate":  # what she said herself is none of his
        rows = [row for row in rows if row.placed_by == act.who]
    kept = [row.snapshot.get("answers") for row in rows]
    return next((_answers(one) for one in kept if one), dict[str, str]())


@does(intents.under_way)
async def under_way(act: Act, patients: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for patient in patients:
        try:
            rows = await _orders_for(act, patient)
        except Refused:
            continue  # who may act no more is refused where he sends it
        if open_ := next((row.no for row in rows if row.stage not in FINAL), ""):
            found[patient] = open_
    return found


@does(intents.spent)
async def spent(act: Act, patients: Mapping[str, TracesView]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for patient, proof in patients.items():
        try:
            await unused(act, "", patient, "", [], proof)
        except Refused as no:
            if no.code == "rx-used":
                found[patient] = str(no.words.get("order", ""))
    return found


# ---------------------------------------------------------------- what waits for him

ORDER = ("at_gate", "at_door", "call_on", "going", "half_done", "one_home", "runs_out")


@does(intents.today)
async def today(act: Act) -> tuple[TodoView, ...]:
    role_of(await act.me(), "ambassador")
    acts_for = [one for one in await patients(act) if not one.own]
    todo = [*await _parcels(act), *await _visits(act), *await _half_done(act, acts_for), *await _due(act, acts_for)]
    return tuple(sorted(todo, key=lambda one: (one.building, not one.urgent, ORDER.index(one.kind), one.until)))


@does(intents.shown_today)
async def shown_today(act: Act, buildings: Sequence[str]) -> tuple[str, ...]:
    me = await act.me()
    before = tuple(str(one) for one in me.facts.get("today", ()))
    act.turn.put(replace(me, facts={**me.facts, "today": [*buildings]}))
    return tuple(one for one in before if one not in buildings)


async def _parcels(act: Act) -> list[TodoView]:
    """What stands at the gate, and what he carries: from [Taken] until handed over with the name."""
    found: list[TodoView] = []
    for batch in await act.turn.find(Batch, ambassador=act.who, stage="arrived"):
        found.append(TodoView("at_gate", batch.id, urgent=True, count=batch.count))
    for row in await act.turn.find(Order, ambassador=act.who, stage="with-ambassador"):
        patient = brief_of(orders.patient_of(row))
        name, urgent = await name_for(act.turn, act.who, patient), row.urgency == "red"
        found.append(TodoView("at_door", row.no, name, patient.building, urgent, row.label))
    return found


async def _visits(act: Act) -> list[TodoView]:
    found: list[TodoView] = []
    for row in await visits_for(act.turn, act.who):
        seen = await view_of(act.turn, row)
        goes = row.helper == act.who
        name = by_language(seen.called) if seen.called and goes else dict[str, str]()
        found.append(TodoView("going" if goes else "call_on", row.id, name, seen.building, urgent=not goes))
    return found


async def _half_done(act: Act, acts_for: Sequence[ActsForView]) -> list[TodoView]:
    """Forms that wait for him; each goes on where it was."""
    whose = {one.mark: one for one in acts_for}
    homes = {one.home: one for one in acts_for if one.home}
    found: list[TodoView] = []
    for row in await act.turn.find(Dialog, person=act.who, state=("open", "parked")):
        form = FLOWS.get(row.flow)
        action = form.start.action if form and form.start and form.remind else ""
        if not action or row.chat != act.who or row.asked_by:
            continue
        one, home = whose.get(row.subject), homes.get(row.subject)
        if row.subject and one is None and home is None:
            continue  # he acts for that person no more
        place = one or home
        about = f"{action}:{one.id if one else row.subject}"
        found.append(TodoView("half_done", about, one.known_as if one else {}, place.brief.building if place else ""))
    return found


async def _due(act: Act, acts_for: Sequence[ActsForView]) -> list[TodoView]:
    """By what was handed over here last and how long it lasts; nobody who has an order or a form under way."""
    turn = act.turn
    busy = {row.subject for row in await turn.find(Dialog, person=act.who, state=("open", "parked"))}
    due: list[tuple[ActsForView, str]] = []
    for one in acts_for:
        rows = await lately(turn, patient=mark(turn, one.id))
        if one.mark in busy or any(row.stage not in FINAL for row in rows) or await held(turn, one.id):
            continue
        ends = [_runs_out(turn, row) for row in rows if row.stage == "confirmed"]
        until = max(ends, default="")
        if repeats.is_due(until, turn.today):
            due.append((one, until))
    homes = Counter(one.home for one, _ in due if one.home)
    found = [
        TodoView("runs_out", one.id, one.known_as, one.brief.building, _soon(turn, until), until=until)
        for one, until in due
    ]
    for home, count in homes.items():
        if count > 1:
            first, until = next((one, until) for one, until in due if one.home == home)
            there = [one for one, _ in due if one.home == home]
            names = {tag: several(there, tag) for tag in locales.tags()}
            building, urgent = first.brief.building, _soon(turn, until)
            found.append(TodoView("one_home", home, names, building, urgent, count=count))
    return found


def _soon(turn: Turn, until: str) -> bool:
    return repeats.left(until, turn.today) == "0-2"


def _runs_out(turn: Turn, order: Order) -> str:
    """The ISO day; "" where nothing tells how long it lasts, or it was put away."""
    lines = _lines(order.snapshot.get("prescribed") or ())
    day = turn.services.today(order.since)
    return repeats.runs_out(
        replace(line, days=line.days or dosing.supply_days(line), proof=replace(line.proof, day=day)) for line in lines
    )


_lines = decoder(tuple[Line, ...])
