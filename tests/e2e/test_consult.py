"""Words to and from the doctor at the wrong moment: they reach the right consult, or the writer hears why not."""

from __future__ import annotations

from tests.e2e.people import (
    Somebody,
    asked_for_photo,
    by_hand_and_another,
    from_days_left,
    label,
    labels,
    more,
    newcomer,
    on_a_paper,
    ordered,
    proved,
    sent,
    staff,
    up_to_summary,
)
from tests.e2e.town import Town

CARD = ("马上打 120", "没有人替您打"), ("call 120 at once", "Nobody here has called")


async def in_consult(town: Town, lang: str) -> tuple[Somebody, str, Somebody, int]:
    """Resident, order, doctor and the topic's thread: taken, both can write."""
    doctor = await staff(town, "doctor")
    who = await proved(town, lang)
    no = await ordered(who)
    await town.taken(no)
    await who.sees(("接诊了", "直接在这里打字"), ("has taken your case", "Write here"))
    return who, no, doctor, await thread_of(town, doctor, who)


async def thread_of(town: Town, doctor: Somebody, who: Somebody) -> int:
    return (await doctor.message(who.name, chat=town.scene.chats["endocrinology"]))["thread"]


async def test_red_flags_in_a_consult(town: Town, lang: str) -> None:
    who, _, doctor, thread = await in_consult(town, lang)
    room = town.scene.chats["endocrinology"]
    text = who.in_her_words("我胸痛，喘不过气", "I have chest pain and can't breathe")
    said = await who.say(text)
    await who.sees(*CARD, after=said)
    await doctor.message(text, chat=room, thread=thread)
    shown = await who.photo(caption=text)
    await who.sees(*CARD, after=shown)
    await doctor.message(text, chat=room, thread=thread, after=0)


@more
async def test_red_flags_in_an_answer(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await by_hand_and_another(who)
    await who.sees("请输入药名", "name of the medicine")
    said = await who.say(who.in_her_words("胸痛", "chest pain"))
    await who.sees(*CARD, after=said)
    await who.sees("名单里没有“胸痛”", '"chest pain" is not in the list', after=said)
    before = await who.newest()
    await town.control.edit(who.id, said, who.in_her_words("他突然口角歪了", "his face is drooping"))
    await who.sees(*CARD, after=before)


@more
async def test_red_flags_when_nothing_is_asked(town: Town, lang: str) -> None:
    who = await newcomer(town, lang)
    said = await who.say(who.in_her_words("我爸昏倒了", "my father passed out"))
    await who.sees(*CARD, after=said)
    again = await who.say(who.in_her_words("好的", "all right"))
    told = await who.sees("没看懂", "did not understand", after=again)
    assert label(lang, "action.need") in labels(told)
    assert await who.count(who.in_her_words("没看懂", "did not understand")) == 1


async def test_the_doctor_writes_before_taking_and_after_the_end(town: Town) -> None:
    doctor, room = await staff(town, "doctor"), town.scene.chats["endocrinology"]
    who = await proved(town, "zh-CN")
    no = await ordered(who)
    thread = await thread_of(town, doctor, who)
    said = await doctor.say("您好", chat=room, thread=thread)
    told = await doctor.message("请先按“接诊”", chat=room, thread=thread, after=said)
    assert told["reply_to"] == said
    assert not await who.count("您好", "医生")
    await doctor.press("接诊", who.name, chat=room)
    await who.sees("接诊了", "has taken")
    said = await doctor.say("哪里不舒服？", chat=room, thread=thread)
    await who.message("哪里不舒服？")
    await town.hospital.cancel(no, (await _patient(town, no)), "by-watcher")
    await who.sees(f"订单 {no} 已取消", f"Order {no} is cancelled")
    await town.control.member(room, doctor.id, "promote")  # who manages topics writes in one that is closed, too
    said = await doctor.say("还在吗", chat=room, thread=thread)
    await doctor.message("这份订单已经结束", chat=room, thread=thread, after=said)


async def _patient(town: Town, no: str) -> object:
    from backend_client.models import Actor

    return Actor(f"Patient/{(await town.hospital.order(no)).patient.id}")


@more
async def test_the_doctor_sends_what_cannot_be_carried(town: Town) -> None:
    who, _, doctor, thread = await in_consult(town, "zh-CN")
    room = town.scene.chats["endocrinology"]
    before = await doctor.newest(room, thread)
    await town.control.send(doctor.id, "video", b"x" * 500, chat=room, thread=thread)
    await doctor.message("发不到对方那里", "请打字", chat=room, thread=thread, after=before)
    said = await doctor.say("那我打字", chat=room, thread=thread)
    await who.message("那我打字")
    assert said


async def test_she_sends_a_voice_note_to_the_doctor(town: Town, lang: str) -> None:
    who, _, doctor, thread = await in_consult(town, lang)
    room = town.scene.chats["endocrinology"]
    before = await doctor.newest(room, thread)
    await who.send("voice")
    heard = await doctor.message(who.name, chat=room, thread=thread, after=before)
    assert heard["kind"] == "voice"
    before = await who.newest()
    await town.control.send(doctor.id, "document", b"%PDF-1.4 x", chat=room, thread=thread, name="list.pdf")
    assert (await who.message("沈雅琴", after=before))["kind"] == "document"


async def test_two_consults_and_she_is_asked_which(town: Town, lang: str) -> None:
    who, first, doctor, thread = await in_consult(town, lang)
    room = town.scene.chats["endocrinology"]
    again = await who.say("/refill")
    await up_to_summary(who, after=await on_a_paper(who, after=again))
    second = await sent(who, first, after=again)
    await town.taken(second)
    await who.sees(("接诊了",), ("has taken",), after=again)
    said = await who.say("头有点晕")
    asked = await who.sees("发给哪位医生", "Which doctor", after=said)
    assert [one.rpartition(" ")[2] for one in labels(asked)] == [first, second]
    await who.press(labels(asked)[0], after=said)
    await who.sees("发给医生了", "Sent to the doctor", after=said)
    await doctor.message("头有点晕", chat=room, thread=thread)
    said = await who.say("还恶心")
    await doctor.message("还恶心", chat=room, thread=thread)
    await town.control.advance(11 * 60)
    said = await who.photo(caption="舌头")
    await who.sees("发给哪位医生", "Which doctor", after=said)
    asked = await doctor.say("血压多少？", chat=room, thread=thread)
    question = await who.message("血压多少？")
    await who.say("130", reply_to=question["id"])
    await doctor.message("130", chat=room, thread=thread, after=asked)


@more
async def test_a_question_is_open_and_the_words_are_for_the_doctor(town: Town, lang: str) -> None:
    who, first, doctor, thread = await in_consult(town, lang)
    room = town.scene.chats["endocrinology"]
    again = await who.say("/refill")
    said = await on_a_paper(who, after=again)
    await who.tap("refill.as_before.all", after=said)
    await who.sees("还够吃几天", "days of medicine are left", after=again)
    await who.say("不晕，胃口好")
    await doctor.message("不晕，胃口好", chat=room, thread=thread)
    await from_days_left(who)
    await sent(who, first, after=again)


async def test_somebody_else_writes_in_the_topic(town: Town) -> None:
    who, _, doctor, thread = await in_consult(town, "zh-CN")
    room = town.scene.chats["endocrinology"]
    operator = await staff(town, "operator")
    await operator.say("这位是我邻居", chat=room, thread=thread)
    said = await doctor.say("好的", chat=room, thread=thread)
    await who.message("好的")
    assert not await who.count("这位是我邻居")
    assert said


@more
async def test_a_case_is_given_back_and_taken_again(town: Town, lang: str) -> None:
    doctor, room = await staff(town, "doctor"), town.scene.chats["endocrinology"]
    who = await proved(town, lang)
    no = await ordered(who)
    thread = await thread_of(town, doctor, who)
    await doctor.press(label("zh-CN", "action.take"), who.name, chat=room, thread=thread)
    assert (await town.stage(no, "in-consult")).doctor
    await who.sees("接诊了", "has taken your case")
    await doctor.press(label("zh-CN", "action.give_back"), who.name, chat=room, thread=thread)
    await doctor.press(label("zh-CN", "give_back.sure.yes"), chat=room, thread=thread)
    assert not (await town.stage(no, "received")).doctor
    await who.sees("正在为您找别的医生", "another doctor is being sought")
    before = await who.newest()
    await doctor.press(label("zh-CN", "action.take"), who.name, chat=room, thread=thread)
    await town.stage(no, "in-consult")
    await who.sees("接诊了", "has taken your case", after=before)
