"""A whole order by hand: five phones on the page, the real processes behind it, every button pressed in Chromium.

Nobody but the insurer and the sorter works by himself; the operator's announcement is made before the page opens.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.control import Control
from sandbox.demo import lay_out_papers
from sandbox.processes import House, running
from sandbox.scene import PEOPLE, PIN, set_up
from sandbox.scene import Scene as Town
from tests.browser.hand import Hand, picture
from tests.browser.scene import Scene

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.story, pytest.mark.timeout(300)]

DAY = "2026-11-23"
OPEN = (
    ("resident", "compound"),
    ("doctor", "endocrinology"),
    ("pharmacist", "review"),
    ("courier", ""),
    ("ambassador", ""),
)


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Messenger, hospital, staff and bot as processes; all roles of people are human."""
    async with running(tmp_path, civil=f"{DAY}T08:50", think=0.1, collect=4) as up:
        yield up


@pytest_asyncio.fixture(loop_scope="session")
async def town(house: House) -> AsyncIterator[Town]:
    """Groups bound, staff joined, the papers laid out, and the announcement made."""
    async with Control(house.messenger_url) as control:
        town = await set_up(control)
        await lay_out_papers(town, house)
        for label in ("通知各小区", "全部小区", "「今天开通续方拿药」", "确认发送"):
            await town.phones["operator"].press(label)
        await town.phones["operator"].wait_for(text="个群已收到", timeout=30)
        yield town


async def issued(house: House, patient: str) -> str:
    """The date printed on the paper, as the resident reads it there."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.hospital_url}/_sandbox/prescriptions") as answer,
    ):
        rows = await answer.json()
    return next(str(row["date"])[:10] for row in rows if str(row["patient"]).endswith(patient))


async def orders(house: House, resident: Hand) -> str:
    """From the group's announcement to the confirmed order, all by the resident; answers the order's number."""
    await resident.press("我要续方拿药", text="今天开通")
    await resident.press("同意")
    await resident.sees("请输入医保电子凭证号码")
    await resident.write("80010012")
    await resident.sees("请输入出生日期")
    await resident.write("1951-03-08")
    await resident.sees("请拍一张王桂兰")
    await resident.photo_at_hand("王桂兰")
    read = await resident.sees("照片上看到的", patience_ms=90_000)
    assert await issued(house, "wang-guilan") in read
    await picture(resident.page, "order-0-read")
    await resident.press("都对", text="照片上看到的")
    await resident.press("0–2 天")
    await resident.press("平稳", text="您的病情怎么样")
    await resident.press("没有", text="用药后有不舒服吗")
    await resident.press("沈雅琴", text="请哪位医生看")
    await picture(resident.page, "order-1-form")
    await resident.press("确认发送")
    card = await resident.sees("王桂兰　订单 ")
    return re.search(r"订单 (\S+)", card)[1]  # type: ignore[index] - it was just seen


async def consults(town: Town, doctor: Hand, resident: Hand, order: str) -> None:
    """The doctor takes it, asks and hears, renews as before and signs with the PIN."""
    await doctor.go(town.chats["endocrinology"], topic=f"#{order.rpartition('-')[2]} ")
    await doctor.press("接诊")
    await resident.sees("沈雅琴医生接诊了")
    await doctor.write("您好，最近肌肉酸痛吗？")
    await resident.sees("最近肌肉酸痛吗")
    await resident.write("不痛，胃口也好。")
    await doctor.sees("不痛，胃口也好")
    await picture(doctor.page, "order-2-consult")
    await doctor.press("开处方")
    await doctor.press("去签名")
    await doctor.go(doctor.person)
    await doctor.digits(PIN)
    await resident.sees("沈雅琴医生开好了处方")


async def pays(pharmacist: Hand, resident: Hand, order: str) -> None:
    """The pharmacist passes it, and the resident pays her share on the page's sheet."""
    await pharmacist.press("通过", text=order)
    await resident.press("我看过了，付款", text="药师审核通过了，请付款")
    await resident.phone.locator(".message:has(.invoice) .key").last.click(timeout=30_000)
    sheet = resident.phone.get_by_role("dialog", name="付款")
    await picture(resident.page, "order-3-pay")
    await sheet.get_by_role("button", name="支付 ¥").click()
    await resident.sees("付款成功")


async def travels(town: Town, courier: Hand, ambassador: Hand, resident: Hand) -> None:
    """Loaded, driven, handed over to the ambassador against her code."""
    await courier.press("已装车")
    await courier.press("出发")
    await resident.sees("药已出发")
    await town.control.set_clock(set=f"{DAY}T13:10")
    await courier.press("到了")
    await courier.sees("请志愿者点清后")
    await ambassador.press("我来取")
    await ambassador.press("都在")
    told = await ambassador.sees("请把这个码念给送药员")
    await courier.write(re.search(r"\d{4}", told.partition("：")[2])[0])  # type: ignore[index] - the code is in it
    await courier.sees("交接好了")
    await picture(courier.page, "order-4-handed-over")


async def asks_in_the_group(town: Town, resident: Hand) -> None:
    """[Is mine here?] answers her alone, on her own phone."""
    await resident.go(town.chats["compound"])
    await resident.press("有我的吗？")
    answer = resident.phone.locator(".toast, .popup-text", has_text="有您的")
    await answer.wait_for(timeout=30_000)
    if await resident.phone.get_by_role("alertdialog").count():
        await resident.phone.get_by_role("alertdialog").get_by_role("button", name="好").click()
    await resident.go(resident.person)


async def gets_it(ambassador: Hand, resident: Hand) -> None:
    """At the door: her code on the ambassador's phone, and she confirms on her own."""
    told = await resident.sees("请出示取件码")
    found = re.search(r"取件码 (\d{4}).*药袋上写着 ([^（）]+)）", told)
    assert found, told
    code, label = found.groups()
    await ambassador.press(f"{label} ✓")
    await ambassador.sees("请输入本人出示的取件码")
    await ambassador.write(code)
    await resident.press("收到了", text="交到您手里了吗")
    await resident.sees("请这样吃")
    await picture(resident.page, "order-5-received")


async def test_a_whole_order_by_hand_on_five_phones(chromium: Any, house: House, town: Town, tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        browser = Scene(chromium, http, tmp_path, url=house.messenger_url)
        places = [f"{PEOPLE[key][0]}@{town.chats[chat] if chat else PEOPLE[key][0]}" for key, chat in OPEN]
        page = await browser.page(*places, width=2360, height=1000)
        try:
            hands = {key: Hand(page, PEOPLE[key][0]) for key, _ in OPEN}
            resident, doctor, pharmacist, courier, ambassador = hands.values()
            await picture(page, "order-0-announced")
            order = await orders(house, resident)
            await consults(town, doctor, resident, order)
            await pays(pharmacist, resident, order)
            await town.control.set_clock(set=f"{DAY}T12:30")
            await travels(town, courier, ambassador, resident)
            await asks_in_the_group(town, resident)
            await gets_it(ambassador, resident)
        except BaseException:
            await picture(page, "order-failed")
            raise
        finally:
            await page.context.close()
    assert browser.complaints == []
