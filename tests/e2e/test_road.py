"""Codes on the road: the courier's, the one at the door, and a door without one. Wrong ones never lose a parcel."""

from __future__ import annotations

from sandbox.staff.office import move_order
from tests.e2e.people import Somebody, data, label, more, ordered, proved, staff
from tests.e2e.town import Town, until

WRONG = "00000"  # five digits: never a code


async def on_the_way(town: Town, lang: str) -> tuple[Somebody, Somebody, str, str, str]:
    """Courier, ambassador, order, batch and parcel label, the courier before the gate."""
    courier, ambassador = await staff(town, "courier", lang), await staff(town, "ambassador", lang)
    who = await proved(town, lang)
    no = await ordered(who)
    await town.paid(no)
    batch = await town.batch(no)
    tag = (await town.hospital.order(no)).parcel.label
    await courier.tap("action.loaded", about=batch)
    await courier.tap("action.depart", about=batch)
    await town.stage(no, "on-the-way")
    return courier, ambassador, no, batch, tag


async def counted(ambassador: Somebody, batch: str) -> str:
    """The ambassador counts; the code he then has to tell."""
    before = await ambassador.newest()
    await ambassador.tap("action.taken", about=batch)
    await ambassador.tap("taken.all.yes", after=before)
    told = await ambassador.sees("请把这个码念给送药员", "Tell the courier this code", after=before)
    return "".join(one for one in told["text"] if one.isdigit())[:4]


async def test_the_courier_types_five_wrong_codes(town: Town, lang: str) -> None:
    courier, ambassador, no, batch, _ = await on_the_way(town, lang)
    before = await courier.newest()
    await courier.tap("action.arrive", about=batch)
    asked = await courier.sees(("已报到达", "4 位码"), ("Arrival reported", "4-digit code"), after=before)
    await town.stage(no, "arrived")
    said = await courier.say("1234")
    await courier.sees(("还没有点数", "我来取"), ("not counted yet", "Take"), after=said)
    old = await counted(ambassador, batch)
    for _ in range(3):
        said = await courier.say(WRONG)
        await courier.sees(("码不对", "再看一遍"), ("not right", "look again"), after=said)
    said = await courier.say(WRONG)
    await courier.sees(("作废", "先别交药", "输入交接码"), ("void", "do not hand over", "Type the code"), after=said)
    assert (await town.hospital.order(no)).stage == "arrived"
    new = await counted(ambassador, batch)
    assert new != old
    await courier.tap("action.collect", about=batch)
    again = await courier.sees("4 位码", "4-digit code", after=said)
    said = await courier.say(old)
    await courier.sees("码不对", "not right", after=said)
    said = await courier.say(new)
    await courier.sees("交接好了", "Handed over, thank you", after=said)
    await town.stage(no, "with-ambassador")
    assert again["id"] > asked["id"]


@more
async def test_the_courier_cancels_the_question_and_comes_back(town: Town, lang: str) -> None:
    courier, ambassador, no, batch, tag = await on_the_way(town, lang)
    before = await courier.newest()
    await courier.tap("action.arrive", about=batch)
    await courier.sees("4 位码", "4-digit code", after=before)
    await town.stage(no, "arrived")
    said = await courier.say("/cancel")
    await courier.sees("取消了", "Stopped", after=said)
    code = await counted(ambassador, batch)
    await courier.tap("action.collect", about=batch)
    await courier.sees("4 位码", "4-digit code", after=said)
    said = await courier.say(code)
    await courier.sees("交接好了", "Handed over, thank you", after=said)
    await town.stage(no, "with-ambassador")
    await until(lambda: _bare(courier, tag), "a card without buttons")


async def _bare(courier: Somebody, tag: str) -> bool:
    return not (await courier.message(tag))["buttons"]


async def test_some_are_missing(town: Town, lang: str) -> None:
    courier, ambassador, no, batch, _ = await on_the_way(town, lang)
    await courier.tap("action.arrive", about=batch)
    await town.stage(no, "arrived")
    before = await ambassador.newest()
    await ambassador.tap("action.taken", about=batch)
    await ambassador.tap("taken.all.no", after=before)
    await ambassador.sees(("再点一遍", "联系医院"), ("Count again", "call the hospital"), after=before)
    assert (await town.hospital.order(no)).stage == "arrived"
    code = await counted(ambassador, batch)
    said = await courier.say(code)
    await courier.sees("交接好了", "Handed over, thank you", after=said)


async def at_the_door(town: Town, lang: str) -> tuple[Somebody, Somebody, str, str, str]:
    """Resident, ambassador, order, parcel label and code, before her door."""
    ambassador = await staff(town, "ambassador", lang)
    who = await proved(town, lang)
    no = await ordered(who)
    await town.paid(no)
    await town.at_the_gate(no)
    parcel = (await town.collected(no)).parcel
    before = await ambassador.newest()
    await ambassador.press(f"{parcel.label} ✓", who.name, about=no)
    await ambassador.sees((parcel.label, "请输入本人出示的取件码"), (parcel.label, "type the code"), after=before)
    return who, ambassador, no, parcel.label, parcel.code


@more
async def test_a_wrong_code_then_the_right_one(town: Town, lang: str) -> None:
    who, ambassador, no, tag, code = await at_the_door(town, lang)
    await who.sees(("请出示取件码", code), ("show the code", code))
    said = await ambassador.say(WRONG)
    await ambassador.sees(("码不对", tag), ("not right", tag), after=said)
    await ambassador.say(code)
    await who.sees((tag, "交到您手里了吗"), (tag, "in your hands"))
    await who.tap("action.received", tag)
    await who.sees(("请这样吃", "120"), ("Take it like this", "120"))
    await town.stage(no, "confirmed")


async def test_five_wrong_codes(town: Town, lang: str) -> None:
    who, ambassador, no, tag, code = await at_the_door(town, lang)
    said = 0
    for _ in range(5):
        said = await ambassador.say(WRONG)
        await ambassador.message(after=said)
    told = ("先不要交药", "门口", "联系医院"), ("Do not hand it over", "at the door", "call the hospital")
    await ambassador.sees(*told, after=said)
    assert (await town.hospital.order(no)).stage == "with-ambassador"
    await ambassador.press(f"{tag} ✓", who.name)
    await ambassador.sees("请输入本人出示的取件码", "type the code", after=said)
    said = await ambassador.say(code)
    await ambassador.sees(("不能再用码", "没有码"), ("not handed over by code any more", "No code"), after=said)
    await ambassador.tap("door.code.no_code", after=said)
    await says_who_she_is(ambassador, who)
    await town.stage(no, "handed-over")


async def says_who_she_is(ambassador: Somebody, who: Somebody, tail: str = "", after: int = 0) -> int:
    """She says year and number, he types them; they are never shown to him."""
    await ambassador.sees("哪一年出生", "the year of birth", after=after)
    said = await ambassador.say(who.resident.birth[:4])
    await ambassador.sees("最后两位", "the last two", after=said)
    return await ambassador.say(tail or who.resident.credential[-2:])


async def test_no_code_and_two_identifiers(town: Town, lang: str) -> None:
    who, ambassador, no, _, _ = await at_the_door(town, lang)
    await ambassador.tap("door.code.no_code")
    asked = await ambassador.sees("哪一年出生", "the year of birth")
    assert who.resident.birth[:4] not in asked["text"]
    await says_who_she_is(ambassador, who)
    await town.stage(no, "handed-over")


@more
async def test_no_code_and_they_differ(town: Town, lang: str) -> None:
    who, ambassador, no, tag, _ = await at_the_door(town, lang)
    card = await ambassador.message(who.name, label_=f"{tag} ✓")
    door = data(card, f"{tag} ✓")
    await ambassador.tap("door.code.no_code")
    said = await says_who_she_is(ambassador, who, tail="00")
    await ambassador.sees("对不上", "do not fit", after=said)
    assert (await town.hospital.order(no)).stage == "with-ambassador"
    await ambassador.tap("door.code.no_code", after=said)
    await says_who_she_is(ambassador, who, after=said)
    await town.stage(no, "handed-over")
    told = await town.press_there(ambassador.id, ambassador.id, card["id"], door)
    assert ambassador.in_her_words("已经交到手里", "Handed over at") in told


@more
async def test_received_twice(town: Town, lang: str) -> None:
    who, ambassador, _, tag, code = await at_the_door(town, lang)
    await ambassador.say(code)
    asked = await who.sees((tag, "交到您手里了吗"), (tag, "in your hands"))
    received = data(asked, label(lang, "action.received"))
    await who.tap("action.received", tag)
    await who.sees("请这样吃", "Take it like this")
    told = await town.press_there(who.id, who.id, asked["id"], received)
    assert who.in_her_words("已经确认收到", "Confirmed at") in told
    assert await who.count(who.in_her_words("请这样吃", "Take it like this")) == 1


async def test_a_problem_is_solved_and_she_collects_it_at_the_window(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no = await ordered(who)
    await town.paid(no)
    await town.stage(no, "packed")
    rest = town.hospital.rest
    await move_order(rest, no, "problem")
    await who.sees((no, "药包破损"), (no, "药包破损"))
    await move_order(rest, no, "packed")
    await who.sees((no, label(lang, "stage.packed")), (no, label(lang, "stage.packed")))
    before = await who.newest()
    await move_order(rest, no, "ready-at-window")
    parcel = (await town.hospital.order(no)).parcel
    assert parcel is not None
    told = await who.sees("取药窗口", "pick-up window", after=before)
    assert parcel.code in told["text"]
    await move_order(rest, no, "handed-over")
    await who.tap("action.received", about=no)
    await town.stage(no, "confirmed")
