"""A button pressed on a copy of a question that we do not know: that copy becomes the question, the other goes.

There are two copies when we died, or the line broke, between Telegram's accept and our mark; and for a moment there is
an unknown one whenever somebody presses before the mark is written.
"""

from __future__ import annotations

from typing import Protocol

from bot.dialog.buttons import short
from bot.model import Dialog, Pressed
from bot.store.port import Standing, Store


class Adopter(Protocol):
    async def adopt(self, key: str, chat: int, message: int) -> None: ...


class Orphans:
    """Give ``look`` to the poller: it is asked before a press is taken, so that the answer edits the right copy."""

    def __init__(self, store: Store, sender: Adopter) -> None:
        self._store = store
        self._sender = sender

    async def look(self, pressed: Pressed) -> None:
        """Adopt the copy if it can only be one of the question that is open. Raises what the store raises."""
        chat, message = pressed.spot.chat, pressed.message
        if not pressed.data.startswith("d:") or await self._store.is_ours(chat, message):
            return
        question = await self._question(pressed.data)
        if question is not None and question.post.chat == chat and _uncertain(question):
            await self._sender.adopt(question.post.key, chat, message)

    async def _question(self, data: str) -> Standing | None:
        """The post that asks what this button answers, if its dialog still waits there."""
        _, id, step, epoch, *_ = (*data.split(":"), "", "", "")
        dialog = await self._store.get(Dialog, id)
        if dialog is None or not dialog.prompt or (short(dialog.step), str(dialog.epoch)) != (step, epoch):
            return None
        return await self._with_buttons(dialog.prompt)

    async def _with_buttons(self, key: str) -> Standing | None:
        """The last part of a long question: there its buttons stand."""
        last, n = await self._store.standing(key), 2
        while (part := await self._store.standing(f"{key}~{n}")) is not None and _stands(part):
            last, n = part, n + 1
        return last


def _stands(part: Standing) -> bool:
    return part.message is not None or part.shown != part.wanted


def _uncertain(question: Standing) -> bool:
    """Whether a copy can exist that we do not know: none is known, or one was sent again after an unknown outcome."""
    return question.message is None or question.attempts > 0
