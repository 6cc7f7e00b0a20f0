"""Whoever cannot type: three presses, and a neighbour comes; what was said of the wrong person is taken back."""

from __future__ import annotations

from sandbox.acts import gives, orders_on_record
from sandbox.play import Play, story


@story(
    "She types nothing: a visit at home by buttons, a call, an order at her table; a hold that was a mistake",
    kit=True,
    cast=("xiuying-1951",),
)
async def home_visit(play: Play) -> None:
    resident, ambassador, stranger = play.who("xiuying-1951"), play.who("ambassador"), play.who("stranger")

    async with play.moment("09:00", "she asks for help by the group's link, and types nothing"):
        await resident.opens("visit-loc-xingfuli")
        async with play.job("asking for a visit (resident)", "xiuying-1951"):
            await resident.presses("是，请到我家来")
            await resident.presses("3", on="您住几号楼")
            await resident.presses("请打电话给我", on="正在请人来帮您")
            await resident.reads("打哪个电话找您")
            await resident.shares_number()
        await resident.reads("号码收到了")

    async with play.moment("09:10", "the ambassador sees where, and only when he goes whom"):
        await ambassador.reads("幸福里小区 3 号楼")
        await ambassador.does_not_read("+86139")
        await ambassador.presses("我去", on="有居民请人上门帮忙")
        await ambassador.reads("+86139")
        await resident.reads("志愿者林国平答应来帮您了")

    async with play.moment("09:40", "at her table he proves who she is, and orders for her"):
        await ambassador.presses("替邻居办", on="您去帮")
        await gives(ambassador, "80020017", "1951-04-12")
        await ambassador.presses("念过了，本人当面同意")
        await ambassador.presses("念过了，同意医院用")
        await ambassador.presses("我要续方拿药", on="登记好了")
        order = await orders_on_record(ambassador)
        await ambassador.reads(f"订单 {order}")
        await ambassador.presses("办好了", on="您去帮")
        await ambassador.reads("姓名和电话已经删掉")
        await ambassador.does_not_read("+86139")
        await resident.reads("这次帮忙办好了")

    async with play.moment("11:00", "he says of the wrong neighbour that she is in hospital, and takes it back"):
        async with play.job("holding everything (ambassador)", "ambassador", taps=2, inputs=1):
            await ambassador.types("/menu")
            await ambassador.presses("情况有变")
            await ambassador.presses("住院了")
        await ambassador.reads("先停着")
        await stranger.does_not_read("住院")
        await ambassador.presses("按错了，恢复")
        await ambassador.reads("已经恢复，一切照常")
