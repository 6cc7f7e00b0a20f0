"""The invoice and its pay sheet: paid, declined, walked away, refused, and who may not pay twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.browser.scene import WANG, Scene, more, phone

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def invoice(scene: Scene) -> Any:
    """A page with an open invoice on Wang's phone; answers that phone."""
    await scene.begin(WANG)
    bill = {
        "title": "自付部分",
        "description": "统筹 86.40，个人账户 20.00，自付 12.30",
        "payload": "p-1",
        "provider_token": "x",
    }
    await scene.bot("sendInvoice", chat_id=WANG, currency="CNY", prices=[{"label": "自付", "amount": 1230}], **bill)
    mine = phone(await scene.page(f"{WANG}@{WANG}"), WANG)
    await mine.locator(".invoice", has_text="¥12.30").wait_for()
    return mine


async def pay(scene: Scene, mine: Any, way: str, **answer: Any) -> Any:
    """Open the sheet and end it that way, the bot answering the pre-checkout."""
    await mine.locator(".key").click()
    sheet = mine.get_by_role("dialog", name="付款")
    asked = asyncio.ensure_future(scene.update("pre_checkout_query"))
    await sheet.get_by_role("button", name=way).click()
    query = await asked
    assert (query["total_amount"], query["invoice_payload"]) == (1230, "p-1")
    await scene.bot("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], **answer)
    await sheet.wait_for(state="detached")


async def test_paying_shows_the_receipt_and_takes_the_button_away(scene: Scene) -> None:
    mine = await invoice(scene)
    await pay(scene, mine, "支付 ¥12.30", ok=True)
    assert (await scene.update("message"))["successful_payment"]["total_amount"] == 1230
    await mine.locator(".notice", has_text="已支付 ¥12.30").wait_for()
    await mine.locator(".invoice-state.paid").wait_for()
    assert await mine.locator(".key").count() == 0


@more
async def test_a_declined_card_says_so_and_leaves_the_invoice_open(scene: Scene) -> None:
    mine = await invoice(scene)
    await pay(scene, mine, "卡被拒绝", ok=True)
    await mine.locator(".toast", has_text="没有付款").wait_for()
    assert await mine.locator(".key").count() == 1


@more
async def test_walking_away_is_silent(scene: Scene) -> None:
    mine = await invoice(scene)
    await pay(scene, mine, "不付了，离开", ok=True)
    assert await mine.locator(".toast").count() == 0
    assert await mine.locator(".key").count() == 1


async def test_a_refusal_of_the_bot_is_shown_once_with_its_reason(scene: Scene) -> None:
    mine = await invoice(scene)
    await pay(scene, mine, "支付 ¥12.30", ok=False, error_message="订单已由家人支付")
    await mine.locator(".toast", has_text="订单已由家人支付").wait_for()
    assert await mine.get_by_role("alertdialog").count() == 0


@more
async def test_closing_the_sheet_asks_the_bot_nothing(scene: Scene) -> None:
    mine = await invoice(scene)
    await mine.locator(".key").click()
    await mine.get_by_role("dialog").get_by_role("button", name="关闭").click()
    assert await scene.bot("getUpdates", offset=scene.offset) == []
