"""A parcel gets wet, nobody is home, something seems to be missing: each said in two taps, each played to its end."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, orders_on_record, reads_code, tells_code
from sandbox.control import NotSeen
from sandbox.play import Play, story
from sandbox.records import ended_batches, problems


@story(
    "Something is wrong with a parcel: broken and sent again, nobody home, missing and found; who calls, when",
    autopilot=("doctor", "pharmacist"),
)
async def something_wrong(play: Play) -> None:
    resident, courier, ambassador = play.who("resident"), play.who("courier"), play.who("ambassador")
    operator = play.who("operator")

    async with play.moment("09:00", "she orders on the hospital's own record, and pays"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        order = await orders_on_record(resident)
        await resident.presses("我看过了，付款")
        await resident.pays()

    async with play.moment(
        "12:30", "on its way the courier sees that it is wet; she reads what, who calls and by when"
    ):
        await courier.presses("已装车")
        await courier.presses("出发")
        await resident.reads("药已出发")
        async with play.job("something is wrong (courier)", "courier"):
            await courier.presses("有一件有问题")
            await courier.presses("破了，或者湿了")
        await courier.presses("不用了", on="要给值班的人看一张照片")
        await resident.reads(f"订单 {order} 出了问题")
        await courier.reads("有问题，先不要送")
        await resident.reads("医院值班的人")
        await operator.reads_once("药包破了，或者湿了", order)

    async with play.moment("12:45", "an operator takes it, and the pharmacy sends another one"):
        await operator.presses("我来处理", on="药包破了，或者湿了")
        await resident.reads("给您打电话")
        async with play.job("settling it (operator)", "operator"):
            await operator.presses("这样解决")
            await operator.presses("药房再发一包", on=order)
        await resident.reads(f"订单 {order} 的问题解决了")
        await courier.reads("没有要送的了")
        await courier.reads("原来那一包还在您手上的话，请不要送")
        if not await ended_batches(play.house.hospital):
            raise NotSeen("a batch with nothing left ends at the hospital, too")

    async with play.moment("14:00", "it comes again, and nobody is home"):
        await courier.presses("已装车")
        await courier.presses("出发")
        await courier.presses("到了")
        await resident.reads("请出示取件码")
        await ambassador.presses("我来取")
        await ambassador.presses("都在")
        await courier.types(await tells_code(ambassador))
        await courier.reads("交接好了")
        code, label = await reads_code(resident)
        await ambassador.presses(f"{label} ✓")
        async with play.job("something is wrong (ambassador)", "ambassador"):
            await ambassador.presses("有问题", on="请输入本人出示的取件码")
            await ambassador.presses("没人在家，今天再送")
        await resident.reads("今天再送一次")
        noted = await ambassador.reads("已经告诉收药的人")

    async with play.moment("15:00", "she has it, and one box seems to be missing: a word for whoever sees to it"):
        await ambassador.presses(f"{label} ✓")
        await ambassador.reads("请输入本人出示的取件码", after=noted["id"])
        await ambassador.types(code)
        async with play.job("something is wrong (resident)", "resident"):
            await resident.presses("有问题", on="交到您手里了吗")
            await resident.presses("没有，或者少了")
        await resident.reads("前给您打电话")
        await resident.presses("写一句话")
        await resident.reads("请写一句，只有管这件事的人看得到")
        await resident.types("少了一盒")
        await resident.reads("已经交给管这件事的人")
        await operator.presses("我来处理", on="药包没到，或者少了药")
        await operator.presses("说了什么？")
        await operator.reads("少了一盒")
        await ambassador.does_not_read("少了一盒")

    async with play.moment("15:20", "it lay at the bottom of the bag: it is settled, and she has it"):
        await resident.presses("没事了，解决了")
        await resident.reads("问题解决了：药在您这里")
        await resident.presses("收到了", on="交到您手里了吗")
        await resident.reads("请这样吃")
    told = await problems(play.house.hospital, order)
    if told != dict.fromkeys(("damaged", "nobody-home", "missing"), "completed"):
        raise NotSeen(f"each report ends at the hospital, too: {told}")
    await play.keeps_custody_of(order)
