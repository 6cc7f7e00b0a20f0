"""An ambassador helps no more: what he has in his hands is named first, and none of it is lost when he goes."""

from __future__ import annotations

from bot.intents import applying
from bot.intents import standing_in as intents
from bot.model import Mandate, Order, Visit
from bot.ops.incidents import report
from bot.ops.registrations import end
from bot.ops.registry import Act, does, role_of, send
from bot.views import HandsView, LeftView


@does(intents.in_hands)
async def in_hands(act: Act) -> HandsView:
    turn = act.turn
    role_of(await act.me(), "ambassador")
    held = [row.label for row in await turn.find(Order, ambassador=act.who, stage="with-ambassador")]
    visits = await turn.find(Visit, helper=act.who, ended=0)
    acts_for = {row.patient for row in await turn.find(Mandate, ambassador=act.who, active=True)}
    return HandsView(tuple(sorted(held)), len(visits), len(acts_for))


@does(intents.leave)
async def leave(act: Act) -> LeftView:
    """Parcels in his hands are each an exception, visits are asked for again, whoever let him act reads so."""
    turn, me = act.turn, await act.me()
    binding = role_of(me, "ambassador")
    held = await in_hands(act)
    await report(turn, "role", about=turn.blind("role", binding.id)[:12], code="left")
    turn.note("", f"person:{act.who}", "left", reason=binding.id)
    await end(turn, me, binding.id, f"person:{act.who}")
    told = applying.end_ambassador(binding.id)
    await send(act, told.name, {"role": binding.id})
    return LeftView(held.labels)
