"""An ambassador may act for a resident: asked of her, shown to her, taken back by either side, six months at most."""

from __future__ import annotations

from bot import rules
from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.intents.family import family_rows
from bot.model import ToPerson
from bot.phrases import NO_RIGHT, ONWARD
from bot.views import PatientView


@flow("neighbour", start=Start(command="neighbour", action="neighbour", menu=2, role="ambassador", after=NO_RIGHT))
async def neighbour(ask: Ask) -> None:
    """The ambassador, at her home: who is she, and how did she agree."""
    ask.leads_on(ONWARD)
    helper = await ask.once("helper", people.require_role("ambassador"))
    settings = await ask.once("rules", people.rules())
    ask.about(("neighbour.whom", {}))
    patient: PatientView = await ask.sub("who", "identity")
    ask.about(patient.known_as)
    account = await ask.once("account", people.account(patient.id))
    until = rules.months_before(settings.today, -settings.mandate_months)
    if account:
        asked = await ask.once("asked", people.ask_mandate(patient, until))
        await ask.card(
            f"asked:{asked}",
            "neighbour.request",
            to=ToPerson(account),
            helper=helper.name,
            until=until,
            buttons=[Option("agree", action=f"agree:{asked}"), Option("refuse", action=f"refuse:{asked}")],
            anew=True,
        )
        await ask.tell("waiting", name=patient.known_as, buttons=ONWARD)
        return
    proof = await ask.choice("proof", options=["read_aloud", "family", "not_yet"], name=patient.known_as, until=until)
    if proof == "not_yet":
        await ask.stop("no_proof", buttons=[Option("neighbour", action="neighbour")])
    health: tuple[str, str] = await ask.sub("hers", "proxy_consent", patient=patient, role=helper.id)
    if not health[0]:
        await ask.stop("no_consent")
    key = await ask.once("key", people.mint())
    granted = await ask.call("granted", people.grants(key, patient.id, helper.id, until, proof, health[1]))
    await ask.once("kept", people.keep_mandate(granted, ask.person.id, patient))
    called = await ask.once("called", people.called(patient))
    await ask.tell("may_act", name=called, until=until, buttons=[_order_for(patient)])


def _order_for(patient: PatientView) -> Option:
    """[I need medicine], for this person: another one's order that is still being filled in stays as it is."""
    return Option("need", action=f"need:{patient.id}")


@flow("agree", start=Start(action="agree"))
async def agree(ask: Ask) -> None:
    """The resident said yes on her own phone: the hospital records the Consent, both see it."""
    asked = await ask.once("asked", people.mandate_asked(ask.subject))
    granted = await ask.call(
        "granted",
        people.grants(ask.subject, asked.patient.id, asked.role, asked.until, "own-phone"),
    )
    await ask.once("kept", people.keep_mandate(granted, asked.ambassador, asked.patient, ask.subject))
    await ask.card(f"asked:{ask.subject}", "", to=ToPerson(ask.person.id))  # the request, with its buttons, goes
    await ask.tell(
        "yours",
        helper=asked.helper,
        until=asked.until,
        buttons=[Option("revoke", action=f"revoke:{granted.id}")],
    )
    await ask.tell(
        "theirs",
        to=ToPerson(asked.ambassador),
        name=await ask.once("called", people.called(asked.patient, asked.ambassador)),
        until=asked.until,
        buttons=[_order_for(asked.patient)],
    )


@flow("refuse", start=Start(action="refuse"))
async def refuse(ask: Ask) -> None:
    """The resident does not want it: nothing is registered, the ambassador hears it."""
    asked = await ask.once("asked", people.mandate_asked(ask.subject, drop=True))
    await ask.card(f"asked:{ask.subject}", "", to=ToPerson(ask.person.id))  # the request, with its buttons, goes
    await ask.tell("yours", helper=asked.helper)
    again = [Option("neighbour", action="neighbour")]
    await ask.tell("theirs", to=ToPerson(asked.ambassador), buttons=again)


@flow("revoke", start=Start(action="revoke"))
async def revoke(ask: Ask) -> None:
    """Ends at once for the bot; the hospital is told afterwards and as often as it takes."""
    ended = await ask.once("ended", people.end_mandate(ask.subject))
    await ask.once("sent", people.told(people.revoke_mandate(ask.subject)))
    for other in ended.others:
        await ask.once(f"sent[{other}]", people.told(people.revoke_mandate(other)))
    await ask.tell("done")
    if ended.account and ended.account != ask.person.id:
        await ask.tell("resident", to=ToPerson(ended.account), helper=ended.helper)
    if ended.ambassador != ask.person.id:
        await ask.tell("ambassador", to=ToPerson(ended.ambassador), name=ended.known_as, buttons=ONWARD)


@flow("helpers", start=Start(command="helpers", listed=3, action="helpers", menu=4))
async def helpers(ask: Ask) -> None:
    """Who may act for me and for whom I act, each with [Take back]."""
    rows = await ask.once("rows", people.mandates())
    relatives = await ask.once("relatives", family_rows())
    if not (rows or relatives):
        await ask.stop("none", buttons=[Option("add_person", action="add_person")])
    for one in relatives:
        end = [Option("end_person", action=f"end_person:{one.id}")]
        if one.mine:
            await ask.tell(f"family[{one.id}]", name=one.name, all=one.scope == "all", buttons=end)
        else:
            await ask.tell(f"relative[{one.id}]", name=one.called, waits=one.waits, all=one.scope == "all", buttons=end)
    for row in rows:
        key = "mine" if row.mine else "theirs"
        await ask.tell(
            f"{key}[{row.id}]",
            name=row.known_as,
            until=row.until,
            buttons=[Option("revoke", action=f"revoke:{row.id}")],
        )


@flow("visit", consent=True)
async def visit(ask: Ask) -> None:
    """Nothing begins it any more (bot/flows/visits.py does); who stood in it goes on. For the release before."""
    await ask.sub("enrol", "enrol")
    me = await ask.once("me", people.me())
    compound: str = await ask.sub("compound", "compound")
    helper = await ask.once("helper", people.serving(compound))
    own = me.self
    if helper is not None and own is None:
        own = (await ask.once("me_now", people.me())).self
    if helper is None or own is None:
        await ask.stop("nobody")
    if await ask.choice("share", options=["yes", "no"], helper=helper.name) == "no":
        await ask.stop("kept")
    await ask.tell(
        "task",
        to=ToPerson(helper.account),
        name=own.known_as,
        address=own.address,
        buttons=[Option("neighbour", action="neighbour")],
    )
    await ask.tell("done", helper=helper.name)
