"""What people do in every story: prove who they are, fill in the form, take a consult and sign, pay."""

from __future__ import annotations

import re

from sandbox.hospital.seed.people import Resident
from sandbox.play import Person

BY_HAND, BY_MACHINE = "处方是哪个月开的", "照片上看到的"  # what follows the photo: without and with a photo reader
QUESTIONS = (("您的病情怎么样", "平稳"), ("用药后有不舒服吗", "没有"))  # the hospital's own, and what people answer
FIRST_FREE = "谁先有空就谁"
ARRIVED = ("药到小区了", "小区的药到了", "本人手机上有取件码")  # to the patient, at the gate, to who ordered for her


async def joins(operator: Person, person: Person, role: str, name: str) -> None:
    """A member of staff joins by the operator's link. ``role``: the word on the button of /invite; ``name``: his."""
    said = await operator.types("/invite")
    await operator.presses(role, on="邀请谁？", after=said["message_id"])
    told = await operator.reads((f"{name}：http", f"{name}: http"), after=said["message_id"])
    await person.opens(told["text"].rpartition("start=")[2].split()[0])
    await operator.presses("是，就是本人", on=name, after=said["message_id"])
    await person.reads("您已登记为")


async def agrees_and_proves(person: Person, number: str, born: str) -> None:
    """Consent for health data, then the e-credential's number and the birthday."""
    await person.presses("同意")
    await gives(person, number, born)


async def gives(person: Person, number: str, born: str) -> None:
    """A second try is asked anew: only the question below her number counts."""
    await person.reads("请输入医保电子凭证号码")
    said = await person.types(number)
    await person.reads("请输入出生日期", after=said["message_id"])
    await person.types(born)


async def may_act_for(helper: Person, her: Resident) -> None:
    """At her home: both consents are read to her, and he may act for her."""
    said = await helper.types("/neighbour")
    await helper.reads("请输入医保电子凭证号码", after=said["message_id"])
    await gives(helper, her.credential, her.birth)
    await helper.presses("念过了，本人当面同意", on=her.zh)
    await helper.presses("念过了，同意医院用", on=her.zh)
    await helper.reads(f"登记好了：您可以替{her.zh}办")


async def orders_on_paper(person: Person, patient: str, name: str, left: str, doctor: str) -> str:
    """The form from the photo on, filled by the photo reader or by hand; answers the order's number."""
    play = person.play
    await person.reads(f"请拍一张{name}")
    day = await person.photographs(patient)
    told = await person.reads((BY_HAND, BY_MACHINE))
    play.told.forms.append("machine" if person.phone.tongue.told(BY_MACHINE).search(told["text"]) else "hand")
    if person.phone.tongue.told(BY_MACHINE).search(told["text"]):
        await person.presses("都对", on=day)
    else:
        await person.presses(day[:7], on=BY_HAND)
        await person.presses(str(int(day[8:])), on="是几号")
        await person.presses("是，和上次一样")
    await person.presses(left)
    for question, answer in QUESTIONS:
        await person.presses(answer, on=question)
    await person.presses(doctor, on="请哪位医生看")
    await play.between("before submit")
    await person.presses("确认发送")
    return number_on(await person.reads(f"{name}　订单 "))


async def joins_as(operator: Person, person: Person, role: str, name: str) -> None:
    """By the single-use link that the operator has for this registration, and the operator's yes."""
    said = await operator.types("/invite")
    await operator.presses(role, on="邀请谁？", after=said["message_id"])
    link = (await operator.reads((f"{name}：http", f"{name}: http")))["text"].rpartition("start=")[2].split()[0]
    await person.opens(link)
    await operator.presses("是，就是本人", on=name)
    await person.reads("您已登记为")


async def orders_on_record(person: Person, after: int = 0, *, early: bool = False, left: str = "一周以上") -> str:
    """An order on the hospital's own record instead of a photo; only what came after message ``after`` counts.

    ``early``: by the record there is medicine left for a while. ``left``: for how long it lasts, as she says.
    """
    await person.presses("没有处方，用医院的记录", after=after)
    await person.presses("是，和上次一样", after=after)
    if early:
        await person.presses("是，现在就配", after=after)
    await person.presses(left, after=after)
    for question, answer in QUESTIONS:
        await person.presses(answer, on=question, after=after)
    await person.presses(FIRST_FREE, on="请哪位医生看", after=after)
    await person.presses("确认发送", after=after)
    return await number_sent(person, after)


async def number_sent(person: Person, after: int = 0) -> str:
    """The number on the card of what was just sent, wherever it is by then: doctors on autopilot are fast."""
    return number_on(await person.reads("现在在：", after=after))


def number_on(card: dict[str, str]) -> str:
    """The order's number on its card."""
    return card["text"].splitlines()[0].rpartition(" ")[2].strip()


async def signs_in_private(doctor: Person, in_: str, thread: int) -> None:
    """[Prescribe] as before, [Sign], and the PIN; then he reads that it is signed: the clock may not run on before."""
    await doctor.presses("开处方", in_=in_, thread=thread)
    link = await doctor.presses("去签名", in_=in_, thread=thread)
    await doctor.signs()
    await doctor.reads("已签名，交药师审核", after=link["message_id"])


async def reads_code(person: Person, after: int = 0) -> tuple[str, str]:
    """The pick-up code and the parcel's label, as the arrival notice tells them."""
    told = (await person.reads("请出示取件码", after=after))["text"]
    code, label = re.findall(r"(?<![\d-])\d{4}(?!\d)", told)[-1], re.findall(r"[A-Z]{1,2}-\d{2,}", told)[-1]
    return code, label


async def tells_code(ambassador: Person) -> str:
    """The four digits that the courier types, in whatever language they are told."""
    told = (await ambassador.reads("请把这个码念给送药员"))["text"]
    return re.findall(r"(?<!\d)\d{4}(?!\d)", told)[-1]


async def reads_paid(person: Person, paid: str) -> None:
    """He reads that it is paid; where the bot was killed, perhaps what came after at once: it has arrived."""
    await person.reads((paid, *ARRIVED) if person.play.killed else paid)


async def at_the_door(ambassador: Person, person: Person, after: int = 0) -> None:
    """The ambassador fetches what has arrived, and hands it over against the person's code."""
    await ambassador.presses("我来取")
    await ambassador.presses("都在")
    code, label = await reads_code(person, after)
    await ambassador.presses(f"{label} ✓")
    await ambassador.reads("请输入本人出示的取件码", after=after)
    await ambassador.types(code)
