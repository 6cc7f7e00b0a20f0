"""Draws a resident's paper prescription as a picture: an outpatient prescription of any hospital of the city."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from sandbox.hospital.seed.history import rx_number
from sandbox.hospital.seed.people import Drug, Resident, city, drug_called
from sandbox.hospital.seed.shapes import CITY_TIME

SIZE = (1000, 1400)
_SHEET = (36, 36, 964, 1364)
_LEFT, _RIGHT = 84, 916
_FONTS = Path(__file__).parent / "fonts"
_INK, _RED, _PAPER, _DESK = (24, 24, 28), (188, 44, 40), (247, 246, 241), (94, 82, 70)
_STAR = tuple((turn, 12 if turn % 2 else 30) for turn in range(10))
_FREQUENCY = {
    "qd": "每日1次", "bid": "每日2次", "tid": "每日3次", "qid": "每日4次", "qn": "每晚1次",
    "qw": "每周1次", "tiw": "每周3次", "prn": "必要时",
}  # fmt: skip
_ROUTE = {"注射液": "皮下注射", "粉雾剂": "吸入", "喷雾剂": "喷鼻"}


@dataclass(frozen=True)
class Slip:
    """Everything that is printed, as text; the lines are (name, strength and pack, boxes, how to take it)."""

    hospital: str
    number: str
    card: str
    fee: str
    name: str
    sex: str
    age: str
    department: str
    diagnosis: str
    date: str
    lines: tuple[tuple[str, str, str, str], ...]
    amount: str
    doctor: str
    pharmacist: str
    dispenser: str


def slip(one: Resident, now_ms: int) -> Slip:
    """The words of a resident's paper; its date is `days_ago` before civil now."""
    day = datetime.fromtimestamp(now_ms / 1000, CITY_TIME) - timedelta(days=one.paper.days_ago)
    born = datetime.fromisoformat(one.birth)
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    bought = [(drug_called(code), boxes) for code, boxes in one.drugs]
    total = sum((drug.price * boxes for drug, boxes in bought), Decimal(0))
    department = next(row["zh"] for row in city()["departments"] if row["specialty"] == one.department)
    return Slip(
        hospital=one.paper.hospital,
        number=rx_number(one, now_ms, one.paper.days_ago),
        card=one.credential,
        fee="医保" if one.coverage else "自费",
        name=one.zh,
        sex="女" if one.sex == "female" else "男",
        age=f"{age}岁",
        department=department,
        diagnosis=one.condition["zh"],
        date=f"{day.year}年{day.month:02d}月{day.day:02d}日",
        lines=tuple(_line(drug, boxes, one.takes(drug)) for drug, boxes in bought),
        amount=f"{total:.2f}元",
        doctor=one.paper.doctor,
        pharmacist=one.paper.pharmacist,
        dispenser=one.paper.dispenser,
    )


def directions(drug: Drug, sig: str = "") -> str:
    """'20mg qn' as a prescription says it: each time how much, how often, by what way. Without sig as listed."""
    dose, often, *rest = (sig or drug.sig).split()
    note = (rest[0] if rest else "").replace("皮下", "").replace("吸入", "")
    if note in ("舌下", "含服"):
        return f"每次{dose}  {_FREQUENCY[often]}  {note}"
    way = next((way for ending, way in _ROUTE.items() if drug.form.endswith(ending)), "口服")
    return "  ".join(filter(None, (f"每次{dose}", _FREQUENCY[often], way, note)))


@lru_cache(maxsize=32)
def draw(words: Slip) -> bytes:
    """The picture as PNG, 1000 x 1400."""
    image = Image.new("RGB", SIZE, _DESK)
    pen = ImageDraw.Draw(image)
    pen.rectangle((_SHEET[0] + 7, _SHEET[1] + 9, _SHEET[2] + 7, _SHEET[3] + 9), fill=(70, 61, 52))
    pen.rectangle(_SHEET, fill=_PAPER)
    _head(pen, words)
    bottom = _drugs(pen, words)
    _seal(pen, 800, 1020)
    _foot(pen, words, max(bottom, 1130))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _head(pen: ImageDraw.ImageDraw, words: Slip) -> None:
    pen.text((500, 108), words.hospital, _INK, _font(40, "bold"), anchor="mm")
    pen.text((500, 166), "处  方  笺", _INK, _font(36, "bold"), anchor="mm")
    pen.rectangle((812, 70, _RIGHT, 118), outline=_INK, width=2)
    pen.text((864, 94), "普通", _INK, _font(26, "bold"), anchor="mm")
    _row(pen, 216, (("费别：", words.fee, _LEFT), ("医保卡号：", words.card, 300), ("处方号：", words.number, 610)))
    pen.line((_LEFT, 240, _RIGHT, 240), _INK, 2)
    _row(pen, 278, (("姓名：", words.name, _LEFT), ("性别：", words.sex, 330), ("年龄：", words.age, 500)))
    _row(pen, 278, (("科别：", words.department, 690),))
    _row(pen, 328, (("临床诊断：", words.diagnosis, _LEFT),))
    _row(pen, 378, (("开具日期：", words.date, _LEFT),))
    pen.line((_LEFT, 408, _RIGHT, 408), _INK, 2)


def _drugs(pen: ImageDraw.ImageDraw, words: Slip) -> int:
    pen.text((_LEFT + 6, 456), "Rp", _INK, _font(46, "bold"), anchor="lm")
    y = 526
    for number, (name, pack, boxes, sig) in enumerate(words.lines, 1):
        pen.text((_LEFT + 16, y), f"{number}. {name}", _INK, _font(27), anchor="lm")
        pen.text((600, y), pack, _INK, _font(26), anchor="lm")
        pen.text((_RIGHT, y), boxes, _INK, _font(26), anchor="rm")
        pen.text((_LEFT + 54, y + 44), f"用法：{sig}", _INK, _font(25), anchor="lm")
        y += 112
    pen.text((_LEFT + 40, y), "------ 以下空白 ------", (90, 90, 90), _font(22), anchor="lm")
    return y + 40


def _foot(pen: ImageDraw.ImageDraw, words: Slip, y: int) -> None:
    pen.line((_LEFT, y, _RIGHT, y), _INK, 2)
    _row(pen, y + 44, (("医师：", words.doctor, _LEFT), ("药品金额：", words.amount, 470)))
    _row(pen, y + 92, (("审核药师：", words.pharmacist, _LEFT), ("调配：", words.dispenser, 470)))
    _row(pen, y + 92, (("发药：", words.pharmacist, 690),))
    note = "注：1.处方当日有效  2.取药时请当面核对药品名称、规格、数量"
    pen.text((_LEFT, y + 136), note, (70, 70, 70), _font(20), anchor="lm")
    pen.text(
        (_LEFT, y + 168), "示例数据，不可用于临床  Sample data, not for clinical use", _RED, _font(18), anchor="lm"
    )


def _seal(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    pen.ellipse((x - 84, y - 84, x + 84, y + 84), outline=_RED, width=4)
    points = [(x + r * math.sin(turn * math.pi / 5), y - 22 - r * math.cos(turn * math.pi / 5)) for turn, r in _STAR]
    pen.polygon(points, fill=_RED)
    pen.text((x, y + 34), "处方专用章", _RED, _font(24), anchor="mm")


def _row(pen: ImageDraw.ImageDraw, y: int, fields: tuple[tuple[str, str, int], ...]) -> None:
    for label, value, x in fields:
        pen.text((x, y), label + value, _INK, _font(25), anchor="lm")


def _line(drug: Drug, boxes: int, sig: str) -> tuple[str, str, str, str]:
    name = f"{drug.zh}({drug.brand})" if drug.brand else drug.zh
    return name, f"{drug.strength}×{drug.pack}{drug.unit}", f"×{boxes}盒", directions(drug, sig)


@cache
def _font(size: int, weight: str = "regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"paper-{weight}.otf", size)
