"""Whom an announcement reaches: everywhere, areas or compounds, found by part of a name; and who may send one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from backend_client.models import Area
from bot.catalogue import Catalogue
from bot.dialog import Refused
from bot.intents import announcing as intents
from bot.model import Person, Place, PlaceKind, RoleBinding
from bot.model.names import Names
from bot.ops.people import compound_names
from bot.ops.places import lists
from bot.ops.registry import Act, active_as, does, role_of
from bot.turn import Turn
from bot.views import TargetsView, TargetView

FIRST = "operator"  # the registration of a first operator where the hospital listed none
AT_ONCE = 40  # places on one screen; more are found by a part of their names
AREA, COMPOUND, ALL = "a/", "c/", "all"


def acting_operator(turn: Turn, me: Person) -> RoleBinding:
    """Read when it is used (R18): one whose registration has ended meanwhile sends nothing."""
    binding = role_of(me, "operator")
    listed = any(one.role == "operator" for one in turn.services.catalogue().staff)
    if listed and binding.id != FIRST and active_as(turn, me, "operator") is None:
        raise Refused("role-ended")
    return binding


@does(intents.targets)
async def targets(act: Act, typed: str, but: Sequence[str]) -> TargetsView:
    acting_operator(act.turn, await act.me())
    known = lists(act.turn, "compounds")
    groups = Counter(place.ref for place in await bound(act.turn))
    found = [one for one in _targets(act.turn, known, groups) if one.id not in but]
    if typed:
        found = _like(found, typed)
        if not found:
            raise Refused("no-such-place")
    return TargetsView(tuple(found[:AT_ONCE]), len(found))


def _targets(turn: Turn, known: Catalogue, groups: Mapping[str, int]) -> list[TargetView]:
    """Areas, the larger first, then compounds."""
    areas: dict[str, Area] = {}
    of_area = Counter[str]()
    depth: dict[str, int] = {}
    for ref, count in groups.items():
        for n, area in enumerate(known.around(ref)):
            areas[area.id], of_area[area.id] = area, of_area[area.id] + count
            depth[area.id] = max(depth.get(area.id, 0), n)
    larger = sorted(areas, key=lambda id: (-depth[id], sorted(areas[id].names.items()), id))
    found = [TargetView(f"{AREA}{id}", areas[id].names, of_area[id]) for id in larger]
    return [*found, *(TargetView(f"{COMPOUND}{ref}", compound_names(turn, ref), groups[ref]) for ref in sorted(groups))]


def _like(found: Iterable[TargetView], typed: str) -> list[TargetView]:
    """Whose name in any language has these letters; where one is called exactly so it is that one."""
    part = _folded(typed)
    fit = [(one, [_folded(name) for name in one.known_as.values()]) for one in found]
    exact = [one for one, names in fit if part in names]
    return exact if len(exact) == 1 else [one for one, names in fit if any(part in name for name in names)]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def called(turn: Turn, where: Sequence[str]) -> tuple[Names, ...]:
    """The names of the chosen places; () = everywhere."""
    known = turn.services.catalogue()
    areas = {one.id: one.names for one in known.areas}

    def name(id: str) -> Names:
        of = id.removeprefix(AREA if id.startswith(AREA) else COMPOUND)
        return areas.get(of, {}) if id.startswith(AREA) else compound_names(turn, of)

    return () if ALL in where else tuple(name(id) for id in where)


def compounds_in(known: Catalogue, refs: Sequence[str], where: Sequence[str]) -> list[str]:
    """Those of ``refs`` that lie in one of the chosen places; ``all`` is everywhere."""
    if ALL in where:
        return [*refs]
    chosen = set(where)
    return [
        ref
        for ref in refs
        if f"{COMPOUND}{ref}" in chosen or chosen & {f"{AREA}{area.id}" for area in known.around(ref)}
    ]


async def bound(turn: Turn) -> list[Place]:
    return [place for place in await turn.find(Place, kind=PlaceKind.COMPOUND) if place.bound]


async def chosen(turn: Turn, where: Sequence[str]) -> list[Place]:
    """Refused("no-group-there")."""
    found = await bound(turn)
    refs = {*compounds_in(turn.services.catalogue(), sorted({place.ref for place in found}), where)}
    if not refs:
        raise Refused("no-group-there")
    return [place for place in found if place.ref in refs]
