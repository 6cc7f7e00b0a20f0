"""What the cases share: one order that waits for a doctor, and whoever could be told of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from bot.model import Observed, Order, Outcome, Person, Place, PlaceKind, RoleBinding, Topic
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, RESIDENT, House, told

NO, THREAD = "MR1123-1", 55
REVIEW, OPERATORS, GROUP = -300, -400, -500
OPERATOR, PHARMACIST, NEW, OTHER = 51, 52, 61, 62
OF = {"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生", "asked": [asdict(LINE)],
      "prescribed": [asdict(LINE)], "parcel": {"code": "4711", "label": "A-07"}}  # fmt: skip
CASE = Order(NO, "submitted", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER, LI,
             label="A-07", topic=f"consult:{NO}", snapshot=OF)  # fmt: skip
ROWS = (
    CASE,
    Topic(f"consult:{NO}", FORUM, NO, "1", "1", THREAD),
    Place(OPERATORS, PlaceKind.OPERATORS),
    Place(REVIEW, PlaceKind.REVIEW),
    Place(GROUP, PlaceKind.COMPOUND, "comp-1"),
    Person(OPERATOR, roles=(RoleBinding("operator", "pr-9", "吴"),)),
    Person(PHARMACIST, roles=(RoleBinding("pharmacist", "pr-7", "周药师"),)),
)


#: The same, and a doctor has taken the case.
IN_CONSULT = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)


def texts(house: House, chat: int, since: int = 0) -> str:
    """All that was written there."""
    return "\n".join(str(getattr(post.content, "html", "")) for post in house.posts()[since:] if post.chat == chat)


def news(house: House, since: int) -> str:
    """All that was said to those who work there, but for cards that are only drawn anew."""
    stood = {post.key for post in house.posts()[:since]}
    fresh = {post.key: post for post in house.posts()[since:] if post.key not in stood}
    return "\n".join(
        str(getattr(p.content, "html", "")) for p in fresh.values() if p.chat in (REVIEW, OPERATORS, OPERATOR)
    )


async def put(house: House, *rows: Any) -> None:
    await house.services.store.commit(Outcome(house.arrival(None, f"rows-{house.count}"), rows=rows))


async def stands(house: House, stage: str, **more: Any) -> int:
    """The hospital says where the order stands, a second later; how many posts there were before."""
    before = len(house.posts())
    house.clock.advance(1)
    await house.take(house.arrival(Observed(replace(told(NO, stage, house.clock.civil()), **more))))
    return before


async def stage(house: House, to: str) -> None:
    await put(house, replace(await house.order(NO), stage=to))
