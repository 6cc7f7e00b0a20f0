"""A prescription, person or insurance that cannot be: why not, where to go instead, and no order at the hospital."""

from __future__ import annotations

import re

from tests.e2e.people import (
    COMPOUND,
    Somebody,
    asked_for_number,
    asked_for_photo,
    by_hand_and_another,
    cancelled,
    day,
    from_days_left,
    give_number,
    labels,
    more,
    newcomer,
    picture,
    prove,
    proved,
    sent,
    up_to_summary,
)
from tests.e2e.town import Town


async def asked_for_date(who: Somebody, photo: bytes | None = None) -> None:
    await asked_for_photo(who)
    await who.photo(photo or picture())
    await who.sees("哪个月开的", "Which month")


async def test_older_than_two_months(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_date(who)
    said = await who.say(day(town, 70))
    told = await who.sees(
        ("处方太旧了", "最近 2 个月", "换一张新的处方", "复诊"),
        ("is too old", "last 2 months", "newer"),
        after=said,
    )
    assert who.in_her_words("哪个月开的", "Which month") in told["text"]
    assert await town.orders_of(who.resident.id) == []
    said = await who.say(day(town, 21))
    await who.tap("refill.as_before.all", after=said)
    await from_days_left(who)
    await sent(who)


@more
async def test_of_tomorrow_and_unreadable(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_date(who)
    said = await who.say(day(town, -1))
    await who.sees(("这个日期还没到", "再输入"), ("has not come yet", "type it again"), after=said)
    said = await who.say("上个月吧")
    await who.sees(("看不懂这个日期", "2026-11-03"), ("cannot read this date", "2026-11-03"), after=said)
    said = await who.say("2026-02-30")
    told = await who.sees("看不懂这个日期", "cannot read this date", after=said)
    months = [one for one in labels(told) if re.fullmatch(r"\d{4}-\d{2}", one)]
    assert len(months) == 3
    await who.press(months[1], after=said)
    await who.sees("是几号", "Which day")
    await who.press("28")
    await up_to_summary(who)
    await sent(who)


async def test_the_same_photo_again(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    photo = picture()
    await asked_for_date(who, photo)
    await who.say(day(town, 21))
    await up_to_summary(who)
    no = await sent(who)
    again = await who.say("/refill")
    await who.sees(("请拍一张", who.name), ("Take a photo", who.name), after=again)
    await who.photo(photo)
    await who.sees("哪个月开的", "Which month", after=again)
    said = await who.say(day(town, 20))
    await who.tap("refill.as_before.all", after=said)
    await who.sees(("已经用过了", no), ("used already", no), after=said)
    assert await town.orders_of(who.resident.id) == [no]


@more
async def test_the_same_day_and_drugs_again(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_date(who)
    await who.say(day(town, 21))
    await up_to_summary(who)
    no = await sent(who)
    again = await who.say("/refill")
    await who.sees(("请拍一张", who.name), ("Take a photo", who.name), after=again)
    await who.photo()
    await who.sees("哪个月开的", "Which month", after=again)
    said = await who.say(day(town, 21))
    await who.tap("refill.as_before.all", after=said)
    await who.sees(("已经用过了", no, "新的处方"), ("used already", no, "a new prescription"), after=said)
    assert await town.orders_of(who.resident.id) == [no]


@more
async def test_a_cancelled_order_gives_its_prescription_back(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    photo = picture()
    await asked_for_date(who, photo)
    await who.say(day(town, 21))
    await up_to_summary(who)
    no = await sent(who)
    await cancelled(who, no)
    again = await who.say("/refill")
    await who.sees(("请拍一张", who.name), ("Take a photo", who.name), after=again)
    await who.photo(photo)
    await who.sees("哪个月开的", "Which month", after=again)
    said = await who.say(day(town, 21))
    await who.tap("refill.as_before.all", after=said)
    await from_days_left(who)
    await sent(who, no, after=said)


async def test_a_controlled_drug(town: Town, lang: str) -> None:
    who = await proved(town, lang, "sun-lihua")
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.tap("refill.as_before.all")
    await who.sees(("管制药品，网上不能开", "医院门诊"), ("controlled medicine", "hospital's clinic"))
    assert await town.orders_of(who.resident.id) == []


@more
async def test_a_controlled_drug_by_name(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    await by_hand_and_another(who)
    await who.sees("请输入药名", "name of the medicine")
    said = await who.say("佐匹克隆")
    found = await who.sees("是下面哪一种", "Is it one of these", after=said)
    await who.press(labels(found)[0], after=said)
    await who.sees(("管制药品，网上不能开", "医院门诊"), ("controlled medicine", "hospital's clinic"))
    assert await town.orders_of(who.resident.id) == []


@more
async def test_no_insurance(town: Town, lang: str) -> None:
    who = await proved(town, lang, "zhao-min")
    told = await who.sees(("医保现在不能报销", "全部自费"), ("Insurance does not cover", "paid by yourself"))
    await who.tap("refill.self_pay.stop")
    await who.sees(("没有下单", "12393", "/refill"), ("nothing was ordered", "12393", "/refill"), after=told["id"])
    assert await town.orders_of(who.resident.id) == []
    again = await who.say("/refill")
    await who.tap("refill.self_pay.go_on", after=again)
    await asked_for_photo(who)
    await who.tap("refill.rx.history", after=again)
    await who.tap("refill.as_before.all", after=again)
    # a hundred days of it were handed out 55 days ago
    await who.sees(("按医院的记录", "才吃完"), "lasts until", after=again)
    await who.tap("refill.early.go_on", after=again)
    await from_days_left(who)
    no = await sent(who)
    quoted = await town.quoted(no)
    assert quoted.settlement.self_pay == quoted.settlement.total
    await who.sees(("自己付", "医保没有报销"), ("You pay", "insurance paid nothing"))


async def test_a_child(town: Town, lang: str) -> None:
    who = await newcomer(town, lang, "zheng-zixuan", birth=day(town, 5 * 365))
    await who.start(f"need-{COMPOUND}")
    await prove(who)
    await who.sees(("未满 14 岁", "监护人"), ("Under 14", "guardian"))
    assert await town.orders_of(who.resident.id) == []


async def test_a_wrong_number_three_times(town: Town, lang: str) -> None:
    who = await asked_for_number(town, lang)
    said = await who.say("号码？")
    await who.sees(("6 到 20 位", "再看一看"), ("6 to 20 letters", "please look at the e-credential again"), after=said)
    for _ in range(3):
        said = await who.say("99999999")
        await who.sees("出生日期", "date of birth", after=said)
        said = await who.say("1951-03-08")
        await who.sees(("不能马上打开", "核对"), ("cannot open this record at once", "again"), after=said)
        await who.tap("identity.again.again", after=said)
        if _ < 2:
            await who.sees("请输入医保电子凭证号码", "Type the number of the insurance", after=said + 1)
    await who.sees(
        ("没有找到这个人", "医院窗口", "/refill"), ("did not find this person", "hospital desk", "/refill"), after=said
    )
    again = await who.say("/refill")
    await who.sees("请输入医保电子凭证号码", "Type the number of the insurance", after=again)
    await give_number(who, after=again)
    await who.say(who.resident.birth)
    await who.press(who.in_her_words("幸福里小区", "Xingfuli Court"))
    await asked_for_photo(who)


@more
async def test_a_birthday_that_cannot_be(town: Town, lang: str) -> None:
    who = await asked_for_number(town, lang)
    await give_number(who)
    said = await who.say(day(town, -400))
    await who.sees(("这个生日不对", "1951-03-08"), ("birthday is not right", "1951-03-08"), after=said)
    said = await who.say("春天")
    await who.sees(("看不懂这个日期",), ("cannot read this date",), after=said)
    await who.say(who.resident.birth)
    await asked_for_photo(who)
