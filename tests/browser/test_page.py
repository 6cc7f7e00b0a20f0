"""The page itself: what survives, what it must never do, its sizes, its words, its speed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.telegram import server
from tests.browser.scene import CHEN, LI, NEIGHBOURS, WANG, Scene, more, phone

pytestmark = pytest.mark.asyncio(loop_scope="session")
SOURCES = sorted(server.PAGE.glob("*.js"))


async def test_a_reload_comes_back_to_the_same_phones_chats_and_drafts(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}", f"{LI}@{NEIGHBOURS}")
    await phone(page, WANG).get_by_label("写消息").fill("没写完的话")
    await page.goto(scene.url)
    await phone(page, LI).locator(".bar h3", has_text="和平里邻居群").wait_for()
    assert await phone(page, WANG).get_by_label("写消息").input_value() == "没写完的话"


async def test_it_goes_on_by_itself_after_the_server_was_restarted(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    scene.forgiven.append("WebSocket connection")
    scene.forgiven.append("ERR_CONNECTION_REFUSED")
    await scene.stop()
    await page.get_by_role("alert").get_by_text("连不上服务器").wait_for()
    await scene.start()
    await page.get_by_text("连不上服务器").wait_for(state="hidden")
    await scene.bot("sendMessage", chat_id=WANG, text="我回来了")
    await phone(page, WANG).locator(".message", has_text="我回来了").wait_for()
    await phone(page, WANG).locator(".message.mine", has_text="/start").wait_for()


async def test_what_people_write_is_text_and_never_markup(scene: Scene) -> None:
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>&amp;'
    await scene.begin(WANG)
    await scene.control("POST", "people", {"id": 1009, "name": evil})
    await scene.control("POST", f"groups/{NEIGHBOURS}/members", {"person": 1009, "action": "join"})
    await scene.control("POST", "people/1009/say", {"chat": NEIGHBOURS, "text": evil})
    keys = {"inline_keyboard": [[{"text": evil, "callback_data": "x"}]]}
    await scene.bot("sendMessage", chat_id=NEIGHBOURS, text=evil, reply_markup=keys)
    page = await scene.page(f"{WANG}@{NEIGHBOURS}", "1009")
    await phone(page, WANG).locator(".message", has_text="onerror").first.wait_for()
    assert await page.locator("img[src='x'], .phone script").count() == 0
    assert await page.evaluate("window.hit") is None
    assert evil in await phone(page, WANG).locator(".message.theirs .text").last.inner_text()


@more
async def test_marks_in_a_text_become_elements(scene: Scene) -> None:
    await scene.begin(WANG)
    text = "<b>粗<i>斜</i></b> <code>x&lt;y</code> <tg-spoiler>山茶花</tg-spoiler> "
    text += '<a href="https://example.org">页</a> /orders'
    await scene.bot("sendMessage", chat_id=WANG, text=text, parse_mode="HTML")
    message = phone(await scene.page(f"{WANG}@{WANG}"), WANG).locator(".message.theirs").last
    assert await message.locator("strong").inner_text() == "粗斜"
    assert await message.locator("strong em").inner_text() == "斜"
    assert await message.locator("code").inner_text() == "x<y"
    assert await message.locator("a").get_attribute("rel") == "noopener noreferrer"
    await message.get_by_role("button", name="显示隐藏文字").click()
    await message.get_by_text("山茶花").wait_for()
    await message.get_by_role("button", name="/orders").click()
    assert (await scene.update("message"))["text"] == "/orders"


@more
async def test_typing_and_the_command_menu_come_from_the_bots_own_calls(scene: Scene) -> None:
    await scene.begin(WANG)
    await scene.bot("setMyCommands", commands=[{"command": "orders", "description": "我的订单"}])
    mine = phone(await scene.page(f"{WANG}@{WANG}"), WANG)
    await mine.get_by_role("button", name="命令").click()
    await mine.get_by_role("button", name="/orders").click()
    assert (await scene.update("message"))["text"] == "/orders"
    await scene.bot("sendChatAction", chat_id=WANG, action="typing")
    await mine.locator(".bar", has_text="正在输入").wait_for()
    await scene.bot("sendMessage", chat_id=WANG, text="好了")
    await mine.locator(".bar", has_text="正在输入").wait_for(state="detached")


async def test_nothing_overflows_at_any_width(scene: Scene) -> None:
    await scene.begin(WANG)
    await scene.bot("sendMessage", chat_id=WANG, text="长" * 300 + "x" * 200)
    page = await scene.page(f"{WANG}@{WANG}", f"{LI}@{NEIGHBOURS}")
    for width, height in ((360, 740), (1280, 800), (3840, 2160)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        for person in (WANG, LI):
            inside = await phone(page, person).evaluate(
                """node => [node, ...node.querySelectorAll('.screen, .bubble, .composer, .bar')].every(part =>
                     part.scrollWidth <= part.clientWidth + 1) && node.getBoundingClientRect().width <= innerWidth"""
            )
            assert inside, width
        assert await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 16, width


@more
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_strip_shows_whose_phones_are_open(scene: Scene, lang: str) -> None:
    """The tools share a row with the names only where three names stand in it uncut."""
    page = await scene.page(str(WANG), str(LI), str(CHEN), lang=lang)
    for width in (1280, 1920, 2200, 2560, 3840):
        await page.set_viewport_size({"width": width, "height": 800})
        uncut = "(node => node.scrollWidth <= node.clientWidth)(document.querySelector('.chips'))"
        assert await page.evaluate(uncut), width
        right = "[...document.querySelectorAll('.strip button')].map(one => one.getBoundingClientRect().right)"
        assert await page.evaluate(f"Math.max(...{right}) <= innerWidth"), width


@more
async def test_what_is_pressed_by_a_thumb_is_large_enough(scene: Scene) -> None:
    page = await scene.page(str(WANG), width=360, height=780)
    await page.locator(".fold").click()
    sizes = "[...document.querySelectorAll('.strip .tool, .strip .switch, .strip .seg, .strip .icon-button')]"
    heights = await page.evaluate(f"{sizes}.map(one => one.getBoundingClientRect().height)")
    assert len(heights) >= 12
    assert min(heights) >= 44


@more
async def test_who_let_somebody_in_has_not_said_so(scene: Scene) -> None:
    page = await scene.page(str(LI))
    row = phone(page, LI).locator(".row", has_text="和平里邻居群")
    assert await row.locator(".row-last").inner_text() == "MedRelay 加入了群组"


async def test_a_page_is_there_with_few_and_small_files_of_its_own_house(scene: Scene) -> None:
    page = await scene.page(f"{WANG}@{WANG}")
    await phone(page, WANG).locator(".bar h3").wait_for()
    loaded: list[tuple[str, str, float]] = await page.evaluate(
        "performance.getEntriesByType('resource').map(one => [one.name, one.initiatorType, one.decodedBodySize])"
    )
    own = await page.evaluate("location.origin")
    files = [(name, size) for name, how, size in loaded if how in ("link", "script", "css")]
    assert files
    assert [name for name, *_ in loaded if not name.startswith(own)] == []
    assert len(files) <= 30, files
    assert sum(size for _, size in files) < 400_000, files


async def test_every_word_is_there_in_both_languages_with_the_same_places(scene: Scene) -> None:
    page = await scene.page(f"{WANG}@{WANG}")
    words: dict[str, list[str]] = await page.evaluate(
        """async () => {
             const { keys, speak, t } = await import('/page/words.js');
             return Object.fromEntries(keys().map(key => [key, ['zh', 'en'].map(tag => (speak(tag), t(key)))]));
           }"""
    )
    for key, (chinese, english) in words.items():
        assert chinese.strip(), key
        assert english.strip(), key
        assert sorted(re.findall(r"\{\w+\}", chinese)) == sorted(re.findall(r"\{\w+\}", english)), key
    used = {key for source in SOURCES for key in re.findall(r"\bt\(\"([\w.-]+)\"", source.read_text("utf-8"))}
    assert used <= words.keys()


async def test_the_strip_moves_the_clock_flips_switches_and_orders_faults(scene: Scene) -> None:
    page = await scene.page(f"{WANG}@{WANG}")
    before = (await scene.control("GET", "clock"))["civil_ms"]
    await page.get_by_role("button", name="时间快进 +1 天").click()
    await page.get_by_role("button", name="60 倍速").click()
    await page.locator(".seg[aria-pressed=true]", has_text="60").wait_for()
    clock = await scene.control("GET", "clock")
    assert clock["civil_ms"] - before >= 86_400_000
    assert clock["rate"] == 60
    await page.get_by_role("switch", name="医生自动处理").click()
    await page.locator("[role=switch][aria-checked=true][aria-label='医生自动处理']").wait_for()
    await page.get_by_role("switch", name="医院系统").click()
    await page.get_by_role("button", name="停掉机器人").click()
    await page.get_by_role("button", name="启动机器人").wait_for()
    switches = await scene.control("GET", "switches")
    wanted = {"autopilot.doctor": "auto", "hospital": "down", "bot": "kill"}
    assert {name: switches.get(name) for name in wanted} == wanted
    await page.get_by_role("button", name="故障").click()
    await page.get_by_label("种类").select_option("slow")
    await page.get_by_label("方法（留空为全部）").fill("sendMessage")
    await page.get_by_role("button", name="添加故障").click()
    await page.locator(".fault-list", has_text="回应很慢").wait_for()
    (fault,) = await scene.control("GET", "faults")
    assert (fault["kind"], fault["method"], fault["seconds"]) == ("slow", "sendmessage", 5)


async def test_the_trace_shows_calls_beside_the_chat(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    await page.get_by_role("button", name="接口记录").click()
    await scene.bot("sendMessage", chat_id=WANG, text="看得见")
    call = page.locator(".call", has_text="sendMessage").first
    await call.click()
    await call.locator("pre", has_text="看得见").first.wait_for()
    await page.get_by_label("只看失败").check()
    assert await page.locator(".call").count() == 0


@more
async def test_phones_are_added_from_the_picker_and_put_away(scene: Scene) -> None:
    page = await scene.page(f"{WANG}@{WANG}")
    await page.get_by_role("button", name="添加手机").click()
    await page.get_by_label("按姓名或编号查找").fill("李")
    await page.get_by_role("dialog").get_by_role("button", name="李志愿").click()
    await phone(page, LI).locator(".bar h3").wait_for()
    assert f"{LI}" in page.url
    await phone(page, LI).get_by_role("button", name="收起李志愿的手机").click()
    await phone(page, LI).wait_for(state="detached")
    await page.get_by_role("button", name="添加手机").click()
    await page.get_by_text("新建一个人").click()
    await page.get_by_label("姓名", exact=True).fill("新来的")
    await page.get_by_role("button", name="新建并打开").click()
    await page.get_by_role("heading", name="新来的").wait_for()


async def test_theme_and_language_are_changed_and_kept(scene: Scene) -> None:
    page = await scene.page(f"{WANG}@{WANG}")
    await page.get_by_role("button", name="切换为深色").click()
    await page.get_by_role("button", name="English").click()
    await page.get_by_role("button", name="Add a phone").wait_for()
    root: Any = page.locator("html")
    assert await root.get_attribute("data-theme") == "dark"
    assert await root.get_attribute("lang") == "en"
