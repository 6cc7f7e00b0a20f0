"""Papers that call the patient by another word: a bill its payer, a register whom it fetches for."""

from __future__ import annotations

import pytest

from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, value

DRUG = "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒"


def patient(*lines: str, foot: str = "医师：何志金") -> str | None:
    words = page("上海市明珠区中心医院", *lines, "处方日期：2026-11-08", DRUG, foot)
    return value(understand(words, TODAY, LISTED).reading.patient)


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("医疗门诊收费票据(电子)", "交款人：何玉芬  校验码：904430"), "何玉芬"),
        (("门诊医疗收费票据", "缴款人：何玉芬"), "何玉芬"),
        (("封控期间配药需求登记表", "配药人：何玉芬  性别：女  年龄：76", "代办志愿者：周思怡"), "何玉芬"),
        (("居民代配药登记表", "取药人：何玉芬"), "何玉芬"),
        (("电子票据", "交款人统一社会信用代码：*****  开票日期：2026-09-05", "交款人：何玉芬 性别：女"), "何玉芬"),
        (("外配处方", "参保人  何芬 男  年龄  52岁"), "何芬"),
        (("外配处方", "姓名：何 芬 女"), "何芬"),
        (("TAX INVOICE / PHARMACY", "Bill to: He Yufen"), "He Yufen"),
        (("Repeat Prescription Record", "Patient name HE Yufen DOB 12 March 1940"), "HE Yufen"),
        (("签约居民用药清单", "姓名  何玉芬  性别  女"), "何玉芬"),
        (("门诊处方笺", "缴款人：李志强"), None),  # of no bill
        (("门诊处方笺", "取药人：李志强"), None),
        (("医疗门诊收费票据", "交款人：李志强  姓名：何玉芬"), "何玉芬"),
        (("医疗门诊收费票据", "交款人：李志强  姓名：＿＿＿"), None),  # hers cannot be read
        (("医疗门诊收费票据", "交款人：李志强(家属)"), None),
        (("居民代配药登记表", "取药人：李志强 (女儿)"), None),
        (("居民代配药登记表", "取药人：李志强  配药人：何玉芬"), None),
        (("居民代配药登记表", "代取药人：李志强"), None),
    ],
)
def test_whom_a_bill_or_a_register_names_alone(lines: tuple[str, ...], name: str | None) -> None:
    assert patient(*lines) == name


def test_the_person_at_the_head_of_a_register_does_not_sign_it() -> None:
    words = page("长桥街道社区卫生服务中心", "居民代配药登记表", "配药人：何玉芬", "处方日期：2026-11-08", DRUG)
    assert understand(words, TODAY, LISTED).reading.missing == ("foot",)
