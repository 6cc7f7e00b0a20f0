"""A neighbour asks to be ambassador; an operator says yes or no, then the hospital, and then she is one.

Nothing is sent to the hospital before an operator's yes; nothing works before the hospital's registration is active.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend_client.models import Staff, TaskSnapshot
from bot import free_words
from bot.dialog import Refused
from bot.intents import applying as intents
from bot.model import Application, Arrival, Command, Due, Origin, Person, Place, PlaceKind, Timer
from bot.ops import family
from bot.ops.applicants import KIND, LATE, about, asking, open_of, over, view
from bot.ops.incidents import report, settle
from bot.ops.orders import HOUR
from bot.ops.places import lists
from bot.ops.registered import on_the_road, read_soon
from bot.ops.registrations import bound, parcels_to, see_role
from bot.ops.registry import DONE, SEES, TASKS, Act, bound_as, does, role_of, send
from bot.ops.waking import key_of, wake
from bot.ops.who_helps import serves_now
from bot.public_names import alike, surnames
from bot.turn import Services, Turn
from bot.views import ApplicantView, ApplicationView, QuizView

ANSWERED = 24 * HOUR  # ms: so long somebody has for an answer before she reads that it takes longer
SENT = "sent"  # in what is sealed: when an operator approved it
ENDING, DONE_THERE = "ending", "completed"  # there, too: the hospital is asked to end it; it had said yes before
UNANSWERED = ("taken-back", "lapsed")  # over before the hospital said anything
NEVER, EVERY = 1 << 62, 1 << 31  # of timers: whenever they are due, and all of them
WAITS = ("requested", "received", "accepted", "ready", "in-progress", "on-hold", "completed")  # Task.status
PROPOSED = ("near", "aunt", "uncle")


@does(intents.my_application)
async def my_application(act: Act) -> ApplicationView:
    if bound_as(await act.me(), "ambassador"):
        return ApplicationView(helps=True)
    row = await open_of(act.turn, act.who)
    return await view(act.turn, row) if row else ApplicationView()


@does(intents.quiz)
async def quiz(act: Act) -> tuple[QuizView, ...]:
    asked = act.turn.services.config.quiz
    return tuple(QuizView(str(n), one.ask, one.answers, str(one.right), one.wrong) for n, one in enumerate(asked, 1))


# ---------------------------------------------------------------- by what name


@does(intents.proposals)
async def proposals(act: Act, name: str, compound: str) -> tuple[str, ...]:
    turn, say = act.turn, act.turn.services.words
    groups = await turn.find(Place, kind=PlaceKind.COMPOUND, ref=compound)
    lang = groups[0].lang if groups else turn.services.config.group_lang
    told = [say.label(lang, f"public_name.as.{how}", {"name": one}) for one in surnames(name) for how in PROPOSED]
    taken = await _taken(turn, act.who)
    return tuple([one for one in dict.fromkeys(told) if alike(one) not in taken][: len(PROPOSED)])


@does(intents.is_said)
async def is_said(act: Act, name: str) -> bool:
    return free_words.is_said(name)


@does(intents.is_free)
async def is_free(act: Act, public: str) -> bool:
    return alike(public) not in await _taken(act.turn, act.who)


async def _taken(turn: Turn, but: int) -> set[str]:
    """The names of whoever else is at work here or at the hospital, or asks to be, as they look."""
    own = {one.id for one in (await turn.person(but)).roles}
    staff = [one for one in turn.services.catalogue().staff if one.id not in own]
    names = {name for one in staff for name in (one.name, one.public)}
    helpers = [one for one in await turn.find(Person, role="ambassador") if one.id != but]
    names |= {one.name for person in helpers for one in person.roles if one.role == "ambassador"}
    names |= {str(row.sealed.get("public", "")) for row in await turn.find(Application, ended=0) if row.person != but}
    return {alike(name) for name in names - {""}}


# ---------------------------------------------------------------- she asks


@does(intents.apply)
async def apply(
    act: Act, compound: str, name: str, phone: str, public: str, hours: Sequence[intents.Hours]
) -> ApplicationView:
    turn = act.turn
    if bound_as(await act.me(), "ambassador"):
        raise Refused("helper-already")
    if await open_of(turn, act.who) is not None:
        raise Refused("applied-already")
    _still_there(turn, compound)
    if not await is_free(act, public):
        raise Refused("name-taken")
    known = {"name": name, "phone": phone, "public": public, "hours": [*hours]}
    row = Application(turn.new_id(), "asked", compound, act.who, turn.now, sealed=known)
    turn.put(row)
    wake(turn, LATE, row.id, after=ANSWERED)
    await report(turn, KIND, about=about(row), code="asked")
    turn.note("", f"person:{act.who}", "applies", reason=f"{compound} {row.id}")
    return await view(turn, row)


def _still_there(turn: Turn, compound: str) -> None:
    if all(one.id != compound for one in lists(turn, "compounds").compounds):
        raise Refused("compound-gone")


@does(intents.take_back)
async def take_back(act: Act, application: str) -> None:
    turn, row = act.turn, await _open(act, application)
    if row.person != act.who:
        raise Refused("not-for-you")
    await _withdrawn(turn, row)
    await over(turn, row, "taken-back", f"person:{act.who}")


async def _withdrawn(turn: Turn, row: Application) -> None:
    """What has not left never does. Whether it has nobody may know: the hospital is asked to end what came of it."""
    if role := str(row.sealed.get("role", "")):
        await _ends(turn, row, role)
    elif row.phase == "sent":
        _asks_to_end(turn, row)


def _asks_to_end(turn: Turn, row: Application, *, unanswered: bool = False) -> None:
    turn.done(asking(row))
    told = intents.withdraw_ambassador(row.id, unanswered=True) if unanswered else intents.withdraw_ambassador(row.id)
    turn.command(Command(f"applies-off:{row.id}", f"applies:{row.id}", told.name, told.args, Origin()))


async def _ends(turn: Turn, row: Application, role: str) -> None:
    told = intents.end_ambassador(role)
    await send(Act(turn, row.person, row.person), told.name, {"role": role})


async def _open(act: Act, application: str) -> Application:
    row = await act.turn.get(Application, application)
    if row is None or row.ended:
        raise Refused("applies-over")
    return row


# ---------------------------------------------------------------- an operator decides


async def _to_decide(act: Act, application: str) -> Application:
    """One that nobody has decided yet; of two operators at once the second reads so. Nobody decides about himself."""
    await on_the_road(act, "operator")
    row = await _open(act, application)
    if row.phase != "asked":
        raise Refused("applies-over")
    if row.person == act.who:
        raise Refused("not-for-you")
    return row


@does(intents.approve)
async def approve(act: Act, application: str) -> None:
    turn, row = act.turn, await _to_decide(act, application)
    _still_there(turn, row.compound)
    if bound_as(await turn.person(row.person), "ambassador"):
        raise Refused("helper-already")
    operator = role_of(await act.me(), "operator").id
    row = replace(row, phase="sent", by=act.who, sealed={**row.sealed, SENT: turn.now})
    turn.put(row)
    await settle(turn, KIND, about(row), "approved")
    wake(turn, LATE, row.id, after=ANSWERED)
    draft = ApplicantView(
        row.id,
        str(row.sealed["name"]),
        str(row.sealed["phone"]),
        str(row.sealed["public"]),
        row.compound,
        tuple(row.sealed["hours"]),
        operator if turn.services.catalogue().member(operator) else "",
        _lapses(turn, row),
    )
    asked = intents.ask_ambassador(draft)
    turn.command(Command(asking(row), asking(row), asked.name, asked.args, Origin()))
    turn.note("", f"person:{act.who}", "applies-sent", f"person:{row.person}", f"{row.compound} {row.id}")


@does(intents.decline)
async def decline(act: Act, application: str) -> None:
    row = await _to_decide(act, application)
    await over(act.turn, replace(row, by=act.who), "declined", f"person:{act.who}")


@does(intents.applicants)
async def applicants(act: Act) -> tuple[ApplicationView, ...]:
    role_of(await act.me(), "operator")
    rows = [row for row in await act.turn.find(Application, phase="asked") if row.person != act.who]
    return tuple([await view(act.turn, row) for row in sorted(rows, key=lambda row: row.since)])


@does(intents.applies_late)
async def applies_late(act: Act, application: str) -> ApplicationView:
    turn, row = act.turn, await act.turn.get(Application, application)
    if row is None or row.ended:
        return ApplicationView()
    if row.sealed.get(DONE_THERE):
        read_soon(turn, str(row.sealed["role"]))  # the hospital said yes, and its registration does not count yet
        await report(turn, KIND, about=about(row), code="hospital")
        wake(turn, LATE, row.id, after=ANSWERED)
        return ApplicationView()
    if turn.now >= _lapses(turn, row):
        if row.phase == "sent":  # its answer says what was first: a yes of the last minute, or the end
            turn.put(replace(row, sealed={**row.sealed, ENDING: turn.now}))
            _asks_to_end(turn, row, unanswered=True)
        else:
            await over(turn, row, "lapsed", "house")
        return ApplicationView()  # her card says so
    await report(turn, KIND, about=about(row), code="hospital" if row.phase == "sent" else "asked")
    wake(turn, LATE, row.id, at=_lapses(turn, row))
    return await view(turn, row)


def _lapses(turn: Turn, row: Application) -> int:
    """When it ends without an answer, counted from her asking, then from the operator's yes."""
    return int(row.sealed.get(SENT) or row.since) + turn.services.config.application_days * 24 * HOUR


async def missing_ends(services: Services, at: int) -> int:
    """At the start: what a release without this end left open gets its clock; answers how many."""
    rows = await services.store.find(Application, ended=0)
    ringing = {timer.key for timer in await services.store.timers_due(NEVER, EVERY)} if rows else set[str]()
    turn = Turn(
        services, Arrival("timer", f"applications:{at}", at, Due(Timer("applications", at, "applications", "")))
    )
    begun = [row for row in rows if key_of(LATE, row.id) not in ringing]
    for row in begun:
        wake(turn, LATE, row.id, at=max(at, _lapses(turn, row)))
    if begun:
        await services.store.commit(turn.outcome())
    return len(begun)


async def ended_there(turn: Turn, command: Command) -> None:
    """Nobody had answered, and the hospital has ended it, or never had it; what it had completed goes on."""
    row = await turn.get(Application, str(command.args["key"]))
    if row is not None and row.phase == "sent" and row.sealed.get(ENDING) and not row.sealed.get(DONE_THERE):
        await over(turn, row, "lapsed", "house")


DONE["hospital.withdraw_ambassador"] = ended_there


# ---------------------------------------------------------------- what the hospital says


async def follow(turn: Turn, seen: TaskSnapshot) -> None:
    """An application of a neighbour's, by our key; any other one is a relative's."""
    row = await turn.get(Application, seen.key) if seen.key else None
    if row is None:
        await family.follow(turn, seen)
        return
    role = seen.about.removeprefix("PractitionerRole/")
    if row.phase in UNANSWERED and role and seen.status in WAITS:
        await _ends(turn, row, role)  # it was on its way, and came there after its end
    if row.phase != "sent":
        return
    if seen.status not in WAITS:
        if seen.status == "cancelled" and row.sealed.get(ENDING):  # by us
            await over(turn, row, "lapsed", "house")
        else:
            await over(turn, row, "refused", "hospital", seen.reason)
        return
    known = {**row.sealed, "role": role} if role else row.sealed
    if seen.status == "completed" and role:
        known = {**known, DONE_THERE: row.sealed.get(DONE_THERE) or turn.now}
        wake(turn, LATE, row.id, after=ANSWERED)
        read_soon(turn, role)
    if known != row.sealed:
        turn.put(replace(row, sealed=known))


async def see(turn: Turn, seen: Staff) -> None:
    """A registration as it stands now: perhaps one that somebody waits for."""
    for row in [] if seen.ended else await turn.find(Application, phase="sent"):
        if row.sealed.get("role") == seen.id:
            await _begins(turn, row, seen)
    await see_role(turn, seen)


async def _begins(turn: Turn, row: Application, seen: Staff) -> None:
    """She is ambassador from now on: what nobody served in her compound is hers."""
    if [one for one in await turn.find(Person, role="ambassador", role_id=seen.id) if one.id != row.person]:
        await report(turn, "role", about=turn.blind("role", seen.id)[:12], code="taken")
        return
    known = {"public": row.sealed["public"], "hours": row.sealed["hours"], "helps_since": turn.now}
    person = await turn.person(row.person)
    turn.put(bound(replace(person, facts={**person.facts, **known}), seen, turn.now, turn.now))
    for compound in seen.locations:
        await parcels_to(turn, 0, compound, row.person)
        await settle(turn, "uncovered", compound, "served again")
    await serves_now(turn, seen.locations)
    await over(turn, row, "approved", "hospital")


TASKS["application"] = follow
SEES[Staff] = see
