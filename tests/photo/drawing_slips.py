"""Three layouts without ruled lines: a thermal slip, two columns of drugs in circles, a paragraph-like list."""

from __future__ import annotations

import random

from PIL import Image

from tests.photo.contents import Script
from tests.photo.drawing import HEI, SANS, SERIF, Pen

_CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def thermal(s: Script, draw: random.Random) -> Image.Image:
    """A grey slip of a self-service machine: dashes for lines, a label over each value pair, 数量:4 beside the pack."""
    p = Pen(640, 880 + 156 * len(s.items), HEI, HEI)
    p.draw.rectangle([0, 0, p.width, p.height], fill=(232, 232, 228))
    ink, dashes = (62, 62, 70), "- " * 40
    p.write(320, 30, s.hospital, 30 if len(s.hospital) < 18 else 26, at="m", ink=ink)
    p.write(320, 76, "自助机处方凭条", 30, at="m", ink=ink)
    p.write(20, 120, dashes, 22, ink=ink)
    for n, text in enumerate((
        f"姓名 {s.patient}   {s.sex}   {s.age}岁", f"处方号 {s.number}", f"科室 {s.department}",
        f"诊断 {s.diagnosis}", f"开立时间 {s.day:%Y/%m/%d} 10:{draw.randint(10, 59)}:07",
    )):  # fmt: skip
        p.write(24, 156 + 42 * n, text, 25, ink=ink)
    p.write(20, 366, dashes, 22, ink=ink)
    y = 400.0
    for n, i in enumerate(s.items, 1):
        p.write(24, y, f"{n}.{i.name}", 27, ink=ink)
        p.write(56, y + 42, f"{i.strength}*{i.pack}{i.unit}/盒", 25, ink=ink)
        p.write(430, y + 42, f"数量:{i.boxes}", 25, ink=ink)
        p.write(56, y + 82, f"用法:{i.dose} {i.often_zh} 口服", 24, ink=ink)
        y += 150
    p.write(20, y, dashes, 22, ink=ink)
    p.write(24, y + 40, f"应收 {s.amount:.2f}元", 26, ink=ink)
    p.write(24, y + 84, f"医师 {s.doctor}", 26, ink=ink)
    p.write(330, y + 84, f"发药 {s.checker}", 26, ink=ink)
    p.write(24, y + 128, f"审核药师 {s.pharmacist}", 26, ink=ink)
    return p.image


def circled(s: Script, draw: random.Random) -> Image.Image:
    """Numbers in circles, name and count on one line, strength alone under it, the doctor's part in a right column."""
    p = Pen(1300, 980 + 130 * len(s.items), SERIF)
    p.write(650, 50, s.hospital, 42, at="m")
    p.write(650, 112, "门诊电子处方", 34, at="m", bold=True)
    p.line(172, 60, None, 4)
    p.write(70, 192, f"患者姓名  {s.patient}", 29)
    p.write(480, 192, f"{s.sex}  {s.age}岁", 29)
    p.write(820, 192, f"{s.department}", 29)
    p.write(70, 242, f"诊断  {s.diagnosis}", 29)
    p.write(820, 242, f"流水号  {s.number}", 27)
    p.line(296)
    p.write(70, 312, "Rp", 46, bold=True)
    y = 396.0
    for n, i in enumerate(s.items):
        p.write(90, y, f"{_CIRCLED[n]} {i.name}", 31)
        p.write(1180, y, f"×{i.boxes}", 31, at="r")
        p.write(140, y + 46, f"{i.strength}（{i.pack}{i.unit}/盒）", 27)
        p.write(560, y + 46, f"用法 每次{i.dose} {i.often_zh}", 27)
        y += 130
    p.line(y + 10)
    for n, (label, value) in enumerate((
        ("处方医师", s.doctor), ("审核药师", s.pharmacist), ("发药药师", s.checker),
        ("处方日期", f"{s.day.year}年{s.day.month}月{s.day.day}日"),
    )):  # fmt: skip
        p.write(760, y + 34 + 52 * n, f"{label}  {value}", 28)
    p.write(70, y + 34, f"药费合计  {s.amount:.2f}", 28)
    return p.image


def columns(s: Script, draw: random.Random) -> Image.Image:
    """A borderless table: name, strength, pack, count and unit, price, each in a column; pack apart from strength."""
    p = Pen(1560, 700 + 64 * len(s.items), SANS)
    p.write(70, 40, s.hospital, 40, bold=True)
    p.write(1490, 46, "处方", 40, at="r", bold=True)
    for x, y, text in (
        (70, 116, f"姓名  {s.patient}"), (420, 116, f"性别  {s.sex}"), (640, 116, f"年龄  {s.age}"),
        (860, 116, f"开方科室  {s.department}"), (70, 166, f"处方编号  {s.number}"),
        (860, 166, f"开方日期  {s.day:%Y.%m.%d}"), (70, 216, f"诊断  {s.diagnosis}"),
    ):  # fmt: skip
        p.write(x, y, text, 27)
    heads = ((70, "药品名称"), (640, "规格"), (860, "包装"), (1040, "数量"), (1180, "用法"), (1490, "金额"))
    for x, text in heads:
        p.write(x, 286, text, 25, ink=(90, 90, 90), at="r" if x == 1490 else "l")
    y = 340.0
    for i in s.items:
        p.write(70, y, i.name, 28)
        p.write(640, y, i.strength, 27)
        p.write(860, y, f"{i.pack}{i.unit}/盒", 27)
        p.write(1046, y, f"{i.boxes}盒", 27)
        p.write(1180, y, f"{i.dose} {i.often}", 25)
        p.write(1490, y, f"{i.price * i.boxes:.2f}", 27, at="r")
        y += 64
    p.line(y + 20, 60, 1500)
    p.write(70, y + 44, f"医师签字  {s.doctor}", 28)
    p.write(560, y + 44, f"药师签章  {s.pharmacist}", 28)
    p.write(1490, y + 44, f"合计  {s.amount:.2f}", 28, at="r")
    return p.image
