"""Four layouts that are no plain list: cards side by side, a panel of fields, narrow cells, a slip of brands."""

from __future__ import annotations

import random

from PIL import Image

from tests.photo.contents import Script
from tests.photo.drawing import HEI, SANS, SERIF, Pen


def cards(s: Script, draw: random.Random) -> Image.Image:
    """Labels above their values in one ruled line; the drugs in two columns of boxes, the count right in each."""
    p = Pen(1640, 640 + 190 * ((len(s.items) + 1) // 2), SANS)
    p.write(820, 40, s.hospital, 42, at="m", bold=True)
    p.write(820, 104, "门诊处方", 34, at="m")
    for left, right, label, value in (
        (60, 300, "姓名", s.patient), (300, 420, "性别", s.sex), (420, 560, "年龄", f"{s.age}岁"),
        (560, 900, "科室", s.department), (900, 1200, "开具日期", f"{s.day:%Y-%m-%d}"),
        (1200, 1580, "处方号", s.number),
    ):  # fmt: skip
        p.box(left, 170, right, 262)
        p.write(left + 12, 178, label, 24, ink=(70, 100, 80))
        p.write(left + 12, 216, value, 29)
    p.write(72, 284, f"临床诊断  {s.diagnosis}", 28)
    for n, i in enumerate(s.items):
        x, y = 60 + 770 * (n % 2), 346.0 + 190 * (n // 2)
        p.box(x, y, x + 750, y + 172)
        p.write(x + 14, y + 14, str(n + 1), 29)
        p.write(x + 60, y + 14, i.name, 29, bold=True)
        p.write(x + 60, y + 66, f"规格 {i.strength}*{i.pack}{i.unit}", 27)
        p.write(x + 560, y + 66, f"数量 {i.boxes}盒", 27)
        p.write(x + 60, y + 116, f"用法 {i.often_zh} 每次{i.dose}", 27)
    y = 376.0 + 190 * ((len(s.items) + 1) // 2)
    p.line(y)
    for x, text in (
        (60, f"医师 {s.doctor}"), (420, f"审核药师 {s.pharmacist}"), (860, f"调配 {s.checker}"),
        (1260, f"合计 {s.amount:.2f}元"),
    ):  # fmt: skip
        p.write(x, y + 24, text, 28)
    return p.image


def panel(s: Script, draw: random.Random) -> Image.Image:
    """The fields in a grey panel on the left, each label over its value; the drugs right of it, under Rp."""
    p = Pen(1640, max(1120, 520 + 160 * len(s.items)), SANS)
    p.draw.rectangle([40, 40, 470, p.height - 40], fill=(226, 230, 232))
    size = 34 if len(s.hospital) < 12 else 26 if len(s.hospital) < 16 else 22
    p.write(255, 80, s.hospital, size, at="m", bold=True)
    p.write(255, 134, "处方单", 32, at="m", bold=True)
    for n, (label, value) in enumerate((
        ("姓名", s.patient), ("性别/年龄", f"{s.sex} / {s.age}岁"), ("科室", s.department), ("诊断", s.diagnosis),
        ("处方日期", f"{s.day:%Y-%m-%d}"), ("处方号", s.number), ("费用类别", "医保统筹"),
    )):  # fmt: skip
        p.write(66, 216 + 100 * n, label, 24, ink=(90, 90, 90))
        p.write(66, 252 + 100 * n, value, 29 if len(value) < 14 else 21)
    p.write(510, 70, "Rp:", 44, bold=True)
    y = 146.0
    for n, i in enumerate(s.items, 1):
        p.write(510, y, str(n), 30, bold=True)
        p.write(556, y, i.name, 29)
        p.write(1180, y, f"{i.strength}×{i.pack}{i.unit}", 27)
        p.write(1580, y, f"{i.boxes} 盒", 29, at="r")
        p.write(556, y + 50, f"Sig: 每次{i.dose} {i.often_zh}", 26, ink=(70, 70, 70))
        y += 150
    y = p.height - 200.0
    p.write(520, y, f"医师 {s.doctor}", 28)
    p.write(840, y, f"审核药师 {s.pharmacist}", 28)
    p.write(1580, y, f"总金额 {s.amount:.2f} 元", 28, at="r")
    p.write(520, y + 52, f"核对发药 {s.checker}", 28)
    return p.image


def narrow(s: Script, draw: random.Random) -> Image.Image:
    """A ruled table with narrow columns: long names and directions take two lines, centred beside one-line cells."""
    p = Pen(1300, 700 + 92 * len(s.items), SERIF)
    p.write(650, 40, s.hospital, 40, at="m", bold=True)
    p.write(650, 100, "慢性病长期处方", 32, at="m", bold=True)
    for y, text in (
        (160, f"患者姓名：{s.patient}    性别：{s.sex}    年龄：{s.age}岁    科别：{s.department}"),
        (206, f"临床诊断：{s.diagnosis}"),
        (252, f"开具日期：{s.day.year}年{s.day.month}月{s.day.day}日    处方编号：{s.number}"),
    ):
        p.write(64, y, text, 28)
    edges = (60, 130, 420, 640, 900, 1030, 1150, 1240)
    heads = ("序", "药品名称", "规格", "用法用量", "天数", "总量", "厂家")
    y, rows = 310.0, [list(heads)]
    rows += [
        [
            str(n),
            i.name,
            f"{i.strength}×{i.pack}{i.unit}/盒",
            f"{i.often_zh},每次{i.dose},口服",
            "28",
            f"{i.boxes}盒",
            "示例",
        ]
        for n, i in enumerate(s.items, 1)
    ]
    for row in rows:
        high = 56 if row[0] == "序" else 92
        for left, right, text in zip(edges[:-1], edges[1:], row, strict=True):
            p.box(left, y, right, y + high)
            fit = max(1, int((right - left - 24) / 27))
            cell = text.split("\n") if len(text) <= fit else [text[:fit], text[fit:]]
            for n, line in enumerate(cell):
                p.write(left + 12, y + high / 2 - 18 * len(cell) + 36 * n, line, 26)
        y += high
    for x, text in ((64, f"医师：{s.doctor}"), (420, f"审核药师：{s.pharmacist}"), (860, f"药费：{s.amount:.2f}元")):
        p.write(x, y + 60, text, 28)
    p.write(64, y + 112, f"发药药师：{s.checker}", 28)
    return p.image


def brands(s: Script, draw: random.Random) -> Image.Image:
    """A slip without labels for the person; brand, strength and count on a line, the generic name in brackets below."""
    p = Pen(760, 720 + 150 * len(s.items), HEI, HEI)
    size = 34 if len(s.hospital) < 18 else 28
    p.write(380, 40, s.hospital, size, at="m")
    p.write(380, 92, "药房配药单", 30, at="m")
    for n, text in enumerate((
        f"{s.patient} {s.sex} {s.age}岁", f"科室 {s.department}", f"诊断 {s.diagnosis}", f"日期 {s.day:%Y/%m/%d}",
        f"流水 {s.number}",
    )):  # fmt: skip
        p.write(40, 156 + 44 * n, text, 26)
    y = 400.0
    for i in s.items:
        p.write(40, y, f"{i.brand or i.name} {i.strength}×{i.pack}{i.unit}", 27)
        p.write(720, y, f"x{i.boxes}盒", 27, at="r")
        if i.brand:
            p.write(60, y + 46, f"({i.name})", 24)
        p.write(60, y + 88, f"用法 口服 {i.often_zh}", 24)
        y += 150
    p.write(40, y + 20, f"金额 {s.amount:.2f}元", 26)
    p.write(40, y + 66, f"医师 {s.doctor}", 26)
    p.write(400, y + 66, f"药师 {s.pharmacist}", 26)
    return p.image
