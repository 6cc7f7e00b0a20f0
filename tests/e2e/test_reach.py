"""Somebody who cannot be reached: the doctor and whoever helps hear it, and what was said meanwhile arrives later."""

from __future__ import annotations

from tests.e2e.people import asked_for_photo, labels, more, newcomer, ordered, prove, proved, staff
from tests.e2e.test_mandate import may_act, places
from tests.e2e.town import Town


async def test_she_blocks_the_bot_during_a_consult(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang)
    no = await places(helper, who)
    await town.taken(no)
    await who.sees("沈雅琴医生接诊了", "Shen Yaqin has taken")
    doctor, room = await staff(town, "doctor"), town.scene.chats["endocrinology"]
    thread = (await doctor.message(who.name, "诊断", chat=room))["thread"]
    await town.control.block(who.id)
    await doctor.message("收不到消息", "请打电话", chat=room, thread=thread)
    await helper.sees((who.name, "收不到消息", no, "打电话"), (who.name, "cannot get messages", no, "telephone"))
    said = await doctor.say("今天头晕吗？", chat=room, thread=thread)
    await doctor.message("收不到消息", chat=room, thread=thread, after=said)
    await helper.message("今天头晕吗？")
    await town.control.unblock(who.id)
    await who.message("今天头晕吗？")
    said = await who.say("不晕")
    await doctor.message("不晕", chat=room, thread=thread)
    assert await who.count("今天头晕吗？") == 1


@more
async def test_she_blocks_the_bot_in_the_middle_of_the_form(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await town.control.block(who.id)
    await town.control.unblock(who.id)
    no = await ordered(who)
    assert await town.orders_of(who.resident.id) == [no]


@more
async def test_an_account_that_vanished_is_told_of_too(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang)
    no = await places(helper, who)
    await who.sees(("医院收到了", no), ("The hospital has it", no))
    town.messenger.state.people[who.id].blocked = True  # no update tells of it: the next message is refused
    await town.taken(no)
    await helper.sees((who.name, "收不到消息", no), (who.name, "cannot get messages", no))


async def test_her_orders_follow_her_to_a_new_phone(town: Town, lang: str) -> None:
    old = await proved(town, lang)
    no = await ordered(old)
    new = await newcomer(town, lang)
    new.resident = old.resident
    await new.start("need-loc-xingfuli")
    said = await prove(new)
    await new.sees("不能马上打开", "cannot open this record at once", after=said)
    assert await town.orders_of(old.resident.id) == [no]
    asked = await old.sees("是谁", "Who is it?")
    await old.tap("record_asked.what.new_phone", after=asked["id"] - 1)
    opened = await new.sees("打开了", "is open on this phone now", after=said)
    await new.press(labels(opened)[0], after=opened["id"] - 1)
    await new.press(new.in_her_words("幸福里小区", "Xingfuli Court"), after=opened["id"])
    await asked_for_photo(new)
    await town.quoted(no)
    card = await new.sees(("请付款", no), ("please pay", no))
    assert labels(card)
    said = await old.say("/orders")
    await old.sees(("您现在没有订单",), ("You have no order",), after=said)
