"""Labelled fields, in the many ways they are printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo.fields import Page, bare_hospital, fen, page_fields
from bot.photo.labels import labelled
from bot.photo.rows import rows
from tests.photo.contents import TODAY
from tests.photo.lines import page, value, word


def read(*lines: str) -> Page:
    return page_fields(rows(page(*lines)), TODAY)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("姓名：何玉芬  性别：女  年龄：76岁", "何玉芬"),
        ("姓名 何玉芬", "何玉芬"),
        ("姓名何玉芬", "何玉芬"),
        ("姓 名：何玉芬", "何玉芬"),
        ("姓名：何 玉 芬", "何玉芬"),
        ("姓名：何 芬", "何芬"),
        ("签约居民：何玉芬  性别 女", "何玉芬"),
        ("居民：何玉芬", "何玉芬"),
        ("会员:何玉芬卡号13269947", "何玉芬"),
        ("居民健康卡  何玉芬", None),
        ("代就诊人：李志强  姓名：何玉芬", "何玉芬"),
        ("户主姓名：李志强  姓名：何玉芬", "何玉芬"),
        ("户主姓名：李志强", None),
        ("姓名(家属)：李志强", None),
        ("姓名（代办）：李志强  患者：何玉芬", "何玉芬"),
        ("护士姓名：李志强", None),
        ("患者：李志强 (家属)", None),
        ("患者：李志强(家属)", None),
        ("患者：李志强  （家属）", None),
        ("姓名：李志强(女儿)  患者：何玉芬", "何玉芬"),
        ("用药人：何玉芬(本人)", "何玉芬"),
        ("就诊人信息  姓名：何玉芬", "何玉芬"),
        ("就诊人：信息", None),
        ("取药姓名：李志强", None),
        ("打印姓名：李志强", None),
        ("陪诊患者：李志强  患者：何玉芬", "何玉芬"),
        ("下一位患者：李志强  患者：何玉芬", "何玉芬"),
        ("员工姓名：李志强  患者姓名：何玉芬", "何玉芬"),
        ("姓名：李志强(代)  患者：何玉芬", "何玉芬"),
        ("费别：医保姓名：何玉芬", "何玉芬"),
        ("Guardian Name: Li Zhiqiang  Name: He Yufen", "He Yufen"),
        ("Doctor Name: Li Zhiqiang  Patient: He Yufen", "He Yufen"),
        ("Mother's Name: Li Zhiqiang", None),
        ("Full Name: He Yufen", "He Yufen"),
        ("患者姓名:何玉芬 女 76岁", "何玉芬"),
        ("患者姓名:何玉芬女76岁", "何玉芬"),
        ("患者姓名:何芬女76岁", "何芬"),
        ("患者姓名:李胜男女76岁", "李胜男"),
        ("姓名:何玉芬女士  性别:女", "何玉芬"),
        ("姓名:何玉芬 先生", "何玉芬"),
        ("姓名:何玉芬 君", "何玉芬"),
        ("姓名:陈李丽君", "陈李丽君"),
        ("姓名:何君", "何君"),
        ("患者：欧阳玉芬（女，76岁）", "欧阳玉芬"),
        ("就诊人：买买提·艾力  男", "买买提·艾力"),
        ("费别：医保门诊号：575663846212姓名：何玉芬性别：女", "何玉芬"),
        ("参保人姓名  何玉芬  性别  女", "何玉芬"),
        ("参保人员类别  在职", None),
        ("病患:何玉芬  女 76岁  科室:肿瘤科", "何玉芬"),
        ("何玉芬 女 76岁 精神科", "何玉芬"),
        ("何玉芬 F/女 76Y  消化内科", "何玉芬"),
        ("Pt.何玉芬  Sex F 女  Age 76Y", "何玉芬"),
        ("居民姓名 何玉芬  性别 女", "何玉芬"),
        ("代办人姓名 何玉芬  性别 女", None),
        ("何玉芬,女,76岁  科室:肾内科", "何玉芬"),
        ("何玉芬/女/76周岁", "何玉芬"),
        ("欧阳玉芬（女）76岁", "欧阳玉芬"),
        ("患者 女 76岁", None),
        ("姓名 Name:何玉芬  性别 Sex:女", "何玉芬"),
        ("姓名_何玉芬__性别_女_", "何玉芬"),
        ("姓名  性别  年龄", None),
        ("姓名：性别：女", None),
        ("姓名：性別  女", None),
    ],
)
def test_the_patient(line: str, name: str | None) -> None:
    assert value(read("上海市明珠区中心医院", line, "开方日期：2026-11-08").patient) == name


OTHERS = (
    "代办人",
    "家长",
    "监护人",
    "联系人",
    "紧急联系人",
    "医生",
    "收件人",
    "付款人",
    "取药人",
    "法定代理人",
    "家属",
    "委托人",
)


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("line", ["{}姓名：李平", "{}姓名 李平", "{}：李平", "{}姓名:李平  电话:123"])
@pytest.mark.parametrize("own", ["患者姓名：何玉芬", "姓名 何玉芬", "就诊人：何玉芬"])
def test_another_persons_name_is_not_the_patients(other: str, line: str, own: str) -> None:
    said = line.format(other)
    for lines in ((said, own), (own, said), (f"{said}  {own}",)):
        assert value(read("上海市明珠区中心医院", *lines, "开方日期：2026-11-08").patient) == "何玉芬"
    assert read("上海市明珠区中心医院", said, "开方日期：2026-11-08").patient is None


def test_the_insured_is_the_patient_only_where_no_patient_is_named() -> None:
    for own in ("患者姓名：何玉芬", "患者：何玉芬", "就诊人：何玉芬"):
        assert value(read("参保人姓名：李平", own).patient) == "何玉芬"
    assert value(read("参保人姓名：李平").patient) == "李平"


@pytest.mark.parametrize(
    ("line", "doctor", "pharmacist"),
    [
        ("医生高强明药师王秀国", "高强明", "王秀国"),
        ("医师何志金审核药师杨芬德", "何志金", "杨芬德"),
        ("开方医师欧阳志审方药师周明发药周明", "欧阳志", "周明"),
        ("医生高强药师王国调配李平", "高强", "王国"),
    ],
)
def test_a_foot_without_colons_and_gaps(line: str, doctor: str, pharmacist: str) -> None:
    found = read("姓名：何玉芬", line)
    assert (found.foot, value(found.doctor), value(found.pharmacist)) == (True, doctor, pharmacist)


@pytest.mark.parametrize("line", ["请凭医师处方药师审核后购买", "医生建议复诊", "药师提示您按时服药"])
def test_a_sentence_is_no_foot(line: str) -> None:
    assert not read("姓名：何玉芬", line).foot


def test_values_under_their_labels() -> None:
    found = read(
        "上海市明珠区中心医院",
        "姓名      性别      年龄      科别      日期",
        "何玉芬    女        76岁      心内科    2026-11-08",
    )
    assert (value(found.patient), value(found.sex), value(found.age)) == ("何玉芬", "女", "76")
    assert (value(found.department), value(found.date)) == ("心内科", "2026-11-08")


@pytest.mark.parametrize(
    ("lines", "hospital"),
    [
        (("上海市明珠区中心医院", "处方笺"), "上海市明珠区中心医院"),
        (("上海市明珠区精神卫生中心", "处方笺"), "上海市明珠区精神卫生中心"),
        (("上海市明珠区精神卫生中", "心", "处方笺"), "上海市明珠区精神卫生中心"),
        (("      上海", "长乐路中医医院", "处方笺"), "上海长乐路中医医院"),
        (("      普通", "长乐路中医医院", "处方笺"), "长乐路中医医院"),
        (("上海", "                    长乐路中医医院", "处方笺"), "长乐路中医医院"),
        (("处方药销售登记单", "来方医院上海市明珠区中心医院"), "上海市明珠区中心医院"),
        (("上海市明珠区中心医院处方笺",), "上海市明珠区中心医院"),
        (("上 海 市 明 珠 区 中 心 医 院", "处 方 笺"), "上海市明珠区中心医院"),
        (("上海市明珠区中心医院互联网医院", "电子处方"), "上海市明珠区中心医院"),
        (("银河互联网医院", "电子处方"), "银河互联网医院"),
        (("申江大学医学院附属", "东林医院", "处方笺"), "申江大学医学院附属东林医院"),
        (("申江大学附属东林医院(西院)",), "申江大学附属东林医院(西院)"),
        (("申江大学附属东林分院", "药袋"), "申江大学附属东林分院"),
        (("长桥街道社区卫生服务中心",), "长桥街道社区卫生服务中心"),
        (("电子处方单", "医疗机构：上海市明珠区中心医院"), "上海市明珠区中心医院"),
        (("上海市第九十一人民医", "处方笺"), None),
        (("处方笺",), None),
        (("本处方仅限本院使用",), None),
        (("互联网医院", "上海市明珠区中心医院"), "上海市明珠区中心医院"),
        (("智慧医院",), None),
        (("上海市明珠区中心医院互联网诊疗",), "上海市明珠区中心医院"),
        (("上海市静江区牙病防治所附属综合门诊",), "上海市静江区牙病防治所附属综合门诊"),
        (("港湾家庭医务中心",), "港湾家庭医务中心"),
        (("众和医药连锁望海路店",), "众和医药连锁望海路店"),
        (("古渡乡卫生院石门分院", "处方笺"), "古渡乡卫生院石门分院"),
        (("上海市明珠区中心医院城东院区门诊处方笺",), "上海市明珠区中心医院城东院区"),
        (("上海市明珠区中心医院门诊部分处方",), "上海市明珠区中心医院门诊部"),
        (("就诊及用药记录", "就诊日期:2026-11-07  医院:上海市明珠区中心医院"), "上海市明珠区中心医院"),
        (("医院:", "处方笺"), None),
        (("明珠区莲湖社区健康服务中心", "长处方单"), "明珠区莲湖社区健康服务中心"),
        (("莲湖社康中心", "长处方单"), "莲湖社康中心"),
        (("黑沙湾圣母诊疗所", "处方"), "黑沙湾圣母诊疗所"),
        (("海印药房第十七分店", "销售小票"), "海印药房第十七分店"),
        (("天马药业连锁凤凰店", "销售小票"), "天马药业连锁凤凰店"),
        (("门诊药房", "西药房"), None),
    ],
)
def test_the_hospital(lines: tuple[str, ...], hospital: str | None) -> None:
    assert value(read(*lines, "姓名：何玉芬", "日期：2026-11-08").hospital) == hospital


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (("开具日期：2026年11月08日",), "2026-11-08"),
        (("开方时间：2026-11-0813:26",), "2026-11-08"),
        (("就诊日期:2026/11/8",), "2026-11-08"),
        (("日 期：2026 年 11 月 08 日",), "2026-11-08"),
        (("日期  2026_年  11_月  08_日",), "2026-11-08"),
        (("处方日期  2 0 2 6  年  1 1月  0 8日",), "2026-11-08"),
        (("巡诊日期  2026/11/08",), "2026-11-08"),
        (("巡诊日期  2026/11/07", "处方日期  2026/11/08"), "2026-11-08"),
        (("出生日期：1950-01-02", "开具日期：2026-11-08"), "2026-11-08"),
        (("打印时间：2026-11-20 10:00", "处方日期：2026-11-08"), "2026-11-08"),
        (("2026-11-08 10:21",), "2026-11-08"),
        (("No.149878165993  2026.11.08",), "2026-11-08"),
        (("发药日期:2026-11-08",), "2026-11-08"),
        (("发药日期:2026-11-09", "日期:2026-11-08"), "2026-11-08"),
        (("入院日期：2026-10-28  出院日期：2026-11-08",), "2026-11-08"),
        (("入院日期：2026-10-28", "出院日期：2026-11-08", "日期：2026-11-09"), "2026-11-08"),
        (("出院日期：2026-11-08", "开具日期：2026-11-07"), "2026-11-08"),
        (("入院时间：2026-10-28",), None),
        (("收治日期：2026-10-28", "预约日期：2026-11-20"), None),
        (("预约时间：2026-11-01", "开方日期：2026-11-08"), "2026-11-08"),
        (("手术日期：2026-11-01", "开方日期：2026-11-08"), "2026-11-08"),
        (("末次就诊日期：2026-10-01", "开方日期：2026-11-08"), "2026-11-08"),
        (("上次就诊日期：2026-10-01",), None),
        (("开方日期：2003-11-26",), None),
        (("开方日期：2024-11-08", "日期：2026-11-08"), "2026-11-08"),
        (("开方日期：26-11-08",), None),
        (("开方日期：03-11-26",), None),
        (("开方日期：令和08年11月8日",), "2026-11-08"),
        (("开方日期：R08.11.03",), "2026-11-03"),
        (("處方日期：115年11月3日",), "2026-11-03"),
        (("上次续方日期:2026-10-04  本次开方日期:2026-11-01",), "2026-11-01"),
        (("上 次 续方日期:2026-10-04", "续方日期:2026-11-01"), "2026-11-01"),
        (("前次就诊日期  2026-10-04", "就诊日期  2026-11-01"), "2026-11-01"),
        (("上次续方日期:2026-10-04",), None),
        (("首次开具日期:2026-10-04",), None),
        (("复诊日期:2026-11-04", "预约就诊日期:2026-11-03", "原处方日期:2026-10-04"), None),
        (("最近一次日期:2026-11-04", "打印 日期:2026-11-06", "有效 日期:2026-11-07"), None),
        (("日期  上次2026-10-04  本次2026-11-01",), "2026-11-01"),
        (("上次复诊2026-10-04",), None),
        (("2026-10-04", "2026-11-01"), None),
        (("开方日期:2026-10-04", "就诊日期:2026-11-01"), None),
        (("开方日期:2026-11-01", "就诊日期:2026-11-01"), "2026-11-01"),
        (("Last Date: 4 Oct 2026", "Date: 1 Nov 2026"), "2026-11-01"),
        (("登记号 27189400  2026-11-08",), "2026-11-08"),
        (("住院号 27189400  2026-11-08",), "2026-11-08"),
        (("登记 2026-11-08",), None),
        (("随访日期：2026-11-08", "下次随访日期：2026-11-20"), "2026-11-08"),
        (("下次随访日期：2026-11-08",), None),
        (("销售日期：2026-11-08 15:53",), "2026-11-08"),
        (("销售日期：2026-11-09", "开方日期：2026-11-08"), "2026-11-08"),
        (("预约随访日期：2026-11-08",), None),
        (("有效期至：2026-11-11",), None),
        (("打印日期：2026-11-20",), None),
        (("开具日期：2027-11-08",), None),
        (("开具日期：2027-11-08", "就诊日期：2026-11-08"), "2026-11-08"),
        (("开具日期：",), None),
    ],
)
def test_the_date(lines: tuple[str, ...], day: str | None) -> None:
    assert value(read("姓名：何玉芬", *lines).date) == day


@pytest.mark.parametrize(
    "label",
    [
        *("列印日期", "列印时间", "列 印 日期", "补打日期", "制表时间", "复印日期", "转抄日期"),
        *("取药日期", "自提日期", "缴费日期", "收款日期", "开票日期", "有效日期", "效期", "截止日期"),
        *("出生日期", "生日", "入院日期", "转科日期", "化验日期", "采样日期", "登记日期", "签约日期"),
        *(
            "下次回诊日期",
            "可续方日期",
            "计划发药日期",
            "覆诊日期",
            "再诊日期",
            "预约日期",
            "上次续方日期",
            "首诊日期",
            "确诊日期",
        ),
        *("Print Date", "Printed on", "Date Printed", "Collection Date", "Pick-up Date", "Payment Date"),
        *("Valid Until", "Expiry Date", "Date of Birth", "Admission Date", "Next Appointment", "Follow-up Date"),
        *("Last Visit", "Last Refill", "Review Date", "Copied", "创建时间", "更新时间", "提交时间", "发送时间"),
    ],
)
@pytest.mark.parametrize("form", ["{}：2026-11-01", "{}  2026-11-01"])
def test_the_days_of_other_things(label: str, form: str) -> None:
    """Beside the prescription's own day, in whichever order; alone they are no day of writing."""
    other = form.format(label)
    own = "Date：2026-11-08" if label.isascii() else "日期：2026-11-08"
    for lines in ((other, own), (own, other), (f"{own}      {other}",)):
        assert value(read("姓名：何玉芬", *lines).date) == "2026-11-08", lines
    assert read("姓名：何玉芬", other).date is None


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        (("开方日期：26-11-08",), True),
        (("开方日期：03年11月26日",), True),
        (("Date: 08/11/2026",), True),
        (("Date: 8 Nov 26",), True),
        (("开方日期:2026-10-04", "就诊日期:2026-11-01"), True),
        (("打印日期：2026-11-20",), True),
        (("收费日期：2026-11-20",), True),
        (("创建时间：2026-11-20 10:00",), True),
        (("重新打印日期：2026-11-20",), True),
        *(
            ((f"{label}{gap}2026-11-08",), True)
            for label in (
                "接种日期",
                "过敏日期",
                "透析时间",
                "拍摄日期",
                "挂号时间",
                "用药开始日期",
                "拆线日期",
                "某某日期",
            )
            for gap in ("：", "  ")
        ),
        (("Test Date: 2026-11-08",), True),
        (("Sex: F  Onset Date: 2026-11-08",), True),
        (("日期：2026-11-08至2026-12-08",), True),
        (("日期：2026-11-15止",), True),
        (("日期：至2026-11-15",), True),
        (("日期：2026-11-15前有效",), True),
        (("日期：2026-11-018",), True),
        (("原开方日期：2026-11-08",), False),
        (("上一次就诊日期：2026-11-08",), False),
        (("历史处方日期：2026-11-08",), False),
        (("开药日期：2026-11-08",), False),
        (("科别：心内科日期：2026-11-08",), False),
        (("性别：女 日期：2026-11-08",), False),
        (("年龄：76岁日期：2026-11-08",), False),
        (("Today's Date: 2026-11-08",), False),
        (("Name: HE YUFEN Date: 2026-11-08",), False),
        (("日期：2026-11-08打印时间：2026-11-09",), False),
        (("就医日期：2026-11-08  开方日：2026-11-07",), True),
        (("开方日期：2016-11-08",), True),  # so old that a digit of it must be misread
        (("2024-11-08",), False),  # it may be somebody's birthday
        (("开方日期：2024-11-08", "日期：2024-11-09", "随访日期：2027-11-08"), True),
        (("开具日期：2027-11-08",), False),
        (("开具日期：2026-11-08",), False),
        (("出生日期：1950-01-02",), False),
        (("有效期至：2026-11-11", "入院日期：2026-10-28"), False),
        (("开方日期：",), False),
        (("日期：5mg×7片",), False),
        ((), False),
    ],
)
def test_a_day_that_is_printed_and_not_certain_is_asked(lines: tuple[str, ...], asked: bool) -> None:
    page_ = read("姓名：何玉芬", *lines)
    assert page_.ask_day == asked
    assert not (asked and page_.date)


@pytest.mark.parametrize(
    "label",
    ["开药日期", "签名日期", "本次日期", "门诊日期", "開藥日期", "診療日期", "续方日期", "Visit Date", "Today's Date"],
)
def test_the_day_of_writing_in_other_words(label: str) -> None:
    assert value(read("姓名：何玉芬", f"{label}：2026-11-08").date) == "2026-11-08"


def test_a_date_to_come_is_a_misreading() -> None:
    assert read("开具日期：2027-01-08").future
    assert not read("开具日期：2026-11-08").future


@pytest.mark.parametrize(
    ("line", "doctor", "pharmacist"),
    [
        ("医师：何志金  审核药师：杨芬德  调配：黄秀", "何志金", "杨芬德"),
        ("开方医师：黄华康（电子签名）  审方药师：王永英（电子签名）", "黄华康", "王永英"),
        ("医生:胡明妹 审方:徐根美 发药:张志", "胡明妹", "徐根美"),
        ("医 师：何志金  药师（审核）：杨芬德", "何志金", "杨芬德"),
        ("医师签名：何志金  核对/发药：杨芬德", "何志金", "杨芬德"),
        ("医师 Physician: 何静澜  药师 Pharmacist: 毛蓓", "何静澜", "毛蓓"),
        ("处方医师：何志金  调剂药师：杨芬德", "何志金", "杨芬德"),
        ("Dr. 何志金  R.Ph. 杨芬德", "何志金", "杨芬德"),
        ("社区责任医生 何志金  药房药师 杨芬德", "何志金", "杨芬德"),
        ("接诊医生  韦伟丹副主任医师  审核药师  汪磊", "韦伟丹", "汪磊"),
        ("医师：  审核药师：", None, None),
    ],
)
def test_the_foot(line: str, doctor: str | None, pharmacist: str | None) -> None:
    found = read("姓名：何玉芬", line)
    assert found.foot
    assert (value(found.doctor), value(found.pharmacist)) == (doctor, pharmacist)


def test_a_page_without_a_foot() -> None:
    assert not read("姓名：何玉芬", "开具日期：2026-11-08", "请医生签名后有效").foot


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("处方编号：913804812427", "913804812427"),
        ("费别：医保门诊号：575663846212", "575663846212"),
        ("No.149878165993  2026.11.08", "149878165993"),
        ("门诊号：111111  处方号：222222", "222222"),
        ("门诊号：111111  编号：222222", "222222"),
        ("编号：222222  门诊号：111111", "222222"),
        ("处方号：222222  门诊号：111111", "222222"),
        ("医保卡号：476527555", None),
        ("就诊卡号:493323809", None),
    ],
)
def test_the_number_is_never_a_card(line: str, number: str | None) -> None:
    found = read("姓名：何玉芬", line)
    assert value(found.number) == number


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("合计：¥947.86", "947.86"),
        ("药品金额：965.28元", "965.28"),
        ("总金额:2,514.34元", "2,514.34"),
        ("金额：373.35元", "373.35"),
        ("医师邬成  金 额 455.49元", "455.49"),
        ("应付合计  249.92", "249.92"),
        ("药品总额  374.95 元", "374.95"),
        ("参考金额：282.41", "282.41"),
    ],
)
def test_the_amount(line: str, amount: str) -> None:
    assert value(read("姓名：何玉芬", line).amount) == amount


@pytest.mark.parametrize("printed", ["1 234.56", "1'234.56", "1.234.56", "12.345", "1,23 4.56", "-34.56", "2、34.56"])
def test_a_part_of_a_longer_number_is_no_amount(printed: str) -> None:
    assert read("姓名：何玉芬", f"合计金额：{printed}元").amount is None


def test_fen() -> None:
    assert [fen(a) for a in ("965.28", "2,514.34", "30", "x")] == [96528, 251434, 3000, None]


def test_a_department_needs_no_label_beside_the_patient() -> None:
    assert value(read("何玉芬 女 76岁 精神科 2026-09-07").department) == "精神科"
    assert read("姓名：何玉芬", "全科医生签名").department is None


def test_two_languages_of_one_label() -> None:
    found = read("姓名：何玉芬", "科别 Dept.:肿瘤科  日期 Date : 2026.09.11", "诊断 Diagnosis:乳腺恶性肿瘤术后")
    assert (value(found.department), value(found.diagnosis)) == ("肿瘤科", "乳腺恶性肿瘤术后")


def test_the_diagnosis_keeps_its_punctuation() -> None:
    assert value(read("临床诊断：原发性高血压2级；2型糖尿病").diagnosis) == "原发性高血压2级；2型糖尿病"


def test_a_field_tells_where_it_stands_and_its_least_sure_character() -> None:
    found = read("姓名：何玉芬").patient
    assert found is not None
    assert found.box is not None
    assert 95 < found.box.x < 105  # after 姓名 and the colon
    assert found.confidence == 0.99


def test_labels_end_the_value_before_them() -> None:
    row = rows(page("费别：医保门诊号：5756 医保卡号：4765"))[0]
    assert [m.kind for m in labelled(row)] == ["other", "number3", "other"]


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("仁和医院互联网医院", "仁和医院"),
        ("仁和医院互联网诊疗", "仁和医院"),
        ("云上互联网医院", "云上互联网医院"),
        ("仁和医院", "仁和医院"),
    ],
)
def test_the_online_branch_is_the_hospital(long: str, short: str) -> None:
    assert bare_hospital(long) == short


def test_a_short_label_right_before_a_person_is_a_label() -> None:
    got = read("医师白洋明  审核邱芳松  调配邱军敏")
    assert (got.foot, value(got.doctor), value(got.pharmacist)) == (True, "白洋明", "邱芳松")
    assert value(read("医师司马志  审核药师 吴瑶").doctor) == "司马志"
    assert not read("医师提醒您按时服药").foot


def test_which_circle_a_nought_is_does_not_make_a_date_unsure() -> None:
    text = "开具日期二○二六年十月三十日"
    seen = word(text, 40, 60)
    unsure = tuple(0.4 if c == "○" else s for c, s in zip(text, seen.sure, strict=True))
    got = page_fields(rows([replace(seen, sure=unsure, low=0.4)]), TODAY).date
    assert got is not None
    assert (got.value, got.confidence) == ("2026-10-30", 0.99)


@pytest.mark.parametrize("label", ["老人姓名", "长者姓名", "持册人"])
def test_the_patient_of_a_home_and_of_a_booklet(label: str) -> None:
    got = read(
        "和睦家园住养老人配药清单",
        f"{label}：何玉芬(4楼15床)  护理员：谢家珍",
        "建册日期：2025-05-04  处方日期：2026-11-08",
    )
    assert (value(got.patient), value(got.date)) == ("何玉芬", "2026-11-08")


def test_the_day_of_a_booklet_is_not_the_prescriptions() -> None:
    assert value(read("持册人：何玉芬", "建册日期：2025-05-04").date) is None


@pytest.mark.parametrize(
    ("lines", "house"),
    [
        (("吴门百草大药房观前店", "处方药销售清单"), "吴门百草大药房观前店"),
        (("康乐达大药房(旗舰店)",), "康乐达大药房(旗舰店)"),
        (("益安连锁药房",), "益安连锁药房"),
        (("益安网上药店",), "益安网上药店"),
        (("上海市明珠区中心医院", "取药  益安连锁药房"), "上海市明珠区中心医院"),
        (("门诊中药房", "处方药销售清单"), None),
        (("附近药店",), None),
        (("长安纪念医院（台商门诊）",), "长安纪念医院(台商门诊)"),
        (("就医手册", "定点医院  上海市明珠区中心医院"), "上海市明珠区中心医院"),
        (("就医手册", "定点医院"), None),
        (("医疗机构类型 公立医院", "收款单位(章):上海市明珠区中心医院  收款人:丁莉"), "上海市明珠区中心医院"),
        (("电子票据", "业务流水号 04  医疗机构类型公立医院"), None),
        (("电子票据", "医院等级：三级甲等综合医院"), None),
        (("上海市明珠区中心医院", "建档单位：上海市浦滨区花木里社区卫生服务中心"), "上海市明珠区中心医院"),
    ],
)
def test_the_house_and_the_shop(lines: tuple[str, ...], house: str | None) -> None:
    assert value(read(*lines, "姓名：何玉芬", "日期：2026-11-08").hospital) == house


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("顾客：何玉芬 会员卡：6689674", "何玉芬"),
        ("顾客：李志强  用药人：何玉芬", "何玉芬"),
        ("收货人 李志强 136****3912", None),
    ],
)
def test_who_takes_what_a_shop_sold(line: str, name: str | None) -> None:
    assert value(read("益安连锁药房", line).patient) == name


def test_the_day_of_discharge_and_not_of_admission_in_one_sentence() -> None:
    assert value(read("于2026年11月02日入院,于2026年11月08日出院。").date) == "2026-11-08"


@pytest.mark.parametrize(
    ("lines", "sure", "day"),
    [
        (("开方日期：2024-11-08",), 0.99, "2024-11-08"),
        (("就诊日期：2018-03-02", "打印日期：2018-03-02"), 0.99, "2018-03-02"),
        (("开方日期：2024-11-08", "日期：2026-11-08"), 0.99, "2026-11-08"),
        (("开方日期：2024-11-08",), 0.9, None),
        (("开方日期：2016-11-08",), 0.99, None),
        (("开方日期：2024-11-08", "开方日期：2024-10-08"), 0.99, None),
    ],
)
def test_a_day_of_more_than_two_years_ago_is_too_old_where_it_is_sure(
    lines: tuple[str, ...], sure: float, day: str | None
) -> None:
    words = [replace(w, conf=sure, low=sure, sure=(sure,) * len(w.text)) for w in page("姓名：何玉芬", *lines)]
    page_ = page_fields(rows(words), TODAY)
    assert value(page_.date) == day
    assert page_.ask_day == (day is None)


@pytest.mark.parametrize(
    ("line", "house"),
    [
        ("仁德健保药局", "仁德健保药局"),
        ("Northgate Pharmacy", "Northgate Pharmacy"),
        ("服务药店", None),
        ("Ask your Pharmacy", None),
        ("Tower Lane Surgery", "Tower Lane Surgery"),
        ("Your prescription order from Marlow Street Medical Practice", "Marlow Street Medical Practice"),
        ("云州市夕照颐养中心", "云州市夕照颐养中心"),
        ("机构云麓市第二人民医院", "云麓市第二人民医院"),
        ("配药周期：4周 配药医院：院内医务室", None),
    ],
)
def test_a_chemists_is_the_house_where_no_other_is(line: str, house: str | None) -> None:
    assert value(page_fields(rows(page(line, "Name: HE Yufen")), TODAY).hospital) == house


@pytest.mark.parametrize(("above", "house"), [("健康云浦", "青溪区中心医院"), ("云浦市", "云浦市青溪区中心医院")])
def test_the_title_of_an_app_begins_no_house(above: str, house: str) -> None:
    lines = (f"      {above}", "    青溪区中心医院", "姓名：何玉芬")
    assert value(page_fields(rows(page(*lines)), TODAY).hospital) == house
