"""What comes out of printers: slips, forms, lists of a ward, of a cashier, of a health centre."""

from __future__ import annotations

import random

from PIL import Image

from tests.photo.unseen.paper import BLACK, ENGLISH, GREY, SERIF, Content, Sheet, to_traditional


def amount(c: Content) -> float:
    return sum(i.price * i.boxes for i in c.items)


def thermal_narrow(c: Content, draw: random.Random) -> Image.Image:
    """58 mm of pale thermal paper, everything under each other."""
    ink = (70, 70, 78)
    s = Sheet(560, 620 + 120 * len(c.items), paper=(244, 243, 240))
    s.text(280, 24, c.hospital, 32, ink, "m")
    s.text(280, 70, "取药凭条", 34, ink, "m")
    s.dashes(124)
    y = 140
    for words in (
        f"姓名：{c.patient}",
        f"性别：{c.sex} 年龄：{c.age}岁",
        f"科别：{c.department}",
        f"日期：{c.day:%Y-%m-%d} 09:{draw.randint(10, 59)}",
    ):
        s.text(20, y, words, 28, ink)
        y += 44
    s.dashes(y)
    y += 16
    for n, i in enumerate(c.items, 1):
        s.text(20, y, f"{n}.{i.name}", 28, ink)
        s.text(44, y + 38, f"{i.strength}*{i.pack}{i.unit}", 26, ink)
        s.text(540, y + 38, f"x{i.boxes}盒", 28, ink, "r")
        s.text(44, y + 74, f"用法：{i.often_zh} 每次{i.dose}", 24, ink)
        y += 116
    s.dashes(y)
    s.text(20, y + 16, f"合计：￥{amount(c):.2f}", 28, ink)
    s.text(20, y + 58, f"医师：{c.doctor}", 28, ink)
    s.text(20, y + 98, f"药师：{c.pharmacist}", 28, ink)
    s.text(280, y + 150, "请妥善保管，遗失不补", 22, ink, "m")
    return s.image


def thermal_wide(c: Content, draw: random.Random) -> Image.Image:
    """80 mm, counts in a column, prices beside them, a bar code at the foot."""
    s = Sheet(780, 640 + 96 * len(c.items), paper=(247, 247, 247))
    s.text(390, 24, c.hospital, 36, at="m")
    s.text(390, 74, "门诊药品清单", 30, at="m")
    s.text(24, 130, f"患者姓名 {c.patient}")
    s.text(420, 130, f"{c.sex}  {c.age}岁")
    s.text(24, 170, f"就诊科室 {c.department}")
    s.text(24, 210, f"开单时间 {c.day:%Y/%m/%d} 10:{draw.randint(10, 59)}:{draw.randint(10, 59)}")
    s.rule(256, 20, 760)
    for x, words, at in ((24, "药品名称 规格", "l"), (500, "数量", "r"), (620, "单价", "r"), (756, "金额", "r")):
        s.text(x, 266, words, 24, at=at)
    y = 306
    for i in c.items:
        s.text(24, y, i.name, 26)
        s.text(24, y + 38, f"{i.strength}×{i.pack}{i.unit}/盒", 24)
        s.text(500, y + 38, f"{i.boxes}盒", 26, at="r")
        s.text(620, y + 38, f"{i.price:.2f}", 24, at="r")
        s.text(756, y + 38, f"{i.price * i.boxes:.2f}", 24, at="r")
        y += 92
    s.rule(y, 20, 760)
    s.text(756, y + 12, f"合计 {amount(c):.2f}元", 28, at="r")
    s.text(24, y + 60, f"开方医生 {c.doctor}")
    s.text(400, y + 60, f"审方药师 {c.pharmacist}")
    x = 180.0
    while x < 600:
        wide = draw.choice((3, 5, 8))
        s.draw.rectangle([x, y + 120, x + wide, y + 190], fill=BLACK)
        x += wide + draw.choice((3, 5))
    return s.image


def form(c: Content, draw: random.Random, paper: tuple[int, int, int] = (253, 253, 252)) -> Image.Image:
    """The A5 form of the prescription rules: head, diagnosis, Rp, foot with four hands."""
    s = Sheet(1050, 960 + 128 * len(c.items), SERIF, paper)
    s.text(525, 34, c.hospital, 44, at="m")
    s.text(525, 98, "处 方 笺", 40, at="m")
    s.text(1000, 60, "普通", 28, at="r")
    s.text(50, 170, f"费别：医保    门诊号：{c.number}")
    s.text(660, 170, f"{c.day.year}年{c.day.month}月{c.day.day}日")
    s.text(50, 216, f"姓名：{c.patient}      性别：{c.sex}      年龄：{c.age}岁      科别：{c.department}")
    s.text(50, 262, f"临床诊断：{c.illness}")
    s.rule(308, 40, 1010)
    s.text(60, 324, "Rp：", 40)
    y = 390
    for n, i in enumerate(c.items, 1):
        s.text(90, y, f"{n}、{i.name}", 30)
        s.text(560, y, f"{i.strength}×{i.pack}{i.unit}", 28)
        s.text(960, y, f"×{i.boxes}盒", 30, at="r")
        s.text(150, y + 48, f"Sig：{i.dose}  {i.often}  口服", 26)
        y += 122
    s.text(300, y + 10, "（以下空白）", 26, GREY)
    y = s.height - 220
    s.rule(y, 40, 1010)
    s.text(50, y + 20, f"医师：{c.doctor}")
    s.text(560, y + 20, f"药品金额：{amount(c):.2f}元")
    s.text(50, y + 70, f"审核：{c.pharmacist}")
    s.text(380, y + 70, f"调配：{c.other}")
    s.text(700, y + 70, f"核对、发药：{c.pharmacist}")
    s.text(50, y + 130, "注：处方当日有效，过期请重新就诊。", 22, GREY)
    return s.image


def green_form(c: Content, draw: random.Random) -> Image.Image:
    return form(c, draw, (226, 240, 226))


def discharge(c: Content, draw: random.Random) -> Image.Image:
    """A ward's list of what goes home with her; two days stand on it, the later one is its own."""
    s = Sheet(1240, 780 + 58 * len(c.items))
    s.text(620, 40, c.hospital, 42, at="m")
    s.text(620, 100, "出院带药清单", 36, at="m")
    s.text(
        60,
        170,
        f"姓名：{c.patient}    性别：{c.sex}    年龄：{c.age}岁    病区：{c.department}    床号：{draw.randint(1, 48)}",
    )
    before = c.day.fromordinal(c.day.toordinal() - draw.randint(4, 12))
    s.text(60, 216, f"入院日期：{before.isoformat()}        出院日期：{c.day.isoformat()}")
    s.text(60, 262, f"出院诊断：{c.illness}")
    heads: list[tuple[str, float]] = [("序号", 40), ("药品名称", 130), ("规格", 520), ("用法用量", 760), ("总量", 1060)]
    rows = [
        [str(n), i.name, f"{i.strength}*{i.pack}{i.unit}", f"{i.dose} {i.often} 口服", f"{i.boxes}盒"]
        for n, i in enumerate(c.items, 1)
    ]
    y = s.grid(320, heads, rows)
    s.text(60, y + 40, f"主管医师：{c.doctor}")
    s.text(480, y + 40, f"药师：{c.pharmacist}")
    s.text(860, y + 40, "责任护士：")
    s.text(60, y + 110, "请按医嘱服药，出院后两周门诊复查。", 24, GREY)
    return s.image


def order_table(c: Content, draw: random.Random) -> Image.Image:
    """A4, eight columns, the count without its unit beside it: that is the next column's."""
    s = Sheet(1400, 660 + 54 * len(c.items), SERIF)
    s.text(700, 36, f"{c.hospital}门诊处方", 40, at="m")
    s.text(
        60,
        110,
        f"姓名 {c.patient}    性别 {c.sex}    年龄 {c.age}岁    科室 {c.department}    开具日期 {c.day:%Y-%m-%d}",
    )
    s.text(60, 154, f"诊断 {c.illness}")
    heads: list[tuple[str, float]] = [
        ("序号", 40), ("药品名称", 120), ("规格", 500), ("单次量", 720), ("频次", 850), ("途径", 980), ("数量", 1080),
        ("单位", 1190),
    ]  # fmt: skip
    rows = [
        [str(n), i.name, f"{i.strength}×{i.pack}{i.unit}", i.dose, i.often, "口服", str(i.boxes), "盒"]
        for n, i in enumerate(c.items, 1)
    ]
    y = s.grid(210, heads, rows)
    s.text(60, y + 40, f"医师签名：{c.doctor}")
    s.text(480, y + 40, f"审核药师：{c.pharmacist}")
    s.text(900, y + 40, f"发药药师：{c.other}")
    return s.image


def cashier(c: Content, draw: random.Random) -> Image.Image:
    """A cashier's list: single price, number, sum."""
    s = Sheet(1160, 700 + 54 * len(c.items))
    s.text(580, 30, c.hospital, 40, at="m")
    s.text(580, 86, "门诊处方费用明细", 32, at="m")
    s.text(50, 150, f"姓名：{c.patient}")
    s.text(380, 150, f"处方号：{c.number}")
    s.text(50, 194, f"科室：{c.department}")
    s.text(380, 194, f"处方日期：{c.day:%Y年%m月%d日}")
    heads: list[tuple[str, float]] = [("项目名称", 40), ("规格", 430), ("数量", 690), ("单价", 830), ("金额", 970)]
    rows = [
        [i.name, f"{i.strength}*{i.pack}{i.unit}", f"{i.boxes}盒", f"{i.price:.2f}", f"{i.price * i.boxes:.2f}"]
        for i in c.items
    ]
    y = s.grid(250, heads, rows)
    s.text(50, y + 24, f"共{len(c.items)}项    合计：{amount(c):.2f}元")
    s.text(50, y + 80, f"医生：{c.doctor}    药师：{c.pharmacist}    收费员：{draw.randint(1000, 9999)}")
    return s.image


def health_centre(c: Content, draw: random.Random) -> Image.Image:
    """A long prescription of a health centre; somebody else collects, and both are named."""
    s = Sheet(1120, 860 + 110 * len(c.items))
    s.text(560, 30, c.hospital, 38, at="m")
    s.text(560, 84, "慢性病长期处方", 34, at="m")
    s.text(50, 146, f"患者：{c.patient}   {c.sex}   {c.age}岁")
    s.text(640, 146, f"代取药人：{c.other}")
    s.text(50, 190, f"科室：{c.department}")
    s.text(640, 190, f"开方日期：{c.day:%Y.%m.%d}")
    s.text(50, 234, f"诊断：{c.illness}")
    s.rule(280)
    y = 300
    for n, i in enumerate(c.items, 1):
        s.text(50, y, f"{n}. {i.name} {i.strength}×{i.pack}{i.unit}/盒", 28)
        s.text(90, y + 44, f"用法：每次{i.dose}，{i.often_zh}，口服", 25)
        s.text(1060, y + 44, f"数量：{i.boxes}盒", 27, at="r")
        y += 104
    s.rule(y)
    s.text(50, y + 24, f"家庭医生：{c.doctor}")
    s.text(420, y + 24, f"药师：{c.pharmacist}")
    s.text(50, y + 72, "联系电话：0571-8000****    本处方用药时间 28 天", 24, GREY)
    return s.image


def kiosk(c: Content, draw: random.Random) -> Image.Image:
    """From a machine in the hall: labels and values in two columns, the strength before the name's end."""
    s = Sheet(900, 760 + 80 * len(c.items), paper=(250, 250, 250))
    s.text(450, 28, c.hospital, 36, at="m")
    s.text(450, 80, "自助机处方导诊单", 30, at="m")
    y = 140
    for label, value in (
        ("姓名", c.patient),
        ("性别", c.sex),
        ("年龄", f"{c.age}岁"),
        ("就诊科室", c.department),
        ("就诊日期", c.day.isoformat()),
        ("诊断", c.illness),
    ):
        s.text(60, y, label, 26, GREY)
        s.text(240, y, value, 26)
        y += 42
    s.rule(y + 6)
    y += 24
    for n, i in enumerate(c.items, 1):
        s.text(60, y, f"({n}) {i.name}[{i.strength}×{i.pack}{i.unit}]", 27)
        s.text(840, y + 36, f"{i.boxes} 盒", 27, at="r")
        y += 78
    s.rule(y)
    s.text(60, y + 20, f"接诊医生 {c.doctor}")
    s.text(460, y + 20, f"审方药师 {c.pharmacist}")
    s.text(60, y + 70, f"请到 {draw.randint(1, 9)} 号窗口取药", 28)
    return s.image


def english(c: Content, draw: random.Random) -> Image.Image:
    """A clinic for foreigners: all in English, the generic names too."""
    s = Sheet(1200, 760 + 110 * len(c.items), SERIF)
    s.text(600, 34, "Riverside International Hospital", 42, at="m")
    s.text(600, 94, "PRESCRIPTION", 34, at="m")
    s.text(60, 160, f"Patient: {c.patient}")
    s.text(560, 160, f"Age: {c.age}    Sex: {'M' if c.sex == '男' else 'F'}")
    s.text(60, 206, f"Date: {c.day.isoformat()}")
    s.text(560, 206, "Department: Internal Medicine")
    s.rule(260)
    s.text(60, 276, "Rx", 44)
    y = 340
    for n, i in enumerate(c.items, 1):
        s.text(90, y, f"{n}. {ENGLISH[i.name].capitalize()} {i.strength}", 30)
        s.text(1120, y, f"{i.boxes} box{'es' if i.boxes > 1 else ''} of {i.pack}", 28, at="r")
        s.text(
            130,
            y + 44,
            {"qd": "Once daily", "bid": "Twice daily", "tid": "Three times daily", "qn": "Every night"}[i.often],
            25,
        )
        y += 104
    s.rule(y)
    s.text(60, y + 24, "Prescriber: Dr. Anna Keller")
    s.text(640, y + 24, "Pharmacist: James Wood")
    return s.image


def traditional(c: Content, draw: random.Random) -> Image.Image:
    """A clinic in Hong Kong: traditional characters, its own words for things."""
    s = Sheet(1100, 800 + 104 * len(c.items))
    t = to_traditional
    s.text(550, 34, t(c.hospital), 42, at="m")
    s.text(550, 94, "處方箋", 36, at="m")
    s.text(60, 160, f"病人姓名：{t(c.patient)}    性別：{c.sex}    年齡：{t(f'{c.age}岁')}")
    s.text(60, 206, f"科別：{t(c.department)}")
    s.text(620, 206, f"處方日期：{c.day:%Y年%m月%d日}")
    s.text(60, 252, f"診斷：{t(c.illness)}")
    s.rule(304)
    y = 324
    for n, i in enumerate(c.items, 1):
        s.text(60, y, f"{n}. {t(i.name)}  {i.strength}×{i.pack}{i.unit}", 29)
        s.text(1040, y, f"{i.boxes}盒", 29, at="r")
        s.text(100, y + 44, t(f"用法：{i.often_zh}，每次{i.dose}，口服"), 25)
        y += 100
    s.rule(y)
    s.text(60, y + 24, f"醫師：{t(c.doctor)}")
    s.text(560, y + 24, f"藥師：{t(c.pharmacist)}")
    return s.image
