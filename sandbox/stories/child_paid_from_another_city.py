"""Somebody in another city pays: she passes a link on, he sees stage and sum, and both read when it is paid."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, at_the_door, orders_on_record, reads_paid
from sandbox.play import Play, story


@story(
    "She lets her daughter pay, who lives in another city and is no patient here",
    cast=("daughter",),
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code"},
)
async def child_paid_from_another_city(play: Play) -> None:
    resident, daughter, stranger = play.who("resident"), play.who("daughter"), play.who("stranger")

    async with play.moment("09:50", "she orders on the hospital's own record"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        order = await orders_on_record(resident)
        await resident.reads("药师审核通过了，请付款")

    async with play.moment("10:20", "she lets her daughter pay, and passes the link on"):
        async with play.job("letting somebody pay (resident)", "resident", taps=1, inputs=1):
            await resident.presses("我看过了，让家人付")
            await resident.reads("谁来付这笔钱")
            await resident.types("女儿")
        told = await resident.reads("请点这个链接")
        link = told["text"].rpartition("start=")[2].split()[0]
        await resident.reads("已发给女儿")

    async with play.moment("10:30", "a stranger to whom it was forwarded learns nothing"):
        await stranger.opens(link)
        await stranger.reads("请您付一份药的钱")
        await stranger.presses("不是我")
        await stranger.does_not_read("王")

    async with play.moment("10:40", "the daughter pays it"):
        await daughter.opens(link)
        async with play.job("paying by link (daughter)", "daughter", taps=2, inputs=0):
            await daughter.presses("我来付")
            await daughter.pays()
        await reads_paid(resident, f"付款成功（订单 {order}），是女儿付的")
        await daughter.reads("您付好了，谢谢您。")
        await daughter.reads("王* 的药费")
        await daughter.does_not_read("王桂兰")
        await daughter.does_not_read(order)

    async with play.moment("13:40", "it is handed over against her code, and she confirms; the daughter reads neither"):
        await at_the_door(play.who("ambassador"), resident)
        async with play.job("confirming (resident)", "resident"):
            await resident.presses("收到了", on="交到您手里了吗")
        await resident.reads("请这样吃")
        await daughter.does_not_read("请这样吃")
        await daughter.does_not_read("取件码")
    await play.keeps_custody_of(order)
