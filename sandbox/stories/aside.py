"""Two doctors talk in a case's topic. What reaches the patient is what was meant for her, also after the signature."""

from __future__ import annotations

import asyncio

from sandbox.acts import agrees_and_proves, orders_on_record, signs_in_private
from sandbox.control import NotSeen
from sandbox.play import Play, story
from sandbox.records import said

DOCTOR, PATIENT = "PractitionerRole", "Patient"


@story(
    "An aside stays aside: a note, a colleague asked in, an edit, a word taken back, a question at night", autopilot=()
)
async def aside(play: Play) -> None:
    resident, doctor, colleague = play.who("resident"), play.who("doctor"), play.who("doctor2")
    pharmacist = play.who("pharmacist")

    async with play.moment("09:00", "she orders what stands in her record"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80010012", "1951-03-08")
        order = await orders_on_record(resident)

    async with play.moment("09:20", "the doctor takes it; a colleague's aside and the doctor's note stay in the topic"):
        case = await doctor.reads("王桂兰", in_="endocrinology")
        here = {"in_": "endocrinology", "thread": case["thread"]}
        await doctor.presses("接诊", **here)
        await resident.reads("沈雅琴医生接诊了")
        await colleague.types("这位病人不好沟通。", **here)
        await colleague.reads("只留给同事看，没有发给对方", **here)
        await doctor.types("// 知道，我来问。", **here)
        await doctor.types("／／ 先问血压。", **here)

    async with play.moment("09:25", "the colleague is asked in, and she is told his name"):
        await doctor.presses("请同事一起看", **here)
        await colleague.presses("我来一起看", **here)
        await resident.reads("顾家明医生也来一起看")
        await colleague.types("夜里腿抽筋吗？", **here)
        await resident.reads("夜里腿抽筋吗")
        for kept in ("不好沟通", "我来问", "先问血压"):
            await resident.does_not_read(kept)

    async with play.moment("09:30", "she corrects a dose; the doctor takes a word back"):
        wrong = await resident.types("不抽筋。优甲乐每次吃 50 微克。")
        await doctor.reads("50 微克", **here)
        await resident.edits(wrong["message_id"], "不抽筋。优甲乐每次吃 100 微克。")
        await doctor.reads(("改了上面的话", "50 微克", "100 微克"), **here)
        hasty = await doctor.types("那就每天多吃一片。", **here)
        await resident.reads("每天多吃一片")
        await doctor.types("撤回", reply_to=hasty["message_id"], **here)
        await resident.reads("撤回了上面的话")
        await doctor.reads("撤回了：对方看到", **here)

    async with play.moment("09:40", "he signs"):
        await signs_in_private(doctor, "endocrinology", case["thread"])
        await resident.reads("医生开好了处方")

    async with play.moment("23:10", "at night she asks, and reads at once when somebody reads it and whom to call"):
        await resident.types("能吃柚子吗？")
        await doctor.reads("能吃柚子吗", **here)
        await resident.reads(("08:00 起有人看", "400-810-0120"))

    async with play.moment("2026-11-24T10:05", "two working hours later the pharmacist answers in the doctor's place"):
        await pharmacist.reads("能吃柚子吗", in_="review")
        await pharmacist.presses("回答", on=order, in_="review")
        asked = await pharmacist.reads("您怎么回答", in_="review")
        await pharmacist.types("柚子先别吃，别的水果可以。", in_="review", reply_to=asked["id"])
        await resident.reads(("蒋美华药师", "柚子先别吃"))
        await doctor.reads("柚子先别吃", **here)

    await stands_in_the_record(play, order)


async def stands_in_the_record(play: Play, order: str) -> None:
    """Each word that was said to the other side, as it is now; no aside and no note. Within half a minute."""
    wanted = [
        (DOCTOR, "夜里腿抽筋吗？", "completed"),
        (PATIENT, "不抽筋。优甲乐每次吃 100 微克。", "completed"),
        (DOCTOR, "那就每天多吃一片。", "entered-in-error"),
        (PATIENT, "能吃柚子吗？", "completed"),
        (DOCTOR, "柚子先别吃，别的水果可以。", "completed"),
    ]
    found: list[tuple[str, str, str]] = []
    for _ in range(60):
        found = await said(play.house.hospital, order)
        if sorted(found) == sorted(wanted):
            return
        await asyncio.sleep(0.5)
    raise NotSeen(f"the record of {order} says {found}")
