"""Twenty people who look at their phones and do what stands there, whatever happens to the bot meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.control import Control, ControlError, Phone
from sandbox.hospital.seed.people import Resident, residents

Json = dict[str, Any]
FIRST = 300  # their accounts, from here on
PATIENCE = 12.0  # s after which somebody does the same again
PRESSES = ("同意", "是，现在就配", "没有处方，用医院的记录", "是，和上次一样", "一周以上", "平稳", "没有",
           "谁先有空就谁", "确认发送", "我看过了，付款", "我看过了，确认")  # fmt: skip
#: Paid, or confirmed where nothing was to be paid; the card alone where the order went on while the bot was dead.
PAID = ("付款成功", "已付款（订单", "已确认，不用付钱（订单")
OVER = (*PAID, "认为不适合网上续方")


def people(count: int) -> list[Resident]:
    """As many residents, each with an illness and drugs of one of those of the seeds who may order on line."""
    like = [one for one in residents() if one.id in ("wang-guilan", "li-jianguo", "huang-zhiqiang", "ma-guodong")]
    return [
        replace(like[n % len(like)], id=f"crowd-{n}", zh=f"群众{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'一二'[n // 10]}",
                en=f"Crowd {n}", birth=f"19{40 + n}-05-1{n % 10}", credential=f"8009{n:04d}",
                phone=f"000-0000-{900 + n:04d}", compound="loc-xingfuli", flat=f"{n + 1}01室")
        for n in range(count)
    ]  # fmt: skip


@dataclass
class Somebody:
    """One of them: orders on the record, writes a word to the doctor, pays; sometimes presses twice."""

    control: Control
    who: Resident
    phone: Phone
    dice: random.Random
    word: str
    over: str = ""
    did: dict[str, float] = field(default_factory=dict[str, float])  # what was done, and when
    acts: int = 0

    @property
    def wrote(self) -> bool:
        """Whether the word to the doctor was written."""
        return f"say {self.word}" in self.did

    async def lives(self, link: str) -> None:
        """Until the order is paid or refused."""
        while not self.over:
            if not any(name.startswith("press") for name in self.did):
                await self._once("open", self.phone.open(link))
            await self._look()
            await asyncio.sleep(self.dice.uniform(0.2, 0.9))

    async def reads(self) -> tuple[str, list[Json]]:
        """Whose phone it is, and the newest messages on it: what is told of somebody who still waits."""
        view = await self.phone.sees()
        (mine,) = [chat["messages"] for chat in view["chats"] if chat["id"] == self.phone.id]
        return self.who.id, [
            {"text": one.get("text") or one.get("caption") or one["kind"], "buttons": one["buttons"]}
            for one in mine[-6:]
        ]

    async def _look(self) -> None:
        view = await self.phone.sees()
        chats = [chat for chat in view["chats"] if chat["id"] == self.phone.id]
        shown = [one for chat in chats for one in chat["messages"] if not one.get("deleted")]
        texts = [one.get("text") or one.get("caption") or "" for one in shown]
        self.over = next((words for words in OVER for text in texts if words in text), "")
        if self.over or not shown:
            return
        if any("订单 R" in text for text in texts) and not self.wrote:
            self.did[f"say {self.word}"] = time.monotonic()
            await self.phone.say(self.word)
            return
        said = [one for one in shown if one["from"].get("bot")]
        for n, message in enumerate(reversed(said)):
            if await self._answer(message, newest=n == 0):
                return

    async def _answer(self, message: Json, newest: bool) -> bool:
        """Whether there was something to do about it."""
        text = message.get("text") or ""
        for asked, said in (("请输入医保电子凭证号码", self.who.credential), ("请输入出生日期", self.who.birth)):
            if asked in text and newest:
                await self._once(f"say {asked} {message['id']}", self.phone.say(said))
                return True
        if message["kind"] == "invoice":
            await self._once("pay", self.phone.pay("ok"))
            return True
        labels = [button["label"] for row in message["buttons"] for button in row]
        for label in PRESSES:
            if label in labels:
                act = self.control.press(self.phone.id, label, chat=self.phone.id, message_id=message["id"])
                await self._once(f"press {label} {message['id']}", act)
                return True
        return False

    async def _once(self, name: str, act: Any) -> None:
        """Again only after a while, or at once where the finger trembles."""
        last = self.did.get(name, float("-inf"))
        if time.monotonic() < last + PATIENCE and self.dice.random() > 0.03:
            act.close()
            return
        self.did[name] = time.monotonic()
        self.acts += 1
        with contextlib.suppress(ControlError):  # the button, the bill or the message is gone meanwhile
            await act


async def gather(control: Control, who: list[Resident], group: int, seed: int) -> list[Somebody]:
    crowd: list[Somebody] = []
    for n, one in enumerate(who):
        await control.person(one.zh, id=FIRST + n)
        await control.member(group, FIRST + n, "join")
        dice = random.Random(f"{seed}/{n}")
        crowd.append(Somebody(control, one, control.phone(FIRST + n), dice, f"医生您好，我是第{n}位，药快吃完了"))
    return crowd
