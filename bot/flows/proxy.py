"""Somebody without a phone: a helper reads to her and confirms for her; family and desk may say that it is not so."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.intents import proxy as intents
from bot.intents.child_consent import child_consents
from bot.intents.orders import hands_over
from bot.linewords import guided_words
from bot.model import ToPerson
from bot.phrases import ONWARD
from bot.views import OrderView, PatientView, ScanView


@flow("proxy_consent")
async def proxy_consent(ask: Ask, patient: PatientView, role: str) -> tuple[str, str]:
    """Her own consent to health data, read to her (R13): how she gave it ("" = she does not), and where it is kept."""
    proof = await ask.choice("health", options=["read_aloud", "family", "no"])
    if proof == "no":
        return "", ""
    shown: str = await ask.sub("proof", "send_proof", patient=patient.id, of="neighbour")
    consent = people.record_consent(patient.id, True, proof=proof, by=role, shown=shown)
    await ask.once("recorded", people.told(consent))
    await ask.once("kept", intents.keep_consent(patient.id))
    return proof, shown


@flow("proxy_needed")
async def proxy_needed(ask: Ask, patient: PatientView) -> None:
    """Before the order: who was let act before her consent was asked for asks it; a child's taken back, too."""
    role = await ask.once("needs", intents.needs_consent(patient.id))
    if not role:
        return
    if role == intents.GUARDIAN:
        if await ask.choice("child", options=["yes", "no"], name=patient.known_as) == "no":
            await ask.stop("no_consent")
        await ask.once("given", child_consents(patient.id, given=True))
        await ask.once("recorded", people.told(people.record_consent(patient.id, True)))
        return
    said: tuple[str, str] = await ask.sub("hers", "proxy_consent", patient=patient, role=role)
    if not said[0]:
        await ask.stop("no_consent")


@flow("read_zero", start=Start(action="read_zero"))
async def read_zero(ask: Ask) -> None:
    """Nothing is to be paid: he reads the risk warning to her (R8), and says that she agrees."""
    ask.leads_on(ONWARD)
    order = await ask.once("may", intents.reads_to_her(ask.subject))
    patient = order.snapshot.patient
    ask.about(order.whose(ask.person.id))
    if await ask.choice("read", options=["agrees", "not"], name=patient.known_as) == "not":
        await ask.stop("left")
    seen = await ask.call("stands", people.read_record(patient.id))
    await ask.once("confirmed", intents.confirm_zero_for(ask.subject, seen))
    await ask.tell("done", buttons=ONWARD)


@flow("for_her_card", start=Start(notice="stage:handed-over", holds=("handed-over",)))
async def for_her_card(ask: Ask, order: OrderView) -> None:
    """To the helper of somebody without a phone: what to read aloud, and the one button that closes her order."""
    helper = await ask.once("helper", intents.helper_for(order.no))
    if helper:
        await ask.card(
            f"for_her:{order.no}:{helper}",
            "for_her.read_aloud",
            to=ToPerson(helper),
            buttons=[Option("for_her", action=f"for_her:{order.no}")],
            protect=True,
            name=order.snapshot.patient.known_as,
            label=order.label,
            lines=guided_words(order.snapshot) if helper == order.placed_by else [],
        )


@flow("for_her", start=Start(action="for_her"))
async def for_her(ask: Ask) -> None:
    """[I read it to her: she has it]: confirmed for her, with its own mark."""
    await ask.once("move", intents.confirm_for(ask.subject))


@flow("for_her_late", start=Start(due="unconfirmed"))
async def for_her_late(ask: Ask) -> None:
    """A day after her door nobody has confirmed it: the operators hear it."""
    await ask.once("late", intents.unconfirmed(ask.subject))


@flow("for_her_notice", start=Start(notice="stage:confirmed"))
async def for_her_notice(ask: Ask, order: OrderView) -> None:
    """Her family reads by whose word it is closed, and may deny it for a day; the helper's card says it is done."""
    told = await ask.once("told", intents.confirmed_for(order.no))
    by = order.snapshot.proxy.by
    if not told.no or not by:
        return
    await ask.card(f"for_her:{order.no}:{by}", "for_her.done", to=ToPerson(by), label=told.label, buttons=ONWARD)
    for person in told.people:
        await ask.tell(
            f"hears[{person}]",
            to=ToPerson(person),
            order=order.no,
            helper=told.helper,
            until=told.until,
            buttons=[Option("not_so", action=f"not_so:{order.no}")],
        )


@flow("not_so", start=Start(action="not_so"))
async def not_so(ask: Ask) -> None:
    """[That is not so]: the hospital looks into it."""
    one = await ask.once("which", intents.to_deny(ask.subject))
    order = "" if one.name else one.no
    if await ask.choice("sure", options=["yes", "no"], order=order, name=one.name) == "no":
        await ask.stop("kept")
    await ask.once("denied", intents.deny(ask.subject))
    await ask.tell("thanks")


@flow("confirmed_lately", start=Start(command="confirmed"))
async def confirmed_lately(ask: Ask) -> None:
    """For an operator or the desk: what helpers confirmed for somebody within a day; those to be called come first."""
    found = await ask.once("found", intents.confirmed_lately())
    if not found:
        await ask.stop("none")
    for one in found:
        await ask.tell(
            f"one[{one.no}]",
            order="" if one.name else one.no,
            name=one.name,
            helper=one.helper,
            until=one.until,
            call=one.call,
            buttons=[Option("not_so", action=f"not_so:{one.no}")],
        )


# ---------------------------------------------------------------- the QR of label and slip


@flow("label_link", start=Start(link="parcel", secret=True))
async def label_link(ask: Ask, parameter: str) -> None:
    """The QR on the label outside: it names the parcel and proves nothing."""
    seen = await ask.once("seen", intents.scanned(parameter))
    if seen.step == "door":
        await ask.sub("door", "door", order=seen.no)
        return
    await ask.sub("opened", "parcel_step", seen=seen)


@flow("slip_link", start=Start(link="slip", secret=True))
async def slip_link(ask: Ask, parameter: str) -> None:
    """The QR on the slip in the sealed bag: read at her door it is her code."""
    ask.leads_on(ONWARD)
    seen = await ask.once("seen", intents.scanned(parameter))
    if seen.step != "door":
        await ask.sub("opened", "parcel_step", seen=seen)
        return
    if await ask.choice("hers", options=["yes", "no"], label=seen.label) == "no":
        await ask.stop("keep_it")
    again = await ask.once("again", intents.scanned(parameter))
    await ask.once("by_slip", hands_over(again.no or seen.no, "slip-qr"))
    await ask.sub("then", "next_door", order=again.no or seen.no, label=seen.label)


@flow("parcel_step")
async def parcel_step(ask: Ask, seen: ScanView) -> None:
    """What a QR opens for anybody but the one who is to hand it over; a stranger reads nothing of anybody."""
    if seen.step == "confirm":
        await ask.tell("confirm", label=seen.label, buttons=[Option("for_her", action=f"for_her:{seen.no}")])
    elif seen.step == "received":
        await ask.tell("received", label=seen.label, buttons=[Option("received", action=f"received:{seen.no}")])
    elif seen.step == "card":
        await ask.tell("card", label=seen.label, buttons=[Option("where", action="where")])
    else:
        await ask.tell("nothing", phone=seen.phone)
