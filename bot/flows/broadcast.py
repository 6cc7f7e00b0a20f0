"""The operator tells many compounds' groups: whom, what in each language, a preview, [Send]; taken back, or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import own_words
from bot.dialog import Ask, Now, Option, Start, Wrong, flow
from bot.dialog.plain import Check
from bot.intents import announcing, people
from bot.model import ToChat, ToPerson
from bot.model.names import BASE, named
from bot.views import AnnouncedView, PlanView, TargetView

MOST = 20  # places chosen one by one
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
    known = await ask.once("known", announcing.targets())
    if not known:
        await ask.stop("no_groups")
    where: list[str] = await ask.sub("where", "announce_where", known=known)
    words: Mapping[str, str] = await ask.sub("words", "announce_words", where=where)
    plan = await ask.once("plan", announcing.plan(where, words))
    await _preview(ask, plan)
    await ask.confirm(
        "ok",
        edits=["where", "words"],
        groups=plan.groups,
        names=_names(ask, known, where),
        minutes=plan.minutes,
        held=plan.held,
        until=plan.until,
        since=plan.lately,
    )
    id = await ask.once("id", announcing.send_words(where, words))
    await _card(ask, await ask.once("going", announcing.tell_on(id)))


@flow("announce_where")
async def announce_where(ask: Ask, known: tuple[TargetView, ...]) -> list[str]:
    """Everywhere in one tap; areas and compounds one by one, by their button or a part of their name."""
    places = [_place(one, ask.person.lang) for one in known]
    chosen = [await ask.choice("first", options=["all", *places], typed=True, check=_part_of(places))]
    while chosen != ["all"] and len(chosen) < min(MOST, len(known)):
        rest = [place for place in places if place.id not in chosen]
        names = _names(ask, known, chosen)
        more = await ask.choice(
            f"more[{len(chosen)}]", options=["enough", *rest], typed=True, check=_part_of(rest), names=names
        )
        if more == "enough":
            break
        chosen.append(more)
    return chosen


def _place(one: TargetView, lang: str) -> Option:
    name = named(one, lang)
    return Option(one.id, label=name if one.groups == 1 else f"{name} ({one.groups})")


def _part_of(places: Sequence[Option]) -> Check:
    """What has these letters in its name, where that is one."""

    def check(text: str, now: Now) -> str | Wrong:
        found = [one.id for one in places if text.casefold() in (one.label or "").casefold()]
        return found[0] if len(found) == 1 else Wrong("several_such" if found else "none_such")

    return check


def _names(ask: Ask, known: Sequence[TargetView], chosen: list[str]) -> Any:
    if chosen == ["all"]:
        return ("announce_where.first.all", {})
    return ", ".join(named(one, ask.person.lang) for one in known if one.id in chosen)


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
