"""Two women of one name live door to door. Nothing of the one may ever be the other's: record, bill, parcel, code."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, gives, orders_on_record, reads_code, reads_paid
from sandbox.control import NotSeen
from sandbox.play import Person, Play, story
from sandbox.records import asked


@story(
    "Two people of one name, door to door: each has her own record, parcel and code",
    kit=True,
    cast=("xiuying-1951", "xiuying-1949"),
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code"},
    collect=10,
)
async def two_names(play: Play) -> None:
    younger, elder, ambassador = play.who("xiuying-1951"), play.who("xiuying-1949"), play.who("ambassador")

    async with play.moment("09:00", "each proves who she is; her neighbour's birthday does not open a record"):
        await younger.opens("need-loc-xingfuli")
        await agrees_and_proves(younger, "80020017", "1949-10-01")
        refused = await younger.reads("现在不能马上打开这份档案")
        await younger.presses("重新输入", on="现在不能马上打开这份档案")
        await younger.reads("请输入医保电子凭证号码", after=refused["id"])
        await gives(younger, "80020017", "1951-04-12")
        await elder.opens("need-loc-xingfuli")
        await agrees_and_proves(elder, "80020024", "1949-10-01")

    async with play.moment("09:10", "each orders what stands in her own record"):
        hers, other = await orders_on_record(younger), await orders_on_record(elder)
        await is_of(play, hers, "wang-xiuying-1951", {"MR0063": (16, "40mg bid")})
        await is_of(play, other, "wang-xiuying-1949", {"MR0074": (5, "0.5g tid"), "MR0091": (2, "10mg qd")})

    async with play.moment("10:20", "each pays her own bill"):
        for person, order in ((younger, hers), (elder, other)):
            await person.presses("我看过了，付款")
            await person.pays()
            await reads_paid(person, f"付款成功（订单 {order}）")
        await younger.does_not_read(other)
        await elder.does_not_read(hers)

    async with play.moment("13:10", "the ambassador takes both parcels; the courier types the code"):
        await ambassador.presses("我来取")
        await ambassador.presses("都在")
        await ambassador.reads("还要送 2 件")

    async with play.moment("13:40", "at the door the neighbour's code opens nothing"):
        codes = {person.key: await reads_code(person) for person in (younger, elder)}
        await at_the_door(ambassador, label=codes[younger.key][1], code=codes[elder.key][0])
        await ambassador.reads("码不对")
        await ambassador.types(codes[younger.key][0])
        await younger.presses("收到了", on="交到您手里了吗")
        await elder.does_not_read("交到您手里了吗")
        await at_the_door(ambassador, label=codes[elder.key][1], code=codes[elder.key][0])
        await elder.presses("收到了", on="交到您手里了吗")
        for person in (younger, elder):
            await person.reads("请这样吃")

    for order in (hers, other):
        await play.keeps_custody_of(order)


async def is_of(play: Play, order: str, patient: str, lines: dict[str, tuple[int, str]]) -> None:
    """The hospital has it for this patient, with what her own record says: boxes, and how it is taken (R17)."""
    whose, asked_for = await asked(play.house.hospital, order)
    found = {code: (count, sig) for code, count, sig in asked_for}
    if (whose, found) != (patient, lines):
        raise NotSeen(f"order {order} is for {whose}, with {found}; it should be for {patient}, with {lines}")


async def at_the_door(ambassador: Person, label: str, code: str) -> None:
    await ambassador.presses(f"{label} ✓")
    await ambassador.reads(f"{label}：请输入本人出示的取件码")
    await ambassador.types(code)
