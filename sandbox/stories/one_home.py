"""Two who live in one home and run out of the same medicine: enrolled, ordered for and done in one visit."""

from __future__ import annotations

from sandbox.acts import QUESTIONS, may_act_for
from sandbox.hospital.seed.people import neighbours
from sandbox.play import Play, story

BUILDING, FLAT = "6号楼", "101室"


@story("One home in one visit: both are enrolled, and ordered for in one go", kit=True)
async def one_home(play: Play) -> None:
    helper = play.who("ambassador")
    both = [one for one in neighbours() if (one.building, one.flat) == (BUILDING, FLAT)]

    async with (
        play.moment("09:00", "at their home: both consents of each, then the same as last for the home"),
        play.job("a household in one visit (ambassador)", "ambassador"),
    ):
        for one in both:
            await may_act_for(helper, one)
        await play.between("two mandates")
        said = await helper.types("/many")
        await helper.presses("完成", on="给哪些人再配", after=said["message_id"])
        for question, answer in QUESTIONS:
            await helper.presses(answer, on=question)
        await helper.presses("发送 2 位")

    async with play.moment("09:10", "each has an order of its own, and one button leads on"):
        for one in both:
            await helper.reads(f"{one.zh}　订单 ")
        await helper.presses("今天的事", on="2 份订单正在送往医院")
