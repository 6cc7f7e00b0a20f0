"""What comes after the hand-over: how it goes on day 1, 3 and 7, the reminder before it runs out, the next order."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, at_the_door, number_sent, orders_on_record, reads_paid
from sandbox.play import Person, Play, story


@story(
    "A month later: three check-ins, the reminder, and the same again in her hands",
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code"},
)
async def a_month_later(play: Play) -> None:
    resident, ambassador, doctor = play.who("resident"), play.who("ambassador"), play.who("doctor")

    async with play.moment("09:00", "she orders, pays, and has it in her hands"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        await orders_on_record(resident)
        await paid_and_received(resident, ambassador)

    async with play.moment("2026-11-24T10:00", "day 1: better, by one tap"):
        await resident.reads("药拿到 1 天了")
        async with play.job("a check-in (resident)", "resident", taps=1, inputs=0):
            await resident.presses("好一些", on="药拿到 1 天了")
        await resident.reads("好一些了，记下了")

    async with play.moment("2026-11-26T10:00", "day 3: worse, and the doctor hears it in the case's topic"):
        await resident.presses("不如以前", on="药拿到 3 天了")
        told = await doctor.reads("吃药以后不如以前", in_="endocrinology")
        await resident.reads("已经告诉接诊的医生了")
        await doctor.types("先停两天，明天来门诊。", in_="endocrinology", thread=told["thread"])
        await resident.reads("先停两天，明天来门诊")

    async with play.moment("2026-11-30T10:00", "day 7: the same as before"):
        await resident.presses("和以前一样", on="药拿到 7 天了")
        await resident.reads("和以前一样，记下了")

    async with play.moment("2026-12-14T10:00", "a week before it runs out: the same again"):
        said = await resident.reads("药到 ")
        async with play.job("the same as last (resident)", "resident"):
            await resident.presses("再开一样的", on="药到 ")
            again = await same_again(resident, said["id"])

    async with play.moment("2026-12-14T10:20", "it is paid, and in her hands again"):
        await paid_and_received(resident, ambassador, after=said["id"])
        await reads_paid(resident, f"付款成功（订单 {again}）")
    await play.keeps_custody_of(again)


async def paid_and_received(resident: Person, ambassador: Person, after: int = 0) -> None:
    """From the quote to [Received]."""
    await resident.presses("我看过了，付款", after=after)
    await resident.pays(after)
    await at_the_door(ambassador, resident, after=after)
    await resident.presses("收到了", on="交到您手里了吗", after=after)
    await resident.reads("请这样吃", after=after)


async def same_again(resident: Person, after: int) -> str:
    """Same as last time: only what neither record nor last order tells is asked."""
    await resident.presses("和上次一样", after=after)
    await resident.presses("都一样", after=after)
    await resident.presses("确认发送", after=after)
    return await number_sent(resident, after)
