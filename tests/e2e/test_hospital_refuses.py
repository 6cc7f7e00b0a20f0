"""The hospital does not accept an order: the form opens again at its summary, with the reason and every answer."""

from __future__ import annotations

from tests.e2e.people import Somebody, asked_for_photo, day, from_days_left, label, labels, more, picture, proved, sent
from tests.e2e.town import Town, until


async def refused(town: Town, lang: str) -> tuple[Somebody, int]:
    """Somebody whose order the hospital has just not accepted; the id of the summary that says so."""
    who = await proved(town, lang)
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await who.tap("refill.as_before.all")
    first = await from_days_left(who)
    await town.refuse_next()
    await who.tap("button.ok")
    again = await who.sees(("不接受", "请核对"), ("does not accept", "Please check"), after=first["id"])
    assert {label(lang, "button.ok"), label(lang, "button.cancel")} <= set(labels(again))
    for part in who.in_her_words(("阿托伐他汀", "一周以上"), ("atorvastatin", "More than a week")):
        assert part in again["text"]
    assert await town.orders_of(who.resident.id) == []
    await until(lambda: _no_card(who), "no card says that it is being sent")
    return who, again["id"]


async def _no_card(who: Somebody) -> bool:
    return not await who.count(who.in_her_words("正在发给医院", "Being sent"))


async def test_sent_again(town: Town, lang: str) -> None:
    who, _ = await refused(town, lang)
    no = await sent(who)
    assert (await town.hospital.order(no)).days_left == "more"


@more
async def test_refused_again_and_sent(town: Town, lang: str) -> None:
    who, summary = await refused(town, lang)
    await town.refuse_next()
    await who.tap("button.ok")
    await who.sees(("不接受", "请核对"), ("does not accept", "Please check"), after=summary)
    await sent(who)


@more
async def test_an_answer_is_changed_and_sent(town: Town, lang: str) -> None:
    who, summary = await refused(town, lang)
    await who.tap("refill.left.edit")
    await who.tap("refill.left.0-2", after=summary)
    await who.sees("请核对", "Please check", after=summary)
    no = await sent(who, after=summary)
    assert (await town.hospital.order(no)).days_left == "0-2"


@more
async def test_given_up(town: Town, lang: str) -> None:
    who, summary = await refused(town, lang)
    await who.tap("button.cancel", after=summary - 1)
    await who.sees("取消了", "Stopped", after=summary)
    assert await town.orders_of(who.resident.id) == []
    said = await who.say("/orders")
    await who.sees("您现在没有订单", "You have no order", after=said)


async def test_the_prescription_is_not_used_up(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    photo = picture()
    summary = await by_photo(who, photo)
    await town.refuse_next()
    said = await who.tap("button.ok", after=summary - 1)
    await who.sees("不接受", "does not accept", after=said)
    await who.tap("button.cancel", after=said)
    await who.sees("取消了", "Stopped", after=said)
    again = await who.say("/refill")
    await by_photo(who, photo, after=again)
    await sent(who, after=again)


async def by_photo(who: Somebody, photo: bytes, *, after: int | None = None) -> int:
    await who.sees(("请拍一张", who.name), ("Take a photo", who.name), after=after)
    await who.photo(photo)
    await who.sees("哪个月开的", "Which month", after=after)
    said = await who.say(day(who.town, 21))
    await who.tap("refill.as_before.all", after=said)
    return (await from_days_left(who, after=said))["id"]
