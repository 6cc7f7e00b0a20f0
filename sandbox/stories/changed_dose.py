"""Her record says twice a day. The doctor changes it, is sent it back, corrects and adds; each reads what is true."""

from __future__ import annotations

from typing import Any

from sandbox.acts import agrees_and_proves, orders_on_record
from sandbox.control import NotSeen
from sandbox.play import Person, Play, story
from sandbox.records import asked, found_in, prescribed

WHY = "原来吃 40mg 一天两次，请核对"
QUESTION = "我对青霉素过敏，这个能吃吗？"
TWICE = {"zh-CN": "每次 2 片（40mg），每天 2 次", "en": "2 tablets (40mg) each time, twice a day"}
ONCE = {"zh-CN": "每次 1 片（20mg），每晚 1 次", "en": "1 tablet (20mg) each time, once every night"}
EACH, ANEW = "也可以直接写吃法，例如", "也可以直接写吃法或盒数"  # how it is taken: a new line, a changed one
STATIN = ("MR0063", 16, "40mg bid")
FOUND = "阿托伐他汀钙片 与患者在用的另一种药可能相互作用"  # the hospital's own check
ALLERGY = "青霉素过敏"


@story(
    "A changed dose: as the record says it, changed by the doctor, returned, corrected; a new line that she accepts",
    kit=True,
    cast=("xiuying-1951",),
    autopilot=(),
    staff={"checker": "finds"},
)
async def changed_dose(play: Play) -> None:
    resident, doctor, pharmacist = play.who("xiuying-1951"), play.who("doctor"), play.who("pharmacist")

    async with play.moment("09:00", "she orders what stands in her record, and reads it as it stands there"):
        await resident.opens("need-loc-xingfuli")
        await agrees_and_proves(resident, "80020017", "1951-04-12")
        order = await orders_on_record(resident)
        await resident.reads(dose(resident, TWICE))
        await resident.reads("医院收到了，等医生接诊")
        await says(play, order, [STATIN])

    async with play.moment("10:04", "the doctor reads it with her allergy, and writes 20 mg at night instead"):
        here = {"in_": "endocrinology", "thread": (await doctor.reads("王秀英", in_="endocrinology"))["thread"]}
        await doctor.reads("医院记录里有", **here)
        await doctor.reads(ALLERGY, **here)
        async with play.job("one dose changed (doctor, without the signature)", "doctor"):
            await doctor.presses("接诊", **here)
            link = await writes(doctor, here, reads=ALLERGY)
            await doctor.presses("✎ 阿托伐他汀钙片 20mg × 16", on="要改哪一种", after=link)
            for label, on in (("1", ANEW), ("每天晚上", "多久用一次"), ("没关系", "和吃饭有关吗")):
                await doctor.presses(label, on=on, after=link)
            await doctor.reads(dose(doctor, ONCE), after=link)
            await doctor.presses("改好了，去签名", after=link)
        await signs(doctor, after=link)
        await resident.reads("医生开好了处方")
        if not await found_in(play.house.hospital):
            raise NotSeen("the hospital's own check finds nothing")
        await says(play, order, [("MR0063", 16, "每次20mg 每晚1次")], signed=True)

    async with play.moment("10:20", "the pharmacist sees what was changed, and sends it back with his own words"):
        await pharmacist.reads("原来：阿托伐他汀钙片", in_="review")
        await pharmacist.reads(ALLERGY, in_="review")
        await pharmacist.reads(FOUND, in_="review")
        async with play.job("return (pharmacist)", "pharmacist"):
            await pharmacist.presses("退回", on=order, in_="review")
            await pharmacist.presses("剂量", in_="review")
            question = await pharmacist.reads("要对医生说什么", in_="review")
            await pharmacist.types(WHY, in_="review", reply_to=question["id"])
        returned = await doctor.reads(WHY, **here)
        if FOUND not in returned["text"]:
            raise NotSeen(f"the doctor does not read what the hospital found: {returned['text']}")
        await resident.reads(f"“{WHY}”。您不用做什么")

    async with play.moment("10:30", "the doctor writes it as it was, and one new medicine with a word"):
        link = await writes(doctor, here, reads="上次开的处方", after=returned["id"])
        await doctor.presses("✎ 阿托伐他汀钙片 20mg × 16", on="要改哪一种", after=link)
        await doctor.reads(ANEW, after=link)
        said = (await doctor.types("40mg bid"))["message_id"]
        await doctor.reads("退回的：阿托伐他汀钙片", after=said)
        await doctor.presses("加一种药", after=said)
        await drug(doctor, "缬沙坦胶囊", "缬沙坦胶囊 80mg×7", after=said)
        await doctor.presses("给药师写一句话", after=said)
        await doctor.reads("想对药师说什么", after=said)
        said = (await doctor.types("血压 150/95"))["message_id"]
        await doctor.reads("新开的，要患者同意", after=said)
        await doctor.presses("改好了，去签名", after=said)
        await signs(doctor, after=said)
        card = await pharmacist.reads("退回的：阿托伐他汀钙片", in_="review")
        for words in (WHY, "新开的，要患者同意", "血压 150/95", dose(pharmacist, TWICE)):
            if not pharmacist.phone.tongue.told(words).search(card["text"]):
                raise NotSeen(f"the pharmacist's second card does not say {words!r}: {card['text']}")
        await resident.reads("重新开好了")
        await says(play, order, [STATIN, ("MR0010", 2, "每次80mg 每早1次")], signed=True)

    async with play.moment("10:40", "she reads the new medicine, and asks the doctor first"):
        await resident.reads("缬沙坦胶囊")
        await resident.presses("先问医生", on="新开了药")
        await resident.reads("想问")
        await resident.types(QUESTION)
        await resident.reads("现在不用付款")
        returned = await doctor.reads("对新开的药有疑问", **here)
        if QUESTION not in returned["text"]:
            raise NotSeen(f"the doctor does not read her question: {returned['text']}")

    async with play.moment("10:50", "the doctor puts another medicine instead; she agrees, and it passes"):
        link = await writes(doctor, here, reads="上次开的处方", after=returned["id"])
        await doctor.presses("✎ 缬沙坦胶囊 80mg × 2", on="要改哪一种", after=link)
        await doctor.presses("换一种药", after=link)
        await drug(doctor, "厄贝沙坦", "厄贝沙坦片 150mg×7", after=link)
        await doctor.reads("医生不再开：缬沙坦胶囊", after=link)
        await doctor.presses("改好了，去签名", after=link)
        await signs(doctor, after=link)
        await resident.presses("同意", on="厄贝沙坦片")
        await resident.reads("好的，记下了")
        async with play.job("review (pharmacist)", "pharmacist"):
            await pharmacist.presses("通过", on="厄贝沙坦片", in_="review")
        await resident.reads("药师审核通过了，请付款")
        await says(play, order, [STATIN, ("MR0012", 2, "每次150mg 每早1次")], signed=True)


def dose(person: Person, words: dict[str, str]) -> str:
    """How it is taken is made of parts, so it is no sentence of any file."""
    return words[person.phone.tongue.lang]


async def writes(doctor: Person, here: dict[str, Any], reads: str, after: int = 0) -> int:
    """[Prescribe] and [Change first] in the topic; answers the message below which the private chat goes on."""
    await doctor.presses("开处方", **here)
    preview = await doctor.reads(reads, label="先改再签", **{**here, **({"after": after} if after else {})})
    return int((await doctor.presses("先改再签", after=preview["id"] - 1, **here))["message_id"])


async def drug(doctor: Person, words: str, label: str, after: int) -> None:
    """By name from the hospital's list: two boxes, one piece every morning."""
    await doctor.reads("请写药名", after=after)
    said = (await doctor.types(words))["message_id"]
    await doctor.presses(label, after=said)
    await doctor.presses("2 盒", on="开几盒", after=said)
    for button, on in (("1", EACH), ("每天早上", "多久用一次"), ("没关系", "和吃饭有关吗")):
        await doctor.presses(button, on=on, after=said)


async def signs(doctor: Person, after: int) -> None:
    await doctor.signs()
    await doctor.reads("已签名，交药师审核", after=after)


async def says(play: Play, order: str, lines: list[tuple[str, int, str]], *, signed: bool = False) -> None:
    """The hospital has exactly these lines, asked for or prescribed."""
    hospital = play.house.hospital
    found = await prescribed(hospital, order) if signed else (await asked(hospital, order))[1]
    if found != lines:
        raise NotSeen(f"order {order} says {found}; it should say {lines}")
