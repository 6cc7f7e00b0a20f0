"""A day with too few hands: a group unbound by mistake, a doctor not there yet and gone at noon, a compound lent."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, at_the_door, joins, orders_on_record, signs_in_private
from sandbox.control import NotSeen
from sandbox.play import Play, story
from sandbox.records import stands_in


@story(
    "Short of hands: a group unbound and bound, a doctor off duty and one whose registration ends, a compound lent",
    kit=True,
    cast=("ambassador2", "xiuying-1951"),
    autopilot=("pharmacist", "courier"),
    staff={"courier": "types-code"},
)
async def short_staffed(play: Play) -> None:
    operator, resident, red = play.who("operator"), play.who("resident"), play.who("xiuying-1951")
    doctor, colleague = play.who("doctor"), play.who("doctor2")
    ambassador, other = play.who("ambassador"), play.who("ambassador2")

    async with play.moment("08:40", "another ambassador joins; the doctors' group is unbound by mistake"):
        await joins(operator, other, "志愿者", "罗春梅")
        await operator.types("/groups")
        await operator.presses("内分泌科", on="哪个群")
        await operator.presses("解绑", on="内分泌科")
        await operator.reads("弄错了就再发 /groups")

    async with play.moment("09:00", "an order comes meanwhile; bound again, its case is there"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        order = await orders_on_record(resident)
        said = await operator.types("/groups")
        await operator.presses("内分泌科", on="哪个群", after=said["message_id"])
        await operator.presses("绑回去", after=said["message_id"])
        here = {"in_": "endocrinology", "thread": (await doctor.reads("王桂兰", in_="endocrinology"))["thread"]}

    async with play.moment("09:10", "by the hospital's hours one doctor comes at 11: a red order calls the other one"):
        await play.office.on_duty("pr-doctor-endo-1", "11:00", "18:00")
        await play.at("09:20")  # the list of staff is read again
        await red.opens("need-loc-xingfuli")
        await agrees_and_proves(red, "80020017", "1951-04-12")
        urgent = number_of(await orders_on_record(red, left="0–2 天"))
        await colleague.reads(f"内分泌科的 {urgent} 号等不及")
        await doctor.does_not_read(f"{urgent} 号等不及")
        case = {"in_": "endocrinology", "thread": (await colleague.reads("王秀英", in_="endocrinology"))["thread"]}
        await colleague.presses("接诊", **case)
        await signs_in_private(colleague, **case)

    async with play.moment("11:10", "she is on duty again; her neighbour cannot wait, and one tap lets it go first"):
        await resident.presses("等不及了")
        await resident.presses("卧床", on="为什么等不及")
        async with play.job("letting an order go first (operator)", "operator"):
            await operator.presses("先办", on="要不要先办")
        await doctor.reads(f"内分泌科的 {number_of(order)} 号等不及")
        await resident.reads("先办")

    async with play.moment("11:50", "a doctor takes it"):
        await doctor.presses("接诊", **here)
        await resident.reads("沈雅琴医生接诊了")

    async with play.moment("12:00", "her registration ends: she signs nothing more, and a colleague has the case"):
        await play.office.end_role("pr-doctor-endo-1")
        await play.at("12:10")  # the list of staff is read again
        await doctor.reads("您在医院的登记")
        await colleague.presses("接诊", **here)
        await resident.reads("顾家明医生接诊了")
        await signs_in_private(colleague, **here)

    async with play.moment("12:20", "the ambassador cannot tomorrow: he hands his compound on, and both say so"):
        async with play.job("handing a compound on (ambassador)", "ambassador", taps=3, inputs=1):
            await ambassador.types("/menu")
            await ambassador.presses("把小区交给别人几天")
            await ambassador.presses("罗春梅", on="交给谁")
            await ambassador.presses("到明天", on="到哪一天为止")
        await other.presses("我来接", on="幸福里小区")
        await ambassador.reads("罗春梅接了幸福里小区")
        await resident.reads("由志愿者罗春梅送药")
        await knows(play, "in-progress")

    async with play.moment("13:00", "paid, packed, on the road, and in her hands by the one who stands in"):
        await resident.presses("我看过了，付款")
        await resident.pays()
        await at_the_door(other, resident)
        await resident.presses("收到了", on="交到您手里了吗")
        await resident.reads("请这样吃")

    async with play.moment("2026-11-25T00:01", "the day is over, and the compound is his again"):
        await ambassador.reads("幸福里小区又归您了")
        await knows(play, "completed")
        async with play.job("ending a member of staff (operator)", "operator", taps=3, inputs=1):
            await operator.types("/staff")
            await operator.presses("志愿者", on="哪一类人员")
            await operator.presses("罗春梅", on="哪一位")
            await operator.presses("停用", on="罗春梅")
        await other.reads("您在医院的登记")
    await play.keeps_custody_of(order)


def number_of(order: str) -> str:
    """By which the doctors' group knows it: R1123-2 -> 2."""
    return order.rpartition("-")[2]


async def knows(play: Play, status: str) -> None:
    """The hospital: who stands in, and whether that is over."""
    if (found := await stands_in(play.house.hospital, status)) != ["pr-ambassador-3"]:
        raise NotSeen(f"the hospital should know who stands in ({status}), and knows {found}")
