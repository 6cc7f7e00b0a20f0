"""An ambassador's own profile: since when, how many parcels, where, when, and by what name neighbours know her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialog import Refused
from bot.intents import applying as intents
from bot.model import Command, Order, Origin
from bot.ops.applying import is_free
from bot.ops.lent import helpers_of, served_by
from bot.ops.people import compound_names, with_role
from bot.ops.registry import Act, does, role_of
from bot.ops.who_helps import public_name
from bot.stages import facts_of
from bot.views import ProfileView


@does(intents.profile)
async def profile(act: Act) -> ProfileView:
    turn, me = act.turn, await act.me()
    binding = role_of(me, "ambassador")
    member = turn.services.catalogue().member(binding.id)
    since = int(me.facts.get("helps_since", 0))
    rows = await turn.find(Order, ambassador=act.who)
    return ProfileView(
        member.name if member else binding.name,
        public_name(turn, me, binding),
        turn.services.today(since) if since else "",
        sum(facts_of(row.stage).delivered for row in rows),
        tuple(compound_names(turn, one.id) for one in me.roles if one.role == "serves"),
        tuple(me.facts.get("hours", ())),
        tuple(
            [compound_names(turn, one) for one in sorted(served_by(me)) if act.who in (await helpers_of(turn, one))[1:]]
        ),
    )


@does(intents.rename)
async def rename(act: Act, public: str) -> None:
    me = await act.me()
    binding = role_of(me, "ambassador")
    if not await is_free(act, public):
        raise Refused("name-taken")
    after = replace(me, facts={**me.facts, "public": public})
    act.turn.put(with_role(after, replace(binding, name=public)))
    act.turn.note("", f"person:{act.who}", "public-name", reason=binding.id)
    _told(act, binding.id, public=public)


@does(intents.change_hours)
async def change_hours(act: Act, hours: Sequence[intents.Hours]) -> None:
    me = await act.me()
    binding = role_of(me, "ambassador")
    act.turn.put(replace(me, facts={**me.facts, "hours": [*hours]}))
    _told(act, binding.id, hours=hours)


def _told(act: Act, role: str, public: str = "", hours: Sequence[intents.Hours] = ()) -> None:
    """The hospital knows her by the same."""
    told = intents.describe_ambassador(role, public, hours)
    act.turn.command(Command(f"describes:{act.turn.new_id()}", f"describes:{role}", told.name, told.args, Origin()))
