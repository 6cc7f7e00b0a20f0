"""Three more layouts: everything in one line, cells of two lines, names and amounts without a gap."""

from __future__ import annotations

import random

from PIL import Image

from tests.photo.contents import Script
from tests.photo.drawing import HEI, SANS, SERIF, Pen


def lines(s: Script, draw: random.Random) -> Image.Image:
    """Wide, everything labelled, a drug a line."""
    p = Pen(1500, 760 + 70 * len(s.items), SERIF)
    p.write(750, 40, f"{s.hospital}（盖章）", 42, at="m")
    p.write(750, 100, "医疗保险专用处方", 34, at="m")
    p.write(60, 170, f"病人姓名：{s.patient}    性别：{s.sex}    年龄：{s.age} 岁    就诊号：{s.number}")
    p.write(60, 220, f"处方时间：{s.day:%Y-%m-%d} 08:02:{draw.randint(10, 59)}    开单科室：{s.department}")
    p.write(60, 270, f"诊断结果：{s.diagnosis}")
    p.line(320)
    y = 340.0
    for i in s.items:
        p.write(60, y, f"药品：{i.name}" + (f"[{i.brand}]" if i.brand else ""))
        p.write(820, y, f"规格：{i.strength}×{i.pack}{i.unit}")
        p.write(1250, y, f"数量：{i.boxes}")
        y += 70
    p.line(y + 10)
    p.write(60, y + 40, f"接诊医生：{s.doctor}")
    p.write(500, y + 40, f"药师审核：{s.pharmacist}")
    p.write(940, y + 40, f"费用合计：{s.amount:.2f}")
    return p.image


def cells(s: Script, draw: random.Random) -> Image.Image:
    """A ruled table whose cells hold one line or two, each set in the middle of its height."""
    p = Pen(1600, 640 + 110 * len(s.items), HEI, HEI)
    p.write(800, 40, s.hospital, 44, at="m")
    p.write(800, 100, "门（急）诊处方", 36, at="m")
    day = f"日期 {s.day.year}年{s.day.month:02}月{s.day.day:02}日"
    head = ((80, f"姓名 {s.patient}"), (380, f"性别 {s.sex}"), (560, f"年龄 {s.age}岁"), (820, f"科别 {s.department}"))
    for x, text in (*head, (1180, day)):
        p.write(x, 170, text)
    p.write(80, 220, f"处方编号 {s.number}")
    p.write(560, 220, f"诊断 {s.diagnosis}")
    edges, top = (80, 640, 1000, 1330, 1520), 280
    for x, text in zip(edges, ("药品名称(商品名)", "规格", "用法用量", "总量"), strict=False):
        p.write(x + 10, top + 8, text)
    y = top + 54.0
    p.box(edges[0], top, edges[-1], y + 110 * len(s.items))
    for x in edges[1:-1]:
        p.draw.line([(x, top), (x, y + 110 * len(s.items))], fill=(80, 80, 80), width=2)
    for i in s.items:
        p.line(y, edges[0], edges[-1])
        p.write(edges[0] + 10, y + (14 if i.brand else 36), i.name)
        if i.brand:
            p.write(edges[0] + 10, y + 60, f"({i.brand})", 26)
        p.write(edges[1] + 10, y + 36, f"{i.strength}*{i.pack}{i.unit}/盒")
        p.write(edges[2] + 10, y + 14, f"每次{i.dose}", 26)
        p.write(edges[2] + 10, y + 60, f"{i.often_zh} 口服", 26)
        p.write(edges[3] + 10, y + 36, f"{i.boxes}盒")
        y += 110
    p.write(80, y + 30, f"医师：{s.doctor}")
    p.write(480, y + 30, f"审核/调配药师：{s.pharmacist}")
    p.write(1000, y + 30, f"核对/发药药师：{s.checker}")
    p.write(80, y + 80, f"合计金额：{s.amount:.2f}元")
    return p.image


def plain(s: Script, draw: random.Random) -> Image.Image:
    """Few labels; name, brand, strength and pack run together, the count far to the right."""
    p = Pen(1240, 900 + 90 * len(s.items), SANS)
    p.write(60, 50, s.hospital, 38, bold=True)
    p.write(1180, 60, "处方笺", 38, at="r", bold=True)
    p.line(120, wide=4)
    for x, text in ((60, f"患者：{s.patient}"), (420, s.sex), (520, f"{s.age}岁"), (760, s.department)):
        p.write(x, 140, text, 30)
    p.write(60, 190, f"No.{s.number}")
    p.write(760, 190, f"{s.day:%Y.%m.%d}")
    p.write(60, 240, f"初步诊断：{s.diagnosis}")
    p.line(290)
    p.write(60, 300, "处方：", 34, bold=True)
    y = 360.0
    for n, i in enumerate(s.items, 1):
        brand = f"({i.brand})" if i.brand else ""
        p.write(60, y, f"{n}) {i.name}{brand}{i.strength}*{i.pack}{i.unit}/盒")
        p.write(1180, y, f"{i.boxes}盒", at="r")
        p.write(110, y + 42, f"{i.dose} {i.often} po", 26, ink=(90, 90, 90))
        y += 90
    p.write(60, y + 60, f"医师签章：{s.doctor}", 30)
    p.write(700, y + 60, f"调配：{s.checker}", 30)
    p.write(60, y + 110, f"核对：{s.pharmacist}", 30)
    return p.image
