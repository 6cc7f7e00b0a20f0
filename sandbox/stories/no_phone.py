"""She is 85, lives alone and has no phone: from the ambassador's visit at her home to an order that is confirmed."""

from __future__ import annotations

from sandbox.acts import QUESTIONS, gives, number_sent, reads_paid
from sandbox.play import Play, story
from sandbox.records import slip

NUMBER, BORN = "80010129", "1940-08-19"


@story(
    "No phone: her helper reads to her, she opens the bag, and her order is confirmed for her",
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code"},
)
async def no_phone(play: Play) -> None:
    helper, stranger, operator = play.who("ambassador"), play.who("stranger"), play.who("operator")

    async with play.moment("09:00", "at her home: both consents are read to her, with proof"):
        async with play.job("enrolling somebody without a phone (ambassador)", "ambassador", taps=2, inputs=3):
            await helper.types("/neighbour")
            await gives(helper, NUMBER, BORN)
            await helper.presses("念过了，本人当面同意")
            await helper.presses("念过了，同意医院用")
        told = await helper.reads("登记好了：您可以替高淑芬办")

    async with (
        play.moment("09:10", "he orders the same as last, by the hospital's record"),
        play.job("ordering for her (ambassador)", "ambassador", taps=5, inputs=0),
    ):
        await helper.presses("我要续方拿药", on="登记好了：您可以替高淑芬办")
        await helper.presses("和上次一样", after=told["id"])
        for question, answer in QUESTIONS:
            await helper.presses(answer, on=question, after=told["id"])
        await helper.presses("确认发送", after=told["id"])
        order = await number_sent(helper, told["id"])

    async with play.moment("10:20", "nothing is to be paid: he reads the risks to her and confirms it for her"):
        async with play.job("a share of 0.00, read to her (ambassador)", "ambassador", taps=2, inputs=0):
            await helper.presses("念给本人听", on="自己不用付钱")
            await helper.presses("念过了，本人同意", on="用药有风险")
        await reads_paid(helper, f"已确认，不用付钱（订单 {order}）")

    async with play.moment("13:10", "he fetches it; the label's QR opens its step, to a stranger it opens nothing"):
        await helper.presses("我来取")
        await helper.presses("都在")
        await helper.reads("送到后按那一件")  # the courier typed the code: the parcel is in his care
        _, inside, outside = await slip(play.house.hospital, order)
        await stranger.opens(outside)
        await stranger.reads("不归您办")
        await stranger.opens(inside)
        await stranger.does_not_read("高淑芬")

    async with play.moment("13:40", "she opens the bag; he scans the slip, and reads to her how to take it"):
        async with play.job("her door (ambassador)", "ambassador", taps=3, inputs=0):
            await helper.opens(inside)
            await helper.presses("是，交给本人了")
            await helper.presses("念过了，本人收到了", on="请念给本人听")
        await helper.reads("已替本人确认收到")
        await helper.reads("代为确认")

    async with play.moment("14:00", "the operators see that it was confirmed for her, and may deny it for a day"):
        await operator.types("/confirmed")
        await operator.reads(f"订单 {order}")
    await play.keeps_custody_of(order)
