"""Ten neighbours run out of medicine this week: one screen of names, one [Send], ten doors, ten orders confirmed."""

from __future__ import annotations

from sandbox.acts import QUESTIONS, may_act_for, number_on, reads_paid
from sandbox.control import NotSeen
from sandbox.hospital.seed.people import Resident, neighbours
from sandbox.play import Play, story
from sandbox.records import confirmed_for, slip

HOME = "6号楼"


def ten() -> list[Resident]:
    return [one for one in neighbours() if one.building == HOME]


@story(
    "Ten neighbours in one go: the same as last for all, each an order of its own, to ten doors",
    kit=True,
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code"},
    collect=15,
)
async def ten_neighbours(play: Play) -> None:
    helper = play.who("ambassador")

    async with play.moment("08:40", "at their homes: each lets him act for her, both consents are read to her"):
        for one in ten():
            await may_act_for(helper, one)
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
            await reads_paid(helper, f"已确认，不用付钱（订单 {orders[one.id]}）")
        await play.between("ten agreed")

    await _to_the_doors(play, orders)


async def _to_the_doors(play: Play, orders: dict[str, str]) -> None:
    """One trip, ten doors; ``orders``: their numbers by patient."""
    helper = play.who("ambassador")
    async with play.moment("13:10", "one trip brings all ten, and he counts them"):
        await helper.presses("我来取")
        await helper.presses("都在")
        await helper.reads("请把这个码念给送药员")

    async with play.moment("13:40", "ten doors: each opens her bag, he scans the slip and reads to her how to take it"):
        for one in ten():
            _, inside, _ = await slip(play.house.hospital, orders[one.id])
            await helper.opens(inside)
            said = (await helper.reads(f"/start {inside}"))["id"]
            await helper.presses("是，交给本人了", after=said)
            await helper.presses("念过了，本人收到了", on="请念给本人听", after=said)
            await helper.reads("已替本人确认收到", after=said)
            await play.between("a door")

    async with play.moment("14:00", "the hospital has all ten as confirmed for them"):
        for one in ten():
            if not await confirmed_for(play.house.hospital, orders[one.id]):
                raise NotSeen(f"{one.zh}'s order is confirmed")
    await play.keeps_custody_of(orders[ten()[-1].id])
