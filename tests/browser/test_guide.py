"""The page with a guide: it opens on its people, says what is next and points there; the wish goes back to the guide.

The guide is told by hand here, as `medrelay demo` does; that the demo itself carries the day is a trial (tests/story).
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.browser.scene import CHEN, CLINIC, LI, NEIGHBOURS, WANG, Scene, more, phone
from tests.browser.test_access import violations

pytestmark = pytest.mark.asyncio(loop_scope="session")
KEYS = {"inline_keyboard": [[{"text": "同意", "callback_data": "y"}, {"text": "不同意", "callback_data": "n"}]]}
WORDS = {
    "zh": ("自动演完这一天", "亲手按五下", "下一步：王秀英按“同意”。", "王秀英，居民，75 岁"),
    "en": ("Play the day", "Five presses by hand", "Next: Wang Xiuying presses “同意”.", "Wang Xiuying, resident, 75"),
}
PEOPLE = {
    str(WANG): {
        "zh": {"name": "王秀英", "role": "居民，75 岁"},
        "en": {"name": "Wang Xiuying", "role": "resident, 75"},
        "hand": [
            {"zh": "号码", "en": "number", "text": "80010012", "send": True},
            {"zh": "密码", "en": "PIN", "text": "2468", "send": False},
        ],
    },
    str(LI): {"zh": {"name": "李志愿", "role": "志愿者"}, "en": {"name": "Li Zhiyuan", "role": "volunteer"}},
    str(CHEN): {"zh": {"name": "陈医生", "role": "医生"}, "en": {"name": "Dr Chen", "role": "doctor"}},
}


async def guided(scene: Scene, lang: str, run: str = "one", **now: Any) -> dict[str, Any]:
    """A question on Wang's phone, and a guide that says that its button is next."""
    await scene.begin(WANG)
    sent = await scene.bot("sendMessage", chat_id=WANG, text="您同意吗？", reply_markup=KEYS)
    step = {"person": WANG, "chat": WANG, "does": "press", "message": sent["message_id"], "label": "同意", "by": "you"}
    told = {"mode": "off", "orders": 0, "of": 5, "next": step, **now}
    guide: dict[str, Any] = {"run": run, "lang": lang, "people": PEOPLE, "wish": "off", "now": told}
    guide |= {"about": {"zh": "这是演示。", "en": "This is a demo."}}
    guide |= {
        "open": [{"person": WANG, "chat": WANG}, {"person": LI, "chat": NEIGHBOURS}, {"person": CHEN, "chat": CLINIC}]
    }
    await scene.control("POST", "guide", guide)
    return told


async def opened(scene: Scene, **look: Any) -> Any:
    """The bare address, with nothing kept."""
    page = await scene.page(**look)
    # a page writes down what it shows until it is left
    await page.evaluate("Storage.prototype.setItem = () => {}; localStorage.clear()")
    await page.goto("about:blank")
    await page.goto(f"{scene.url}/")
    await phone(page, WANG).locator(".bar h3").wait_for()
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_it_opens_on_its_people_and_points_at_the_next_press(scene: Scene, lang: str) -> None:
    play, five, line, name = WORDS[lang]
    await guided(scene, lang)
    page = await opened(scene, width=1440, height=900)
    await page.locator(".guide-next", has_text=line).wait_for()
    assert await page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
    assert await phone(page, WANG).get_by_role("heading", name=name).count() == 1
    assert await page.locator(".key.pointed").all_inner_texts() == ["同意"]
    assert await page.locator(".key.pointed span").first.get_attribute("lang") == "zh-Hans"
    assert await violations(page) == []
    await page.get_by_role("button", name=play).click()
    await wished(scene, "day")
    await page.get_by_role("button", name=five).click()
    await wished(scene, "five")
    whole = "[...document.querySelectorAll('.phone')].every(one => one.getBoundingClientRect().right <= innerWidth)"
    assert await page.evaluate(whole)


async def wished(scene: Scene, what: str) -> None:
    """The page tells a press by a request of its own: the guide has it soon, not at once."""
    for _ in range(600):
        if (await scene.control("GET", "guide"))["wish"] == what:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"nobody wished {what}")


async def test_what_lies_at_hand_is_sent_by_one_press(scene: Scene) -> None:
    await guided(scene, "en")
    await scene.bot("deleteWebhook", drop_pending_updates=True)
    page = await opened(scene)
    await phone(page, WANG).locator(".hand-chip", has_text="80010012").click()
    assert (await scene.update("message"))["text"] == "80010012"


async def test_on_the_tour_the_page_goes_along_and_stays_so_after_a_reload(scene: Scene) -> None:
    told = await guided(scene, "en", mode="five")
    page = await opened(scene)
    sent = await scene.bot("sendMessage", chat_id=NEIGHBOURS, text="药到了", reply_markup=KEYS)
    step = {"person": WANG, "chat": NEIGHBOURS, "message": sent["message_id"], "hand": 2}
    await scene.control("POST", "guide", {"now": {**told, "next": {**told["next"], **step}}})
    await phone(page, WANG).locator(".message", has_text="药到了").wait_for()
    await page.reload()
    await page.locator(".guide-next", has_text="Press 2 of 5 is yours: Wang Xiuying presses “同意”.").wait_for()
    await page.locator(".key.pointed").wait_for()
    await page.get_by_role("button", name="中文").click()
    await page.locator(".guide-next", has_text="5 下里的第 2 下，请您按：王秀英按“同意”。").wait_for()
    await page.locator(".key.pointed").wait_for()


@more
async def test_what_is_down_is_said_plainly(scene: Scene) -> None:
    await guided(scene, "en")
    page = await opened(scene)
    await scene.control("POST", "switches", {"hospital": "down"})
    await page.locator(".guide-next", has_text="The hospital’s system is down").wait_for()
    await scene.control("POST", "switches", {"hospital": "up", "bot": "kill"})
    await page.locator(".guide-next", has_text="The bot is dead").wait_for()
    scene.forgiven += ["WebSocket connection", "ERR_CONNECTION_REFUSED"]
    await scene.stop()
    await page.locator(".guide-next", has_text="The server cannot be reached").wait_for()
    assert await page.get_by_role("button", name="Play the day").is_disabled()
    await scene.start()
    await page.locator(".guide-next", has_text="The bot is dead").wait_for()


@more
async def test_another_run_forgets_the_phones_of_the_one_before(scene: Scene) -> None:
    await guided(scene, "en")
    page = await opened(scene)
    await phone(page, CHEN).get_by_role("button", name="Put away").click()
    await page.reload()
    await phone(page, WANG).locator(".bar h3").wait_for()
    assert await phone(page, CHEN).count() == 0
    await scene.control("POST", "guide", {"run": "two"})
    await phone(page, CHEN).locator(".bar h3").wait_for()


@more
async def test_the_theme_goes_along_with_the_system(scene: Scene) -> None:
    await guided(scene, "en")
    page = await opened(scene)
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        await page.locator(f"html[data-theme={scheme}]").wait_for(state="attached")
    await page.emulate_media(color_scheme="no-preference")


@more
async def test_tab_goes_from_the_header_of_a_phone_to_its_newest_buttons(scene: Scene) -> None:
    await scene.begin(WANG)
    for text in ("一", "二"):
        await scene.bot("sendMessage", chat_id=WANG, text=text, reply_markup=KEYS)
    page = await scene.page(f"{WANG}@{WANG}")
    mine = phone(page, WANG)
    await mine.locator(".message", has_text="二").wait_for()
    await mine.get_by_role("button", name="返回").focus()
    await page.keyboard.press("Tab")
    there = "node => node.contains(document.activeElement) && document.activeElement.textContent"
    assert await mine.locator(".message", has_text="二").evaluate(there) == "同意"
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Tab")
    assert await mine.locator(".message", has_text="一").evaluate(there) == "同意"


@more
async def test_quiet_messages_hidden_previews_and_covered_pictures_are_shown_as_such(scene: Scene) -> None:
    await scene.begin(WANG)
    hidden = {"is_disabled": True}
    quiet = {"disable_notification": True, "link_preview_options": hidden}
    await scene.bot("sendMessage", chat_id=WANG, text="https://example.org", **quiet)
    page = await scene.page(f"{WANG}@{WANG}", lang="en")
    message = phone(page, WANG).locator(".message", has_text="example.org")
    await message.get_by_text("preview of the link is off").wait_for()
    await message.get_by_text("sent without a sound").wait_for(state="attached")


async def test_a_sandbox_without_a_guide_has_no_bar(scene: Scene) -> None:
    page = await scene.page(str(WANG))
    assert await page.locator(".guide").is_hidden()
