"""What people keep in their phones: screenshots of electronic prescriptions, and a doctor's screen photographed."""

from __future__ import annotations

import random

from PIL import Image

from tests.photo.unseen.paper import Content, Sheet
from tests.photo.unseen.slips import amount

WHITE, NIGHT = (255, 255, 255), (24, 25, 28)


def _bar(s: Sheet, draw: random.Random, ink: tuple[int, int, int]) -> None:
    s.text(60, 22, f"{draw.randint(7, 21)}:{draw.randint(10, 59)}", 30, ink)
    s.text(1020, 22, f"5G  {draw.randint(20, 99)}%", 28, ink, "r")


def app(c: Content, draw: random.Random) -> Image.Image:
    """An internet hospital's page: a coloured head, cards, labels on the left and values on the right."""
    s = Sheet(1080, 1160 + 190 * len(c.items), paper=(244, 245, 248))
    s.draw.rectangle([0, 0, 1080, 190], fill=(45, 110, 220))
    _bar(s, draw, WHITE)
    s.text(540, 104, "电子处方详情", 44, WHITE, "m")
    s.draw.rounded_rectangle([30, 220, 1050, 640], 24, fill=WHITE)
    s.text(70, 244, c.hospital, 40)
    y = 316
    for label, value in (
        ("就诊人", f"{c.patient}  {c.sex}  {c.age}岁"),
        ("科室", c.department),
        ("诊断", c.illness),
        ("开方时间", f"{c.day:%Y-%m-%d} 14:{draw.randint(10, 59)}"),
        ("处方编号", c.number),
    ):
        s.text(70, y, label, 32, (140, 140, 148))
        s.text(1010, y, value, 32, at="r")
        y += 62
    y = 670
    s.draw.rounded_rectangle([30, y, 1050, y + 80 + 190 * len(c.items)], 24, fill=WHITE)
    s.text(70, y + 20, "药品信息", 36)
    y += 90
    for i in c.items:
        s.text(70, y, i.name, 36)
        s.text(1010, y, f"×{i.boxes}盒", 36, at="r")
        s.text(70, y + 54, f"规格：{i.strength}*{i.pack}{i.unit}/盒", 30, (110, 110, 118))
        s.text(70, y + 100, f"用法用量：每次{i.dose} {i.often_zh} 口服", 30, (110, 110, 118))
        y += 190
    y += 20
    s.draw.rounded_rectangle([30, y, 1050, y + 190], 24, fill=WHITE)
    s.text(70, y + 24, f"开方医师：{c.doctor}", 34)
    s.text(70, y + 84, f"审核药师：{c.pharmacist}", 34)
    s.text(70, y + 140, f"药品费用 ￥{amount(c):.2f}", 30)
    return s.image


def mini_program(c: Content, draw: random.Random) -> Image.Image:
    """A mini program: white, thin lines, counts under the names."""
    s = Sheet(1080, 1060 + 180 * len(c.items), paper=WHITE)
    _bar(s, draw, (0, 0, 0))
    s.text(540, 90, "我的处方", 42, at="m")
    s.text(60, 180, c.hospital, 38)
    s.text(60, 240, f"姓名：{c.patient}    性别：{c.sex}    年龄：{c.age}岁", 32)
    s.text(60, 292, f"科室：{c.department}", 32)
    s.text(60, 344, f"初步诊断：{c.illness}", 32)
    s.text(60, 396, f"处方日期：{c.day:%Y年%m月%d日}", 32)
    s.rule(456, 40, 1040, (220, 220, 224))
    s.text(60, 474, "Rp.", 44)
    y = 550
    for n, i in enumerate(c.items, 1):
        s.text(60, y, f"{n}. {i.name}", 36)
        s.text(100, y + 54, f"{i.strength}×{i.pack}{i.unit}", 31, (90, 90, 96))
        s.text(640, y + 54, f"共{i.boxes}盒", 31, (90, 90, 96))
        s.text(100, y + 100, f"{i.often_zh}，每次{i.dose}", 31, (90, 90, 96))
        s.rule(y + 160, 60, 1040, (235, 235, 238))
        y += 176
    s.text(60, y + 20, f"医生：{c.doctor}", 34)
    s.text(560, y + 20, f"药师：{c.pharmacist}", 34)
    s.text(540, y + 120, "处方有效期 3 天，请及时取药", 28, (150, 150, 156), "m")
    return s.image


def night(c: Content, draw: random.Random) -> Image.Image:
    """The same kind of page at night: pale on dark."""
    pale, dim = (232, 232, 236), (160, 160, 168)
    s = Sheet(1080, 980 + 170 * len(c.items), paper=NIGHT)
    _bar(s, draw, pale)
    s.text(540, 90, "处方单", 42, pale, "m")
    s.text(60, 170, c.hospital, 38, pale)
    y = 236
    for label, value in (
        ("患者", c.patient),
        ("性别年龄", f"{c.sex} {c.age}岁"),
        ("科室", c.department),
        ("日期", c.day.isoformat()),
        ("诊断", c.illness),
    ):
        s.text(60, y, f"{label}：", 32, dim)
        s.text(260, y, value, 32, pale)
        y += 54
    y += 20
    for i in c.items:
        s.text(60, y, i.name, 36, pale)
        s.text(60, y + 54, f"规格 {i.strength}*{i.pack}{i.unit}", 30, dim)
        s.text(1010, y + 54, f"数量 {i.boxes}盒", 32, pale, "r")
        s.text(60, y + 100, f"{i.often_zh} 每次{i.dose}", 30, dim)
        y += 166
    s.text(60, y + 16, f"医师：{c.doctor}      药师：{c.pharmacist}", 34, pale)
    return s.image


def desk(c: Content, draw: random.Random) -> Image.Image:
    """The doctor's own program on a screen, before somebody photographs it."""
    s = Sheet(1500, 760 + 50 * len(c.items), paper=(240, 242, 245))
    s.draw.rectangle([0, 0, 1500, 56], fill=(60, 100, 150))
    s.text(20, 10, f"{c.hospital} 门诊医生工作站", 30, WHITE)
    s.text(
        30,
        84,
        f"姓名：{c.patient}   性别：{c.sex}   年龄：{c.age}岁   科室：{c.department}   就诊日期：{c.day.isoformat()}",
        28,
    )
    s.text(30, 132, f"诊断：{c.illness}", 28)
    heads: list[tuple[str, float]] = [
        ("药品名称", 30),
        ("规格", 470),
        ("用量", 760),
        ("频次", 920),
        ("数量", 1080),
        ("金额", 1240),
    ]
    rows = [
        [i.name, f"{i.strength}*{i.pack}{i.unit}", i.dose, i.often, f"{i.boxes}盒", f"{i.price * i.boxes:.2f}"]
        for i in c.items
    ]
    y = s.grid(190, heads, rows, 52, 26)
    s.text(30, y + 30, f"开方医生：{c.doctor}      审核药师：{c.pharmacist}      合计：{amount(c):.2f}", 28)
    return s.image
