"""Nobody takes a red and a plain order: each rung of the ladder once, at its time, to the right people."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, joins_as, orders_on_record
from sandbox.play import Play, story

UNTAKEN, DAY, TWICE, THRICE = (
    "还没有医生接诊，已经告诉医院值班的人了",
    "由他们盯着",
    "已经第二次告诉负责的人",
    "已经第三次告诉负责的人",
)
OVER, BRIDGE, ABOVE, UNOWNED = "已经晚了，对不起", "药不够吃到送来的话", "还没有送到：", "值班的人都没有接"


@story(
    "Nobody takes a red and a plain order: every rung once, at its time, to the right people; taken, it stops",
    kit=True,
    cast=("xiuying-1951", "contact", "supervisor"),
    autopilot=(),
)
async def late(play: Play) -> None:
    hers, red = play.who("resident"), play.who("xiuying-1951")
    operator, doctor = play.who("operator"), play.who("doctor")
    contact, supervisor = play.who("contact"), play.who("supervisor")

    async with play.moment("08:40", "the area's contact and the supervisor join"):
        await joins_as(operator, contact, "居委会联系人", "廖志坚")
        await joins_as(operator, supervisor, "督导员", "薛明珠")

    async with play.moment("09:00", "one orders with days to spare, one with two days left"):
        await hers.opens("need-loc-xingfuli")
        await agrees_and_proves(hers, "80010012", "1951-03-08")
        plain_no = await orders_on_record(hers)
        await red.opens("need-loc-xingfuli")
        await agrees_and_proves(red, "80020017", "1951-04-12")
        red_no = await orders_on_record(red, left="0–2 天")
        for person in (hers, red):  # the rungs are counted from here
            await person.reads("医院收到了，等医生接诊")

    async with play.moment("09:15", "a quarter of half an hour: the red one, its doctors and the operators read it"):
        await red.reads_once(UNTAKEN)
        await operator.reads_once("有订单到时间还没有医生接诊", red_no)
        await doctor.reads("请哪位医生按“接诊”", in_="endocrinology")
        await hers.does_not_read(UNTAKEN)

    async with play.moment("09:40", "half an hour: the plain one"):
        await hers.reads_once(UNTAKEN)
        await hers.reads("起晚了")

    await play.house.bot.kill()  # and while it is away two rungs of the red one are reached
    async with play.moment("15:30", "the bot was away: the red one reads the last of what was reached, once"):
        await play.house.bot.restart()
        await red.reads_once(BRIDGE)
        await red.does_not_read(DAY)
        await operator.reads_once("有订单到时间还没有送到", red_no)
        await red.reads_once(UNTAKEN)

    async with play.moment("23:00", "the night is quiet"):
        await contact.does_not_read(ABOVE)
        await hers.does_not_read(DAY)

    async with play.moment(
        "2026-11-24T07:35", "in the morning contact and supervisor read of the red one, it the number"
    ):
        await red.reads_once(OVER)
        await contact.reads_once(ABOVE, red_no)
        await supervisor.reads_once(ABOVE, red_no)

    async with play.moment("2026-11-24T08:20", "a doctor takes the red one and writes: no doctor is missing any more"):
        case = await doctor.reads("王秀英", in_="endocrinology")
        here = {"in_": "endocrinology", "thread": case["thread"]}
        await doctor.presses("接诊", **here)
        await red.reads("沈雅琴医生接诊了")
        await doctor.types("今天血压多少？", **here)
        await red.reads("今天血压多少")

    async with play.moment("2026-11-24T09:05", "24 hours of the plain one: the operators"):
        await hers.reads_once(DAY)
        await operator.reads_once("有订单到时间还没有送到", plain_no)

    async with play.moment("2026-11-25T09:05", "48 hours: the area's contact, over another restart"):
        await play.house.bot.kill()
        await play.house.bot.restart()
        await hers.reads_once(TWICE)
        await contact.reads_once(ABOVE, plain_no)

    async with play.moment("2026-11-26T07:35", "60 hours were last night: the supervisor this morning"):
        await hers.reads_once(THRICE)
        await supervisor.reads_once(ABOVE, plain_no)
        await supervisor.reads_once(UNOWNED, "有订单到时间还没有送到", plain_no)  # no operator has taken what they read

    async with play.moment("2026-11-26T09:10", "72 hours: the hospital's number, and no card prints what has passed"):
        await hers.reads_once(OVER)
        await hers.reads("请给医院打电话")
        await hers.does_not_read("最晚：")
        await red.reads_once(OVER)
        for person in (hers, red):
            await person.reads_once(UNTAKEN)
