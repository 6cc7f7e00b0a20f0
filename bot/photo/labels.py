"""The words printed before a value on prescriptions, and how a row is cut into label and value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.photo.rows import Row

# Each kind with its printed labels. "other" kinds are recognised only so that they end the value before them.
LABELS: Final[dict[str, tuple[str, ...]]] = {
    "patient": ("患者姓名", "病人姓名", "就诊人姓名", "就诊人", "病员姓名", "受诊者", "姓名", "患者", "病人", "Name"),
    "sex": ("性别", "Sex"),
    "age": ("年龄", "Age"),
    "department": ("就诊科室", "开单科室", "开方科室", "申请科室", "接诊科室", "科室名称", "科别", "科室", "Dept"),
    "diagnosis": ("临床诊断", "初步诊断", "门诊诊断", "主要诊断", "西医诊断", "中医诊断", "诊断结果", "诊断", "Dx"),
    "date": ("开具日期", "开方日期", "处方日期", "开立日期", "开单日期", "就诊日期", "开具时间", "开方时间", "处方时间", "开立时间", "开单时间",
             "就诊时间", "接诊时间", "诊疗日期", "看诊日期", "日期", "时间", "Date"),
    "not_date": ("出生日期", "出生年月", "打印日期", "打印时间", "有效期至", "有效期", "有效日期", "发药日期", "发药时间", "调配日期", "收费时间", "收费日期",
                 "缴费时间", "复诊日期", "复诊时间", "下次就诊", "取药时间", "生产日期", "审核时间", "审核日期", "审方时间", "签发日期"),
    "hospital": ("医疗机构名称", "医疗机构", "医院名称", "就诊医院", "开方医院", "机构名称", "开具机构"),
    "doctor": ("开方医师", "处方医师", "开单医师", "接诊医师", "主治医师", "签名医师", "医师签名", "医师签章", "医师签字", "医师姓名", "开方医生", "开单医生",
               "处方医生", "接诊医生", "医生签名", "医生签章", "医师", "医生", "Doctor"),
    "pharmacist": ("审核药师", "审方药师", "药师审核", "审核/调配药师", "审核药士", "审方人", "审核人", "审方", "审核"),
    "pharmacist2": ("核对/发药药师", "核对发药药师", "核对/发药", "核对、发药", "核对发药", "发药药师", "发药人", "发药", "核对药师", "核对", "调配药师", "配药人",
                    "调配/发药", "调配", "配药", "药师签名", "药师签章", "复核药师", "复核", "药师", "药剂师"),
    "number": ("处方编号", "处方号码", "处方单号", "处方笺号", "处方号", "处方ID"),
    "number2": ("门诊号码", "门诊编号", "门诊号", "门诊流水号", "流水号", "就诊序号", "就诊号", "病历号", "病案号", "登记号", "单据号", "编号", "No", "NO"),
    "amount": ("药品总金额", "药品金额", "处方金额", "总金额", "金额合计", "合计金额", "费用合计", "总费用", "总计", "合计", "药费", "应收金额", "应收"),
    "strength": ("药品规格", "规格型号", "规格"),
    "boxes": ("总数量", "发药数量", "总量", "数量"),
    "sig": ("用法用量", "用法", "用量", "单次用量", "单次剂量", "每次剂量", "Sig", "sig", "SIG", "服法", "给药途径", "频次", "用药频次"),
    "name": ("药品名称", "通用名", "药名", "药品", "商品名"),
    "other": ("费别", "费用类别", "付费方式", "医保卡号", "就诊卡号", "社保卡号", "身份证号", "证件号", "医保类型", "卡号", "床号", "联系电话", "手机号", "电话",
              "家庭住址", "住址", "地址", "体重", "过敏史", "主诉", "单价", "总价", "金额", "小计", "处方类型", "处方类别", "天数", "备注", "嘱托", "医嘱", "民族", "职业",
              "病区", "类别", "疗程", "剂型", "厂家", "生产厂家", "生产企业", "批号", "有效", "注意事项", "注", "ID号", "病种"),
}  # fmt: skip
_KIND_OF: Final = {re.sub(r"\s", "", label): kind for kind, some in LABELS.items() for label in some}


def _spaced(label: str) -> str:
    return r"\s*".join(re.escape(c) for c in label)


_ANY: Final = "|".join(_spaced(label) for label in sorted(_KIND_OF, key=len, reverse=True))
# A colon makes a label anywhere; without one a label must begin a word and must not be part of a longer word.
_LABEL_RE = re.compile(rf"(?P<colon>{_ANY})\s*(?:\((?:签名|签章|签字|盖章)\))?\s*[::]|(?:(?<=\s)|^)[\[(]?(?P<bare>{_ANY})[\])]?(?=\s|$|[\u4e00-\u9fff\d(¥])")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label of a row and the stretch of text up to the next one."""

    kind: str
    label: str
    at: int
    start: int
    end: int
    colon: bool


def labelled(row: Row) -> list[Labelled]:
    """All labels of a row, left to right, each with its value's place."""
    found = [m for m in _LABEL_RE.finditer(row.text) if _stands(m, row.text)]
    cuts = [*(m.start() for m in found[1:]), len(row.text)][: len(found)]
    out: list[Labelled] = []
    for m, end in zip(found, cuts, strict=True):
        label = re.sub(r"\s", "", m["colon"] or m["bare"])
        out.append(Labelled(_KIND_OF[label], label, m.start(), m.end(), end, m["colon"] is not None))
    return out


_WEAK: Final = frozenset({"注", "患者", "病人", "时间", "药品", "有效", "审核", "核对", "医生", "医师", "类别", "编号", "药师", "调配", "发药"})


def _stands(m: re.Match[str], text: str) -> bool:
    """Short words without a colon are labels only where a gap follows them: 患者 may begin a sentence."""
    if m["colon"] is not None:
        return True
    label = re.sub(r"\s", "", m["bare"])
    following = text[m.end() : m.end() + 1]
    return label not in _WEAK or not following or following.isspace()
