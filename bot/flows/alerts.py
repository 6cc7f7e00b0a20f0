"""A slow service and an emergency, by an operator's chat; and the hospital's own questions before an order."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialog import Ask, Option, Start, flow
from bot.intents import alerts, announcing, people
from bot.model.names import name_in
from bot.views import TriageQuestionView, TriageView

HOUR = 3_600_000
LASTS = {"day": 24 * HOUR, "three": 72 * HOUR, "week": 168 * HOUR}
NO_NUMBER = "none"


@flow("slow_mode", start=Start(command="slow", action="slow", menu=8, role="operator", acts="operator"))
async def slow_mode(ask: Ask) -> None:
    """One button tells everybody that it takes longer, another that it is over."""
    await ask.once("operator", people.require_role("operator"))
    now = await ask.once("now", alerts.slow_now())
    if now.id:
        await ask.stop("stands", since=now.since, buttons=[Option("slow_over", action=f"slow_over:{now.id}")])
    ago = await ask.choice("since", options=["now", "half", "hour"], typed=True)
    at = await ask.once("at", alerts.ago({"now": 0, "half": HOUR // 2, "hour": HOUR}.get(ago, 0)))
    begun = await ask.once("begun", alerts.begin_slow(at, False))
    await ask.tell("told", since=begun.since, buttons=[Option("slow_over", action=f"slow_over:{begun.id}")])


@flow("slow_end", start=Start(action="slow_over", acts="operator"))
async def slow_end(ask: Ask) -> None:
    """Whoever read of it reads that it is over."""
    over = await ask.once("over", alerts.end_slow(ask.subject))
    await ask.tell("done", since=over.since, until=over.over)


@flow("slow_begins", start=Start(due="slow-seen"))
async def slow_begins(ask: Ask) -> None:
    """By itself: too many answers were late or none came."""
    since = await ask.once("at", alerts.seen_since(ask.subject))
    await ask.once("begun", alerts.begin_slow(since, True))


@flow("slow_ends", start=Start(due="slow-gone"))
async def slow_ends(ask: Ask) -> None:
    """By itself: it is well again."""
    await ask.once("over", alerts.end_slow(""))


@flow("slow_stands", start=Start(due="slow-stands"))
async def slow_stands(ask: Ask) -> None:
    """What an operator began ends by an operator: they are reminded of it."""
    await ask.once("stands", alerts.slow_stands(ask.subject))


@flow("alert_told", start=Start(due="alert"))
async def alert_told(ask: Ask) -> None:
    """Some people more."""
    await ask.once("told", alerts.tell_alert(ask.subject))


# ---------------------------------------------------------------- emergency


@flow("emergency_mode", start=Start(command="emergency", action="emergency", menu=9, role="operator", acts="operator"))
async def emergency_mode(ask: Ask) -> None:
    """Where, what people read, whom they call, the hospital's questions, until when; and one button."""
    await ask.once("operator", people.require_role("operator"))
    may = await ask.once("may", alerts.emergency_may())
    for one in may.stands:
        over = Option("emergency_over", action=f"emergency_over:{one.id}")
        await ask.tell(f"stands[{one.id}]", since=one.since, until=one.until, count=one.compounds, buttons=[over])
    known = await ask.once("any", announcing.targets("", []))
    if not known.shown:
        await ask.stop("no_groups")
    where: list[str] = await ask.sub("where", "announce_where")
    words: Mapping[str, str] = await ask.sub("words", "announce_words", where=where, usual=False)
    phone = NO_NUMBER
    if may.numbers:
        numbers = [Option(f"n{n}", label=number) for n, number in enumerate(may.numbers)]
        phone = await ask.choice("phone", options=[*numbers, NO_NUMBER])
    number = "" if phone == NO_NUMBER else may.numbers[int(phone[1:])]
    triage = may.triage and await ask.choice("triage", options=["yes", "no"]) == "yes"
    lasts = await ask.choice("lasts", options=["day", "three", "week"], columns=3)
    until = await ask.once("until", alerts.ago(-LASTS[lasts]))
    said = name_in(words, ask.person.lang)
    await ask.confirm(
        "ok", edits=["where", "words", "phone", "lasts"], words=said, phone=number, until=until, triage=triage
    )
    begun = await ask.once("begun", alerts.begin_emergency(where, words, number, triage, until))
    over = [Option("emergency_over", action=f"emergency_over:{begun.id}")]
    await ask.tell("begun_told", count=begun.compounds, until=begun.until, buttons=over)


@flow("emergency_end", start=Start(action="emergency_over", acts="operator"))
async def emergency_end(ask: Ask) -> None:
    """It ends, and the groups are told."""
    over = await ask.once("over", alerts.end_emergency(ask.subject))
    await ask.tell("done", since=over.since, count=over.compounds)


@flow("emergency_stays", start=Start(action="longer", acts="operator"))
async def emergency_stays(ask: Ask) -> None:
    """A day more."""
    now = await ask.once("now", alerts.longer(ask.subject))
    await ask.tell("done", until=now.until)


@flow("emergency_rings", start=Start(due="emergency-due"))
async def emergency_rings(ask: Ask) -> None:
    """Before its end the operators are asked; then it ends by itself."""
    await ask.once("due", alerts.emergency_due(ask.subject))


@flow("hospital_asks")
async def hospital_asks(ask: Ask, compound: str) -> str:
    """The hospital's questions, in its own words; "red" where it wants a doctor soon."""
    known: TriageView = await ask.once("asks", alerts.triage_for(compound))
    by_id = {one.id: one for one in known.questions}
    at = known.questions[0].id if known.questions else "order"
    while at in by_id:
        at = await _led(ask, by_id[at])
    if at == "hotline":
        await ask.stop("hotline", words=known.hotline, phone=known.phone)
    return "red" if at == "doctor" else ""


async def _led(ask: Ask, one: TriageQuestionView) -> str:
    answers = {f"a{n}": answer for n, answer in enumerate(one.answers)}
    options = [Option(id, label=name_in(answer.words, ask.person.lang)) for id, answer in answers.items()]
    given = await ask.choice(f"asked[{one.id}]", options=options, words=one.words)
    return answers[given].leads
