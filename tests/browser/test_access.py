"""Keyboard and screen reader: axe finds nothing, focus goes where it should, everything can be done without a mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.scene import CHEN, CLINIC, LI, NEIGHBOURS, WANG, Scene, more, phone

pytestmark = pytest.mark.asyncio(loop_scope="session")
MORE = pytest.mark.trial("the page, in every theme and language")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")


async def violations(page: Any) -> list[str]:
    """What axe finds wrong, once nothing moves any more."""
    await page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))")
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{one['id']}: {node['html'][:300]}" for one in found["violations"] for node in one["nodes"]]


async def full_page(scene: Scene, **look: Any) -> Any:
    """Three phones with a bit of everything on them."""
    await scene.begin(WANG)
    keys: dict[str, Any] = {
        "inline_keyboard": [
            [
                {"text": "对", "callback_data": "y", "style": "success"},
                {"text": "不要", "callback_data": "n", "style": "danger"},
            ],
            [
                {"text": "接着", "callback_data": "p", "style": "primary"},
                {"text": "复制", "copy_text": {"text": "482913"}},
            ],
            [{"text": "网页", "url": "https://example.org"}],
        ]
    }
    text = "<b>粗</b> <pre>一\n二</pre> <tg-spoiler>藏</tg-spoiler> <a href='https://example.org'>页</a> /help"
    sent = await scene.bot(
        "sendMessage", chat_id=WANG, text=text, parse_mode="HTML", reply_markup=keys, protect_content=True
    )
    await scene.bot("pinChatMessage", chat_id=WANG, message_id=sent["message_id"])
    await scene.control("POST", f"people/{WANG}/react", {"chat": WANG, "message_id": sent["message_id"], "emoji": "👍"})
    await scene.control("POST", f"people/{WANG}/send", {"kind": "location", "latitude": 31.2, "longitude": 121.5})
    bill = {"title": "自付", "description": "12.30", "payload": "p", "provider_token": "x", "currency": "CNY"}
    await scene.bot("sendInvoice", chat_id=WANG, prices=[{"label": "自付", "amount": 1230}], **bill)
    first = await scene.control("POST", f"people/{LI}/say", {"chat": NEIGHBOURS, "text": "开门了吗？"})
    await scene.control(
        "POST", f"people/{WANG}/say", {"chat": NEIGHBOURS, "text": "开了", "reply_to": first["message_id"]}
    )
    await scene.bot("createForumTopic", chat_id=CLINIC, name="0314-017")
    return await scene.page(f"{WANG}@{WANG}", f"{LI}@{NEIGHBOURS}", f"{CHEN}@{CLINIC}", **look)


@pytest.mark.parametrize(
    ("theme", "lang"),
    [
        ("light", "zh"),
        ("dark", "en"),
        pytest.param("light", "en", marks=MORE),
        pytest.param("dark", "zh", marks=MORE),
    ],
)
async def test_axe_finds_nothing_on_the_phones(scene: Scene, theme: str, lang: str) -> None:
    page = await full_page(scene, theme=theme, lang=lang)
    await page.locator(".tool", has_text="Trace" if lang == "en" else "接口记录").click()
    assert await violations(page) == []


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=MORE)])
async def test_axe_finds_nothing_on_what_lies_over_them(scene: Scene, theme: str) -> None:
    page = await full_page(scene, theme=theme, width=360, height=740)
    mine = phone(page, WANG)
    await mine.locator(".key", has_text="Pay").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await mine.get_by_label("这条消息：更多").last.click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="沙盒控制台").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="故障").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="添加手机").click()
    await page.get_by_text("新建一个人").click()
    assert await violations(page) == []


@more
async def test_an_empty_page_says_what_to_do(scene: Scene) -> None:
    page = await scene.page()
    await page.get_by_role("heading", name="还没有打开的手机").wait_for()
    assert await violations(page) == []


async def test_a_whole_turn_without_a_mouse(scene: Scene) -> None:
    await scene.begin(WANG)
    keys = {"inline_keyboard": [[{"text": "我自己", "callback_data": "me"}]]}
    await scene.bot("sendMessage", chat_id=WANG, text="给谁？", reply_markup=keys)
    page = await scene.page(f"{WANG}@{WANG}")
    mine = phone(page, WANG)
    await mine.get_by_label("写消息").focus()
    for _ in range(8):
        await page.keyboard.press("Shift+Tab")
        if await mine.get_by_role("button", name="我自己").evaluate("node => node === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    press = await scene.update("callback_query")
    assert press["data"] == "me"
    edited = {"inline_keyboard": [[{"text": "改成别人", "callback_data": "other"}]]}
    where = {"chat_id": WANG, "message_id": press["message"]["message_id"]}
    await scene.bot("editMessageText", text="给您自己", reply_markup=edited, **where)
    await scene.bot("answerCallbackQuery", callback_query_id=press["id"])
    await mine.get_by_role("button", name="改成别人").wait_for()
    assert await page.evaluate("document.activeElement.textContent") == "改成别人"


@more
async def test_a_sheet_takes_the_focus_and_gives_it_back(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    opener = phone(page, WANG).get_by_role("button", name="添加附件")
    await opener.focus()
    await page.keyboard.press("Enter")
    sheet = phone(page, WANG).get_by_role("dialog", name="添加附件")
    await sheet.wait_for()
    assert await sheet.evaluate("node => node.contains(document.activeElement)")
    assert await phone(page, WANG).locator(".main").evaluate("node => node.inert")
    await page.keyboard.press("Escape")
    await sheet.wait_for(state="detached")
    assert await opener.evaluate("node => node === document.activeElement")


@more
async def test_arrows_walk_through_the_messages_and_tab_stops_once(scene: Scene) -> None:
    await scene.begin(WANG)
    for text in ("一", "二", "三"):
        await scene.bot("sendMessage", chat_id=WANG, text=text)
    page = await scene.page(f"{WANG}@{WANG}")
    mine = phone(page, WANG)
    await mine.locator(".message", has_text="三").wait_for()
    assert await mine.locator(".more[tabindex='0']").count() == 1
    await mine.locator(".more[tabindex='0']").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await mine.get_by_role("dialog", name="二").get_by_role("button", name="回复").click()
    await mine.locator(".about", has_text="二").wait_for()
    assert await mine.get_by_label("写消息").evaluate("node => node === document.activeElement")


async def test_new_messages_are_announced(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    log = phone(page, WANG).get_by_role("log")
    await scene.bot("sendMessage", chat_id=WANG, text="新的")
    await log.locator(".message", has_text="新的").wait_for()
    assert await log.get_attribute("aria-live") == "polite"
