"""A turn: reading rows, and writing one outcome whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import (
    SHAPES,
    AnyBut,
    Arrival,
    Custody,
    Dialog,
    Due,
    Expect,
    Order,
    Outcome,
    Person,
    Place,
    PlaceKind,
    Post,
    RoleBinding,
    Row,
    Text,
    Timer,
    key_of,
)
from bot.store.port import Conflict, Duplicate, Store
from tests.store.kit import MORNING, Turns, sample

ORDER = Order("O-1", "placed", 1, 2, "3", 4, "endo", "c-1", "red", 7, rx=("h1", "h2"), snapshot={"drug": ["metformin"]})


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
async def test_a_row_comes_back_as_it_was_written_one_version_later(store: Store, turn: Turns, kind: type[Row]):
    row, key = sample(kind), key_of(sample(kind))
    await store.commit(turn(rows=(row,)))
    assert await store.get(kind, key) == replace(row, version=1)
    await store.commit(turn(rows=(replace(row, version=1),)))
    assert await store.get(kind, key) == replace(row, version=2)
    assert await store.find(kind) == [replace(row, version=2)]
    await store.commit(turn(gone=(replace(row, version=2),)))
    assert await store.get(kind, key) is None


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
async def test_a_row_is_found_by_its_key_and_by_each_of_its_indexes(store: Store, turn: Turns, kind: type[Row]):
    one, other = sample(kind), sample(kind, 2)
    await store.commit(turn(rows=(one, other)))
    for names in ((SHAPES[kind].key,), *SHAPES[kind].indexes):
        found = await store.find(kind, **{name: getattr(one, name) for name in names})
        alike = [row for row in (one, other) if all(getattr(row, name) == getattr(one, name) for name in names)]
        assert sorted(found, key=key_of) == [replace(row, version=1) for row in sorted(alike, key=key_of)], names


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
async def test_a_row_that_changed_meanwhile_is_neither_written_nor_relied_on_nor_deleted(
    store: Store, turn: Turns, kind: type[Row]
):
    row = sample(kind)
    await store.commit(turn(rows=(row,)))
    stands = replace(row, version=1)
    await store.commit(turn(expects=(Expect(kind, key_of(row), 1),)))
    for outdated in (
        turn(rows=(row,)),
        turn(rows=(replace(row, version=2),)),
        turn(gone=(replace(row, version=2),)),
        turn(expects=(Expect(kind, key_of(row), 2),)),
        turn(expects=(Expect(kind, key_of(row), 0),)),
    ):
        with pytest.raises(Conflict):
            await store.commit(outdated)
    assert await store.find(kind) == [stands]


async def test_an_arrival_is_committed_once(store: Store, turn: Turns):
    outcome = turn(rows=(Person(7),))
    assert not await store.seen("telegram", outcome.arrival.id)
    await store.commit(outcome)
    assert await store.seen("telegram", outcome.arrival.id)
    assert not await store.seen("hospital", outcome.arrival.id)
    with pytest.raises(Duplicate):
        await store.commit(replace(outcome, rows=(Person(8),)))
    assert await store.get(Person, 8) is None


@pytest.mark.parametrize(
    "outdated",
    [
        {"rows": (Person(7),)},
        {"rows": (Person(7, version=2),)},
        {"rows": (Person(9, version=1),)},
        {"gone": (Person(7, version=2),)},
        {"gone": (Person(9, version=1),)},
        {"expects": (Expect(Person, 7, 2),)},
        {"expects": (Expect(Person, 7, 0),)},
        {"expects": (Expect(Person, 9, 1),)},
    ],
)
async def test_a_conflict_changes_nothing_at_all(store: Store, turn: Turns, outdated: dict[str, Any]):
    await store.commit(turn(rows=(Person(7),)))
    outcome = turn(
        rows=(Place(-1, PlaceKind.COMPOUND), *outdated.get("rows", ())),
        gone=outdated.get("gone", ()),
        expects=outdated.get("expects", ()),
        posts=(Post("p", 7, Text("hi")),),
        timers=(Timer("t", 5, "remind", "d"),),
        cursor=("feed", "x"),
    )
    with pytest.raises(Conflict):
        await store.commit(outcome)
    assert await store.get(Place, -1) is None
    assert await store.get(Person, 7) == Person(7, version=1)
    assert await store.standing("p") is None
    assert await store.timers_due(10) == []
    assert await store.cursor("feed") == ""
    assert not await store.seen("telegram", outcome.arrival.id)


async def test_what_an_outcome_relied_on_may_stay_unwritten(store: Store, turn: Turns):
    await store.commit(turn(rows=(Person(7),)))
    await store.commit(turn(expects=(Expect(Person, 7, 1), Expect(Person, 8, 0)), rows=(Person(9),)))
    assert await store.get(Person, 9) is not None
    assert await store.get(Person, 7) == Person(7, version=1)


async def test_two_doctors_take_the_same_order_and_one_of_them_gets_it(store: Store, turn: Turns):
    await store.commit(turn(rows=(ORDER,)))
    read = await store.get(Order, "O-1")
    assert read is not None
    await store.commit(turn(rows=(replace(read, doctor=1),)))
    with pytest.raises(Conflict):
        await store.commit(turn(rows=(replace(read, doctor=2),)))
    taken = await store.get(Order, "O-1")
    assert taken is not None
    assert taken.doctor == 1


async def test_find_asks_for_several_values_and_answers_the_newest_first(store: Store, turn: Turns):
    for n, state in enumerate(("open", "parked", "done", "open", "sent")):
        await store.commit(turn(rows=(Dialog(f"d{n}", "refill", 7, 7, state=state),)))
    await store.commit(turn(rows=(Dialog("other", "refill", 8, 8, thread=3),)))

    async def ids(**equals: Any) -> list[str]:
        return [row.id for row in await store.find(Dialog, **equals)]

    assert await ids(chat=7, person=7, state="open") == ["d3", "d0"]
    assert await ids(state=("open", "parked", "sent"), chat=7) == ["d4", "d3", "d1", "d0"]
    assert await ids(state=["done", "parked", "sent"], limit=2) == ["d4", "d2"]
    assert await ids(thread=None) == ["d4", "d3", "d2", "d1", "d0"]
    assert await ids(thread=3) == ["other"]
    assert await ids(state=()) == []
    await store.commit(turn(rows=(Place(-1, PlaceKind.REVIEW, "r"),)))
    assert len(await store.find(Place, kind=PlaceKind.REVIEW, ref="r")) == 1  # a column may be called like a parameter
    assert await ids(limit=10_000) == ["other", "d4", "d3", "d2", "d1", "d0"]


async def test_those_with_the_greatest_of_a_column_are_found_first_and_any_but_some(store: Store, turn: Turns):
    def order(n: int, stage: Any, since: int) -> Order:
        return replace(ORDER, no=f"O-{n}", stage=stage, since=since)

    rows = (order(1, "confirmed", 30), order(2, "confirmed", 10), order(3, "paid", 50), order(4, "confirmed", 40))
    await store.commit(turn(rows=(*rows, order(5, "confirmed", 40), order(6, "of-tomorrow", 60))))

    async def nos(**asked: Any) -> list[str]:
        return [row.no for row in await store.find(Order, placed_by=ORDER.placed_by, **asked)]

    assert await nos(stage="confirmed", latest="since", limit=3) == ["O-5", "O-4", "O-1"]
    assert await nos(stage=AnyBut(("confirmed",))) == ["O-6", "O-3"]
    assert await nos(stage=AnyBut(("confirmed", "paid", "of-tomorrow"))) == []
    assert await nos(stage=AnyBut(("paid", "failed", "cancelled"))) == ["O-6", "O-5", "O-4", "O-2", "O-1"]


async def test_find_of_what_cannot_be_asked_says_so(store: Store):
    with pytest.raises(ValueError, match="'journal' is encrypted; ask for one of"):
        await store.find(Dialog, journal="x")
    with pytest.raises(ValueError, match="'roles' is no plain column"):
        await store.find(Person, roles=())
    with pytest.raises(ValueError, match="'role' is no plain column"):
        await store.find(Place, role="doctor")
    with pytest.raises(ValueError, match="'thread': None stands alone"):
        await store.find(Dialog, thread=[3, None])


async def test_people_are_found_by_their_roles(store: Store, turn: Turns):
    doctor, courier = RoleBinding("doctor", "pr-1", "李"), RoleBinding("courier", "pr-2", "王")
    serves = RoleBinding("ambassador", "pr-3", "赵", locations=("c-1", "c-2"))
    await store.commit(turn(rows=(Person(1, roles=(doctor,)), Person(2, roles=(courier, serves)), Person(3))))

    async def who(**equals: Any) -> list[int]:
        return sorted(person.id for person in await store.find(Person, **equals))

    assert await who(role="doctor", role_id="pr-1") == [1]
    assert await who(role="doctor", role_id="pr-2") == []
    assert await who(role=("doctor", "courier")) == [1, 2]
    assert await who(role="ambassador", location="c-2") == [2]
    assert await who(role="ambassador") == [2]
    assert await who(role="courier", reachable=False) == []

    await store.commit(turn(rows=(Person(2, roles=(doctor,), version=1),), gone=(Person(1, version=1),)))
    assert await who(role="doctor") == [2]
    assert await who(role="ambassador") == []


async def test_the_hand_overs_of_an_order_are_counted(store: Store, turn: Turns):
    await store.commit(
        turn(rows=(Custody("O-1:01", "O-1", 5, "a", "b", "code"), Custody("O-1:02", "O-1", 5, "a", "b", "")))
    )
    assert await store.custody_count("O-1") == 2
    assert await store.custody_count("O-2") == 0


async def test_a_timer_that_rang_goes_with_the_commit_of_its_arrival(store: Store, turn: Turns):
    early, late = Timer("early", 5, "remind", "d"), Timer("late", 6, "expire", "d", "ok", 2)
    await store.commit(turn(timers=(early, late)))
    assert await store.timers_due(6) == [early, late]
    await store.commit(turn(Due(early)))
    assert await store.timers_due(6) == [late]
    again = replace(late, due=9)
    await store.commit(turn(Due(late), timers=(again,)))
    assert await store.timers_due(6) == []
    assert await store.timers_due(9) == [again]


async def test_workers_are_woken_after_the_commit_and_only_then(store: Store, turn: Turns):
    woken: list[Outcome] = []
    store.on_commit(woken.append)
    outcome = turn(rows=(Person(7),))
    await store.commit(outcome)
    with pytest.raises(Duplicate):
        await store.commit(outcome)
    assert woken == [outcome]


async def test_an_error_in_an_outcome_leaves_the_store_as_it_was(store: Store, turn: Turns):
    broken = Outcome(Arrival("telegram", "broken", MORNING, turn().arrival.body), rows=(Person(7, lang=None),))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)not.null"):
        await store.commit(broken)
    assert not await store.seen("telegram", "broken")
    await store.commit(turn(rows=(Person(7),)))
    assert await store.get(Person, 7) == Person(7, version=1)


async def test_places_of_a_kind_are_counted_without_being_read(store: Store, turn: Turns):
    refs = ("c-2", "c-1", "c-2", "-c-1")
    places = [Place(-n, PlaceKind.COMPOUND, ref) for n, ref in enumerate(refs, 1)]
    await store.commit(turn(rows=(*places, Place(-9, PlaceKind.DEPARTMENT, "c-1"))))
    assert [*(await store.refs(PlaceKind.COMPOUND)).items()] == [("-c-1", 1), ("c-1", 1), ("c-2", 2)]


async def test_who_serves_a_compound_is_counted_without_being_read(store: Store, turn: Turns):
    serves = [RoleBinding("serves", one, "") for one in ("c-1", "c-2")]
    helper = RoleBinding("ambassador", "pr-1", "", locations=("c-1", "c-2"))
    people = (Person(1, roles=(helper, *serves)), Person(2, roles=(helper, serves[0])), Person(3, roles=(serves[1],)))
    await store.commit(turn(rows=people))
    assert await store.served() == {"c-1": 2, "c-2": 1}
