"""What a drawn prescription says: invented people, places and numbers, real drug names. Random, but by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.photo.formulary import Formulary, read_csv

LISTED: Formulary = read_csv(Path(__file__).parents[2] / "bot/photo/sample_formulary.csv")
TODAY = date(2026, 11, 21)

_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程"
    "魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方邹熊白孟秦邱侯江尹薛闫段雷龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文斌淑珍根妹金荣福祥德生松柏鹤年"
    "瑾瑜琳琪婉怡欣妍雯婷嘉俊泽浩轩宇晨曦彦辰昕睿涵"
)
_PLACES = (
    *("上海市明珠区中心医院", "上海市云间区中医医院", "上海市第二十八人民医院", "上海申江大学附属东林医院"),
    *(
        "上海申江医学院附属第九医院",
        "上海市松陵区妇幼保健院",
        "上海市长桥街道社区卫生服务中心",
        "上海市南汀镇社区卫生服务中心",
    ),
    *("上海市东方脑科医院", "上海市皮肤病医院", "上海市肺科医院", "上海市青湖区精神卫生中心附属医院"),
    *("临港新城人民医院", "上海市精诚中西医结合医院"),
)
_DEPARTMENTS = (
    *("心内科", "内分泌科", "神经内科", "呼吸内科", "消化内科", "肾内科", "全科"),
    *("老年医学科", "泌尿外科", "风湿免疫科", "肿瘤科", "血液内科"),
)
_ILLS = (
    *("高血压病3级（极高危）", "2型糖尿病", "高脂血症", "冠状动脉粥样硬化性心脏病", "脑梗死后遗症"),
    *("慢性阻塞性肺疾病", "甲状腺功能减退症", "骨质疏松", "慢性胃炎", "痛风", "慢性肾脏病3期", "帕金森病"),
    *("心房颤动", "良性前列腺增生", "类风湿关节炎", "缺铁性贫血"),
)
_TIMES = {"qd": "每日1次", "bid": "每日2次", "tid": "每日3次", "qn": "每晚1次"}
# Not in the sample list: must be read, and must never become a listed drug.
UNLISTED = (
    ("阿齐沙坦片", "", "20mg", 7, "片"),
    ("西尼地平片", "", "5mg", 14, "片"),
    ("盐酸贝尼地平胶囊", "", "4mg", 14, "粒"),
    ("匹维溴铵片", "得舒特", "50mg", 20, "片"),
    ("曲格列汀片", "", "100mg", 8, "片"),
    ("磷酸芦可替尼片", "", "5mg", 60, "片"),
    ("盐酸伊托必利片", "", "50mg", 20, "片"),
    ("罗格列酮片", "", "4mg", 7, "片"),
)


@dataclass(frozen=True)
class Item:
    """One drug line. ``unit`` is a pack's: 片, 粒, 支."""

    name: str
    brand: str
    strength: str
    pack: int
    unit: str
    boxes: int
    dose: str
    often: str
    price: float
    listed: bool = True

    @property
    def often_zh(self) -> str:
        return _TIMES[self.often]


@dataclass(frozen=True)
class Script:
    """All that is printed on one prescription."""

    hospital: str
    patient: str
    sex: str
    age: int
    department: str
    day: date
    diagnosis: str
    items: tuple[Item, ...]
    doctor: str
    pharmacist: str
    checker: str
    number: str
    card: str

    @property
    def amount(self) -> float:
        return round(sum(i.price * i.boxes for i in self.items), 2)


def script(seed: int, unlisted: bool = False) -> Script:
    """A whole prescription by seed; with ``unlisted`` one of its drugs is not in the sample list."""
    draw = random.Random(seed)
    drugs = draw.sample([d for d in LISTED.drugs if len(d.amounts) <= 2 and "," not in d.strength], draw.randint(1, 5))
    items = [_item(draw, d.name, d.brand, d.strength, d.pack) for d in drugs]
    if unlisted:
        name, brand, strength, pack, unit = draw.choice(UNLISTED)
        items[-1] = replace(_item(draw, name, brand, strength, pack), unit=unit, listed=False)
    return Script(
        hospital=draw.choice(_PLACES),
        patient=_person(draw),
        sex=draw.choice("男女"),
        age=draw.randint(41, 93),
        department=draw.choice(_DEPARTMENTS),
        day=TODAY - timedelta(days=draw.randint(0, 80)),
        diagnosis="；".join(draw.sample(_ILLS, draw.randint(1, 2))),
        items=tuple(items),
        doctor=_person(draw),
        pharmacist=_person(draw),
        checker=_person(draw),
        number="".join(draw.choices("0123456789", k=draw.choice((10, 12, 14)))),
        card="".join(draw.choices("0123456789", k=9)),
    )


def _item(draw: random.Random, name: str, brand: str, strength: str, pack: int) -> Item:
    unit = next(
        (
            u
            for ends, u in (("胶囊", "粒"), ("注射液", "支"), ("丸", "粒"), ("粉雾剂", "吸"), ("颗粒", "袋"))
            if name.split("(")[0].endswith(ends)
        ),
        "片",
    )
    dose = strength.split(":")[0] if "单位" not in strength else "12单位"
    return Item(
        name,
        brand,
        strength,
        pack,
        unit,
        draw.randint(1, 6),
        dose,
        draw.choice(list(_TIMES)),
        draw.randint(500, 19900) / 100,
    )


def _person(draw: random.Random) -> str:
    return draw.choice(_FAMILY) + "".join(draw.choices(_GIVEN, k=draw.choice((1, 2, 2, 2))))
