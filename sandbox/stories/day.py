"""The acceptance day, T0 to T6: from the announcement in the compound to the medicine in a hand of 75."""

from __future__ import annotations

from sandbox.acts import (
    FIRST_FREE,
    agrees_and_proves,
    gives,
    orders_on_paper,
    orders_on_record,
    reads_code,
    tells_code,
)
from sandbox.acts import signs_in_private as signs
from sandbox.control import NotSeen
from sandbox.play import Play, story
from sandbox.scene import ANNOUNCED, ANNOUNCING


@story("The acceptance day: two orders, from the announcement to the medicine in her hand")
async def day(play: Play) -> None:
    await announced(play)
    order, other = await ordered(play)
    await consulted(play)
    await settled(play, order, other)
    await on_the_road(play)
    await is_mine_here(play)
    await handed_over(play)
    await changes_his_mind(play)
    await play.keeps_custody_of(order)


async def announced(play: Play) -> None:
    """T0: the operator tells the compounds; a resident of 75 taps, proves who she is, and asks for a home visit."""
    operator, resident = play.who("operator"), play.who("resident")
    await play.at("08:50")
    async with play.job("broadcast (operator)", "operator"):
        for label in ANNOUNCING:
            await operator.presses(label)
    await operator.reads(ANNOUNCED)
    await resident.reads("今天开通", in_="compound")
    await play.reached("T0", "the compound's group hears that ordering is open")
    await resident.presses("我要续方拿药", in_="compound")
    await agrees_and_proves(resident, "80010012", "1951-03-08")
    await resident.reads("请拍一张王桂兰")
    await resident.types("/menu")
    await resident.presses("请志愿者上门")
    await resident.presses("是，请到我家来")
    await resident.reads("正在请人来帮您")
    ambassador = play.who("ambassador")
    await ambassador.presses("我去", on="有居民请人上门帮忙")
    await ambassador.reads("您去帮王桂兰")
    await resident.reads("志愿者林国平答应来帮您了")


async def ordered(play: Play) -> tuple[str, str]:
    """T1: at her home, the ambassador orders for her under a mandate; a neighbour orders alone."""
    ambassador, resident, neighbour = play.who("ambassador"), play.who("resident"), play.who("neighbour")
    await play.at("09:40")
    await ambassador.presses("替邻居办")
    await gives(ambassador, "80010012", "1951-03-08")
    await resident.presses("同意", on="林国平想替您下单")
    await ambassador.reads("王桂兰同意了")
    await play.between("mandate")
    await play.at("09:50")
    await ambassador.presses("我要续方拿药", on="王桂兰同意了")
    order = await orders_on_paper(ambassador, "wang-guilan", "王桂兰", "0–2 天", "沈雅琴")
    await resident.reads(f"订单 {order}")
    await play.reached("T1", "photo sent and order placed at her home")
    async with play.job("first order, resident alone", "neighbour"):
        await neighbour.presses("我要续方拿药", in_="compound")
        await agrees_and_proves(neighbour, "80010029", "1948-11-02")
        other = await orders_on_paper(neighbour, "li-jianguo", "李建国", "3–7 天", FIRST_FREE)
    await play.between("neighbour ordered")
    return order, other


async def consulted(play: Play) -> None:
    """T2: the doctor takes it, asks and hears, renews as before and signs; the cardiologist does the same."""
    doctor, resident, cardiologist = play.who("doctor"), play.who("resident"), play.who("cardiologist")
    await play.at("10:04")
    here = {"in_": "endocrinology", "thread": (await doctor.reads("王桂兰", in_="endocrinology"))["thread"]}
    async with play.job("consult (doctor, without the signature)", "doctor"):
        await doctor.presses("接诊", **here)
        await resident.reads("沈雅琴医生接诊了")
        await play.between("taken")
        await doctor.types("您好，最近肌肉酸痛吗？", **here)
        await resident.reads("最近肌肉酸痛吗")
        await resident.types("不痛，胃口也好。")
        await doctor.reads("不痛，胃口也好", **here)
        await doctor.presses("开处方", **here)
        await doctor.presses("去签名", **here)
    await doctor.signs()
    await resident.reads("沈雅琴医生开好了处方")
    await play.reached("T2", "the doctor took the consult and signed the prescription")
    thread = (await cardiologist.reads("李建国", in_="cardiology"))["thread"]
    await cardiologist.presses("接诊", in_="cardiology", thread=thread)
    await signs(cardiologist, "cardiology", thread)
    await play.who("neighbour").reads("医生开好了处方")


async def settled(play: Play, order: str, other: str) -> None:
    """T3: the pharmacist passes both; insurance is settled in three lines and her share is paid in chat."""
    pharmacist, resident, neighbour = play.who("pharmacist"), play.who("resident"), play.who("neighbour")
    await play.at("10:20")
    async with play.job("review (pharmacist)", "pharmacist"):
        await pharmacist.presses("通过", on=order, in_="review")
    await resident.reads("药师审核通过了，请付款")
    await play.between("quoted")
    await resident.presses("我看过了，付款")
    await resident.pays()
    await resident.reads("付款成功")
    await play.reached("T3", "reviewed, insurance settled, paid")
    await pharmacist.presses("通过", on=other, in_="review")
    await neighbour.presses("我看过了，确认")
    await neighbour.reads("已确认，不用付钱")
    await play.between("all paid")


async def on_the_road(play: Play) -> None:
    """T4: packed and checked in the hospital, loaded, and the courier leaves."""
    courier = play.who("courier")
    await play.at("12:30")
    async with play.job("run and hand-over (courier)", "courier"):
        await courier.presses("已装车")
        await courier.presses("出发")
        await play.who("resident").reads("药已出发")
        await play.reached("T4", "the courier left with the compound's parcels")
        await play.at("13:10")
        await courier.presses("到了")
        await courier.reads("请志愿者点清后")
        await met_ambassador(play)


async def met_ambassador(play: Play) -> None:
    """T5: one notice in the group, the list to the ambassador, and both confirm the hand-over."""
    ambassador, courier = play.who("ambassador"), play.who("courier")
    await play.who("neighbour").reads("药到了", in_="compound")
    await play.who("resident").reads("请出示取件码")
    await play.reached("T5", "the group, the ambassador and each resident know that it is here")
    async with play.job("taking the batch (ambassador)", "ambassador"):
        await ambassador.presses("我来取")
        await ambassador.presses("都在")
    await courier.types(await tells_code(ambassador))
    await courier.reads("交接好了")
    await play.between("collected")


async def is_mine_here(play: Play) -> None:
    """[Is mine here?] answers only who taps."""
    for key, wanted in (("resident", "有您的："), ("stranger", "这一批里没有您的药")):
        who = play.who(key)
        pressed = await who.presses("有我的吗？", in_="compound", wait=10)
        answer = (pressed.get("answer") or {}).get("text", "")
        if not who.phone.tongue.told(wanted).match(answer):
            raise NotSeen(f"[Is mine here?] answered {key} with {answer!r}")


async def handed_over(play: Play) -> None:
    """T6: at the door against her code, and she confirms on her own phone."""
    ambassador, resident = play.who("ambassador"), play.who("resident")
    await play.at("13:40")
    code, label = await reads_code(resident)
    async with play.job("each door (ambassador)", "ambassador"):
        await ambassador.presses(f"{label} ✓")
        await ambassador.reads("请输入本人出示的取件码")
        await ambassador.types(code)
    async with play.job("confirming (resident)", "resident"):
        await resident.presses("收到了", on="交到您手里了吗")
    told = await resident.reads("请这样吃")
    if not resident.phone.tongue.told("医院的用药指导：“每天在同一时间服用").search(told["text"]):
        raise NotSeen(f"she does not read what the hospital tells of it: {told['text']}")
    await play.reached("T6", "handed over and confirmed")


async def changes_his_mind(play: Play) -> None:
    """Somebody cancels: two taps."""
    neighbour = play.who("neighbour")
    said = await neighbour.types("/refill")
    no = await orders_on_record(neighbour, after=said["message_id"])
    async with play.job("cancelling (resident)", "neighbour"):
        await neighbour.presses("取消订单", on=f"订单 {no}")
        await neighbour.presses("取消订单", on=f"要取消订单 {no}")
    await neighbour.reads(f"订单 {no} 已取消")
