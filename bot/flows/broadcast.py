"""The operator tells many compounds' groups: whom, what in each language, a preview, [Send]; taken back, or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from bot import own_words
from bot.dialog import Ask, Now, Option, Start, flow
from bot.intents import announcing, people
from bot.model import ToChat, ToPerson
from bot.model.names import BASE, Names, name_in, named
from bot.views import AnnouncedView, PlanView, TargetsView, TargetView

MOST = 20  # places chosen one by one
EVERYWHERE = TargetView("all")
ENGLISH = "en"
LANGS = (BASE, ENGLISH)
CARD_IN = ("operators",)
ALONE = ("private", *CARD_IN)  # where a text may be written before it is sent


@flow(
    "broadcast",
    start=Start(command="announce", group=True, action="announce", menu=1, role="operator", acts="operator"),
)
async def broadcast(ask: Ask) -> None:
    """Whom, the text in each language, a preview as people will read it, and one button."""
    await ask.once("operator", people.require_role("operator"))
    if ask.place.kind not in ALONE:
        await ask.stop("in_private")
    known = await ask.once("any", announcing.targets("", []))
    if not known.shown:
        await ask.stop("no_groups")
    where: list[str] = await ask.sub("where", "announce_where")
    words: Mapping[str, str] = await ask.sub("words", "announce_words", where=where)
    plan = await ask.once("planned", announcing.plan(where, words))
    await _preview(ask, plan)
    await ask.confirm(
        "ok",
        edits=["where", "words"],
        groups=plan.groups,
        names=_names(ask, plan.names),
        minutes=plan.minutes,
        held=plan.held,
        until=plan.until,
        since=plan.lately,
    )
    id = await ask.once("id", announcing.send_words(where, words))
    await _card(ask, await ask.once("going", announcing.tell_on(id)))


@flow("announce_where")
async def announce_where(ask: Ask) -> list[str]:
    """Everywhere in one tap; areas and compounds one by one, by their button or a part of their name."""
    chosen: list[TargetView] = []
    while len(chosen) < MOST and (one := await _one_more(ask, chosen)) is not None:
        chosen.append(one)
        if one == EVERYWHERE:
            break
    return [one.id for one in chosen]


async def _one_more(ask: Ask, chosen: Sequence[TargetView]) -> TargetView | None:
    """What is typed narrows the choice, down to one; None = that is all. Lists of a city stay out of the dialog."""
    typed = ""
    for n in count():
        at = f"{len(chosen)}-{n}" if n else f"{len(chosen)}"
        found = await ask.once(f"found[{at}]", announcing.targets(typed, [one.id for one in chosen]))
        if not found.shown or (typed and found.count == 1):
            return next(iter(found.shown), None)
        if chosen:
            typed = await _more(ask, at, chosen, found)
        else:
            typed = await _first(ask, n, found)
        if typed in ("all", "enough"):
            return None if chosen else EVERYWHERE
        if one := next((one for one in found.shown if one.id == typed), None):
            return one
    raise AssertionError("unreachable")


async def _first(ask: Ask, n: int, found: TargetsView) -> str:
    places, rest = _places(ask, found), _rest(ask, found)
    if n:
        return await ask.choice(f"first[{n}]", options=["all", *places], typed=True, check=_part, rest=rest)
    return await ask.choice("first", options=["all", *places], typed=True, check=_part, rest=rest)


async def _more(ask: Ask, at: str, chosen: Sequence[TargetView], found: TargetsView) -> str:
    places, rest = _places(ask, found), _rest(ask, found)
    names = _names(ask, [one.known_as for one in chosen])
    return await ask.choice(f"more[{at}]", options=["enough", *places], typed=True, check=_part, names=names, rest=rest)


def _rest(ask: Ask, found: TargetsView) -> Any:
    """How those that have no button are found."""
    if found.count == len(found.shown):
        return ""
    return ("engine.more", {}) if ask.place.kind == "private" else ("engine.more_in_group", {})


def _part(text: str, now: Now) -> str:
    """Any letters are looked for."""
    return text


def _places(ask: Ask, found: TargetsView) -> list[Option]:
    named_ = [(one, named(one, ask.person.lang)) for one in found.shown]
    return [Option(one.id, label=name if one.groups == 1 else f"{name} ({one.groups})") for one, name in named_]


def _names(ask: Ask, names: Sequence[Names]) -> Any:
    return ", ".join(name_in(one, ask.person.lang) for one in names) or ("announce_where.first.all", {})


@flow("announce_words")
async def announce_words(ask: Ask, where: list[str], usual: bool = True) -> Mapping[str, str]:
    """The hospital's own words by language, or {} for the usual ones."""
    own = await ask.once("own", announcing.own_of_hospital())
    n = 0
    while True:
        zh = await ask.text(
            f"zh[{n}]",
            check=own_words.allowed(own.numbers, own.links),
            buttons=["usual", "leave_out"] if usual else ["leave_out"],
        )
        if zh == "usual":
            return {}
        en = await ask.text(
            f"en[{n}]",
            check=own_words.allowed(own.numbers, own.links),
            buttons=[] if zh == "leave_out" else ["leave_out"],
        )
        given = {BASE: zh, ENGLISH: en}
        words = {tag: said for tag, said in given.items() if said != "leave_out"}
        named_there = await ask.once(f"named[{n}]", announcing.names_somebody(where, words))
        if not named_there or await ask.choice(f"sure[{n}]", options=["again", "go_on"]) == "go_on":
            return words
        n += 1


async def _preview(ask: Ask, plan: PlanView) -> None:
    """Each language as its groups will read it."""
    for lang, said in plan.shows.items():
        await ask.tell(f"shown[{lang}]", groups=plan.by.get(lang, 0), words=said, lang_name=_lang(lang))


def _lang(tag: str) -> Any:
    return (f"broadcast.in.{tag}", {}) if tag in LANGS else tag


@flow("announcing_on", start=Start(due="announcing"))
async def announcing_on(ask: Ask) -> None:
    """Some groups more, and the card that tells how far it is."""
    await _card(ask, await ask.once("going", announcing.tell_on(ask.subject)))


async def _card(ask: Ask, told: AnnouncedView) -> None:
    """One card for whoever sent it, and for the operators' groups, where it may be taken back, too."""
    if not told.id:
        return
    words: dict[str, Any] = {
        "at": told.at,
        "count": told.sent,
        "waits": told.waiting,
        "until": told.until,
        "lines": [_failed(reason, count) for reason, count in sorted(told.failed.items())],
        "back": told.back,
        "changed": told.changed,
    }
    undo = [Option("unannounce", action=f"unannounce:{told.id}")] if "undo" in told.may else []
    change = [Option("reword", action=f"reword:{told.id}")] if "change" in told.may else []
    await ask.card(f"announced:{told.id}", "broadcast.card", to=ToPerson(told.by), buttons=[*undo, *change], **words)
    for chat in told.chats:
        await ask.card(f"announced:{told.id}:{chat}", "broadcast.card", to=ToChat(chat), buttons=undo, **words)


def _failed(reason: str, count: int) -> tuple[str, dict[str, Any]]:
    if reason in ("put-out", "too-late"):
        return (f"broadcast.failed.{reason}", {"count": count})
    return ("broadcast.failed", {"count": count, "code": reason})


@flow("unannounce", start=Start(action="unannounce", stands=CARD_IN))
async def unannounce(ask: Ask) -> None:
    """Within a minute: what has not left never does, and what has left goes."""
    await _card(ask, await ask.once("taken", announcing.take_words_back(ask.subject)))


@flow("reword", start=Start(action="reword", acts="operator"))
async def reword(ask: Ask) -> None:
    """Other words in every copy, where it stands."""
    await ask.once("operator", announcing.words_of_announcement(ask.subject))
    words: Mapping[str, str] = await ask.sub("words", "announce_words", where=["all"])
    plan = await ask.once("plan", announcing.plan(["all"], words))
    await _preview(ask, plan)
    await ask.confirm("ok", edits=["words"])
    await _card(ask, await ask.once("changed", announcing.change_words(ask.subject, words)))
