"""Acting for a neighbour: asked, refused, taken back, expired. Each side hears it, and nothing is done without it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.e2e.people import (
    Somebody,
    asked_for_photo,
    cancelled,
    label,
    labels,
    more,
    newcomer,
    number_of,
    ordered,
    proved,
    staff,
    up_to_summary,
)
from tests.e2e.town import Town, until

MONTH = 30.5


async def asks(helper: Somebody, who: Somebody) -> int:
    """The ambassador at her home types her number and birthday; the id of his last message."""
    said = await helper.say("/neighbour")
    await helper.sees("请输入医保电子凭证号码", "Type the number of the insurance", after=said)
    await helper.say(who.resident.credential)
    await helper.sees("请输入出生日期", "Type the date of birth", after=said)
    return await helper.say(who.resident.birth)


async def may_act(town: Town, lang: str, *, phone: bool = True) -> tuple[Somebody, Somebody]:
    """The ambassador and a resident who agreed: on her own phone, or (without one) before him."""
    helper = await staff(town, "ambassador", lang)
    if phone:
        who = await proved(town, lang)
        await asked_for_photo(who)
        said = await asks(helper, who)
        await who.tap("action.agree", "林国平")
        await helper.sees(f"{who.name}同意了", f"{who.name} agreed", after=said)
        return helper, who
    who = await newcomer(town, lang, "wang-guilan")
    said = await asks(helper, who)
    await helper.tap("neighbour.proof.read_aloud", who.name, after=said)
    await helper.tap("proxy_consent.health.read_aloud", who.name, after=said)
    await helper.sees(("登记好了", who.name), ("you may act for", who.name), after=said)
    return helper, who


async def begins(helper: Somebody, who: Somebody) -> int:
    """The ambassador starts an order for her by the button below the news; the id of that message."""
    news = await helper.message(who.name, label_=label(helper.lang, "action.need"))
    await helper.press(label(helper.lang, "action.need"), who.name)
    await helper.sees(("请拍一张", who.name), ("Take a photo", who.name), after=news["id"])
    return news["id"]


async def places(helper: Somebody, who: Somebody) -> str:
    said = await begins(helper, who)
    await helper.tap("refill.rx.history", who.name, after=said)
    await up_to_summary(helper)
    await helper.tap("button.ok", who.name, after=said)
    return await number_of(helper, after=said)


async def revoked(who: Somebody) -> None:
    said = await who.say("/helpers")
    await who.tap("action.revoke", "林国平", after=said)
    await who.sees(("已经收回", "马上生效"), ("Taken back", "from now on"), after=said)


async def test_she_refuses(town: Town, lang: str) -> None:
    helper = await staff(town, "ambassador", lang)
    who = await proved(town, lang)
    said = await asks(helper, who)
    await who.tap("action.refuse", "林国平")
    await who.sees("林国平不能替您办", "林国平 may not act for you")
    await helper.sees(("没有同意", "替邻居办"), ("did not agree", "Act for a neighbour"), after=said)
    said = await helper.say("/refill")
    with pytest.raises(AssertionError):
        await helper.message(label_=who.name, after=said, seconds=0.5)


@more
async def test_she_has_not_agreed_yet(town: Town, lang: str) -> None:
    helper = await staff(town, "ambassador", lang)
    who = await newcomer(town, lang, "wang-guilan")
    said = await asks(helper, who)
    await helper.tap("neighbour.proof.not_yet", who.name, after=said)
    await helper.sees(("没有登记", "替邻居办"), ("nothing was registered", "Act for a neighbour"), after=said)


@more
async def test_taken_back_while_he_fills_in_the_form(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang)
    said = await begins(helper, who)
    await helper.tap("refill.rx.history", who.name, after=said)
    await up_to_summary(helper)
    await revoked(who)
    await helper.sees(("不能再替", who.name), ("no longer act for", who.name), after=said)
    await helper.tap("button.ok", who.name, after=said)
    told = await helper.sees("没有替这位邻居办事的授权", "may not act")
    assert helper.in_her_words("替邻居办", "Act for a neighbour") in labels(told)
    await until(lambda: no_form(helper), "her drugs left his chat")
    assert await town.orders_of(who.resident.id) == []
    asked = await asks(helper, who)
    await who.tap("action.agree", "林国平", after=told["id"])
    await helper.sees(f"{who.name}同意了", f"{who.name} agreed", after=asked)
    said = await begins(helper, who)
    await helper.tap("refill.rx.history", who.name, after=said)
    await up_to_summary(helper)
    await helper.tap("button.ok", who.name, after=said)
    no = await number_of(helper, after=said)
    assert await town.orders_of(who.resident.id) == [no]


async def no_form(helper: Somebody) -> bool:
    return not await helper.count(helper.in_her_words("请核对", "Please check"))


async def test_taken_back_with_an_order_under_way(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang)
    no = await places(helper, who)
    await town.taken(no)
    await helper.sees("沈雅琴医生接诊了", "Shen Yaqin has taken")
    await revoked(who)
    card = await helper.message(no, label_=helper.in_her_words("取消订单", "Cancel the order"))
    await helper.pop_up(card, helper.in_her_words("取消订单", "Cancel the order"))
    told = await helper.sees("没有替这位邻居办事的授权", "may not act")
    assert helper.in_her_words("替邻居办", "Act for a neighbour") in labels(told)
    said = await helper.say("她最近头晕")
    await helper.sees("没有医生会看到", "No doctor sees", after=said)
    said = await who.say("我不头晕")
    doctor = await staff(town, "doctor")
    room = town.scene.chats["endocrinology"]
    topic = (await doctor.message(who.name, "诊断", chat=room))["thread"]
    await doctor.message("我不头晕", chat=room, thread=topic)
    shown = await town.control.sees(doctor.id, room, topic)
    assert not any("她最近头晕" in (m.get("text") or "") for m in shown["chats"][0]["messages"])
    await cancelled(who, no)


async def test_expired_after_seven_months(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang, phone=False)
    await helper.message(who.name, label_=label(lang, "action.need"))
    await town.pass_days(7 * MONTH)
    said = await helper.press(label(lang, "action.need"), who.name)
    await helper.sees(("还没有人请您代办", "登记"), ("Nobody has asked you", "register"), after=said)
    assert await town.orders_of(who.resident.id) == []
    said = await asks(helper, who)
    await helper.tap("neighbour.proof.family", who.name, after=said)
    await helper.tap("proxy_consent.health.family", who.name, after=said)
    await helper.sees(("登记好了", who.name), ("you may act for", who.name), after=said)
    await begins(helper, who)


@more
async def test_expired_with_an_order_under_way(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang, phone=False)
    no = await places(helper, who)
    card = await helper.message(no, label_=helper.in_her_words("取消订单", "Cancel the order"))
    await town.pass_days(7 * MONTH)
    await helper.sees((no, "您不再替这位居民办事"), (no, "you no longer act for this resident"))
    await town.press_there(helper.id, helper.id, card["id"], f"a:cancel:{no}")  # he pressed before he saw that
    await helper.sees(("授权到期了", "再请本人同意"), ("has ended", "ask the person again"), after=card["id"])
    assert (await town.hospital.order(no)).stage == "submitted"


@more
async def test_nobody_asked_him(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    said = await who.say("/neighbour")
    await who.sees(("不是给您的", "/start"), ("not for you", "/start"), after=said)
    assert await ordered(who)


async def test_consent_taken_back_and_given_again(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    await asked_for_photo(who)
    said = await who.say("/withdraw")
    await who.tap("withdraw.sure.yes", after=said)
    await who.sees(("已收回", "/refill"), ("taken back", "/refill"), after=said)
    await until(lambda: consents(town, who, "inactive"), "the hospital has ended the consent")
    again = await who.say("/start")
    await who.tap("action.need", after=again)
    await who.tap("enrol.consent.no", after=again)
    await who.sees(("没有您的同意", "/refill"), ("Without your yes", "/refill"), after=again)
    again = await who.say("/refill")
    await who.tap("enrol.consent.yes", after=again)
    await who.sees(("请拍一张", who.name), ("Take a photo", who.name), after=again)
    assert await until(lambda: consents(town, who), "the consent is active again")


async def consents(town: Town, who: Somebody, status: str = "active") -> int:
    """How many consents to the use of her health data the hospital has."""
    codes = town.hospital.rest.codes
    query = {"patient": f"Patient/{who.resident.id}", "category": f"{codes.system('consent')}|health-data"}
    found = await town.hospital.rest.search("Consent", {**query, "status": status})
    return len(found)


async def test_a_proof_by_voice_is_at_the_hospital_and_no_longer_in_the_chat(town: Town, lang: str) -> None:
    core = town.bot.core
    core.services = replace(core.services, config=replace(core.services.config, proof_in_chat="on"))
    helper = await staff(town, "ambassador", lang)
    who = await newcomer(town, lang, "wang-guilan")
    said = await asks(helper, who)
    await helper.tap("neighbour.proof.read_aloud", who.name, after=said)
    await helper.tap("proxy_consent.health.read_aloud", who.name, after=said)
    await helper.sees("本人说同意的语音", "a voice note in which they agree", after=said)
    spoken = (await town.control.send(helper.id, "voice", b"OggS she agrees"))["message_id"]
    await helper.sees(("登记好了", who.name), ("you may act for", who.name), after=said)

    async def gone() -> bool:
        every = await town.control.messages(chat=helper.id, all=True)
        return next(one["deleted"] for one in every if one["id"] == spoken)

    await until(gone, "the recording is deleted from the chat")
    consents = await town.hospital.rest.search("Consent", {"patient": f"Patient/{who.resident.id}"})
    places = {one["sourceAttachment"]["url"] for one in consents}
    assert (len(consents), len(places)) == (2, 1)
    assert (await town.hospital.rest.read(places.pop()))["contentType"] == "audio/ogg"
