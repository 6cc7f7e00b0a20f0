"""A mother and her daughter: the daughter types her mother's number, the mother lets her, the hospital approves."""

from __future__ import annotations

from sandbox.acts import agrees_and_proves, gives, orders_on_record, reads_code, reads_paid
from sandbox.play import Play, story


@story(
    "Two phones for one patient: her mother lets her daughter see it, and one [Received] is enough",
    kit=True,
    cast=("xiuying-1949", "daughter"),
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code", "registrar": "approves"},
)
async def two_phones(play: Play) -> None:
    mother, daughter, ambassador = play.who("xiuying-1949"), play.who("daughter"), play.who("ambassador")

    async with play.moment("09:00", "her mother proves who she is and orders"):
        await mother.opens("need-loc-xingfuli")
        await agrees_and_proves(mother, "80020024", "1949-10-01")
        order = await orders_on_record(mother)

    async with play.moment("09:10", "her daughter, in another city, adds her; her mother is asked on her own phone"):
        await daughter.types("/family")
        await daughter.presses("父母")
        await gives(daughter, "80020024", "1949-10-01")
        await daughter.reads("请写您自己的姓名")
        await daughter.types("孙静")
        await mother.presses("可以，药也让看", on="孙静想在自己的手机上替您下单")

    async with play.moment("09:15", "the hospital approves, and the daughter sees where it is"):
        await daughter.reads("医院同意了，您可以替王秀英下单了")
        await mother.reads("孙静可以替您下单")
        await daughter.reads(f"订单 {order}")

    async with play.moment("10:20", "her mother pays"):
        await mother.presses("我看过了，付款")
        await mother.pays()
        await reads_paid(daughter, f"付款成功（订单 {order}）")

    async with play.moment("13:10", "it is handed over against the code that both phones show"):
        await ambassador.presses("我来取")
        await ambassador.presses("都在")
        code, label = await reads_code(mother)
        await daughter.reads(f"取件码 {code}")
        await ambassador.presses(f"{label} ✓")
        await ambassador.reads("请输入本人出示的取件码")
        await ambassador.types(code)

    async with play.moment("13:40", "the daughter presses [Received]; her mother reads by whom"):
        await daughter.presses("收到了", on=f"订单 {order}")
        await mother.reads("孙静按的“收到了”")

    async with play.moment("14:00", "her mother takes it back in two taps"):
        async with play.job("ending it (resident)", "xiuying-1949", taps=1, inputs=1):
            await mother.types("/helpers")
            await mother.presses("不再这样", on="家人孙静可以替您下单")
        await daughter.reads("不再让您在手机上看了")
