"""Two papers with a drug that is not in the list: one is priced in time; of the other she reads that nobody did."""

from __future__ import annotations

from sandbox.acts import BY_HAND, BY_MACHINE, FIRST_FREE, QUESTIONS, agrees_and_proves, number_sent
from sandbox.control import NotSeen
from sandbox.play import Person, Play, story
from sandbox.records import claimed

DRUG, LISTED = "阿齐沙坦片", "苯磺酸氨氯地平片"
WHY = "厂家停产，没有货"
COSTS = "不在目录里，一盒多少元"
PRICE = 5800  # fen a box


@story(
    "A drug that is not in the list: priced and claimed, or late, told, and refused with words",
    kit=True,
    cast=("unlisted", "unlisted2"),
)
async def unlisted_drug(play: Play) -> None:
    he, she = play.who("unlisted"), play.who("unlisted2")
    doctor, pharmacist, operator = play.who("cardiologist"), play.who("pharmacist"), play.who("operator")

    async with play.moment("09:50", "both send a paper with one drug that is in the list and one that is not"):
        his = await orders(he, "du-chunlai", "杜春来", ("80020086", "1957-07-07"))
        hers = await orders(she, "lu-chunli", "卢春丽", ("80020116", "1955-03-30"))

    async with play.moment("10:20", "the doctor signs; he reads which drug is looked up, and until when"):
        await signs(doctor, "杜春来", his)
        await he.reads("不在医院的药单里。药师正在查它的价格，最晚 11:2")
        await pharmacist.reads("等报价，最晚 11:2", in_="review")

    async with play.moment("10:40", "the pharmacist types what a box costs and passes; he reads three lines and pays"):
        asked = await pharmacist.presses("报价", on=his, in_="review")
        await answers(pharmacist, COSTS, "58", after=asked["message_id"])
        await pharmacist.presses("不报销", on="一盒 ¥58.00，4 盒共 ¥232.00", in_="review", after=asked["message_id"])
        await he.reads("的价格查到了：一盒 ¥58.00，医保不报销")
        async with play.job("passing (pharmacist)", "pharmacist", taps=1, inputs=0):
            await pharmacist.presses("通过", on=his, in_="review")
        await he.reads("药师审核通过了，请付款")
        if (DRUG, PRICE, 4) not in await claimed(play.house.hospital, his):
            raise NotSeen(f"the claim of {his} does not carry what the pharmacist entered")

    async with play.moment("10:50", "hers is signed, and nobody prices it"):
        await signs(doctor, "卢春丽", hers)
        await she.reads("药师正在查它的价格，最晚 11:5")

    async with play.moment("11:55", "the hour is over: the operator knows, and she reads the truth"):
        told = await operator.reads("有一种药到时间还没有人报价")
        if DRUG in told["text"] or hers not in told["text"]:
            raise NotSeen(f"an exception names the drug, or not the order: {told['text']}")
        await she.reads("有一种药的价格到现在还没查到，医院的人已经知道了，正在催")

    async with play.moment("12:10", "it cannot be had; she reads why and what she can do, and so does the doctor"):
        asked = await pharmacist.presses("报价", on=hers, in_="review")
        await pharmacist.presses("配不到这种药", on=COSTS, in_="review", after=asked["message_id"])
        await answers(pharmacist, "为什么配不到", WHY)
        told = await she.reads("医生会看其余的药要不要先开")
        if WHY not in told["text"]:
            raise NotSeen(f"she does not read why: {told['text']}")
        await doctor.reads(WHY, in_="cardiology")

    async with play.moment("12:20", "the doctor signs the other one alone, and that goes on in one tap"):
        case = await doctor.reads("的处方被药师退回了", in_="cardiology")
        here = {"in_": "cardiology", "thread": case["thread"]}
        await doctor.presses("开处方", **here)
        link = await doctor.presses("先改再签", after=case["id"], **here)
        await doctor.presses(f"✎ {DRUG}", on="要改哪一种", after=link["message_id"])
        left_out = await doctor.presses("不开这种", after=link["message_id"])
        await doctor.presses("改好了，去签名", on=LISTED, after=left_out["message_id"])
        await doctor.signs()
        async with play.job("passing (pharmacist)", "pharmacist", taps=1, inputs=0):
            await pharmacist.presses("通过", on=hers, in_="review")
        await she.reads("药师审核通过了，请付款")


async def orders(person: Person, patient: str, name: str, proves: tuple[str, str]) -> str:
    """On her own paper, read by machine or typed; answers the order's number."""
    await person.opens("need-loc-cuihuyuan")
    await agrees_and_proves(person, *proves)
    await person.presses("我到窗口取", on="翠湖苑小区现在没有志愿者送药上门")
    await person.reads(f"请拍一张{name}")
    day = await person.photographs(patient)
    told = await person.reads((BY_HAND, BY_MACHINE))
    if person.phone.tongue.told(BY_MACHINE).search(told["text"]):
        await person.presses("都对", on=day)
    else:
        await person.presses(day[:7], on=BY_HAND)
        await person.presses(str(int(day[8:])), on="是几号")
        await person.presses(f"{LISTED} 5mg", on="处方上有哪些药")
        await person.presses("还有别的药", on="处方上有哪些药")
        await person.presses("完成", on="处方上有哪些药")
        await person.reads("请输入药名")
        await person.types(DRUG)
        await person.presses("都不是，请药师看照片")
        await person.presses("没有了", on="还有别的药吗")
        await person.presses("4 盒", on=f"{LISTED} 5mg 要几盒")
        await person.presses("4 盒", on=f"{DRUG} 要几盒")
    await person.presses("一周以上")
    for question, answer in QUESTIONS:
        await person.presses(answer, on=question)
    await person.presses(FIRST_FREE, on="请哪位医生看")
    await person.presses("确认发送")
    return await number_sent(person)


async def signs(doctor: Person, name: str, order: str) -> None:
    """Taken and signed; strength and dose of the typed drug are entered from the photo, where no machine read it."""
    case = await doctor.reads(name, in_="cardiology")
    here = {"in_": "cardiology", "thread": case["thread"]}
    await doctor.presses("接诊", **here)
    await doctor.presses("开处方", **here)
    link = await doctor.presses("去签名", **here)
    asked = await doctor.reads(("没有规格", "怎么吃没有读到", "已按 0 位"), after=link["message_id"])
    if doctor.phone.tongue.told("没有规格").search(asked["text"]):
        await doctor.types("20mg")
        asked = await doctor.reads(("怎么吃没有读到", "已按 0 位"), after=asked["id"])
    if doctor.phone.tongue.told("怎么吃没有读到").search(asked["text"]):
        await doctor.types("每次20mg 每日1次")
    await doctor.signs()
    await doctor.reads(f"已签名，交药师审核：{name}")


async def answers(pharmacist: Person, question: str, words: str, after: int = 0) -> None:
    """In a group only a reply counts as an answer."""
    asked = await pharmacist.reads(question, in_="review", after=after)
    await pharmacist.types(words, in_="review", reply_to=asked["id"])
