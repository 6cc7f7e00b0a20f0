"""People on my phone: a child, a parent, another one; her own yes and the hospital's; either side ends it."""

from __future__ import annotations

from bot import oneself, rules
from bot.dialog import Ask, Option, Refused, Start, days, flow, hours
from bot.intents import family, people
from bot.model import ToPerson
from bot.model.names import Called
from bot.phrases import written_words
from bot.views import PatientView


@flow("add_person", start=Start(command="family", action="add_person", menu=6), consent=True)
async def add_person(ask: Ask) -> None:
    """Who it is, number and birthday; then she is asked where she has a phone here, and the hospital decides.

    Nothing of the record is shown before that, her name neither: number and birthday may have been found somewhere.
    """
    relation = await ask.choice("relation", options=["child", "parent", "other", "stop"], typed=True)
    if relation == "stop":
        await ask.stop("stopped", buttons=[Option("need", action="need")])
    ask.about(("add_person.whom", {}))
    patient: PatientView = await ask.sub("who", "identity")
    new = await ask.once("new", family.may_add(patient))
    if new.age < rules.CHILD:
        await ask.stop("under_six", phone=new.phone)
    ask.about("")
    name = await _own_name(ask, new.name)
    scope, proof, kind = "all", "hospital", "guardian" if new.age < rules.ADULT else "family"
    if new.age < rules.OWN_CONSENT:
        if await ask.choice("consent", options=["yes", "no"]) == "no":
            await ask.stop("no_consent")
    elif new.account:
        await ask.tell("waiting")
        try:
            scope = await ask.other("her", "family_asked", new.account, name=new.called or name)
        except Refused:
            scope = "no"
        if scope == "no":
            await ask.stop("not_let")
        now = await ask.once("now", family.may_add(patient))
        proof = "own-phone" if now.account == new.account else "hospital"  # her record may be on another phone by now
    given = new.age < rules.OWN_CONSENT
    await ask.sub(
        "asks",
        "family_asks",
        patient=patient,
        relation=relation,
        kind=kind,
        scope=scope,
        proof=proof,
        name=name,
        given=given,
    )


async def _own_name(ask: Ask, proved: str) -> str:
    """As the hospital knows who asks; somebody who is no patient there says it, and the registrar looks."""
    if proved:
        return proved
    name: str = await ask.sub("is_name", "is_name", name=await ask.text("name", check=oneself.real_name))
    return name


@flow("family_asked", remind=hours(20), expire=days(3))
async def family_asked(ask: Ask, name: Called) -> str:
    """On her own phone: somebody wants to order for her. She says what he may see, or no."""
    may = await ask.choice("may", options=["all", "stage", "no"], name=name)
    if may == "no":
        await ask.tell("refused")
    else:
        await ask.tell("agreed", name=name)
    return may


@flow("family_let", expire=days(14))
async def family_let(ask: Ask, patient: PatientView, scope: family.Scope, proof: family.Proof) -> None:
    """He had typed her number as his own, and she lets him: what is missing is asked, then the hospital."""
    me = await ask.once("me", people.me())
    relation = await ask.choice("relation", options=["parent", "child", "other"], name=patient.known_as)
    name = await _own_name(ask, me.self.name if me.self else "")
    await ask.sub(
        "asks",
        "family_asks",
        patient=patient,
        relation=relation,
        kind="family",
        scope=scope,
        proof=proof,
        name=name,
        given=False,
    )


@flow("family_asks")
async def family_asks(
    ask: Ask,
    patient: PatientView,
    relation: family.Relation,
    kind: family.Kind,
    scope: family.Scope,
    proof: family.Proof,
    name: str,
    given: bool,
) -> None:
    """The application at the hospital; ``given``: the guardian consents to the child's health data (R13), which counts
    from the approval on."""
    shown = ""
    if proof == "hospital":
        ask.about(("add_person.whom", {}))
        sent: str = await ask.sub("proof", "send_proof", patient=patient.id, of="child" if given else "family")
        shown, proof = sent, "sent" if sent else proof
        ask.about("")
    about = await ask.once("about", family.about_to_ask())
    whose = (about.key, about.whose, patient.id)
    wanted = family.ask_family(*whose, relation, kind, name, proof, scope, about.until, shown)
    asked = await ask.call("asked", wanted)
    await ask.once("kept", family.keep_asked(asked, patient, kind, scope, name, proof, relation))
    if proof == "hospital":
        await ask.tell("bring")
    else:
        await ask.tell("waits")


@flow("family_decided", start=Start(due="family-decided"))
async def family_decided(ask: Ask) -> None:
    """The hospital approved it, or did not: he hears, and so does her own phone."""
    told = await ask.once("decided", family.decided(ask.subject))
    if not told.account:
        return
    who = ToPerson(told.account)
    if not told.approved:
        await ask.tell("refused", to=who, reason=written_words(told.reason))
        return
    if told.consents:
        await ask.once("consent", people.told(people.record_consent(told.patient.id, True)))
    if told.scope == "all":
        need = Option("need", action=f"need:{told.patient.id}")
        await ask.tell("approved", to=who, name=told.called, buttons=[need])
    else:
        await ask.tell("stage_only", to=who, name=told.called, buttons=[Option("where", action="where")])
    for person in told.others:
        end = Option("end_person", action=f"end_person:{told.right}")
        await ask.tell(f"hers[{person}]", to=ToPerson(person), name=told.name, all=told.scope == "all", buttons=[end])


@flow("end_person", start=Start(action="end_person"))
async def end_person(ask: Ask) -> None:
    """It ends at once here; the hospital is told afterwards, as often as it takes."""
    ended = await ask.once("ended", family.end_family(ask.subject))
    await ask.once("sent", family.ends(ended.related))
    await ask.tell("done")
    if ended.account != ask.person.id:
        await ask.tell("his", to=ToPerson(ended.account), name=ended.called)
    for person in ended.others:
        if person != ask.person.id:
            await ask.tell(f"hers[{person}]", to=ToPerson(person), name=ended.name)
