"""Pages by link[next]: every match once, no loop, also while others write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox_hospital.conftest import Caller


async def walk(hospital: Caller, path: str) -> list[list[str]]:
    """The ids of each page; stops with an error when a page comes again."""
    pages: list[list[str]] = []
    seen: set[str] = set()
    url = path
    while url:
        assert url not in seen
        seen.add(url)
        bundle: Any = (await hospital("GET", url)).json
        pages.append([entry["resource"]["id"] for entry in bundle["entry"]])
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    return pages


@pytest.mark.parametrize(
    "order", ["_lastUpdated", "-_lastUpdated", "birthdate", "-birthdate", "name", "_id", "-_id", "gender"]
)
async def test_every_match_comes_once_in_any_order(hospital: Caller, order: str) -> None:
    for number in range(7):
        born = {} if number == 3 else {"birthDate": f"19{40 + number % 3}-01-01"}
        await hospital.patient(str(number), **born, gender="male" if number % 2 else "female")
    pages = await walk(hospital, f"/Patient?_count=2&_sort={order}")
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert len({id_ for page in pages for id_ in page}) == 7


async def test_a_full_last_page_has_no_next(hospital: Caller) -> None:
    for number in range(4):
        await hospital.patient(str(number))
    assert [len(page) for page in await walk(hospital, "/Patient?_count=2")] == [2, 2]


async def test_pages_stay_on_the_origin_and_keep_the_query(hospital: Caller) -> None:
    for number in range(3):
        await hospital.patient(str(number), gender="female")
    await hospital.patient("4", gender="male")
    bundle = (await hospital("GET", "/Patient?gender=female&_count=1")).json
    following = next(link["url"] for link in bundle["link"] if link["relation"] == "next")
    assert following.startswith(f"{hospital.url}/Patient?gender=female&_count=1&_after=")
    assert bundle["total"] == 3
    assert len(await walk(hospital, "/Patient?gender=female&_count=1")) == 3


async def test_what_is_written_while_paging_is_not_lost(hospital: Caller) -> None:
    made = [await hospital.patient(str(number)) for number in range(4)]
    first = (await hospital("GET", "/Patient?_count=2&_sort=_lastUpdated")).json
    await hospital("PUT", f"/Patient/{made[0]['id']}", made[0])
    await hospital("DELETE", f"/Patient/{made[1]['id']}")
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    rest = [id_ for page in await walk(hospital, following) for id_ in page]
    assert rest == [made[2]["id"], made[3]["id"], made[0]["id"]]


async def test_count_zero_only_counts(hospital: Caller) -> None:
    await hospital.patient()
    for query in ("_count=0", "_summary=count"):
        bundle = (await hospital("GET", f"/Patient?{query}")).json
        assert (bundle["total"], bundle["entry"], len(bundle["link"])) == (1, [], 1)
