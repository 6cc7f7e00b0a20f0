"""The insurer pays nothing: she reads so in plain lines before anybody asks her for money, and decides herself."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, orders_on_record, reads_paid
from sandbox.play import Play, story


@story(
    "The insurer refuses: she reads what it costs her, pays one order and gives up another",
    autopilot=("doctor", "pharmacist"),
    staff={"insurer": "refuses"},
)
async def insurer_refuses(play: Play) -> None:
    resident, neighbour = play.who("resident"), play.who("neighbour")

    async with play.moment("09:50", "both order on the hospital's own record"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        order = await orders_on_record(resident)
        await neighbour.opens("need-loc-xingfuli")
        await agrees_and_proves(neighbour, "80010029", "1948-11-02")
        other = await orders_on_record(neighbour)

    async with play.moment("10:20", "she reads three lines: nothing from the fund, nothing from her account"):
        bill = await resident.reads("药师审核通过了，请付款")
        for line in ("药费 ¥306.86", "统筹支付 ¥0.00", "个人账户 ¥0.00", "自己付 ¥306.86（医保没有报销）"):
            await resident.reads(line, after=bill["id"] - 1)
        await resident.does_not_read("付款成功")

    async with play.moment("10:25", "she has the medicine packed all the same"):
        async with play.job("paying (resident)", "resident", taps=2, inputs=0):
            await resident.presses("我看过了，付款")
            await resident.pays()
        await reads_paid(resident, f"付款成功（订单 {order}）")

    async with play.moment("10:30", "he, who never paid before, gives it up in two taps"):
        await neighbour.reads("医保没有报销")
        async with play.job("cancelling (resident)", "neighbour"):
            await neighbour.presses("取消订单", on=f"订单 {other}")
            await neighbour.presses("取消订单", on=f"要取消订单 {other}")
        await neighbour.reads(f"订单 {other} 已取消")
