"""The doctor's signature and the links that lead to it: wrong PINs, links used twice, old, or somebody else's."""

from __future__ import annotations

from sandbox.scene import PIN
from tests.e2e.people import Somebody, label, labels, more, newcomer, ordered, proved, staff
from tests.e2e.town import Town


async def taken(town: Town, lang: str) -> tuple[Somebody, Somebody, str, int]:
    """Resident, doctor, order and the topic's thread: the doctor may prescribe."""
    doctor = await staff(town, "doctor", lang)
    who = await proved(town, lang)
    no = await ordered(who)
    await town.taken(no)
    room = town.scene.chats["endocrinology"]
    card = await doctor.message(who.name, chat=room, label_="开处方")
    return who, doctor, no, card["thread"]


async def proposal(town: Town, doctor: Somebody, thread: int) -> dict:
    """[Prescribe] in the topic; the message with the link to sign."""
    room = town.scene.chats["endocrinology"]
    newest = await doctor.newest(room, thread)
    await doctor.press("开处方", chat=room, thread=thread)
    return await doctor.message(chat=room, thread=thread, label_="去签名", after=newest)


def link(message: dict) -> str:
    url = next(button["url"] for row in message["buttons"] for button in row if button["label"] == "去签名")
    return url.partition("start=")[2]


async def types(doctor: Somebody, pin: str, after: int) -> int:
    """The digits on the keypad; answers the keypad's message id."""
    keypad = await doctor.message(label_="7", after=after)
    for count, digit in enumerate(pin):
        pressed = doctor.in_her_words(f"已按 {count} 位", f"{count} pressed")
        keypad = await doctor.message(pressed, label_=digit, after=after)
        await doctor.town.control.press(doctor.id, digit, message_id=keypad["id"])
    return keypad["id"]


async def test_wrong_pins_then_the_right_one(town: Town, lang: str) -> None:
    who, doctor, no, thread = await taken(town, lang)
    opened = await doctor.start(link(await proposal(town, doctor, thread)))
    for left in (4, 3):
        await types(doctor, "1357", opened)
        await doctor.sees(f"密码不对，还可以试 {left} 次", f"Wrong PIN, {left} tries left", after=opened)
    said = await doctor.say("2468")
    await doctor.sees("请按按钮", "press a button", after=said)
    await types(doctor, PIN, said)
    await doctor.sees(("已签名", no), ("Signed", no), after=opened)
    await town.stage(no, "prescribed")
    assert who


async def test_five_wrong_pins(town: Town, lang: str) -> None:
    who, doctor, no, thread = await taken(town, lang)
    opened = await doctor.start(link(await proposal(town, doctor, thread)))
    for _ in range(5):
        keypad = await types(doctor, "1357", opened)
    told = ("密码错得太多", "管理员", "新的链接"), ("Too many wrong PINs", "operator", "new link")
    await doctor.sees(*told, after=opened)
    assert (await town.hospital.order(no)).stage == "in-consult"
    again = await doctor.start(link(await proposal(town, doctor, thread)))
    await types(doctor, PIN, again)
    await doctor.sees(*told, after=again)
    assert keypad
    await rejoins(town, doctor)
    opened = await doctor.start(link(await proposal(town, doctor, thread)))
    await types(doctor, PIN, opened)
    await doctor.sees(("已签名", no), ("Signed", no), after=opened)
    assert who


async def rejoins(town: Town, doctor: Somebody) -> None:
    """A new link from the operator, and the PIN chosen anew."""
    opened = await doctor.start(await invited(town, "沈雅琴"))
    first = await types(doctor, PIN, opened)
    await types(doctor, PIN, first)
    await doctor.sees("您已登记为", "you are registered", after=opened)


async def invited(town: Town, name: str) -> str:
    """The start parameter of a fresh link for this doctor."""
    operator = await staff(town, "operator")
    said = await operator.say("/invite")
    await operator.press("医生", after=said)
    told = await operator.message(f"{name}：http", after=said)
    line = next(one for one in told["text"].splitlines() if one.startswith(name))
    return line.partition("start=")[2].strip()


async def test_the_link_is_pressed_twice(town: Town, lang: str) -> None:
    _, doctor, no, thread = await taken(town, lang)
    parameter = link(await proposal(town, doctor, thread))
    opened = await doctor.start(parameter)
    await types(doctor, PIN[:2], opened)
    again = await doctor.start(parameter)
    keypad = await doctor.message(doctor.in_her_words("已按 2 位", "2 pressed"), after=again)
    assert "7" in labels(keypad)
    for digit in PIN[2:]:
        await doctor.press(digit, after=again)
        await doctor.message(after=again)
    await doctor.sees(("已签名", no), ("Signed", no), after=opened)
    await town.stage(no, "prescribed")
    used = await doctor.start(parameter)
    await doctor.sees("已经开过处方", "Prescribed at", after=used)


@more
async def test_an_old_link(town: Town, lang: str) -> None:
    _, doctor, no, thread = await taken(town, lang)
    parameter = link(await proposal(town, doctor, thread))
    await town.pass_days(2)
    opened = await doctor.start(parameter)
    await doctor.sees(("不能用了", "再按一次“开处方”"), ("does not work", "press Prescribe again"), after=opened)
    opened = await doctor.start(link(await proposal(town, doctor, thread)))
    await types(doctor, PIN, opened)
    await town.stage(no, "prescribed")


async def test_somebody_elses_link(town: Town, lang: str) -> None:
    _, doctor, no, thread = await taken(town, lang)
    parameter = link(await proposal(town, doctor, thread))
    for other in (await staff(town, "doctor2", lang), await newcomer(town, lang)):
        opened = await other.start(parameter)
        await other.sees(("别的医生", "接诊"), ("another doctor's", "took the case"), after=opened)
    opened = await doctor.start(parameter)
    await types(doctor, PIN, opened)
    await town.stage(no, "prescribed")


@more
async def test_a_link_nobody_made(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    opened = await who.start("sign-abcdefgh")
    await who.sees(("链接不能用了", "不用签名了"), ("does not work", "nothing to sign"), after=opened)
    for parameter in ("join-abcdefgh", "op-guess"):
        opened = await who.start(parameter)
        await who.sees(("链接", "管理员"), ("link", "operator"), after=opened)
    opened = await who.start("unknown-thing")
    menu = await who.sees("您好", "Hello", after=opened)
    assert label(lang, "action.need") in labels(menu)


@more
async def test_the_two_pins_differ(town: Town, lang: str) -> None:
    doctor = await staff(town, "doctor2", lang)
    parameter = await invited(town, "顾家明")
    opened = await doctor.start(parameter)
    first = await types(doctor, "1111", opened)
    second = await types(doctor, "2222", first)
    await doctor.sees("两次不一样", "two were different", after=second)
    third = await types(doctor, PIN, second)
    await types(doctor, PIN, third)
    await doctor.sees("您已登记为", "you are registered", after=opened)


async def test_nothing_is_signed_for_a_case_that_ended(town: Town, lang: str) -> None:
    who, doctor, no, thread = await taken(town, lang)
    parameter = link(await proposal(town, doctor, thread))
    opened = await doctor.start(parameter)
    await types(doctor, PIN[:3], opened)
    await who.tap("action.cancel", no)
    await who.tap("cancel.sure.yes", who.in_her_words(f"要取消订单 {no} 吗", f"Cancel order {no}?"))
    await town.stage(no, "cancelled")
    await doctor.message("已取消", chat=town.scene.chats["endocrinology"], thread=thread)
    await doctor.press(PIN[3], after=opened)
    await doctor.sees((no, "已经取消"), (no, "Cancelled at"), after=opened)
    assert (await town.hospital.order(no)).prescribed == ()
