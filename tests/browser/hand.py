"""One person of a page, moved by hand: what is pressed and typed goes through the DOM, what is seen is read from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Hand:
    """The phone of one person on a page; `person` is the id."""

    page: Any
    person: int

    @property
    def phone(self) -> Any:
        """The phone's element."""
        return self.page.locator(f"#phone-{self.person}")

    def message(self, text: str | re.Pattern[str], label: str = "") -> Any:
        """The newest message in the room that shows the text, and that button if one is named."""
        found = self.phone.locator(".message", has_text=text)
        return (found.filter(has=self._key(label)) if label else found).last

    def _key(self, label: str) -> Any:
        """Exactly that label: '3' is not '13'."""
        return self.page.locator(".key", has=self.page.get_by_text(label, exact=True))

    async def sees(self, text: str | re.Pattern[str], patience_ms: int = PATIENCE_MS) -> str:
        """Waits for a message; answers its whole text."""
        found = self.message(text)
        await found.wait_for(timeout=patience_ms)
        return str(await found.inner_text())

    async def press(self, label: str, text: str | re.Pattern[str] = "") -> None:
        """Presses the button on the newest message that has it."""
        await self.message(text, label).locator(self._key(label)).first.click(timeout=PATIENCE_MS)

    async def write(self, text: str) -> None:
        """Types and sends; the phone shows it before this returns."""
        field = self.phone.get_by_label("写消息")
        await field.fill(text)
        await field.press("Enter")
        await self.phone.locator(".message.mine", has_text=text).last.wait_for(timeout=PATIENCE_MS)

    async def photo_at_hand(self, name: str) -> None:
        """Takes the picture of that name from those that lie there, and sends it."""
        await self.phone.get_by_role("button", name="添加附件").click()
        await self.phone.get_by_role("button", name="手边的照片").click()
        await self.phone.locator(".hand-one", has_text=name).click()
        await self.phone.locator(".waiting-one").wait_for()
        await self.phone.get_by_role("button", name="发送", exact=True).click()
        await self.phone.locator(".message.mine .photo").last.wait_for(timeout=PATIENCE_MS)

    async def go(self, chat: int, topic: str = "") -> None:
        """Back to the list of chats, into that chat, and into the topic whose row shows those words."""
        back = self.phone.get_by_role("button", name="返回")
        while await back.count():
            await back.click()
        await self.phone.locator(f"[data-fk='row{chat}']").click(timeout=PATIENCE_MS)
        if topic:
            await self.phone.locator(".row", has_text=topic).click(timeout=PATIENCE_MS)
        await self.phone.locator(".log").wait_for()

    async def digits(self, pin: str) -> None:
        """Presses a PIN on the newest keypad, each digit only when the one before has arrived."""
        for count, digit in enumerate(pin):
            await self.press(digit, text=f"已按 {count} 位")


async def picture(page: Any, name: str) -> None:
    """A screenshot of all phones as artifacts/<name>.png."""
    ARTIFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=str(ARTIFACTS / f"{name}.png"))
