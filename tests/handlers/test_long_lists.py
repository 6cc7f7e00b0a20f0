"""A city's groups and staff are told by the hospital's lists: what is sealed of each is not opened for a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Compound, Staff
from bot.catalogue import Catalogue
from bot.clock import HandClock
from bot.model import Person, Place, PlaceKind, RoleBinding
from tests.handlers.house import LISTS, House, at_home

OPERATOR, MANY = 51, 300
LIST = Catalogue(
    compounds=tuple(Compound(f"comp-{n}", {"zh-CN": f"小区{n}", "en": f"Court {n}"}) for n in range(MANY)),
    staff=tuple(Staff(f"pr-{n}", "ambassador", f"志愿者{n}", locations=(f"comp-{n}",)) for n in range(MANY)),
    departments=LISTS.departments,
)
ROWS = (
    Person(OPERATOR, roles=(RoleBinding("operator", "op", "吴"),)),
    *(Place(-1000 - n, PlaceKind.COMPOUND, f"comp-{n}") for n in range(MANY)),
    *(Person(1000 + n, roles=(RoleBinding("ambassador", f"pr-{n}", "x", locations=(f"comp-{n}",)),
                              RoleBinding("serves", f"comp-{n}", ""))) for n in range(MANY)),
    Person(5000, roles=(RoleBinding("ambassador", "pr-gone", "林阿姨"),)),  # in the list no more
    Place(-5000, PlaceKind.OPERATORS, title="值班室"),
)  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        house.core.services = house.services = replace(house.services, catalogue=lambda: LIST)
        yield house


@pytest.fixture
def opened(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[type], int]:
    """How many rows of a kind the store has opened since."""
    counts: dict[type, int] = {}
    store: Any = house.services.store

    def counted(name: str) -> None:
        real = getattr(store, name)

        async def read(kind: type, *args: Any, **more: Any) -> Any:
            found = await real(kind, *args, **more)
            counts[kind] = counts.get(kind, 0) + (len(found) if isinstance(found, list) else found is not None)
            return found

        monkeypatch.setattr(store, name, read)

    counted("get")
    counted("find")
    return lambda kind: counts.get(kind, 0)


async def test_a_list_of_staff_opens_who_asks_and_who_is_in_no_list(
    house: House, opened: Callable[[type], int]
) -> None:
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador")
    shown = [post for post in house.posts() if post.chat == OPERATOR][-1]
    assert len([b for row in getattr(shown.content, "buttons", ()) for b in row]) > 30
    assert opened(Person) < 10
    await house.take(house.text(OPERATOR, "志愿者299"))
    assert "志愿者299" in str(getattr([p for p in house.posts() if p.chat == OPERATOR][-1].content, "html", ""))
    assert "小区299" in str(getattr([p for p in house.posts() if p.chat == OPERATOR][-1].content, "html", ""))
    assert opened(Person) < 10


async def test_who_is_in_no_list_keeps_his_name(house: House) -> None:
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador")
    await house.take(house.text(OPERATOR, "林阿姨"))
    assert "林阿姨" in str(getattr([p for p in house.posts() if p.chat == OPERATOR][-1].content, "html", ""))


async def test_a_list_of_groups_opens_only_what_the_list_does_not_name(
    house: House, opened: Callable[[type], int]
) -> None:
    await house.take(house.press(OPERATOR, "a:groups"))
    shown = [post for post in house.posts() if post.chat == OPERATOR][-1]
    labels = [b.label for row in getattr(shown.content, "buttons", ()) for b in row]
    assert [one for one in labels if one.startswith("小区")]
    assert opened(Place) < 10, "the operators' own, by its title"
