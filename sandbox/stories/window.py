"""Nobody brings medicine to the doors of his compound: he hears it before he orders, and collects it at the window."""

from __future__ import annotations

import re

from sandbox.acts import agrees_and_proves, joins, orders_on_record
from sandbox.play import Play, story


@story(
    "No ambassador in his compound: said before he orders, ready at the window, his code, and it is his",
    kit=True,
    cast=("far-off", "window-clerk", "contact"),
    autopilot=("doctor", "pharmacist"),
)
async def window(play: Play) -> None:
    operator, clerk, contact = play.who("operator"), play.who("window-clerk"), play.who("contact")
    resident, courier, ambassador = play.who("far-off"), play.who("courier"), play.who("ambassador")

    async with play.moment("08:40", "the window's clerk and the sub-district's contact join; a compound is red"):
        await joins(operator, clerk, "取药窗口", "龚小曼")
        await joins(operator, contact, "居委会联系人", "廖志坚")
        await operator.types("/coverage")
        await operator.reads("无人：松林苑小区")

    async with play.moment("09:00", "he hears it before he orders, and takes the window"):
        await resident.opens("need-loc-songlinyuan")
        await agrees_and_proves(resident, "80020109", "1960-06-18")
        await resident.presses("我到窗口取", on="松林苑小区现在没有志愿者送药上门")
        order = await orders_on_record(resident, early=True)

    async with play.moment("10:20", "he pays; the contact reads number, stage and compound, and no more"):
        await resident.presses("我看过了，付款")
        await resident.pays()
        told = (await resident.reads("药在医院取药窗口，可以来取了"))["text"]
        code, label = re.findall(r"(?<![\d-])\d{4}(?!\d)", told)[-1], re.findall(r"[A-Z]{1,2}-\d{2,}", told)[-1]
        await contact.types("/area")
        await contact.reads(order)
        await contact.does_not_read("卢海明")

    async with play.moment("11:00", "at the window: the label, his code, and it is his"):
        async with play.job("handing out at the window (clerk)", "window-clerk", taps=1, inputs=2):
            await clerk.types("/window")
            await clerk.presses(label, on="来取哪一件")
            await clerk.reads("请输入本人出示的取件码")
            await clerk.types(code)
        await clerk.reads(f"{label} 已交出")
        await clerk.does_not_read("卢海明")
        await resident.presses("收到了", on="交到您手里了吗")
        await resident.reads("请这样吃")
        for other in (courier, ambassador):
            await other.does_not_read(label)
    await play.keeps_custody_of(order)
