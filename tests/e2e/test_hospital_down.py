"""The hospital's computer is away: what was entered is kept, the person is told, and it is sent once it is back."""

from __future__ import annotations

from tests.e2e.people import (
    Somebody,
    asked_for_number,
    asked_for_photo,
    day,
    give_number,
    more,
    number_of,
    ordered,
    proved,
    staff,
)
from tests.e2e.town import Town, until


async def known(town: Town, lang: str) -> Somebody:
    """Proved on an earlier day; nothing is open."""
    who = await proved(town, lang)
    await asked_for_photo(who)
    said = await who.say("/cancel")
    await who.sees("取消了", "Stopped", after=said)
    return who


async def by_photo(who: Somebody, said: int) -> None:
    """The form without the hospital's record: the drug is found by its name."""
    await who.sees(("请拍一张", "医保暂时查不到"), ("Take a photo", "cannot be checked just now"), after=said)
    await who.photo()
    await who.sees("哪个月开的", "Which month", after=said)
    await who.say(day(who.town, 21))
    await who.sees("请输入药名", "name of the medicine", after=said)
    await who.say("阿托伐他汀")
    found = await who.sees("是下面哪一种", "Is it one of these", after=said)
    await who.press(found["buttons"][0][0]["label"], after=said)
    await who.tap("refill.more.no", after=said)
    await who.tap("refill.boxes.2", after=said)
    await who.tap("refill.illness.yes", after=said)
    await who.tap("refill.left.more", after=said)
    await who.press(who.in_her_words("平稳", "Stable"), after=said)
    await who.press(who.in_her_words("没有", "None"), after=said)
    await who.tap("refill.doctor.first", after=said)


async def test_down_for_the_whole_dialog(town: Town, lang: str) -> None:
    who = await known(town, lang)
    await town.down(True)
    said = await who.say("/refill")
    await by_photo(who, said)
    await who.tap("button.ok", after=said)
    await who.sees(("正在发给医院", "保存好了"), ("Being sent", "kept safe"), after=said)
    await town.control.advance(60)
    await who.sees(
        ("没有回答", "订单已经保存好", "自动送出"), ("does not answer", "Your order is kept", "by itself"), after=said
    )
    typed = await who.say("好了吗")
    await who.sees(("还在等医院回答", "请稍等"), ("Still waiting for the hospital", "One moment"), after=typed)
    await town.down(False)
    await town.control.advance(600)
    no = await number_of(who, after=said)
    assert await town.orders_of(who.resident.id) == [no]
    await who.sees(("通了", "已经送到医院"), ("answers again", "is there now"), after=said)
    assert await who.count(*who.in_her_words(("已经送到医院",), ("is there now",))) == 1
    assert await who.count(*who.in_her_words(("没有回答", "保存好"), ("does not answer", "kept"))) == 1


async def is_being_sent(town: Town, who: Somebody) -> int:
    """Her order, to a hospital that does not answer; the message that began its form."""
    await town.down(True)
    said = await who.say("/refill")
    await by_photo(who, said)
    await who.tap("button.ok", after=said)
    await who.sees("正在发给医院", "Being sent", after=said)
    return said


async def arrives_cancelled(town: Town, who: Somebody) -> str:
    """The hospital answers again: the order reaches it, and is cancelled there. Its number."""
    await town.down(False)
    await town.control.advance(600)
    no = (await until(lambda: town.orders_of(who.resident.id), "the order"))[0]
    await town.stage(no, "cancelled")
    return no


@more
async def test_cancelled_while_it_is_down(town: Town, lang: str) -> None:
    who = await known(town, lang)
    await is_being_sent(town, who)
    stop = await who.say("/cancel")
    await who.sees(("记下了", "取消"), ("Noted", "cancelled"), after=stop)
    await arrives_cancelled(town, who)
    await who.sees(("订单", "已取消"), ("Order", "is cancelled"), after=stop)


@more
async def test_cancelled_on_its_card_while_it_is_down(town: Town, lang: str) -> None:
    who = await known(town, lang)
    said = await is_being_sent(town, who)
    await who.tap("action.cancel", after=said)
    await who.tap("cancel.sure.yes", ("要取消订单" if lang == "zh-CN" else "Cancel order"))
    await who.sees(("记下了", "取消订单"), ("Noted", "is cancelled as soon as"), after=said)
    no = await arrives_cancelled(town, who)
    await who.sees(f"订单 {no} 已取消", f"Order {no} is cancelled", after=said)


@more
async def test_down_while_she_proves_who_she_is(town: Town, lang: str) -> None:
    who = await asked_for_number(town, lang)
    await town.down(True)
    await give_number(who)
    said = await who.say(who.resident.birth)
    typed = await who.say("在吗")
    await who.sees(("还在等医院回答", "没有当作答案"), ("Still waiting", "not taken as an answer"), after=typed)
    await town.control.advance(60)
    await who.sees(
        ("没有回答", "保存好了", "不用重填"), ("does not answer", "kept", "need not enter it again"), after=said
    )
    await town.down(False)
    await town.control.advance(600)
    no = await ordered(who)
    assert await town.orders_of(who.resident.id) == [no]


@more
async def test_a_move_while_it_is_down(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no = await ordered(who)
    doctor, room = await staff(town, "doctor", lang), town.scene.chats["endocrinology"]
    card = await doctor.message(who.name, chat=room, label_="接诊")
    await town.down(True)
    assert doctor.in_her_words("正在接诊", "Taking it") in await doctor.pop_up(card, "接诊")
    told = await town.press_there(doctor.id, room, card["id"], f"a:take:{no}")
    assert doctor.in_her_words("正在办", "being done") in told
    await town.control.advance(60)
    await doctor.message("医院的电脑现在没有回答", "保存好了", chat=room)
    await town.down(False)
    await town.control.advance(600)
    await town.stage(no, "in-consult")
    await who.sees("沈雅琴医生接诊了", "Shen Yaqin has taken")
    assert await who.count(who.in_her_words("医生接诊了", "has taken")) == 1


async def test_cancelling_while_it_is_down(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no = await ordered(who)
    await town.down(True)
    await who.tap("action.cancel", no)
    await who.tap("cancel.sure.yes", who.in_her_words(f"要取消订单 {no} 吗", f"Cancel order {no}?"))
    await who.sees(("医院一回答就取消", no), ("as soon as the hospital answers", no))
    await town.control.advance(60)
    await who.sees(f"医院一回答就替您取消订单 {no}", f"order {no} is cancelled as soon as the hospital answers")
    await town.down(False)
    await town.control.advance(600)
    await who.sees(f"订单 {no} 已取消", f"Order {no} is cancelled")
    assert (await town.hospital.order(no)).stage == "cancelled"
