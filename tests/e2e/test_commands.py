"""Commands and pauses in the middle of a form: nothing typed is lost, and the way back stands on the screen."""

from __future__ import annotations

from tests.e2e.people import (
    Somebody,
    asked_for_number,
    asked_for_photo,
    data,
    from_days_left,
    give_number,
    label,
    labels,
    more,
    newcomer,
    ordered,
    proved,
    sent,
)
from tests.e2e.town import Town, until

LEFT = "还够吃几天", "days of medicine are left"


async def at_days_left(town: Town, lang: str) -> Somebody:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.tap("refill.as_before.all")
    await who.sees(*LEFT)
    return who


async def test_a_new_face_is_greeted_in_her_language(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    said = await who.say("/start")
    menu = await who.sees("您好，我是药接力", "Hello, this is MedRelay", after=said)
    assert label(lang, "action.need") in labels(menu)


@more
async def test_menu_help_and_orders_in_the_middle(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    for command, words in (
        ("/menu", ("您好，我是药接力", "Hello, this is MedRelay")),
        ("/help", ("/refill", "/refill")),
        ("/orders", ("您现在没有订单", "You have no order")),
        ("/start", ("您好，我是药接力", "Hello, this is MedRelay")),
    ):
        said = await who.say(command)
        told = await who.sees(*words, after=said)
        assert told["buttons"]
    await from_days_left(who)
    await sent(who)


@more
async def test_the_menu_leads_back_into_the_form(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    said = await who.say("/menu")
    await who.tap("action.need", after=said)
    await who.sees(*LEFT, after=said)
    await from_days_left(who)
    await sent(who)


@more
async def test_an_unknown_command(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    said = await who.say("/zaoshanghao")
    told = await who.sees(("不认识这个命令", "下面的按钮"), ("do not know this command", "button below"), after=said)
    assert label(lang, "action.need") in labels(told)
    await from_days_left(who)
    await sent(who)


async def test_cancel_in_the_middle(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    said = await who.say("/cancel")
    told = await who.sees(("取消了", "都删掉了"), ("Stopped", "erased"), after=said)
    assert label(lang, "action.need") in labels(told)
    await until(lambda: _none_shows(who, who.in_her_words(*LEFT)), "the question is gone")
    again = await who.say("/cancel")
    await who.sees("没有正在填的", "not filling in anything", after=again)
    await who.tap("action.need", after=again)
    await who.sees("请拍一张", "Take a photo", after=again)
    assert await town.orders_of(who.resident.id) == []


async def test_back_in_the_middle(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    said = await who.say("/cancel")
    await who.sees("取消了", "Stopped", after=said)
    said = await who.say("/refill")
    await who.tap("refill.rx.history", after=said)
    await who.tap("refill.as_before.all", after=said)
    await who.sees(*LEFT, after=said)
    said = await who.say("/back")
    await who.sees("是这些药吗", "Are these the medicines", after=said)
    said = await who.say("/back")
    await who.sees("请拍一张", "Take a photo", after=said)
    said = await who.say("/back")
    await who.sees(("第一个问题", "没有上一题"), ("first question", "none before it"), after=said)
    await who.sees("请拍一张", "Take a photo", after=said)
    await who.tap("refill.rx.history", after=said)
    before = label(lang, "refill.as_before.all")
    await who.press(label(lang, "button.keep", label=before), after=said)
    await from_days_left(who, after=said)
    await sent(who)


async def test_a_parked_form_goes_on_at_its_old_button(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    asked = await who.sees(*LEFT)
    said = await who.say("/language")
    await who.sees("请选择语言", "Choose your language", after=said)
    typed = await who.say("?")
    await who.sees("请按按钮回答", "Please press a button", after=typed)
    await town.press_there(who.id, who.id, asked["id"], data(asked, label(lang, "refill.left.more")))
    await who.press(who.in_her_words("平稳", "Stable"))
    await who.press(who.in_her_words("没有", "None"))
    await who.tap("refill.doctor.first")
    no = await sent(who)
    assert (await town.hospital.order(no)).days_left == "more"


async def chooses(who: Somebody, lang: str) -> int:
    """Opens /language and presses this one; from then on her phone is read in it. The id of her command."""
    said = await who.say("/language")
    await who.press({"zh-CN": "中文", "en": "English"}[lang], after=said)
    who.lang = lang
    await who.sees("以后用中文", "English from now on", after=said)
    return said


async def test_the_standing_question_comes_back_in_the_language_chosen(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    asked = who.in_her_words(*LEFT)
    said = await chooses(who, "en" if lang == "zh-CN" else "zh-CN")
    anew = await who.sees(*LEFT, after=said)
    assert label(who.lang, "refill.left.more") in labels(anew)
    await until(lambda: _none_shows(who, asked), "the question in the other language is gone")
    typed = await who.say("?")
    await who.sees("请按按钮回答", "Please press a button", after=typed)
    await who.sees(*LEFT, after=typed)
    await from_days_left(who, after=typed)
    await sent(who)


@more
async def test_the_same_language_again_keeps_her_place(town: Town, lang: str) -> None:
    who = await asked_for_number(town, lang)
    said = await chooses(who, lang)
    await who.sees("医保电子凭证号码", "number of the insurance e-credential", after=said)
    await give_number(who, after=said)


@more
async def test_a_language_is_chosen_when_nothing_is_asked(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    said = await chooses(who, "en" if lang == "zh-CN" else "zh-CN")
    done = await who.sees("以后用中文", "English from now on", after=said)
    typed = await who.say("?")
    answered = await who.sees("没看懂", "did not understand", after=typed)
    between = [one["id"] for one in await who.all_messages() if done["id"] < one["id"] < answered["id"]]
    assert between == [typed]


async def _none_shows(who: Somebody, part: str) -> bool:
    return not await who.count(part)


async def test_three_days_pause(town: Town, lang: str) -> None:
    who = await at_days_left(town, lang)
    await town.pass_days(3)
    said = await who.say("/refill")
    await who.sees(*LEFT, after=said)
    await from_days_left(who)
    await sent(who)


@more
async def test_three_days_pause_while_typing(town: Town, lang: str) -> None:
    who = await asked_for_number(town, lang)
    await town.pass_days(3)
    await give_number(who)
    await who.say(who.resident.birth)
    await ordered(who)


@more
async def test_a_text_when_nothing_is_asked(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    said = await who.say("早上好")
    told = await who.sees("请按下面的按钮", "press a button", after=said)
    assert label(lang, "action.need") in labels(told)


async def test_nobody_answers_in_groups(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    for name in ("compound", "endocrinology", "review"):
        room = town.scene.chats[name]
        await town.control.member(room, who.id, "join")
        before = await _answers(town, room)
        for text in ("有人吗？", "/start", "/refill", "/menu@somebody_else_bot", "我胸痛"):
            await who.say(text, chat=room)
        said = await who.say("/start")
        await who.sees("您好", "Hello", after=said)
        assert await _answers(town, room) == before
        await town.control.member(room, who.id, "leave")


async def _answers(town: Town, room: int) -> list[int]:
    """What the bot said there; the queue's card, which it pins when a day begins, is no answer to anybody."""
    said = [one for one in await town.control.messages(chat=room) if one["kind"] != "service"]
    return [one["id"] for one in said if "没有人在等" not in (one.get("text") or "")]
