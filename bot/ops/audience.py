"""Whom an announcement reaches: everywhere, areas or compounds, found by part of a name; and who may send one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from backend_client.models import Area
from bot.catalogue import Catalogue
from bot.dialog import Refused
from bot.intents import announcing as intents
from bot.model import Person, PlaceKind, RoleBinding
from bot.model.names import Names
from bot.model.rows import LET_GO
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
    counts = _in_order(known, await groups(act.turn))
    found = [id for id in counts if id not in but]
    if typed:
        found = _like(_letters(known), found, typed)
        if not found:
            raise Refused("no-such-place")
    shown = [TargetView(id, _name(act.turn, id), counts[id]) for id in found[:AT_ONCE]]
    return TargetsView(tuple(shown), len(found))


def _in_order(known: Catalogue, groups: Mapping[str, int]) -> dict[str, int]:
    """How many groups are in each place: areas, the larger first, then compounds."""
    areas: dict[str, Area] = {}
    of_area = Counter[str]()
    depth: dict[str, int] = {}
    for ref, count in groups.items():
        for n, area in enumerate(known.around(ref)):
            areas[area.id], of_area[area.id] = area, of_area[area.id] + count
            depth[area.id] = max(depth.get(area.id, 0), n)
    larger = sorted(areas, key=lambda id: (-depth[id], sorted(areas[id].names.items()), id))
    return {f"{AREA}{id}": of_area[id] for id in larger} | {f"{COMPOUND}{ref}": groups[ref] for ref in groups}


def _like(letters: Mapping[str, Sequence[str]], found: Iterable[str], typed: str) -> list[str]:
    """Whose name in any language has these letters; where one is called exactly so it is that one."""
    part = _folded(typed)
    fit = [(id, letters.get(id) or (_folded(id.partition("/")[2]),)) for id in found]
    exact = [id for id, names in fit if part in names]
    return exact if len(exact) == 1 else [id for id, names in fit if any(part in name for name in names)]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


_newest: list[tuple[Catalogue, Mapping[str, Sequence[str]]]] = []  # of the newest lists


def _letters(known: Catalogue) -> Mapping[str, Sequence[str]]:
    """The names of all places, as they are looked for: worked out once for each reading of the lists."""
    if not any(of is known for of, _ in _newest):
        areas = {f"{AREA}{one.id}": [*map(_folded, one.names.values())] for one in known.areas}
        compounds = {f"{COMPOUND}{one.id}": [*map(_folded, one.names.values())] for one in known.compounds}
        _newest[:] = [(known, areas | compounds)]
    return _newest[0][1]


def _name(turn: Turn, id: str) -> Names:
    kind, _, of = id.partition("/")
    return turn.services.catalogue().area(of).names if f"{kind}/" == AREA else compound_names(turn, of)


def called(turn: Turn, where: Sequence[str]) -> tuple[Names, ...]:
    """The names of the chosen places; () = everywhere."""
    return () if ALL in where else tuple(_name(turn, id) for id in where)


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


async def groups(turn: Turn) -> dict[str, int]:
    """How many groups each compound has that has any; none that was let go."""
    found = await turn.services.store.refs(PlaceKind.COMPOUND)
    return {ref: count for ref, count in found.items() if not ref.startswith(LET_GO)}


async def chosen(turn: Turn, where: Sequence[str]) -> dict[str, int]:
    """The compounds in these places, and how many groups each has. Refused("no-group-there")."""
    found = await groups(turn)
    refs = compounds_in(turn.services.catalogue(), [*found], where)
    if not refs:
        raise Refused("no-group-there")
    return {ref: found[ref] for ref in refs}
