"""Ten neighbours run out of their medicine this week: one screen of names, one [Send], ten orders agreed to."""

from __future__ import annotations

from sandbox.acts import QUESTIONS, gives, number_on
from sandbox.control import NotSeen
from sandbox.hospital.seed.people import Resident, neighbours
from sandbox.play import Play, story

HOME = "6号楼"


def ten() -> list[Resident]:
    return [one for one in neighbours() if one.building == HOME]


@story(
    "Ten neighbours in one go: the same as last for all, each an order of its own, to ten that are agreed to",
    kit=True,
    autopilot=("doctor", "pharmacist"),
)
async def ten_neighbours(play: Play) -> None:
    helper = play.who("ambassador")

    async with play.moment("08:40", "at their homes: each lets him act for her, both consents are read to her"):
        for one in ten():
            said = await helper.types("/neighbour")
            await helper.reads("请输入医保电子凭证号码", after=said["message_id"])
            await gives(helper, one.credential, one.birth)
            await helper.presses("念过了，本人当面同意", on=one.zh)
            await helper.presses("念过了，同意医院用", on=one.zh)
            await helper.reads(f"登记好了：您可以替{one.zh}办")
        await play.between("ten mandates")

    async with play.moment("09:00", "the same as last for all ten: only what differs is asked, and nothing differs"):
        await helper.types("/menu")
        async with play.job("ten neighbours in one go (ambassador)", "ambassador"):
            await helper.presses("几位一起办")
            await helper.presses("完成", on="给哪些人再配")
            await play.between("names chosen")
            for question, answer in QUESTIONS:
                await helper.presses(answer, on=question)
            await play.between("before send")
            await helper.presses("发送 10 位")
        await helper.reads("10 份订单正在送往医院")
        await play.between("sent")

    orders: dict[str, str] = {}
    async with play.moment("09:05", "each is an order of its own, with its own card"):
        for one in ten():
            orders[one.id] = number_on(await helper.reads(f"{one.zh}　订单 "))
        if len({*orders.values()}) < len(ten()):
            raise NotSeen("ten orders")

    async with play.moment("10:20", "nothing is to be paid: he reads the risks to each and confirms it for her"):
        for one in ten():
            await helper.presses("念给本人听", on=f"订单 {orders[one.id]}")
            await helper.presses("念过了，本人同意", on=one.zh)
            await helper.reads(f"付款成功（订单 {orders[one.id]}）")
        await play.between("ten agreed")
