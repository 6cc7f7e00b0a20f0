"""Somebody serves a compound no more: its neighbours read who brings the medicine now, or that nobody does.

They read public names only, never the hospital's of a person who has chosen none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.model import Button, Person, Place, PlaceKind, Priority, Public, RoleBinding, Text
from bot.ops.incidents import report, settle
from bot.ops.lent import ambassador_of
from bot.ops.people import compound_names
from bot.ops.places import url_of
from bot.ops.registry import bound_as
from bot.turn import Turn

Buttons = tuple[tuple[Button, ...], ...]


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
            await report(turn, "uncovered", about=compound, code="left")
        elif collected == person.id:
            lang, names = await turn.lang_of(now), {"compound": compound_names(turn, compound)}
            said = Text(turn.services.words.say(lang, "staff.yours", names))
            turn.post(f"serves:{turn.blind('serves', gone.id, compound)[:12]}:{turn.now}", now, said)
        await _neighbours_read(turn, compound, name, now)


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
        for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=compound) if now else ():
            first = _key(turn, compound, place.chat, 0)
            copies = await turn.services.store.copies(first, _key(turn, compound, place.chat, 10**13 - 1))
            for last in [one for one in copies if one.stands and one.chat == place.chat][-1:]:
                said = {"compound": Public(compound_names(turn, compound)), "now": Public(await chosen_name(turn, now))}
                _say(turn, last.key, place, "staff.helps", said)


async def _neighbours_read(turn: Turn, compound: str, name: str, now: int) -> None:
    said = {
        "helper": Public(name),
        "compound": Public(compound_names(turn, compound)),
        "now": Public(await chosen_name(turn, now)),
        "served": Public(bool(now)),
    }
    for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=compound):
        label = turn.services.words.label(place.lang, "staff.leaves.help_out")
        help_out = Button(label, url=url_of(turn, f"helpout-{compound}"))
        key = _key(turn, compound, place.chat, turn.now)
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
