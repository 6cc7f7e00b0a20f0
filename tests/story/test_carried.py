"""Any story, on phones of each language, and with the bot process killed five times at seeded moments.

``make trial`` plays them, the suite one, with two kills; every story in sandbox/stories is here by itself.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest

from locales import tags
from sandbox import story
from sandbox.play import ACT, Script, performed
from sandbox.processes import House
from sandbox.stories.day import day
from sandbox.told import Told, report
from tests.faults.effects import repeated, resources
from tests.faults.plans import PatientPhone
from tests.faults.test_killed import dead_letters, orphans
from tests.property_compound import watched_house
from tests.workers.test_port import free_port

pytestmark = [pytest.mark.story, pytest.mark.timeout(600)]
KILLS = 5
WAYS = ("fetched", "delivered")  # how updates come to the bot: each story in one of them
SAMPLE, FEW = "home-visit", 2  # the story that the suite kills, and how often
NAMES = sorted(story.known().keys() - {day.name})  # how the day is killed: tests/faults
LANGUAGES = [lang for lang in tags() if lang != "zh-CN"]  # in which tests/story/test_story.py plays them
spoken = pytest.mark.trial("stories in other languages")
killed = pytest.mark.trial("stories with kill -9")


class Kills:
    """Kills the bot a moment after some acts of people, and starts it again: early enough for five in a short story."""

    def __init__(self, house: House, seed: int, kills: int) -> None:
        self._house, self._dice = house, random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = self._gap()
        self._kills, self.count = kills, 0

    def _gap(self) -> int:
        return self._dice.randint(1, 4)

    async def __call__(self, moment: str) -> None:
        self._left -= moment == ACT
        if self._left == 0 and self.count < self._kills:
            await self.done()
            self.count, self._left = self.count + 1, self._gap()
            self._tasks.add(asyncio.create_task(self._kill(self._dice.uniform(0.0, 0.5))))

    async def _kill(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._house.bot.kill()
        await self._house.bot.restart()

    async def done(self) -> None:
        await asyncio.gather(*self._tasks)


def webhook_settings() -> dict[str, str]:
    port = free_port()
    return {"MEDRELAY_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "MEDRELAY_HTTP_PORT": str(port)}


async def carried(script: Script, folder: Path, lang: str) -> Told:
    async with (
        performed(script, folder, by_hand=True, lang=lang) as play,
        watched_house(play.scene.control, play.house),
    ):
        return await play.perform(script)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [pytest.param(one, marks=spoken) for one in [day.name, *NAMES]])
async def test_a_story_is_carried_on_phones_of_another_language(tmp_path: Path, name: str, lang: str) -> None:
    told = await carried(story.find(name), tmp_path, lang)
    assert told.ok, report(told)


@pytest.mark.parametrize(
    ("name", "lang", "kills", "way"),
    [
        (SAMPLE, "zh-CN", FEW, "delivered"),  # fetched: tests/faults
        *(pytest.param(name, lang, KILLS, WAYS[len(name) % 2], marks=killed) for name in NAMES for lang in tags()),
    ],
)
async def test_a_story_with_kills_is_carried_with_every_act_once(
    tmp_path: Path, name: str, lang: str, kills: int, way: str
) -> None:
    script = story.find(name)
    if way == "delivered":
        script = replace(script, settings={**script.settings, **webhook_settings()})
    async with performed(script, tmp_path, by_hand=True, lang=lang) as play:
        control, house = play.scene.control, play.house
        async with watched_house(control, house):
            seeds = await resources(house.hospital_url)
            phones = play.scene.phones
            play.scene.phones = {key: PatientPhone(control, phone.id, phone.tongue) for key, phone in phones.items()}
            killer = Kills(house, sum(name.encode()), kills)
            play.between = killer
            told = await play.perform(script)
            await killer.done()
            left, messages = await resources(house.hospital_url), await control.messages()
            called = {call["method"] for call in await control.trace()}
    assert told.ok, report(told)
    assert killer.count == kills
    assert ("getUpdates" in called, "setWebhook" in called) == (way == "fetched", way == "delivered")
    assert repeated(seeds, left) == []
    copies = orphans(tmp_path / "medrelay.sqlite", messages)
    assert sum(copies.values()) <= kills, copies
    assert dead_letters(tmp_path / "medrelay.sqlite") == []
