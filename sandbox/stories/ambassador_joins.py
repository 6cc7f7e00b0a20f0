"""A compound loses its ambassador, and a neighbour takes it up: quiz, approval, first parcel, a day off, farewell."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, at_the_door, joins, orders_on_record
from sandbox.play import Person, Play, story

#: What she answers to the hospital's quiz (sandbox/hospital/seed/quiz.toml); one of them is wrong at first.
ANSWERS: tuple[tuple[str, str | None], ...] = (
    ("带走，再联系", None),
    ("不垫，也不收现金", None),
    ("照她自己说的话写", None),
    ("可以，大家都认识", None),
    ("不可以", "谁用药是别人的隐私"),  # why it was wrong; the same is asked again
    ("不送，马上告诉医院", None),
)


@story(
    "An ambassador joins: from the group's button to the first parcel, a day handed on, and a farewell",
    kit=True,
    cast=("ambassador2",),
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code", "registrar": "approves"},
)
async def ambassador_joins(play: Play) -> None:
    operator, resident, neighbour = play.who("operator"), play.who("resident"), play.who("neighbour")
    before, other = play.who("ambassador"), play.who("ambassador2")

    async with play.moment("08:40", "its ambassador goes, and the group reads so"):
        await joins(operator, other, "志愿者", "罗春梅")
        await leaves(before)
        await resident.reads("有邻居愿意接着做吗", in_="compound")

    async with play.moment("09:00", "a neighbour presses the group's button, answers the quiz and applies"):
        await neighbour.presses("我想做志愿者", in_="compound")
        await neighbour.presses("满了，同意")
        await neighbour.presses("就在这里")
        await neighbour.reads("请写您的真实姓名")
        await neighbour.types("李建国")
        await neighbour.reads("管理员打哪个电话找您")
        await neighbour.shares_number()
        await neighbour.presses("邻居小李", on="邻居怎么称呼您")
        await neighbour.presses("平日上午", on="您什么时候有空")
        await neighbour.presses("完成", on="您什么时候有空")
        for answer, why in ANSWERS:  # the hospital's five questions
            await neighbour.presses(answer, on=why)
        await neighbour.presses("确认发送", on="发给管理员吗")
        await neighbour.reads("管理员会打电话给您")

    async with play.moment("09:20", "one tap of the operator, the hospital registers, the group reads one sentence"):
        async with play.job("approving an ambassador (operator)", "operator", taps=1, inputs=0):
            await operator.presses("同意", on="请先打电话问清楚")
        await neighbour.reads("邻居看到的称呼是")
        await resident.reads("有新的志愿者了", in_="compound")
        await resident.does_not_read("+8613900000")

    async with play.moment("09:40", "the first order there since"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        order = await orders_on_record(resident)

    async with play.moment("10:20", "paid, packed, and the first parcel in her hands by the new one"):
        await resident.presses("我看过了，付款")
        await resident.pays()
        await at_the_door(neighbour, resident)
        await resident.presses("收到了", on="交到您手里了吗")
        await resident.reads("请这样吃")

    async with play.moment("16:00", "a day off: both say so, and the compound is the other one's until tomorrow"):
        async with play.job("handing a compound on (ambassador)", "neighbour", taps=3, inputs=1):
            await neighbour.types("/lend")
            await neighbour.presses("罗春梅", on="交给谁")
            await neighbour.presses("到明天", on="到哪一天为止")
        await other.presses("我来接", on="幸福里小区")
        await neighbour.reads("罗春梅接了幸福里小区")

    async with play.moment("2026-11-25T08:30", "it is hers again; she reads how many she carried, and goes"):
        await neighbour.reads("幸福里小区又归您了")
        said = await neighbour.types("/profile")
        await neighbour.presses("不用改", on="送到了", after=said["message_id"])
        await leaves(neighbour)
        await other.reads("幸福里小区")
    await play.keeps_custody_of(order)


async def leaves(person: Person) -> None:
    """[I rest for some days], [I do not go on], and once more."""
    said = await person.types("/pause")
    await person.presses("不再做了", on="要停到哪一天", after=said["message_id"])
    await person.presses("不再做了", on="真的不再做志愿者了吗", after=said["message_id"])
    await person.reads("谢谢您做过的一切")
