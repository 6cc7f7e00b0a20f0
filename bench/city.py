"""What operators and contacts of a whole city open: does it stand on one screen, and how long does it take.

2,000 ambassadors, 175 sub-districts, 2,000 compounds. python -m bench city
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from backend_client.models import Area, Compound, Staff
from bot.catalogue import Catalogue
from bot.clock import HandClock
from bot.messenger import limits
from bot.model import Order, Person, Place, PlaceKind, Post, RoleBinding
from tests.handlers.house import House, at_home

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
COMPOUNDS, AREAS, DISTRICTS, AMBASSADORS, BARE, LIVE = 2000, 175, 16, 2000, 300, 800
OPERATOR, CONTACT, GROUP = 900_001, 900_002, -500_000


def names(kind: str, n: int) -> dict[str, str]:
    return {"zh-CN": f"{kind}{n}", "en": f"{kind} {n}"}


def lists() -> Catalogue:
    areas = [Area(f"dist-{n}", names("区", n)) for n in range(DISTRICTS)]
    areas += [Area(f"sub-{n}", names("街道", n), f"dist-{n % DISTRICTS}") for n in range(AREAS)]
    compounds = [Compound(f"comp-{n}", names("小区", n), area=f"sub-{n % AREAS}") for n in range(COMPOUNDS)]
    staff = [Staff(f"pr-{n}", "ambassador", f"志愿者{n}", locations=(_serves(n),)) for n in range(AMBASSADORS)]
    staff += [Staff("op", "operator", "何静怡"), Staff("co", "contact", "廖志坚", locations=("sub-0",))]
    return Catalogue(compounds=tuple(compounds), areas=tuple(areas), staff=tuple(staff))


def _serves(n: int) -> str:
    """The last BARE compounds have nobody."""
    return f"comp-{n % (COMPOUNDS - BARE)}"


def rows() -> list[Any]:
    people = [
        Person(
            1000 + n, roles=(RoleBinding("ambassador", f"pr-{n}", f"志愿者{n}"), RoleBinding("serves", _serves(n), ""))
        )
        for n in range(AMBASSADORS)
    ]
    office = [
        Person(OPERATOR, lang="zh-CN", roles=(RoleBinding("operator", "op", "何静怡"),)),
        Person(CONTACT, lang="zh-CN", roles=(RoleBinding("contact", "co", "廖志坚", locations=("sub-0",)),)),
    ]
    groups = [Place(GROUP - n, PlaceKind.COMPOUND, f"comp-{n}") for n in range(COMPOUNDS)]
    orders = [
        Order(f"C-{n}", "paid", MORNING - n, MORNING, "v", MORNING, "dep-1", f"comp-{n * 7 % COMPOUNDS}", "green", 7,
              patient="-", snapshot={"patient": {"id": f"pat-{n}"}}) for n in range(LIVE)
    ]  # fmt: skip
    return [*people, *office, *groups, *orders]


async def opens(house: House, who: int, *acts: str) -> tuple[float, list[Post]]:
    """Processor ms of the last act, its threads' too, and what came of it."""
    took, before = 0.0, 0
    for act in acts:
        before = len(house.posts())
        arrival = house.text(who, act) if act[0] in "/小街志" else house.press(who, house.button(act))
        begun = time.process_time()
        await house.core.take(arrival)
        took = (time.process_time() - begun) * 1000
        await house.show()
    stood = {post.key for post in house.posts()[:before]}  # what was asked before is edited, where it stands
    came = [post for post in house.posts()[before:] if post.content is not None and post.chat == who]
    return took, [post for post in came if post.key not in stood]


#: One after the other: what is typed or pressed answers what was opened before it.
SCREENS: dict[str, tuple[int, tuple[str, ...]]] = {
    "/coverage": (OPERATOR, ("/coverage",)),
    "  part of a name typed": (OPERATOR, ("街道17",)),
    "  a sub-district pressed": (OPERATOR, ("sub-17",)),
    "/coverage, of a contact": (CONTACT, ("/coverage",)),
    "/area, of a contact": (CONTACT, ("/area",)),
    "/groups": (OPERATOR, ("/groups",)),
    "  part of a group's name typed": (OPERATOR, ("小区199",)),
    "/staff, ambassadors": (OPERATOR, ("/staff", "ambassador")),
    "  part of an ambassador's typed": (OPERATOR, ("志愿者199",)),
    "/cases, all": (OPERATOR, ("/cases", "all")),
}


async def measured() -> dict[str, tuple[float, list[Post]]]:
    """A run: each screen with its processor ms."""
    known = lists()
    known.around("comp-0")  # in order from here on, as with every list that came
    with tempfile.TemporaryDirectory() as folder:
        async with at_home(Path(folder) / "bot.sqlite", HandClock(MORNING), rows()) as made:
            house = House(replace(made.services, catalogue=lambda: known), made.clock)
            return {name: await opens(house, who, *acts) for name, (who, acts) in SCREENS.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"{COMPOUNDS} compounds, {AREAS} sub-districts, {AMBASSADORS} ambassadors, {options.runs} runs")
    runs = [asyncio.run(measured()) for _ in range(options.runs)]
    for name in SCREENS:
        took, posts = [run[name][0] for run in runs], runs[-1][name][1]
        units = [limits.visible(getattr(post.content, "html", "")) for post in posts]
        buttons = [len([one for row in getattr(post.content, "buttons", ()) for one in row]) for post in posts]
        fits = len(posts) == 1 and max(units) <= limits.TEXT and max(buttons) <= limits.BUTTONS
        one = "one screen" if fits else f"{len(posts)} MESSAGES"
        print(f"{name:32}{statistics.median(took):7.1f} ms ({min(took):.1f}-{max(took):.1f})  {one}: "
              f"{max(units, default=0)} characters, {max(buttons, default=0)} buttons")  # fmt: skip


if __name__ == "__main__":
    main()
