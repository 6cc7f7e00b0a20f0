"""It stands 5: a record never moves to another phone in silence, and nobody learns by trying what fits (law 8).

What was asked for is a Right that is not approved. Tries are counted as instants under a keyed hash.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot import rules
from bot.decoding import jsonable
from bot.dialog import Refused
from bot.intents import claims as intents
from bot.model import Dialog, Measured, Person, Right
from bot.ops.drafts import erased
from bot.ops.handing import knows_number
from bot.ops.incidents import report, settle
from bot.ops.people import becomes, needs_no_guardian
from bot.ops.registry import Act, bound_as, does, role_of
from bot.ops.rights import account_in, accounts_of, lasting_rights, mark, own_patient, patient_in, records_of, rights_of
from bot.ops.waking import unwake, wake
from bot.turn import Turn
from bot.views import ClaimView, DecidedView, LaterView, PatientView

DAY, HOUR = 86_400_000, 3_600_000  # ms
STANDS = 3 * DAY  # so long a claim is not asked again: as long as the question (bot/flows/claims.py)
LATER, SILENT = "record-answer", "record-silent"  # what is due: see bot/flows/claims.py


# ---------------------------------------------------------------- tries


async def _tries(turn: Turn, what: str, whose: str) -> Measured:
    """Those of the last day."""
    id = f"tries:{turn.blind(what, whose)}"
    row = await turn.get(Measured, id) or Measured(id)
    return replace(row, values=tuple(at for at in row.values if at > turn.now - DAY))


@does(intents.count_try)
async def count_try(act: Act, number: str) -> None:
    rows = [await _tries(act.turn, "tries-account", str(act.who)), await _tries(act.turn, "tries-number", number)]
    most = act.turn.services.config.wrong_tries
    if any(len(row.values) >= most for row in rows):
        for row in rows:
            if len(row.values) >= most:
                await report(act.turn, "guesses", about=row.id.partition(":")[2][:12], code="tries")
        raise Refused("tries")
    for row in rows:
        act.turn.put(replace(row, values=(*row.values, act.turn.now)))


@does(intents.tries_spent)
async def tries_spent(act: Act) -> bool:
    return len((await _tries(act.turn, "tries-account", str(act.who))).values) >= act.turn.services.config.wrong_tries


@does(intents.found_well)
async def found_well(act: Act, patient: str = "") -> None:
    if patient:
        await knows_number(act, patient)
    row = await _tries(act.turn, "tries-account", str(act.who))
    act.turn.put(replace(row, values=row.values[:-1]))


# ---------------------------------------------------------------- whoever has it is asked


@does(intents.ask_for)
async def ask_for(act: Act, patient: PatientView) -> ClaimView:
    turn = act.turn
    others = sorted(set(await accounts_of(turn, patient.id)) - {act.who})
    await knows_number(act, patient.id)
    proved = rules.whole_day(patient.birth_date)
    if not others and proved:
        await found_well(act)
        return ClaimView()
    id = turn.blind("claim", str(act.who), patient.id)[:20]
    known = await turn.get(Right, id)
    if known is not None and (known.approved or turn.now < known.since + STANDS):
        return ClaimView(id)  # asked already, and not answered; or it is his already
    sealed = {"account": act.who, "patient": jsonable(patient)}
    asked = Right(id, turn.blind("account", str(act.who)), mark(turn, patient.id), "family", turn.now, sealed=sealed)
    turn.put(replace(asked, version=known.version if known else 0))
    wake(turn, SILENT, id, after=turn.services.config.claim_minutes * 60_000 if others else 1)  # nobody else to ask
    turn.note("", f"person:{act.who}", "record-asked-for", turn.blind("patient", patient.id)[:12])
    return ClaimView(id, tuple(others))


@does(intents.answer_later)
async def answer_later(act: Act) -> LaterView:
    config = act.turn.services.config
    at = rules.answer_at(act.turn.now, ZoneInfo(config.timezone), config.answer_from)
    wake(act.turn, LATER, "", at=at, person=act.who)
    day = act.turn.services.today(at)
    return LaterView(at, "" if day == act.turn.today else day, config.hospital_phone)


@does(intents.opened_meanwhile)
async def opened_meanwhile(act: Act) -> bool:
    return await own_patient(act.turn, act.who) is not None or bool(await rights_of(act.turn, act.who))


async def _waiting(turn: Turn, claim: str) -> Right:
    right = await turn.get(Right, claim)
    if right is None or right.approved:
        raise Refused("already-answered")
    return right


@does(intents.silent_claim)
async def silent_claim(act: Act, claim: str) -> tuple[int, ...]:
    try:
        right = await _waiting(act.turn, claim)
    except Refused:
        return ()
    await report(act.turn, "claim", about=claim[:12], code="silent")
    operators = await act.turn.find(Person, role="operator")
    return tuple(person.id for person in operators if person.id != account_in(right))


@does(intents.claim_of)
async def claim_of(act: Act, claim: str) -> PatientView:
    role_of(await act.me(), "operator")
    right = await _waiting(act.turn, claim)
    if act.who == account_in(right):
        raise Refused("not-for-you")
    return patient_in(right)


async def _is_another(turn: Turn, account: int, patient: PatientView) -> bool:
    """Whether the account proved to be somebody else; one whose record is closed is somebody, too."""
    own = [patient_in(right) for right in await lasting_rights(turn, account) if right.by == "self"]
    return any(not {*records_of(one)} & {*records_of(patient)} for one in own)


@does(intents.decide_claim)
async def decide_claim(act: Act, claim: str, what: intents.Decision) -> DecidedView:
    turn = act.turn
    right = await _waiting(turn, claim)
    patient, account = patient_in(right), account_in(right)
    holders = await accounts_of(turn, patient.id)
    called = act.who not in holders
    if act.who == account or (called and bound_as(await act.me(), "operator") is None):
        raise Refused("not-for-you")
    if what != "not_me":
        needs_no_guardian(turn, patient)  # a child's record is a guardian's to add (bot/flows/family.py)
    if what == "new_phone" and await _is_another(turn, account, patient):
        raise Refused("other-patient")
    unwake(turn, SILENT, claim)
    turn.drop(right)
    if what == "new_phone":
        await becomes(turn, account, patient)
    if what != "not_me":
        await _ask_no_more(turn, account)
        unwake(turn, LATER, "", person=account)
    if what == "not_me" and not called:
        await report(turn, "claim", about=claim[:12], code="denied")  # no operator knows of it yet
    else:
        await settle(turn, "claim", claim[:12], "decided")
    turn.note("", f"person:{act.who}", f"record-{what}", turn.blind("patient", patient.id)[:12])
    return DecidedView(account, tuple(one for one in holders if one != act.who), patient)


async def _ask_no_more(turn: Turn, account: int) -> None:
    """The record is open: what still asks for its number is over, and the next press begins with what she needs."""
    for dialog in await turn.find(Dialog, person=account, state=("open", "parked")):
        if dialog.step.rpartition("/")[2].partition("[")[0] in _PROVING and "who/" in dialog.step:
            if dialog.prompt:
                turn.post(dialog.prompt, dialog.chat, None)
            turn.put(erased(dialog))


_PROVING = ("number", "born", "again")  # the steps of bot/flows/enrol.py, identity
