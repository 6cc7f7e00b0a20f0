"""Her record says twice a day. The doctor changes one line, is sent it back, corrects; each reads what is true."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, orders_on_record
from sandbox.control import NotSeen
from sandbox.play import Person, Play, story
from sandbox.records import asked, prescribed

WHY = "原来吃 40mg 一天两次，请核对"
TWICE, ONCE = "每次 2 片（40mg），每天 2 次", "每次 1 片（20mg），每晚 1 次"


@story(
    "A changed dose: as the record says it, changed by the doctor, returned, corrected",
    kit=True,
    cast=("xiuying-1951",),
    autopilot=(),
)
async def changed_dose(play: Play) -> None:
    resident, doctor, pharmacist = play.who("xiuying-1951"), play.who("doctor"), play.who("pharmacist")

    async with play.moment("09:00", "she orders what stands in her record, and reads it as it stands there"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80020017", "1951-04-12")
        order = await orders_on_record(resident)
        await resident.reads(TWICE)
        await says(play, order, [("MR0063", 16, "40mg bid")])

    async with play.moment("10:04", "the doctor reads the same, and writes 20 mg at night instead"):
        here = {"in_": "endocrinology", "thread": (await doctor.reads("王秀英", in_="endocrinology"))["thread"]}
        await doctor.reads("医院记录里有", **here)
        await doctor.presses("接诊", **here)
        await doctor.presses("开处方", **here)
        await doctor.reads(TWICE, **here)
        link = await doctor.presses("先改再签", **here)
        await changes(doctor, ONCE, after=link["message_id"])
        await resident.reads("医生开好了处方")
        await says(play, order, [("MR0063", 16, "每次20mg 每晚1次")], signed=True)

    async with play.moment("10:20", "the pharmacist sees what was changed, and sends it back"):
        await pharmacist.reads("原来：阿托伐他汀钙片", in_="review")
        await pharmacist.presses("退回", on=order, in_="review")
        await pharmacist.presses("剂量", in_="review")
        asked = await pharmacist.reads("要对医生说什么", in_="review")
        await pharmacist.types(WHY, in_="review", reply_to=asked["id"])
        returned = await doctor.reads(WHY, **here)
        await resident.reads(f"“{WHY}”。您不用做什么")

    async with play.moment("10:30", "the doctor writes it as it was; now it passes"):
        await doctor.presses("开处方", **here)
        link = await doctor.presses("先改再签", after=returned["id"], **here)
        await changes(doctor, TWICE, after=link["message_id"], words="40mg bid")
        await resident.reads("重新开好了")
        await pharmacist.reads("退回的：阿托伐他汀钙片", in_="review")
        await pharmacist.presses("通过", on=order, in_="review")
        await resident.reads("药师审核通过了")
        await says(play, order, [("MR0063", 16, "40mg bid")], signed=True)


async def changes(doctor: Person, reads: str, after: int, words: str = "") -> None:
    """In private, below message ``after``: how the line is taken, in ``words`` or by buttons, and the PIN."""
    await doctor.presses("✎ 阿托伐他汀钙片 20mg × 16", on="要改哪一种", after=after)
    if words:
        await doctor.reads("每次几片", after=after)
        after = (await doctor.types(words))["message_id"]
    else:
        for label, on in (("1", "每次几片"), ("每天晚上", "多久用一次"), ("没关系", "和吃饭有关吗")):
            await doctor.presses(label, on=on, after=after)
    await doctor.reads(reads, after=after)
    await doctor.presses("改好了，去签名", after=after)
    await doctor.signs()
    await doctor.reads("已签名，交药师审核", after=after)


async def says(play: Play, order: str, lines: list[tuple[str, int, str]], *, signed: bool = False) -> None:
    """The hospital has exactly these lines, asked for or prescribed."""
    hospital = play.house.hospital_url
    found = await prescribed(hospital, order) if signed else (await asked(hospital, order))[1]
    if found != lines:
        raise NotSeen(f"order {order} says {found}; it should say {lines}")
