"""A child's own consent to health data: a guardian gives and takes it back, apart from his own (R13).

That it was taken back stands in each guardian's right to the child; the hospital is told by the flow.
"""

from __future__ import annotations

from dataclasses import replace

from bot import rules
from bot.dialog import Refused
from bot.intents import child_consent as intents
from bot.model import Right
from bot.ops.apart import names_for
from bot.ops.closing import forget_forms
from bot.ops.halting import live
from bot.ops.registry import Act, does
from bot.ops.rights import account_in, accounts_of, lasting_rights, lasts, patient_in, records_of, rights_to
from bot.turn import Turn
from bot.views import ChildView, HearerView, PatientView

WITHDRAWN = "withdrawn"


@does(intents.children)
async def children(act: Act) -> tuple[ChildView, ...]:
    mine = await _mine(act)
    called = await names_for(act.turn, act.who, [patient_in(one) for one in mine])
    return tuple(
        [
            ChildView(one.id, patient_in(one).id, called[patient_in(one).id], len(await live(act.turn, one.patient)))
            for one in mine
            if not one.sealed.get(WITHDRAWN)
        ]
    )


async def _mine(act: Act) -> list[Right]:
    lasting = await lasting_rights(act.turn, act.who)
    return [
        one for one in lasting if one.by == "guardian" and rules.under_age(patient_in(one).birth_date, act.turn.today)
    ]


async def taken_back(turn: Turn, patient: PatientView) -> bool:
    """On her own phone, or of a child by a guardian, and not given again: nobody orders, nobody asks how it goes.

    A birthday gives nothing back: from fourteen on it is the child's own phone that does.
    """
    own = [(await turn.person(account)).facts.get("consent") for account in await accounts_of(turn, patient.id)]
    if False in own:
        return True
    found = () if True in own else await rights_to(turn, patient.id)
    return any(one.by == "guardian" and one.sealed.get(WITHDRAWN) for one in found)


@does(intents.child_consents)
async def child_consents(act: Act, patient: str, given: bool) -> tuple[HearerView, ...]:
    turn = act.turn
    right = next((one for one in await _mine(act) if patient in records_of(patient_in(one))), None)
    if right is None:
        raise Refused("not-for-you")
    hear: list[HearerView] = []
    theirs = [one for one in await turn.find(Right, patient=right.patient) if one.by == "guardian"]
    for one in theirs:  # also one that waits for the hospital's yes
        kept = {name: part for name, part in one.sealed.items() if name != WITHDRAWN}
        turn.put(replace(one, sealed=kept if given else {**kept, WITHDRAWN: turn.now}))
        account = account_in(one)
        if not given:
            await forget_forms(turn, account, records_of(patient_in(one)))
        if account != act.who and lasts(turn, one):
            called = await names_for(turn, account, [patient_in(one)])
            hear.append(HearerView(account, called[patient_in(one).id]))
    turn.note("", f"person:{act.who}", "consent-given" if given else "consent-withdrawn", right.patient[:12], "child")
    return tuple(hear)
