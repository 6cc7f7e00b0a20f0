"""She calls the committee: the desk chooses what it never sees, her daughter in another city pays and receives."""

from __future__ import annotations

from sandbox.acts import gives, joins, reads_code, reads_paid
from sandbox.play import Person, Play, story

SECRET = ("二甲双胍", "0.5g", "糖尿病", "内分泌", "¥", "取件码", "订单 R", "号楼")


@story(
    "She calls the neighbours' desk: same as last, unseen, to confirmed; its right ends by telephone",
    kit=True,
    cast=("desk", "daughter"),
    autopilot=("doctor", "pharmacist", "courier"),
    staff={"courier": "types-code", "registrar": "approves"},
    settings={"MEDRELAY_CASH_DESKS": "pr-desk-1"},
)
async def desk(play: Play) -> None:
    operator, desk, daughter = play.who("operator"), play.who("desk"), play.who("daughter")
    ambassador = play.who("ambassador")

    async with play.moment("08:40", "the desk joins by its staff link"):
        await joins(operator, desk, "居委会窗口", "谭巧云")

    async with play.moment("08:50", "her daughter adds her, and the hospital approves"):
        await daughter.types("/family")
        await daughter.presses("父母")
        await gives(daughter, "80020024", "1949-10-01")
        await daughter.reads("请写您自己的姓名")
        await daughter.types("孙静")
        await daughter.reads("医院同意了，您可以替王秀英下单了")

    async with play.moment("09:10", "she calls: number, birthday, two yeses by voice, same as last"):
        async with play.job("a caller's order (desk)", "desk", taps=5, inputs=4):
            await desk.types("/call")
            await desk.reads("医保电子凭证号码是多少")
            await desk.types("80020024")
            await desk.reads("本人的出生日期是哪天")
            await desk.types("1949-10-01")
            await desk.presses("本人说同意", on="可以替您选“和上次一样”")
            await desk.presses("本人说同意", on="医院要用您的健康信息来开药")
            await desk.reads("在您的登记本上是几号")
            await desk.types("T17")
            await desk.presses("和上次一样", on="登记好了：王秀英")
            await desk.presses("一周以上", on="药还能吃几天")
            await play.between("before submit")
            await desk.presses("确认发送", on="替王秀英下单：和上次一样")
        await desk.reads("王秀英")

    async with play.moment("10:20", "the daughter pays on her own phone"):
        await daughter.presses("我看过了，付款")
        await daughter.pays()
        await reads_paid(daughter, "付款成功")

    async with play.moment("13:10", "handed over against the code on the daughter's phone"):
        await ambassador.presses("我来取")
        await ambassador.presses("都在")
        code, label = await reads_code(daughter)
        await ambassador.presses(f"{label} ✓")
        await ambassador.reads("请输入本人出示的取件码")
        await ambassador.types(code)

    async with play.moment("13:40", "received; the desk reads names and stages, and nothing else"):
        await daughter.presses("收到了")
        await daughter.reads("药收好了。请这样吃")
        async with play.job("where they are (desk)", "desk", taps=0, inputs=1):
            await desk.types("/callers")
            await desk.reads("打来过的人和订单到哪一步")
        for word in SECRET:
            await desk.does_not_read(word)

    async with play.moment("15:00", "she calls again and takes the desk's right back: two taps"):
        said = (await desk.types("/call"))["message_id"]
        await desk.reads("医保电子凭证号码是多少", after=said)
        await desk.types("80020024")
        await desk.reads("本人的出生日期是哪天", after=said)
        await desk.types("1949-10-01")
        await desk.presses("收回别人的权限", on="登记好了：王秀英", after=said)
        async with play.job("ending a right (desk)", "desk", taps=2, inputs=0):
            await desk.presses("我们这个窗口")
            await desk.presses("确定收回")
        await desk.reads("已经收回，马上生效")
        await daughter.reads("不再替您办了")

    async with play.moment("15:20", "somebody else calls, without a phone of her own, and asks for a visit, too"):
        said = (await desk.types("/call"))["message_id"]
        await _calls(desk, "80020017", "1951-04-12", said)
        await desk.presses("本人说同意", on="可以替您选“和上次一样”", after=said)
        await desk.presses("本人说同意", on="医院要用您的健康信息来开药", after=said)
        await desk.reads("在您的登记本上是几号", after=said)
        await desk.types("T18")
        await desk.presses("请志愿者上门", on="本人要办什么", after=said)
        await desk.presses("本人说同意", on="上门的人会看到您的姓名和地址", after=said)
        await desk.reads("已经替王秀英请人上门")
        await ambassador.presses("我去", on="有居民请人上门帮忙")
        await desk.reads("有人去王秀英家了")
        await ambassador.presses("办好了", on="您去帮")
        await desk.reads("去过王秀英家了")

    await play.habit("sorter", "rests")  # what she cancels below is not packed by then, however long the rest takes
    async with play.moment("15:30", "same as last for her; the desk takes the money against a receipt"):
        said = (await desk.types("/call"))["message_id"]
        await _calls(desk, "80020017", "1951-04-12", said)
        await desk.presses("和上次一样", on="本人要办什么", after=said)
        await desk.presses("一周以上", on="药还能吃几天", after=said)
        await desk.presses("确认发送", on="替王秀英下单：和上次一样", after=said)
        async with play.job("money at the desk (desk)", "desk", taps=3, inputs=1):
            await desk.presses("收到钱了", on="收了钱再按按钮", after=said)
            await desk.presses("念过了，本人同意", on="用药有风险", after=said)
            await desk.reads("您开的收据是几号", after=said)
            await desk.types("A17")
            await desk.presses("对，收了", on="收据 A17", after=said)
        await desk.reads("记下了，正在告诉医院", after=said)
        await desk.reads("正在配药", after=said)

    async with play.moment("15:40", "she calls and cancels: two taps, and the money is given back by hand"):
        said = (await desk.types("/call"))["message_id"]
        await _calls(desk, "80020017", "1951-04-12", said)
        async with play.job("a caller cancels (desk)", "desk", taps=2, inputs=0):
            await desk.presses("取消订单", on="本人要办什么", after=said)
            await desk.presses("本人说取消", after=said)
        await desk.reads("收据 A17 作废")


async def _calls(desk: Person, number: str, born: str, after: int) -> None:
    await desk.reads("医保电子凭证号码是多少", after=after)
    await desk.types(number)
    await desk.reads("本人的出生日期是哪天", after=after)
    await desk.types(born)
