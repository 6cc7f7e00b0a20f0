"""Three layouts on coloured paper: labels without colons in two languages, a ruled table, a form with lines to fill."""

from __future__ import annotations

import random

from PIL import Image

from tests.photo.contents import Item, Script
from tests.photo.drawing import HEI, SANS, SERIF, Pen

PALE_YELLOW, PALE_PINK, PALE_GREEN = (253, 246, 205), (252, 228, 232), (226, 243, 226)


def _paper(p: Pen, colour: tuple[int, int, int]) -> Pen:
    p.draw.rectangle([0, 0, p.width, p.height], fill=colour)
    return p


def _han_day(s: Script) -> str:
    digits = "〇一二三四五六七八九"
    year = "".join(digits[int(c)] for c in str(s.day.year))

    def number(n: int) -> str:
        tens, ones = divmod(n, 10)
        head = "" if not tens else "十" if tens == 1 else digits[tens] + "十"
        return head + (digits[ones] if ones else "")

    return f"{year}年{number(s.day.month)}月{number(s.day.day)}日"


def bilingual(s: Script, draw: random.Random) -> Image.Image:
    """An international department's sheet: every label in Chinese and English, no colons, strength before the name."""
    p = _paper(Pen(1360, 1040 + 96 * len(s.items), SANS), PALE_GREEN)
    p.write(680, 44, s.hospital, 44, at="m", bold=True)
    p.write(680, 104, "International Medical Department", 26, at="m")
    p.write(680, 146, "处方笺 PRESCRIPTION", 38, at="m", bold=True)
    head = (
        (80, 220, "姓名 Name", s.patient), (560, 220, "性别 Sex", s.sex), (920, 220, "年龄 Age", f"{s.age}岁"),
        (80, 274, "科室 Dept", s.department), (560, 274, "处方号 No.", s.number),
        (80, 328, "日期 Date", f"{s.day:%Y-%m-%d}"), (560, 328, "诊断 Dx", s.diagnosis),
    )  # fmt: skip
    for x, y, label, value in head:
        p.write(x, y, label, 25, ink=(95, 105, 95))
        p.write(x + 190, y - 2, value, 28)
    p.line(384)
    for x, text in ((80, "No."), (160, "规格 Strength"), (480, "药品名称 Drug"), (1040, "数量 Qty")):
        p.write(x, 396, text, 25, bold=True)
    y = 452.0
    for n, i in enumerate(s.items, 1):
        p.write(90, y, str(n), 28)
        p.write(160, y, f"{i.strength}*{i.pack}{i.unit}", 28)
        p.write(480, y, i.name, 30)
        p.write(1060, y, f"{i.boxes} 盒", 28)
        p.write(480, y + 44, f"{i.dose}  {i.often_zh}  口服", 24, ink=(80, 80, 80))
        y += 96
    p.line(y + 6)
    p.write(80, y + 40, f"医师 Doctor  {s.doctor}", 28)
    p.write(560, y + 40, f"药师 Pharmacist  {s.pharmacist}", 28)
    p.write(80, y + 96, f"合计 Total  ¥{s.amount:.2f}", 28)
    return p.image


def ruled(s: Script, draw: random.Random) -> Image.Image:
    """Yellow paper, a fully ruled table: name, count and its unit, strength, directions; hospital with its branch."""
    p = _paper(Pen(1500, 860 + 68 * len(s.items), SERIF), PALE_YELLOW)
    p.write(750, 36, f"{s.hospital}（东院区）", 42, at="m", bold=True)
    p.write(750, 98, "急 诊 处 方", 36, at="m")
    top = 166
    grid = (
        ("病人姓名", s.patient, 60, 330), ("性别", s.sex, 390, 130), ("年龄", f"{s.age}岁", 520, 230),
        ("科别", s.department, 750, 330), ("费别", "医保", 1080, 360),
    )  # fmt: skip
    for label, value, left, wide in grid:
        p.box(left, top, left + wide, top + 58)
        p.write(left + 12, top + 12, f"{label}  {value}", 27)
    p.box(60, top + 58, 1440, top + 116)
    p.write(72, top + 70, f"临床诊断  {s.diagnosis}", 27)
    edges = (60, 130, 620, 760, 1080, 1440)
    y = top + 140.0
    for x, text in zip(edges, ("序号", "药品", "数量", "规格", "用法"), strict=False):
        p.write(x + 8, y + 12, text, 25, bold=True)
    for n in range(len(s.items) + 2):
        p.line(y + 60 * n, 60, 1440, 2)
    bottom = y + 60 * (len(s.items) + 1)
    for x in edges:
        p.draw.line([(x, y), (x, bottom)], fill=(90, 90, 90), width=2)
    for n, i in enumerate(s.items, 1):
        at = y + 60 * n + 12
        p.write(82, at, str(n), 26)
        p.write(138, at, i.name, 27)
        p.write(640, at, f"{i.boxes}({_box(i)})", 26)
        p.write(772, at, f"{i.strength}×{i.pack}{i.unit}", 26)
        p.write(1092, at, f"{i.dose} {i.often} 口服", 24)
    p.write(60, bottom + 30, f"医师签名（盖章） {s.doctor}", 27)
    p.write(640, bottom + 30, f"审核药师 {s.pharmacist}", 27)
    p.write(1080, bottom + 30, f"核对 {s.checker}", 27)
    p.write(60, bottom + 84, f"金额 {s.amount:.2f}元", 27)
    p.write(640, bottom + 84, f"处方编号 {s.number}", 27)
    p.write(1080, bottom + 84, f"日期 {s.day.year}/{s.day.month}/{s.day.day}", 27)
    return p.image


def _box(i: Item) -> str:
    return "支" if i.unit == "支" and i.pack == 1 else "盒"


def written(s: Script, draw: random.Random) -> Image.Image:
    """Pink paper, values on ruled lines as if filled in, the year in Chinese numerals, name over strength."""
    p = _paper(Pen(1150, 1120 + 150 * len(s.items), HEI, HEI), PALE_PINK)
    cut = max(s.hospital.find("大学") + 2, s.hospital.find("学院") + 2)
    first, second = (s.hospital[:cut], s.hospital[cut:]) if cut > 5 else ("", s.hospital)
    if first:
        p.write(575, 36, first, 40, at="m")
    p.write(575, 92, second, 40, at="m")
    p.write(575, 156, "处方笺", 36, at="m")
    rows = (
        ((60, 330, "患者姓名", s.patient), (460, 160, "性别", s.sex), (720, 240, "年龄", f"{s.age} 岁")),
        ((60, 400, "科室", s.department), (560, 400, "门诊号", s.number)),
        ((60, 900, "诊断", s.diagnosis),),
    )
    y = 230
    for row in rows:
        for x, wide, label, value in row:
            p.write(x, y, label, 28)
            begin = x + 32 * len(label)
            p.write(begin + 16, y - 2, value, 29)
            p.line(y + 40, begin, min(begin + wide, 1090), 2)
        y += 62
    p.write(60, y + 8, "Rp", 48, bold=True)
    at = y + 90.0
    for n, i in enumerate(s.items, 1):
        p.write(90, at, f"({n}) {i.name}", 31)
        p.write(150, at + 48, f"{i.strength} × {i.pack}{i.unit}", 28)
        p.write(600, at + 48, f"共 {i.boxes} 盒", 28)
        p.write(150, at + 94, f"Sig: {i.dose} {i.often}", 26)
        at += 150
    p.write(150, at, "//", 30)
    foot = p.height - 230
    p.line(foot, 60, 1090)
    p.write(60, foot + 24, f"医师 {s.doctor}", 28)
    p.write(400, foot + 24, f"审核 {s.pharmacist}", 28)
    p.write(740, foot + 24, f"调配 {s.checker}", 28)
    p.write(60, foot + 80, f"金额 ¥{s.amount:.2f}", 28)
    p.write(560, foot + 80, f"开具日期 {_han_day(s)}", 28)
    return p.image
