"""The courier's thumb: the hand-over code is read to him from the ambassador's phone, and he types it on his own.

On autopilot, or where a person drives and the habit says so.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import aiohttp

from sandbox.staff.desk import Desk

log = logging.getLogger("sandbox.staff")
READ_OUT = re.compile(r"(?:念给送药员：|Tell the courier this code: )(\d{4})")
ASKED = ("4 位码", "4-digit code")
BUTTONS = ("输入交接码", "Type the code")
LAST = 30  # messages that a person looks back over


class Thumb:
    """One round does one thing: press [Type the code], or type. Speaks to the sandbox messenger only."""

    def __init__(self, desk: Desk, control: str, auto: Callable[[], bool] = lambda: False) -> None:
        self._desk, self._control, self._auto = desk, f"{control.rstrip('/')}/control", auto
        self._typed: set[tuple[int, int]] = set()  # (ambassador, message) whose code was typed

    async def round(self) -> None:
        if self._desk.habits["courier"] != "types-code" and not self._auto():
            return
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
                await self._look(session)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("the courier's phone cannot be used: %s", type(error).__name__)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        people = (await _json(session.get(f"{self._control}/world")))["people"]
        couriers, ambassadors = await self._ids(people, "courier"), await self._ids(people, "ambassador")
        for ambassador in ambassadors:
            for message in await self._messages(session, ambassador):
                heard = READ_OUT.search(message.get("text") or "")
                if heard and (ambassador, message["id"]) not in self._typed:
                    if await self._type(session, couriers, heard[1]):
                        self._typed.add((ambassador, message["id"]))
                    return

    async def _ids(self, people: list[dict[str, Any]], role: Any) -> list[int]:
        names = {one.name for one in await self._desk.colleagues(role)}
        return [person["id"] for person in people if person["name"] in names]

    async def _type(self, session: aiohttp.ClientSession, couriers: list[int], code: str) -> bool:
        """Whether the code was typed; where nobody asks for it yet, the button is pressed."""
        for courier in couriers:
            messages = await self._messages(session, courier)
            if any(word in (messages[-1].get("text") or "") for word in ASKED) if messages else False:
                await _json(session.post(f"{self._control}/people/{courier}/say", json={"text": code}))
                return True
            labels = {button["label"] for one in messages for row in one["buttons"] for button in row}
            for label in labels.intersection(BUTTONS):
                await _json(session.post(f"{self._control}/people/{courier}/press", json={"label": label}))
        return False

    async def _messages(self, session: aiohttp.ClientSession, person: int) -> list[dict[str, Any]]:
        """What the bot wrote to this person and still stands, oldest first."""
        asked = session.get(f"{self._control}/people/{person}/sees", params={"chat": person, "last": LAST})
        chats = (await _json(asked))["chats"]
        return [one for chat in chats for one in chat["messages"] if one["from"]["bot"] and not one["deleted"]]


async def _json(request: Any) -> Any:
    async with request as answer:
        answer.raise_for_status()
        return await answer.json()
