"""An announcement taken back and one changed, a slow hour, and an emergency with its questions and its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sandbox.acts import FIRST_FREE, QUESTIONS, agrees_and_proves, number_sent
from sandbox.control import NotSeen
from sandbox.play import Person, Play, story

FIRST = "明早八点停电，药照常送。", "The power is off from eight tomorrow; medicine comes as usual."
RIGHT = "明早九点停电，药照常送。", "The power is off from nine tomorrow; medicine comes as usual."
CHANGED = "改到后天早上停电，药照常送。", "The power is off the day after; medicine comes as usual."
BANNER = "小区封控，药由志愿者送到楼下。", "The compound is closed; volunteers bring medicine to the doors."
Said = tuple[str, str]  # in Chinese, in English


def heard(person: Person, said: Said) -> str:
    """Words of the hospital's own, which stand in no file of sentences."""
    return said[0] if person.phone.tongue.lang == "zh-CN" else said[1]


@story("One text to many groups, a slow hour, and an emergency whose questions lead to a doctor", autopilot=())
async def emergency(play: Play) -> None:
    operator, resident, doctor = play.who("operator"), play.who("resident"), play.who("cardiologist")
    neighbour = play.who("neighbour")

    async with play.moment("09:00", "a text with a mistake goes out and is taken back within the minute"):
        await writes(operator, FIRST)
        await resident.reads(heard(resident, FIRST), in_="compound")
        await operator.presses("收回", on="个群已收到")
        await operator.reads("收回。")
        await gone(resident, heard(resident, FIRST))

    async with play.moment("09:05", "the right one goes out, and is changed where it stands"):
        async with play.job("broadcast (operator)", "operator"):
            begun = await writes(operator, RIGHT)
        await resident.reads(heard(resident, RIGHT), in_="compound")
        seen = await operator.reads("个群已收到", after=begun)
        await operator.presses("改文字", on="个群已收到", after=begun)
        await says(operator, CHANGED, seen["id"])
        await operator.presses("确认发送", on="都改掉")
        await resident.reads(heard(resident, CHANGED), in_="compound")
        await gone(resident, heard(resident, RIGHT))

    async with play.moment("10:05", "the insurer is slow: everybody reads it once, on what they begin"):
        async with play.job("it takes longer today (operator)", "operator", taps=1, inputs=1):
            await operator.types("/slow")
            await operator.presses("现在起")
        await resident.reads("办理比平时慢", in_="compound")
        await resident.opens("need-loc-xingfuli")
        await resident.reads("办理比平时慢")

    async with play.moment("10:40", "it is over: whoever read it hears so"):
        await operator.presses("恢复正常了", on="办理慢")
        await resident.reads("起恢复正常了")
        await resident.reads("现在恢复正常了", in_="compound")
        await neighbour.does_not_read("起恢复正常了")

    async with play.moment("2026-11-24T11:00", "the compound is closed: an emergency, in a few taps"):
        async with play.job("an emergency for a compound (operator)", "operator", taps=5, inputs=3):
            begun = await operator.types("/emergency")
            await operator.presses("全部小区", after=begun["message_id"])
            await says(operator, BANNER, begun["message_id"])
            await operator.presses("400-810-0120")
            await operator.presses("要问")
            await operator.presses("一天")
            await operator.presses("确认发送", on="为止")
        await operator.reads("进入紧急状态")
        await resident.reads(heard(resident, BANNER), in_="compound")

    async with play.moment("2026-11-24T11:10", "a neighbour orders: the questions lead to a doctor"):
        await neighbour.opens("need-loc-xingfuli")
        await agrees_and_proves(neighbour, "80010029", "1948-11-02")
        await neighbour.reads(heard(neighbour, BANNER))
        await neighbour.presses(heard(neighbour, ("没有", "No")))
        await neighbour.presses(heard(neighbour, ("断药了", "I have none left")))
        await on_record(neighbour)
        await doctor.reads("李建国", in_="cardiology")
        await doctor.reads("红（剩", in_="cardiology")

    async with play.moment("2026-11-24T18:00", "it is over, and the group reads so"):
        await operator.presses("结束紧急状态", on="进入紧急状态")
        await operator.reads("紧急状态结束了")
        await resident.reads("特殊情况结束了", in_="compound")


async def gone(person: Person, text: str) -> None:
    """It is read nowhere any more, soon."""
    for _ in range(60):
        with suppress(NotSeen):
            await person.does_not_read(text)
            return
        await asyncio.sleep(0.5)
    await person.does_not_read(text)


async def writes(operator: Person, said: Said) -> int:
    """Answers the number of the message with which it began."""
    begun = await operator.types("/announce")
    await operator.presses("全部小区", after=begun["message_id"])
    await says(operator, said, begun["message_id"])
    await operator.presses("确认发送", on="分钟发完", after=begun["message_id"])
    return begun["message_id"]


async def says(operator: Person, said: Said, after: int) -> None:
    """Each language when it is asked for."""
    for question, text in zip(("要看到什么中文", "英文怎么写"), said, strict=True):
        await operator.reads(question, after=after)
        await operator.types(text)


async def on_record(person: Person) -> str:
    await person.presses("没有处方，用医院的记录")
    await person.presses("是，和上次一样")
    await person.presses("3–7 天")
    for question, answer in QUESTIONS:
        await person.presses(answer, on=question)
    await person.presses(FIRST_FREE, on="请哪位医生看")
    await person.presses("确认发送")
    return await number_sent(person, 0)
