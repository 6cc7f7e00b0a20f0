"""Prescriptions drawn in six layouts that no sample photo has; three more are in drawing_more.py."""

from __future__ import annotations

import math
import random
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.photo.contents import Item, Script

FONTS = Path(__file__).with_name("fonts")
SANS, BOLD, SERIF, HEI = (FONTS / name for name in ("sans.otf", "bold.otf", "serif.otf", "hei.ttf"))
INK = (25, 25, 28)


@cache
def sized(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


class Pen:
    """A sheet and what is written on it."""

    def __init__(self, width: int, height: int, font: Path, bold: Path = BOLD) -> None:
        self.image = Image.new("RGB", (width, height), (252, 252, 250))
        self.draw = ImageDraw.Draw(self.image)
        self.font, self.bold = font, bold
        self.width, self.height = width, height

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: int = 28,
        *,
        bold: bool = False,
        at: str = "l",
        ink: tuple[int, ...] = INK,
    ) -> None:
        """``at``: l, m, r = x is the left end, middle, right end."""
        font = sized(self.bold if bold else self.font, size)
        self.draw.text((x, y), text, fill=ink, font=font, anchor=f"{at}a")

    def line(self, y: float, left: float = 60, right: float | None = None, wide: int = 2) -> None:
        self.draw.line([(left, y), (right or self.width - 60, y)], fill=(60, 60, 60), width=wide)

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        self.draw.rectangle([left, top, right, bottom], outline=(90, 90, 90), width=2)


def _spec(i: Item, star: str = "*") -> str:
    return f"{i.strength}{star}{i.pack}{i.unit}"


def _seal(p: Pen, x: float, y: float, text: str) -> None:
    """A red seal, its text on an arc, pressed over whatever is printed there."""
    red, radius = (205, 60, 60), 105
    p.draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=red, width=5)
    for n, letter_ in enumerate(text):
        angle = math.radians(150 + 240 * n / max(len(text) - 1, 1))
        p.write(x + 78 * math.cos(angle), y + 78 * math.sin(angle) - 14, letter_, 24, at="m", ink=red)
    p.write(x, y - 24, "★", 44, at="m", ink=red)
    p.write(x, y + 40, "处方专用章", 22, at="m", ink=red)


def receipt(s: Script, draw: random.Random) -> Image.Image:
    """A narrow list as printed at a counter: header once, two lines a drug, bare counts in a column."""
    p = Pen(820, 760 + 110 * len(s.items), HEI, HEI)
    p.write(410, 40, s.hospital, 36, at="m")
    p.write(410, 92, "门诊处方清单", 32, at="m")
    p.write(50, 150, f"处方号:{s.number}")
    p.write(50, 192, f"姓名:{s.patient}  性别:{s.sex}  年龄:{s.age}岁")
    p.write(50, 234, f"科室:{s.department}")
    p.write(50, 276, f"诊断:{s.diagnosis}", 26)
    p.write(50, 318, f"开方日期:{s.day:%Y.%m.%d}")
    p.line(364, 40, 780)
    for x, text in ((50, "药品名称/规格"), (520, "数量"), (620, "单位"), (780, "金额")):
        p.write(x, 374, text, 26, at="r" if x == 780 else "l")
    p.line(414, 40, 780)
    y = 430.0
    for i in s.items:
        p.write(50, y, i.name, 29)
        p.write(50, y + 42, f"{_spec(i)}/盒", 26)
        p.write(530, y + 42, str(i.boxes), 26)
        p.write(630, y + 42, "盒", 26)
        p.write(780, y + 42, f"{i.price * i.boxes:.2f}", 26, at="r")
        y += 100
    p.line(y + 4, 40, 780)
    p.write(50, y + 20, f"合计:{s.amount:.2f}元")
    p.write(50, y + 66, f"医生:{s.doctor}")
    p.write(420, y + 66, f"审核药师:{s.pharmacist}")
    p.write(50, y + 112, f"发药人:{s.checker}")
    return p.image


def form(s: Script, draw: random.Random) -> Image.Image:
    """A form whose labels stand above their values; one line a drug, directions under it."""
    p = Pen(1240, 1040 + 100 * len(s.items), SERIF)
    p.write(620, 60, s.hospital, 46, at="m", bold=True)
    p.write(620, 128, "门 诊 处 方 笺", 38, at="m")
    p.write(1180, 70, "普通处方", 26, at="r")
    top = 210
    columns = (
        ("姓名", s.patient),
        ("性别", s.sex),
        ("年龄", f"{s.age}岁"),
        ("科别", s.department),
        ("日期", f"{s.day:%Y-%m-%d}"),
    )
    for n, (label, value) in enumerate(columns):
        left = 60 + n * 224
        p.box(left, top, left + 224, top + 54)
        p.box(left, top + 54, left + 224, top + 112)
        p.write(left + 112, top + 8, label, 27, at="m")
        p.write(left + 112, top + 64, value, 29, at="m")
    p.write(60, top + 136, f"门诊号：{s.number}", 28)
    p.write(60, top + 182, f"临床诊断：{s.diagnosis}", 28)
    p.write(60, top + 240, "R.", 52, bold=True)
    y = top + 316.0
    for n, i in enumerate(s.items, start=1):
        p.write(100, y, f"{n}、{i.name}", 31)
        p.write(720, y, f"{_spec(i, '×')}/盒", 30)
        p.write(1150, y, f"× {i.boxes} 盒", 30, at="r")
        p.write(150, y + 46, f"用法：每次{i.dose}  {i.often_zh}  口服", 27)
        y += 100
    p.write(150, y + 10, "（以下空白）", 24)
    foot = p.height - 190
    p.line(foot)
    p.write(60, foot + 24, f"医师：{s.doctor}", 29)
    p.write(460, foot + 24, f"审核药师：{s.pharmacist}", 29)
    p.write(860, foot + 24, f"金额：{s.amount:.2f}元", 29)
    p.write(60, foot + 76, f"调配药师：{s.checker}", 29)
    p.write(460, foot + 76, f"核对、发药药师：{s.pharmacist}", 29)
    _seal(p, 150 + draw.randrange(700), foot + 60, s.hospital)
    return p.image


def screen(s: Script, draw: random.Random) -> Image.Image:
    """The page of a hospital's app: cards, grey labels, counts as x2 at the right."""
    p = Pen(1080, 1000 + 190 * len(s.items), SANS)
    grey = (120, 120, 125)
    p.draw.rectangle([0, 0, 1080, 110], fill=(38, 120, 200))
    p.write(540, 32, "处方详情", 40, at="m", ink=(255, 255, 255))
    p.write(60, 150, s.hospital, 42, bold=True)
    rows = (
        ("处方编号", s.number),
        ("姓名", f"{s.patient}  {s.sex}  {s.age}岁"),
        ("科室", s.department),
        ("诊断", s.diagnosis),
        ("开方时间", f"{s.day:%Y-%m-%d} 09:{draw.randint(10, 59)}"),
    )
    y = 230.0
    for label, value in rows:
        p.write(60, y, label, 30, ink=grey)
        p.write(300, y, value, 31)
        y += 62
    y += 20
    p.line(y, 0, 1080, 6)
    p.write(60, y + 26, "药品信息", 34, bold=True)
    y += 100
    for i in s.items:
        brand = f"({i.brand})" if i.brand else ""
        p.write(60, y, f"{i.name}{brand}", 35, bold=True)
        p.write(60, y + 56, f"规格：{_spec(i)}/盒", 29, ink=grey)
        p.write(1020, y + 56, f"x{i.boxes}", 33, at="r")
        p.write(60, y + 102, f"用法：口服，一次{i.dose}，{i.often_zh}", 29, ink=grey)
        y += 180
    p.line(y, 0, 1080, 6)
    p.write(60, y + 30, f"开方医生：{s.doctor}", 31)
    p.write(60, y + 84, f"审方药师：{s.pharmacist}", 31)
    p.write(1020, y + 30, f"合计 ¥{s.amount:.2f}", 33, at="r", bold=True)
    return p.image


def grid(s: Script, draw: random.Random) -> Image.Image:
    """A landscape table with many narrow columns; count and unit in columns of their own."""
    p = Pen(1700, 720 + 74 * len(s.items), SANS)
    p.write(850, 44, f"{s.hospital}处方笺", 44, at="m", bold=True)
    p.write(80, 120, f"处方号码：{s.number}", 26)
    p.write(1620, 120, f"处方日期：{s.day.year}年{s.day.month}月{s.day.day}日", 26, at="r")
    p.write(80, 170, f"患者姓名：{s.patient}", 28)
    p.write(480, 170, f"性别：{s.sex}", 28)
    p.write(700, 170, f"年龄：{s.age}岁", 28)
    p.write(960, 170, f"就诊科室：{s.department}", 28)
    p.write(80, 218, f"临床诊断：{s.diagnosis}", 28)
    heads = (
        (80, "序号"),
        (170, "药品名称"),
        (690, "规格"),
        (980, "数量"),
        (1080, "单位"),
        (1190, "单次剂量"),
        (1370, "频次"),
        (1490, "途径"),
    )
    top = 280
    p.box(70, top, 1640, top + 56 + 74 * len(s.items))
    for x, text in heads:
        p.write(x, top + 10, text, 27, bold=True)
    for n, i in enumerate(s.items):
        y = top + 56 + 74 * n
        p.line(y, 70, 1640)
        for (x, _), text in zip(
            heads,
            (str(n + 1), i.name, f"{_spec(i)}/盒", str(i.boxes), "盒", i.dose, i.often.upper(), "口服"),
            strict=True,
        ):
            p.write(x, y + 18, text, 27)
    y = top + 56 + 74 * len(s.items)
    p.write(80, y + 30, f"药费合计：{s.amount:.2f}元", 28)
    p.write(80, y + 100, f"开单医师：{s.doctor}", 28)
    p.write(620, y + 100, f"审方药师：{s.pharmacist}", 28)
    p.write(1150, y + 100, f"核对发药：{s.checker}", 28)
    return p.image


def spaced(s: Script, draw: random.Random) -> Image.Image:
    """Old style: letter-spaced labels, the date at the foot, brand before the name, Latin directions."""
    p = Pen(1200, 1000 + 110 * len(s.items), SERIF)
    p.write(600, 50, " ".join(s.hospital), 40, at="m")
    p.write(600, 116, "处  方  笺", 40, at="m", bold=True)
    p.write(70, 190, f"姓  名：{s.patient}", 29)
    p.write(430, 190, f"性  别：{s.sex}", 29)
    p.write(680, 190, f"年  龄：{s.age}岁", 29)
    p.write(70, 240, f"科  室：{s.department}", 29)
    p.write(430, 240, f"病历号：{s.number}", 29)
    p.write(70, 290, f"诊  断：{s.diagnosis}", 29)
    p.line(344, 60, None, 3)
    p.write(80, 360, "Rp:", 44, bold=True)
    y = 440.0
    for i in s.items:
        lead = f"[{i.brand}]" if i.brand else ""
        p.write(110, y, f"{lead}{i.name}", 30)
        p.write(760, y, f"{i.strength}×{i.pack}{i.unit}×{i.boxes}盒", 30)
        p.write(190, y + 48, f"Sig.  {i.dose}  {i.often}  p.o.", 28)
        y += 110
    foot = p.height - 260
    p.line(foot)
    p.write(70, foot + 24, f"医  师：{s.doctor}", 29)
    p.write(640, foot + 24, f"日  期：{s.day.year} 年 {s.day.month:02} 月 {s.day.day:02} 日", 29)
    p.write(70, foot + 80, f"药师（审核）：{s.pharmacist}", 29)
    p.write(640, foot + 80, f"药品金额：{s.amount:.2f}", 29)
    return p.image


def bullets(s: Script, draw: random.Random) -> Image.Image:
    """A discharge-like sheet: everything labelled, one label and value a line, three lines a drug."""
    p = Pen(1100, 900 + 165 * len(s.items), HEI, HEI)
    p.write(70, 50, f"医疗机构：{s.hospital}", 32)
    p.write(550, 110, "电子处方单", 38, at="m")
    p.write(70, 180, f"处方单号：{s.number}", 27)
    p.write(640, 180, f"开具日期：{s.day:%Y/%m/%d}", 27)
    p.write(70, 226, f"就诊人：{s.patient}（{s.sex}，{s.age}岁）", 29)
    p.write(640, 226, f"开单科室：{s.department}", 29)
    p.write(70, 272, f"初步诊断：{s.diagnosis}", 29)
    y = 340.0
    for n, i in enumerate(s.items, start=1):
        p.write(70, y, f"{n}. 药品名称：{i.name}", 30)
        p.write(110, y + 48, f"规格：{i.strength}/{i.unit}×{i.pack}{i.unit}", 27)
        p.write(640, y + 48, f"数量：{i.boxes}盒", 27)
        p.write(110, y + 94, f"用法用量：一次{i.dose}，{i.often_zh}", 27)
        y += 160
    p.line(y + 10)
    p.write(70, y + 30, f"医师签名：{s.doctor}", 29)
    p.write(480, y + 30, f"药师签名：{s.pharmacist}", 29)
    p.write(70, y + 84, f"总金额：{s.amount:.2f}元", 29)
    return p.image


def letter(draw: random.Random) -> Image.Image:
    """A page of text that is no prescription."""
    p = Pen(1100, 1300, SANS)
    p.write(550, 80, "关于小区停水的通知", 44, at="m", bold=True)
    for n in range(14):
        p.write(
            90,
            200 + 62 * n,
            "".join(
                draw.choices(
                    "因供水管道检修本周六上午九点至下午五点停水请各位居民提前做好储水准备给您带来不便敬请谅解", k=28
                )
            ),
            32,
        )
    p.write(1000, 1150, "物业服务处", 34, at="r")
    return p.image
