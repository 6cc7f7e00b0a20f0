"""A person writes, presses, replies and edits on the page; the bot's side is played by hand over the Bot API."""

from __future__ import annotations

import base64
import io
import wave

import pytest

from tests.browser.scene import CHEN, CLINIC, LI, NEIGHBOURS, WANG, Scene, more, phone

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsARN0nfQQAAAAAElFTkSuQmCC"
)


def buttons(*rows: list[dict[str, str]]) -> dict[str, list[list[dict[str, str]]]]:
    return {"inline_keyboard": list(rows)}


async def test_the_first_word_is_start_and_it_is_one_press(scene: Scene) -> None:
    page = await scene.page(f"{WANG}@{WANG}")
    await phone(page, WANG).get_by_role("button", name="开始").click()
    assert (await scene.update("message"))["text"] == "/start"
    await phone(page, WANG).locator(".message.mine", has_text="/start").wait_for()


async def test_what_is_typed_reaches_the_bot_and_its_answer_the_page(scene: Scene) -> None:
    await scene.bot("getMe")
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    field = phone(page, WANG).get_by_label("写消息")
    await field.fill("我要续方\n第二行")
    await field.press("Enter")
    assert (await scene.update("message"))["text"] == "我要续方\n第二行"
    await scene.bot("sendMessage", chat_id=WANG, text="收到")
    await phone(page, WANG).locator(".message.theirs", has_text="收到").wait_for()
    assert await field.input_value() == ""


async def test_a_press_waits_for_the_answer_and_shows_it(scene: Scene) -> None:
    await scene.begin(WANG)
    keys = buttons([{"text": "我自己", "callback_data": "me"}, {"text": "邻居", "callback_data": "neighbour"}])
    await scene.bot("sendMessage", chat_id=WANG, text="给谁开药？", reply_markup=keys)
    page = await scene.page(f"{WANG}@{WANG}")
    await phone(page, WANG).get_by_role("button", name="我自己").click()
    press = await scene.update("callback_query")
    assert press["data"] == "me"
    await scene.bot("answerCallbackQuery", callback_query_id=press["id"], text="好的")
    await phone(page, WANG).locator(".toast", has_text="好的").wait_for()
    await phone(page, WANG).get_by_role("button", name="邻居").click()
    press = await scene.update("callback_query")
    await scene.bot("answerCallbackQuery", callback_query_id=press["id"], text="已经回答过了", show_alert=True)
    alert = phone(page, WANG).get_by_role("alertdialog")
    await alert.get_by_text("已经回答过了").wait_for()
    await alert.get_by_role("button", name="好").click()
    assert await phone(page, WANG).get_by_role("alertdialog").count() == 0


@more
async def test_two_buttons_of_one_name_press_the_one_that_was_pressed(scene: Scene) -> None:
    await scene.begin(WANG)
    keys = buttons([{"text": "选", "callback_data": "first"}], [{"text": "选", "callback_data": "second"}])
    await scene.bot("sendMessage", chat_id=WANG, text="两种药", reply_markup=keys)
    page = await scene.page(f"{WANG}@{WANG}")
    await phone(page, WANG).get_by_role("button", name="选").nth(1).click()
    press = await scene.update("callback_query")
    assert press["data"] == "second"
    await scene.bot("answerCallbackQuery", callback_query_id=press["id"])


async def test_reply_and_edit_of_ones_own_message(scene: Scene) -> None:
    await scene.begin(WANG)
    await scene.bot("sendMessage", chat_id=WANG, text="血压多少？")
    page = await scene.page(f"{WANG}@{WANG}")
    mine = phone(page, WANG)
    await mine.locator(".message", has_text="血压多少").get_by_label("这条消息：更多").click()
    await mine.get_by_role("button", name="回复").click()
    await mine.get_by_label("写消息").fill("135/58")
    await mine.get_by_role("button", name="发送").click()
    answer = await scene.update("message")
    assert answer["reply_to_message"]["text"] == "血压多少？"
    await mine.locator(".message.mine .quote", has_text="血压多少").wait_for()
    await mine.get_by_label("写消息").press("ArrowUp")
    await mine.get_by_label("写消息").fill("135/85")
    await mine.get_by_role("button", name="保存").click()
    assert (await scene.update("edited_message"))["text"] == "135/85"
    await mine.locator(".message.mine", has_text="135/85").get_by_text("已编辑").wait_for()


async def test_photos_are_chosen_seen_and_sent_as_an_album(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    mine = phone(page, WANG)
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT} for n in (1, 2)]
    await mine.locator("input[type=file][accept='image/*']").set_input_files(files)
    await mine.get_by_role("button", name="去掉 2.png").wait_for()
    await mine.get_by_label("写消息").fill("两张处方")
    await mine.get_by_label("写消息").press("Enter")
    first, second = await scene.update("message"), await scene.update("message")
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "两张处方"
    await mine.locator(".message.mine .album .photo").nth(1).wait_for()
    assert await mine.locator(".waiting-one").count() == 0


async def test_a_deep_link_in_a_group_opens_the_private_chat_of_who_pressed(scene: Scene) -> None:
    me = await scene.bot("getMe")
    link = f"https://t.me/{me['username']}?start=compound-7"
    keys = buttons([{"text": "我要买药", "url": link}])
    await scene.bot("sendMessage", chat_id=NEIGHBOURS, text="可以用医保付了", reply_markup=keys)
    page = await scene.page(f"{WANG}@{NEIGHBOURS}", f"{LI}@{NEIGHBOURS}")
    await phone(page, WANG).get_by_role("button", name="我要买药").click()
    assert (await scene.update("message"))["text"] == "/start compound-7"
    await phone(page, WANG).locator(".message.mine", has_text="/start compound-7").wait_for()
    assert await phone(page, LI).locator(".bar h3").inner_text() == "和平里邻居群"
    assert f"{WANG}@{WANG}" in page.url


async def test_topics_are_listed_with_unread_counts_and_entered(scene: Scene) -> None:
    topic = await scene.bot("createForumTopic", chat_id=CLINIC, name="0314-017 红 2 种药")
    thread = topic["message_thread_id"]
    await scene.bot("sendMessage", chat_id=CLINIC, message_thread_id=thread, text="75 岁，高脂血症")
    await scene.bot("sendMessage", chat_id=CLINIC, text="今日 1 例")
    page = await scene.page(f"{CHEN}@{CLINIC}")
    row = phone(page, CHEN).get_by_role("button", name="0314-017")
    assert "1 条未读" in await row.inner_text()
    await row.click()
    await phone(page, CHEN).locator(".message", has_text="高脂血症").wait_for()
    assert await phone(page, CHEN).locator(".message", has_text="今日 1 例").count() == 0
    await phone(page, CHEN).get_by_label("写消息").fill("最近血压？")
    await phone(page, CHEN).get_by_label("写消息").press("Enter")
    assert (await scene.update("message"))["message_thread_id"] == thread
    await phone(page, CHEN).get_by_role("button", name="返回").click()
    assert await row.locator(".badge").count() == 0


@more
async def test_the_address_opens_a_deep_link_on_the_right_phone(scene: Scene) -> None:
    me = await scene.bot("getMe")
    page = await scene.page(f"{WANG}@{WANG}")
    await page.goto("about:blank")
    await page.goto(f"{scene.url}/#person={LI}&open=https://t.me/{me['username']}?start=batch-9")
    message = await scene.update("message")
    assert (message["from"]["id"], message["text"]) == (LI, "/start batch-9")
    await phone(page, LI).locator(".message.mine", has_text="/start batch-9").wait_for()
    assert await phone(page, WANG).locator(".message").count() == 0


@more
async def test_voice_notes_play_and_stop(scene: Scene) -> None:
    await scene.begin(WANG)
    note = io.BytesIO()
    with wave.open(note, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(128 for _ in range(40000)))
    body = {"kind": "voice", "base64": base64.b64encode(note.getvalue()).decode(), "mime": "audio/wav"}
    await scene.control("POST", f"people/{WANG}/send", body)
    voice = phone(await scene.page(f"{WANG}@{WANG}"), WANG).get_by_role("group", name="语音")
    await voice.get_by_text("0:05").wait_for()
    await voice.get_by_role("button", name="播放").click()
    await voice.get_by_role("button", name="暂停").wait_for()
    await voice.get_by_text("0:01").wait_for()
    await voice.get_by_role("button", name="暂停").click()
    await voice.get_by_role("button", name="播放").wait_for()
    assert await voice.get_by_role("slider").input_value() != "0"


async def test_a_voice_note_is_recorded_and_sent(scene: Scene) -> None:
    await scene.begin(WANG)
    mine = phone(await scene.page(f"{WANG}@{WANG}"), WANG)
    await mine.get_by_role("button", name="添加附件").click()
    await mine.get_by_role("button", name="录一段语音").click()
    await mine.get_by_role("button", name="停止并发送").click()
    assert "voice" in await scene.update("message")
    await mine.locator(".message.mine .voice").wait_for()


@more
async def test_photos_at_hand_are_offered_the_persons_own_first(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(f"{WANG}@{WANG}")
    offered = [
        {"name": "别人的", "url": "/hand/2.png", "for_person": LI},
        {"name": "王秀英的", "url": "/hand/1.png", "for_person": WANG},
    ]
    await page.route("**/control/tray", lambda route: route.fulfill(json=offered))
    await page.route("**/hand/*", lambda route: route.fulfill(body=DOT, content_type="image/png"))
    mine = phone(page, WANG)
    await mine.get_by_role("button", name="添加附件").click()
    await mine.get_by_role("button", name="手边的照片").click()
    assert await mine.locator(".hand-one").first.inner_text() == "王秀英的"
    await mine.locator(".hand-one").first.click()
    await mine.get_by_role("button", name="去掉 王秀英的").wait_for()
    await mine.get_by_role("button", name="发送").click()
    assert "photo" in await scene.update("message")


@more
async def test_blocking_is_seen_and_undone(scene: Scene) -> None:
    await scene.begin(WANG)
    mine = phone(await scene.page(f"{WANG}@{WANG}"), WANG)
    await mine.get_by_role("button", name="王秀英的手机：更多").click()
    await mine.get_by_role("button", name="屏蔽机器人").click()
    assert (await scene.update("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await mine.get_by_role("button", name="解除屏蔽").click()
    await mine.get_by_label("写消息").wait_for()


@more
async def test_what_the_server_refuses_is_said_in_its_words(scene: Scene) -> None:
    await scene.begin(WANG)
    scene.forgiven.append("400")
    mine = phone(await scene.page(f"{WANG}@{WANG}"), WANG)
    await mine.get_by_role("button", name="王秀英的手机：更多").click()
    await mine.get_by_role("button", name="打开链接").click()
    await mine.get_by_label("链接", exact=True).fill("https://t.me/another_bot?start=x")
    await mine.get_by_role("button", name="打开", exact=True).click()
    await mine.locator(".toast.bad", has_text="no link to this bot").wait_for()


@more
async def test_a_reply_keyboard_says_its_words(scene: Scene) -> None:
    await scene.begin(WANG)
    await scene.bot(
        "sendMessage",
        chat_id=WANG,
        text="剩几天？",
        reply_markup={"keyboard": [[{"text": "0-2 天"}, {"text": "3-7 天"}]]},
    )
    mine = phone(await scene.page(f"{WANG}@{WANG}"), WANG)
    await mine.get_by_role("button", name="3-7 天").click()
    assert (await scene.update("message"))["text"] == "3-7 天"


@more
async def test_copy_buttons_copy(scene: Scene) -> None:
    await scene.begin(WANG)
    keys = buttons([{"text": "复制取药码", "copy_text": {"text": "482913"}}])  # type: ignore[dict-item]
    await scene.bot("sendMessage", chat_id=WANG, text="取药码", reply_markup=keys)
    page = await scene.page(f"{WANG}@{WANG}")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await phone(page, WANG).get_by_role("button", name="复制取药码").click()
    await phone(page, WANG).locator(".toast", has_text="482913").wait_for()
    assert await page.evaluate("navigator.clipboard.readText()") == "482913"


async def test_a_row_that_changes_under_the_finger_is_still_pressed(scene: Scene) -> None:
    await scene.begin(WANG)
    page = await scene.page(str(WANG))
    row = phone(page, WANG).locator(f"[data-key='{WANG}'] .row")
    box = await row.bounding_box()
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await scene.bot("sendMessage", chat_id=WANG, text="刚刚来的一条")
    await row.filter(has_text="刚刚来的一条").wait_for()
    await page.mouse.up()
    await phone(page, WANG).locator(".log .message", has_text="刚刚来的一条").wait_for()
