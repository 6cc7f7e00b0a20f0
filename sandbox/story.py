"""The acceptance day, T0 to T6, played by people who act on what they see; exits 1 when something is missed."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.control import PATIENCE, Control, NotSeen, Phone
from sandbox.processes import House, carry_out, running
from sandbox.records import custody, issued, paper
from sandbox.scene import Scene, press_pin, set_up
from sandbox.told import Job, Told, report

DAY = "2026-11-23"  # a working Monday
BY_HAND, BY_MACHINE = "处方是哪个月开的", "照片上看到的"  # what follows the photo: without and with a photo reader
QUESTIONS = (("您的病情怎么样", "平稳"), ("用药后有不舒服吗", "没有"))  # the hospital's own, and what people answer

Between = Callable[[str], Awaitable[None]]


async def nothing(_moment: str) -> None:
    """Between two acts nothing special happens."""


class Story:
    """The six people of the day. ``between`` is called at named moments: the crash runs kill the bot there."""

    def __init__(self, scene: Scene, house: House, between: Between = nothing) -> None:
        self.scene, self.house, self.between = scene, house, between
        self.told = Told()
        self.order = self.other = ""

    def phone(self, key: str) -> Phone:
        return self.scene.phones[key]

    async def at(self, clock: str) -> None:
        await self.scene.control.set_clock(set=f"{DAY}T{clock}")

    async def reached(self, milestone: str, what: str) -> None:
        now = await self.scene.control.clock()
        self.told.milestones[milestone] = (now["civil"][11:16], what)
        await self.between(milestone)

    @asynccontextmanager
    async def job(self, name: str, *keys: str) -> AsyncIterator[None]:
        """Count what these people press and type in here."""
        phones = [self.phone(key) for key in keys]
        before = sum(phone.taps for phone in phones), sum(phone.inputs for phone in phones)
        yield
        self.told.jobs.append(
            Job(name, sum(p.taps for p in phones) - before[0], sum(p.inputs for p in phones) - before[1])
        )

    async def see(self, key: str, text: str | tuple[str, ...], **more: Any) -> dict[str, Any]:
        return await self.phone(key).wait_for(text=text, **more)

    async def press(self, key: str, label: str, text: str | None = None, **more: Any) -> None:
        """Press a button on the newest message that shows both."""
        phone = self.phone(key)
        found = await phone.wait_for(text=text, label=label, **more)
        await phone.press(label, chat=found["chat"], message_id=found["id"])

    # ------------------------------------------------------------ the day
    async def play(self) -> Told:
        started = time.monotonic()
        try:
            await self.announced()
            await self.ordered()
            await self.consulted()
            await self.settled()
            await self.left_hospital()
            await self.arrived()
            await self.handed_over()
            await self.cancelled()
            self.told.custody = await custody(self.house.hospital_url, self.order)
        except NotSeen as missed:
            self.told.missed.append(str(missed))
        self.told.seconds = round(time.monotonic() - started, 1)
        return self.told

    async def announced(self) -> None:
        """T0: the operator tells the compounds; a resident of 75 taps, proves who she is, and asks for a home visit."""
        await self.at("08:50")
        async with self.job("broadcast (operator)", "operator"):
            await self.press("operator", "通知各小区")
            await self.press("operator", "全部小区")
            await self.press("operator", "确认发送")
        await self.see("operator", "已发到")
        compound = self.scene.chats["compound"]
        await self.see("resident", "今天开通", chat=compound)
        await self.reached("T0", "the compound's group hears that ordering is open")
        await self.press("resident", "我要续方拿药", chat=compound)
        await self.prove("resident", "80010012", "1951-03-08")
        await self.see("resident", "请拍一张王桂兰")
        await self.phone("resident").say("/menu")
        await self.press("resident", "请志愿者上门")
        await self.press("resident", "可以，请他来")
        await self.see("ambassador", "请上门帮忙：王桂兰")

    async def prove(self, key: str, number: str, born: str) -> None:
        phone = self.phone(key)
        await self.press(key, "同意")
        await self.see(key, "请输入医保电子凭证号码")
        await phone.say(number)
        await self.see(key, "请输入出生日期")
        await phone.say(born)

    async def ordered(self) -> None:
        """T1: at her home, the ambassador orders for her under a mandate; a neighbour orders alone."""
        await self.at("09:40")
        phone = self.phone("ambassador")
        await self.press("ambassador", "替邻居办")
        await self.see("ambassador", "请输入医保电子凭证号码")
        await phone.say("80010012")
        await self.see("ambassador", "请输入出生日期")
        await phone.say("1951-03-08")
        await self.press("resident", "同意", text="林国平想替您下单")
        await self.see("ambassador", "王桂兰同意了")
        await self.between("mandate")
        await self.at("09:50")
        await self.press("ambassador", "我要续方拿药", text="王桂兰同意了")
        self.order = await self.fill_in("ambassador", "wang-guilan", "王桂兰", "沈雅琴")
        await self.see("resident", f"订单 {self.order}")
        await self.reached("T1", "photo sent and order placed at her home")
        async with self.job("first order, resident alone", "neighbour"):
            await self.press("neighbour", "我要续方拿药", chat=self.scene.chats["compound"])
            await self.prove("neighbour", "80010029", "1948-11-02")
            self.other = await self.fill_in("neighbour", "li-jianguo", "李建国", "谁先有空就谁")
        await self.between("neighbour ordered")

    async def fill_in(self, key: str, patient: str, name: str, doctor: str) -> str:
        """The form from the photo on, filled by the photo reader or by hand; answers the order's number."""
        await self.see(key, f"请拍一张{name}")
        await self.phone(key).photo(await paper(self.house.hospital_url, patient))
        await self.press(key, "完成")
        day = await issued(self.house.hospital_url, patient)
        told = await self.see(key, (BY_HAND, BY_MACHINE))
        self.told.forms.append("machine" if BY_MACHINE in told["text"] else "hand")
        if BY_MACHINE in told["text"]:
            await self.press(key, "都对", text=day)
        else:
            await self.press(key, day[:7], text=BY_HAND)
            await self.press(key, str(int(day[8:])), text="是几号")
            await self.press(key, "是，和上次一样")
        await self.press(key, "0–2 天" if patient == "wang-guilan" else "3–7 天")
        for question, answer in QUESTIONS:
            await self.press(key, answer, text=question)
        await self.press(key, doctor, text="请哪位医生看")
        await self.between("before submit")
        await self.press(key, "确认发送")
        card = await self.see(key, f"{name}　订单 ")
        return card["text"].splitlines()[0].rpartition("订单 ")[2].strip()

    async def consulted(self) -> None:
        """T2: the doctor takes it, asks and hears, renews as before and signs; the cardiologist does the same."""
        await self.at("10:04")
        room = self.scene.chats["endocrinology"]
        topic = await self.see("doctor", "王桂兰", chat=room)
        thread = topic["thread"]
        async with self.job("consult (doctor, without the signature)", "doctor"):
            await self.press("doctor", "接诊", chat=room, thread=thread)
            await self.see("resident", "沈雅琴医生接诊了")
            await self.between("taken")
            await self.phone("doctor").say("您好，最近肌肉酸痛吗？", chat=room, thread=thread)
            await self.see("resident", "最近肌肉酸痛吗")
            await self.phone("resident").say("不痛，胃口也好。")
            await self.see("doctor", "不痛，胃口也好", chat=room, thread=thread)
            await self.press("doctor", "开处方", chat=room, thread=thread)
            await self.press("doctor", "去签名", chat=room, thread=thread)
        await press_pin(self.phone("doctor"))
        await self.see("resident", "沈雅琴医生开好了处方")
        await self.reached("T2", "the doctor took the consult and signed the prescription")
        room = self.scene.chats["cardiology"]
        thread = (await self.see("cardiologist", "李建国", chat=room))["thread"]
        await self.press("cardiologist", "接诊", chat=room, thread=thread)
        await self.press("cardiologist", "开处方", chat=room, thread=thread)
        await self.press("cardiologist", "去签名", chat=room, thread=thread)
        await press_pin(self.phone("cardiologist"))
        await self.see("neighbour", "医生开好了处方")

    async def settled(self) -> None:
        """T3: the pharmacist passes both; insurance is settled in three lines and her share is paid in chat."""
        await self.at("10:20")
        room = self.scene.chats["review"]
        async with self.job("review (pharmacist)", "pharmacist"):
            await self.press("pharmacist", "通过", text=self.order, chat=room)
        await self.see("resident", "药师审核通过了，请付款")
        await self.between("quoted")
        await self.press("resident", "我看过了，付款")
        await self.pay("resident")
        await self.see("resident", "付款成功")
        await self.reached("T3", "reviewed, insurance settled, paid")
        await self.press("pharmacist", "通过", text=self.other, chat=room)
        await self.press("neighbour", "我看过了，确认")
        await self.see("neighbour", "付款成功")
        await self.between("all paid")

    async def pay(self, key: str) -> None:
        """Pay the newest invoice as soon as it is on the phone."""
        deadline = time.monotonic() + PATIENCE
        while True:
            view = await self.phone(key).sees()
            if any(m["kind"] == "invoice" for chat in view["chats"] for m in chat["messages"]):
                break
            if time.monotonic() > deadline:
                raise NotSeen(f"{key} did not see an invoice")
            await asyncio.sleep(0.05)
        await self.phone(key).pay("ok")

    async def left_hospital(self) -> None:
        """T4: packed and checked in the hospital, loaded, and the courier leaves."""
        await self.at("12:30")
        async with self.job("run and hand-over (courier)", "courier"):
            await self.press("courier", "已装车")
            await self.press("courier", "出发")
            await self.see("resident", "药已出发")
            await self.reached("T4", "the courier left with the compound's parcels")
            await self.at("13:10")
            await self.press("courier", "到了")
            await self.see("courier", "请志愿者点清后")
            await self.met_ambassador()

    async def met_ambassador(self) -> None:
        """T5: one notice in the group, the list to the ambassador, and both confirm the hand-over."""
        compound = self.scene.chats["compound"]
        await self.see("neighbour", "药到了", chat=compound)
        await self.see("resident", "请出示取件码")
        await self.reached("T5", "the group, the ambassador and each resident know that it is here")
        async with self.job("taking the batch (ambassador)", "ambassador"):
            await self.press("ambassador", "我来取")
            await self.press("ambassador", "都在")
        told = await self.see("ambassador", "请把这个码念给送药员")
        code = told["text"].partition("：")[2][:4]
        await self.phone("courier").say(code)
        await self.see("courier", "交接好了")
        await self.between("collected")

    async def arrived(self) -> None:
        """[Is mine here?] answers only who taps."""
        compound = self.scene.chats["compound"]
        answers = []
        for key in ("resident", "stranger"):
            found = await self.phone(key).wait_for(label="有我的吗？", chat=compound)
            pressed = await self.scene.control.press(
                self.phone(key).id, "有我的吗？", chat=compound, message_id=found["id"], wait=10
            )
            answers.append((pressed.get("answer") or {}).get("text", ""))
        if not answers[0].startswith("有您的") or not answers[1].startswith("这一批里没有"):
            self.told.missed.append(f"[Is mine here?] answered {answers}")

    async def handed_over(self) -> None:
        """T6: at the door against her code, and she confirms on her own phone."""
        await self.at("13:40")
        told = await self.see("resident", "请出示取件码")
        code = told["text"].partition("取件码 ")[2][:4]
        label = told["text"].rpartition("（")[2].partition("）")[0]
        async with self.job("each door (ambassador)", "ambassador"):
            await self.press("ambassador", f"{label} ✓")
            await self.see("ambassador", "请输入本人出示的取件码")
            await self.phone("ambassador").say(code)
        async with self.job("confirming (resident)", "resident"):
            await self.press("resident", "收到了", text="交到您手里了吗")
        await self.see("resident", "请这样吃")
        await self.reached("T6", "handed over and confirmed")

    async def cancelled(self) -> None:
        """Somebody changes his mind: two taps."""
        said = await self.phone("neighbour").say("/refill")
        no = await self.from_history("neighbour", said["message_id"])
        async with self.job("cancelling (resident)", "neighbour"):
            await self.press("neighbour", "取消订单", text=f"订单 {no}")
            await self.press("neighbour", "取消订单", text=f"要取消订单 {no}")
        await self.see("neighbour", f"订单 {no} 已取消")

    async def from_history(self, key: str, after: int) -> str:
        """An order on the hospital's own record instead of a photo; only what came after message ``after`` counts."""
        await self.press(key, "没有处方，用医院的记录", after=after)
        await self.press(key, "是，和上次一样", after=after)
        await self.press(key, "一周以上", after=after)
        for question, answer in QUESTIONS:
            await self.press(key, answer, text=question, after=after)
        await self.press(key, "谁先有空就谁", text="请哪位医生看", after=after)
        await self.press(key, "确认发送", after=after)
        card = await self.see(key, "医院收到了", after=after)
        return card["text"].splitlines()[0].rpartition("订单 ")[2].strip()


async def run(folder: Path, between: Callable[[House], Between] | None = None, by_hand: bool = False) -> Told:
    """Start everything fresh in ``folder``, play the day, stop everything."""
    settings = {"MEDRELAY_READ_PHOTOS": "off"} if by_hand else {}
    async with (
        running(folder, civil=f"{DAY}T08:30", think=0.1, collect=4, settings=settings) as house,
        Control(house.messenger_url) as control,
    ):
        scene = await set_up(control)
        return await Story(scene, house, between(house) if between else nothing).play()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="medrelay story", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same as data")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep databases and logs here")
    parser.add_argument("--by-hand", action="store_true", help="fill in the forms by hand, also with a photo reader")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        told = carry_out(run(given.keep or Path(scratch), by_hand=given.by_hand))
    sys.stdout.write(report(told) + "\n")
    if given.json:
        given.json.write_text(json.dumps({**asdict(told), "ok": told.ok}, ensure_ascii=False, indent=1), "utf-8")
    return 0 if told.ok else 1
