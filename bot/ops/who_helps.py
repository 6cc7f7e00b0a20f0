"""Somebody serves a compound no more: its neighbours read who brings the medicine now, or that nobody does.

They read public names only, never the hospital's of a person who has chosen none. Where nobody does, whoever waits for
something there reads it in private, too, and what she can do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot import door
from bot.model import Button, Incident, Order, Person, Place, PlaceKind, Priority, Public, RoleBinding, Text
from bot.ops.incidents import report, settle
from bot.ops.lent import ambassador_of
from bot.ops.people import compound_names
from bot.ops.places import url_of
from bot.ops.registry import bound_as, helper_name
from bot.ops.rights import UNDER_WAY, relatives, residents
from bot.turn import Turn

Buttons = tuple[tuple[Button, ...], ...]
DAY = 86_400_000  # ms
IN_HANDS = ("with-ambassador", "handed-over")  # somebody has the parcel and hands it over himself


def public_name(turn: Turn, person: Person, binding: RoleBinding) -> str:
    """By which neighbours know an ambassador; "" where all that is known is who he is at the hospital."""
    member = turn.services.catalogue().member(binding.id)
    return str(person.facts.get("public", "")) or (member.public if member else "")


async def serves_no_more(turn: Turn, person: Person, gone: RoleBinding, before: Mapping[str, int]) -> None:
    """``person`` as he was, ``gone`` his registration, ``before``: the compounds that he served, and who collected."""
    name = public_name(turn, person, gone)
    for compound, collected in sorted(before.items()):
        now = await ambassador_of(turn, compound)
        if not now:
            await nobody_brings(turn, compound, "left")
        elif collected == person.id:
            lang, names = await turn.lang_of(now), {"compound": compound_names(turn, compound)}
            said = Text(turn.services.words.say(lang, "staff.yours", names))
            turn.post(f"serves:{turn.blind('serves', gone.id, compound)[:12]}:{turn.now}", now, said)
        await _neighbours_read(turn, compound, name, now)


async def nobody_brings(turn: Turn, compound: str, code: str) -> None:
    """Operators read it, and so does, once, in private and without a sound, whoever waits for something there."""
    open_ = await turn.get(Incident, f"uncovered:{compound}")
    known = open_ is not None and not open_.done_at
    await report(turn, "uncovered", about=compound, code=code)
    words = {"compound": compound_names(turn, compound), "phone": turn.services.config.hospital_phone}
    for account in [] if known else await _waiting(turn, compound):
        label = turn.services.words.label(await turn.lang_of(account), "action.where")
        key, where = _key(turn, compound, account, turn.now), ((Button(label, "a:where"),),)
        await _privately(turn, key, account, "staff.nobody_brings", words, where)


async def _privately(
    turn: Turn, key: str, account: int, sentence: str, words: Mapping[str, Any], buttons: Buttons = ()
) -> None:
    text = Text(turn.services.words.say(await turn.lang_of(account), sentence, words), buttons)
    turn.post(key, account, text, priority=Priority.NOTICE, card=True, silent=True)


async def _waiting(turn: Turn, compound: str) -> list[int]:
    """The phones of the patients, and of those of their families who see all, whose medicine is still to be brought."""
    found: set[int] = set()
    for order in await turn.find(Order, compound=compound, stage=UNDER_WAY):
        if order.stage not in IN_HANDS and order.snapshot.get("delivery") != "window":
            found |= {*await residents(turn, order), *await relatives(turn, order)}
    return sorted(found)


async def nobody_serves(turn: Turn, compound: str) -> None:
    """Whoever stood in there for one who has left does so no more."""
    await _neighbours_read(turn, compound, "", 0)


async def serves_now(turn: Turn, compounds: Iterable[str]) -> None:
    """Somebody has begun there, or is back: what its neighbours read last, perhaps that nobody comes, says so where it
    stands, and operators need find nobody.
    """
    for compound in sorted(compounds):
        now = await ambassador_of(turn, compound)
        if now:
            await settle(turn, "uncovered", compound, "served again")
        if not now:
            continue
        names, name = compound_names(turn, compound), await chosen_name(turn, now)
        for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=compound):
            for last in await _told_last(turn, compound, place.chat):
                _say(turn, last, place, "staff.helps", {"compound": Public(names), "now": Public(name)})
        for account in await _waiting(turn, compound):
            for last in await _told_last(turn, compound, account):
                said = {"compound": names, "now": await helper_name(turn, now)}
                await _privately(turn, last, account, "staff.helps", said)


async def _told_last(turn: Turn, compound: str, chat: int) -> list[str]:
    """The key of what was said there last, where it still stands."""
    copies = await turn.services.store.copies(_key(turn, compound, chat, 0), _key(turn, compound, chat, 10**13 - 1))
    return [one.key for one in copies if one.stands and one.chat == chat][-1:]


async def _neighbours_read(turn: Turn, compound: str, name: str, now: int) -> None:
    """Where the group hears no more today, what it read last of this says so now: an edit makes no sound."""
    said = {
        "helper": Public(name),
        "compound": Public(compound_names(turn, compound)),
        "now": Public(await chosen_name(turn, now)),
        "served": Public(bool(now)),
    }
    for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=compound):
        label = turn.services.words.label(place.lang, "staff.leaves.help_out")
        help_out = Button(label, url=url_of(turn, f"helpout-{compound}"))
        last = await _told_last(turn, compound, place.chat)
        lately = [one for one in last if int(one.rpartition(":")[2]) > turn.now - DAY]
        full = door.opens(turn, place) > turn.now
        key = lately[0] if lately and full else _key(turn, compound, place.chat, turn.now)
        _say(turn, key, place, "staff.leaves", said, () if now else ((help_out,),))


async def chosen_name(turn: Turn, account: int) -> str:
    """The only name of an ambassador that a group reads: one that was chosen; "" where none was, and for account 0."""
    person = await turn.person(account)
    binding = bound_as(person, "ambassador") if account else None
    return public_name(turn, person, binding) if binding else ""


def _key(turn: Turn, compound: str, chat: int, at: int) -> str:
    return f"leaves:{turn.blind('serves', compound)[:12]}:{chat}:{at:013d}"


def _say(turn: Turn, key: str, place: Place, sentence: str, said: Mapping[str, Public], buttons: Buttons = ()) -> None:
    html = turn.services.words.say(place.lang, sentence, said, PlaceKind.COMPOUND)
    turn.post(key, place.chat, Text(html, buttons), priority=Priority.NOTICE, public=True, card=True)
