"""The words printed before a value on prescriptions, and how a row is cut into label and value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Final

from bot.photo.names import narrow
from bot.photo.rows import Row
from bot.photo.vocabulary import FAMILY, LABELS, SHORT
from bot.photo.words import Word

_DAYS: Final = ("date", "date0", "date2", "date3")
HEADS: Final = frozenset(  # who, when, what for
    ("patient", "patient2", "patient3", "sex", "age", "department", "diagnosis", "number", *_DAYS)
)
_ALL: Final = frozenset(label for some in LABELS.values() for label in some)
FEET: Final = frozenset({"doctor", "pharmacist", "pharmacist2", "amount"})  # what is signed and summed up


def _spaced(label: str) -> str:
    """Letters may be spaced, and specks read as points; 药品 and 规格 are two headers, with a gap between them. What
    begins with a unit is not spaced: 10片/盒  数量:6.
    """
    if label[0] in "盒片件瓶支":
        return re.escape(label)
    two = any(label[:n] in _ALL and label[n:] in _ALL for n in range(1, len(label)))
    return (r"[_.·]*\s?[_.·]*" if two else r"[\s_.·]*").join(re.escape(c) for c in label)


def _plain(printed: str) -> str:
    return re.sub(r"[\s_.·]", "", printed)


_KIND_OF: Final = {_plain(label): kind for kind, some in LABELS.items() for label in some}
_ANY: Final = "|".join(_spaced(label) for label in sorted(_KIND_OF, key=len, reverse=True))
# The last word of a label that is not in the list tells its kind: 社区责任医生, 送药药师.
_ENDINGS: Final = {
    "姓名": "patient2", "医师": "doctor", "医生": "doctor", "药师": "pharmacist2", "科室": "department",
    "诊断": "diagnosis", "日期": "date3", "时间": "date3",
}  # fmt: skip
# A colon makes a label anywhere; without one a label must begin a word and must not be part of a longer word.
_LABEL_RE = re.compile(
    rf"(?P<colon>{_ANY})[\s_.]*(?:\((?:(?:电子)?(?:签名|签章|签字)|盖章|章)\))?\s*[::]|(?:(?<=[\s/])|^)[\[(]?(?P<bare>{_ANY})[\])]?\.?(?=\s|$|[\u4e00-\u9fff\d(¥/]|[xX×*]\s?\d)"
    rf"|(?<=[片粒囊液剂丸散膏贴])(?P<glued>规格|数量)(?=\s?\d)"
    rf"|(?:(?<=[\s/])|^)(?P<other>[\u4e00-\u9fff]{{1,8}}(?<!主任|主治|住院)(?:{'|'.join(_ENDINGS)}))(?=\s|$)"
)


# 代办人姓名, 家长姓名, 医生姓名: a word for a person right before 姓名 says whose name it is
_OTHER_RE: Final = re.compile(
    r"[\u4e00-\u9fff]\s?[人者属长员亲师生友夫妻子女方护母父偶主士姆](?:的|/)?\s?$"
    r"|(?:女儿|[取领]药|登录|操作|打印|缴款|[账用开]户)\s?$"
    r"|(?:[A-Za-z](?:'s)?\s)(?<!Full\s)(?<!Given\s)(?<!Legal\s)(?<!Patient\s)(?<!Patient's\s)(?<!Pt\s)$"
)
_INSTEAD_RE: Final = re.compile(  # 代就诊人, 陪诊患者, 下一位患者: who came instead of her, or with her, or after her
    r"(?:[代陪替非]|陪[诊同]|[上下前后]一[位个名]?|同名)\s?$"
)
# 姓名(家属), 李志强 (代): who came for the patient
NOT_HERS_RE: Final = re.compile(
    r"\s*[(（](?:家属|家长|亲属|代|监护|陪|[取领]药|联系|紧急|之?[子女]|儿子|女儿|配偶|丈夫|妻子)"
)


# 上次续方日期, 下次复诊, 列印时间: a word for another day says that the day is not the prescription's. By kinds:
# another visit; printed, copied; fetched, sent, paid; valid until; born; in hospital, tested, made; entered, ill since
_ANOTHER_RE: Final = re.compile(
    r"[上前下末首头][\s_.·]*一?[\s_.·]*[次回]|第[一1][次回]|初次|上月|下月|最近|既往|历史|[以过]往|原(?:处方|开|方)"
    r"|(?:计划|预计|可|应)[发取领配续开]|[复覆回返约再随][诊診]|随访(?!日期|时间)|[约拟再]随访|预约|初诊|首诊"
    r"|打\s*印|列\s*印|补打|重打|印制|制表|复印|抄录|抄方|转抄|导出|下载|截图|生成"
    r"|取药|自提|配送|送达|签收|收货|收费|缴费|交费|付款|支付|结算|收款|开票|退费"
    r"|出生|生日|有\s*效|效期|到期|过期|失效|截止|截至|终止|结束|起始|起止|止日"
    r"|入院|住院|收治|转[诊科]|检[查验]|化验|采[样血]|送检|报告|体检|手术|生产|出厂|批准|入库"
    r"|创建|更新|修改|提交|发送|推送|接收|下单|查询|建[档卡册]|发册|发卡|办卡|签约|参保|登记|注册|备案|认定|录入|上传|审批|确诊|发病|起病|停[药用]"
    r"|last|previous|prior|next|follow|return|review|appointment|birth|born|print|expir|valid|until|use by|paid|payment"
    r"|collect|pick|admi(?:tted|ssion)|cop(?:y|ied)|register|sampl|refill|renew",
    re.IGNORECASE,
)
_NEAR_RE: Final = re.compile(
    r"创建|提交|发送|下单|[打列]\s*印|制表|补打|[收缴交]费|付款|支付|结算|开票|取药|审[核方]|签发|print|paid",
    re.IGNORECASE,
)
# 日期 alone is the paper's day, 开药日期 too; that of any other word is asked: 接种日期, Test Date
_ANY_DAY: Final = ("日期", "时间", "Date")
_WORD_RE: Final = re.compile(r"(?:^|[\s(/、,])([\u4e00-\u9fff]{2,8})$|(?:^|\s\s)((?:[A-Z][\w'’-]*\s){1,3})$")
_OWN_WORD_RE: Final = re.compile(
    r"(?:[诊診]|诊[疗治]|診療|治[疗療]|[医醫][嘱囑]|[填书書][写寫]|[签簽][名字章]|[开開处處续續]方|处方笺|[开開][药藥单立具]"
    r"|科|本次|今[日天]|当[日天])$"
    r"|today|visit|rx|prescri|issue|writ|clinic|consult|encounter|sign|order",
    re.IGNORECASE,
)
_UNTIL_RE: Final = re.compile(
    r"[至到]\s?\||\|\s?(?:入院|收治)(?![日时号:])|\|(?:[至到止前]|有效(?!期)|失效|过期|(?:复诊|打印|取药|缴费|收费)(?![时日]))"
)
_BEFORE_RE: Final = re.compile(r"(?:[\u4e00-\u9fff]\s?){1,8}$|(?:[A-Za-z-]+\s){1,3}$")


def of_another_day(before: str, behind: str = "") -> bool:
    """Whether the words before a date, or right behind it, name another day than that of the prescription."""
    return _ANOTHER_RE.search(before) is not None or _UNTIL_RE.search(before + "|" + behind) is not None


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
    return list(_labels(row.text))


@lru_cache(maxsize=512)  # a page asks the same of each of its rows many times
def _labels(text: str) -> tuple[Labelled, ...]:
    return tuple(_chained(text) or _apart(text))


def _chained(text: str) -> list[Labelled]:
    """The labels of a foot without colons and gaps: 医生高强明药师王秀国."""
    if not _CHAIN_RE.fullmatch(text.strip()):
        return []
    links = list(_LINK_RE.finditer(text))
    return [Labelled(_KIND_OF[m["label"]], m["label"], m.start(), m.end("label"), m.end(), False) for m in links]


def _apart(text: str) -> list[Labelled]:
    found = [m for m in _LABEL_RE.finditer(text) if _stands(m, text)]
    cuts = [*(m.start() for m in found[1:]), len(text)][: len(found)]
    out: list[Labelled] = []
    for m, end in zip(found, cuts, strict=True):
        label = _plain(m["colon"] or m["bare"] or m["glued"] or m["other"])
        kind = _KIND_OF.get(label) or _ENDINGS[label[-2:]]
        kind = _of_whom(kind, label, text[: m.start()], text[m.end() :])
        kind = _of_its_day(kind, label, text[: m.start()])
        out.append(Labelled(kind, label, m.start(), m.end(), end, m["colon"] is not None))
    return out


def _of_whom(kind: str, label: str, before: str, behind: str) -> str:
    """The kind of a label of a person, when what is printed right beside it belongs to it: 户主 and 姓名."""
    if ranked(kind)[0] == "patient" and NOT_HERS_RE.match(behind):
        return "other"
    if label == "Name" or (label.endswith("姓名") and (label == "姓名" or label not in _KIND_OF)):
        if _OTHER_RE.search(before + label.removesuffix("姓名").removesuffix("Name")):
            return "other"
        return "patient2" if label == "姓名" and re.search(r"[\u4e00-\u9fff]$", before) else kind
    return "other" if kind == "patient" and _INSTEAD_RE.search(before) else kind


def _of_its_day(kind: str, label: str, before: str) -> str:
    """The kind of a label of a date, when what is printed right before it belongs to it: 上次 and 续方日期."""
    if ranked(kind)[0] not in ("date", "not_date"):
        return kind
    more = _BEFORE_RE.search(before)
    said = (more[0] if more else "") + label
    if kind != "not_date" and not of_another_day(said):
        return "not_date2" if _of_an_unknown_day(label, before) else kind
    return "not_date2" if _NEAR_RE.search(said) else "not_date"


def _of_an_unknown_day(label: str, before: str) -> bool:
    ending = next((end for end in _ANY_DAY if label == end or (label not in _KIND_OF and label.endswith(end))), "")
    word = _WORD_RE.search(before + label.removesuffix(ending)) if ending else None
    return word is not None and not _OWN_WORD_RE.search(word[0].rstrip())


def ranked(kind: str) -> tuple[str, int]:
    """The field that a kind of label is of, and how good a label of it: number3 -> number, 3; the best is 1."""
    return (kind[:-1], int(kind[-1])) if kind[-1].isdigit() else (kind, 1)


def may_be_the_day(mark: Labelled) -> bool:
    """Whether a label is of a day on which the paper may have been written: of its own, or of printing or paying."""
    return ranked(mark.kind)[0] == "date" or mark.kind == "not_date2"


def is_label(text: str) -> bool:
    """Whether the text is nothing but a label."""
    return _plain(text) in _KIND_OF


_NO_WORDS: Final = frozenset({"DOB", "MRN"})  # of any sentence
_NAMED_RE: Final = re.compile(
    r"(?i:patient name|name of patient)\s(?:[A-Z]{2,}\s[A-Z][a-z]+|[A-Z][a-z]+\s[A-Z]{2,})(?=\s|$)"
)
_HAN_RE: Final = re.compile(r"[\u4e00-\u9fff]")
_PERSON_RE: Final = re.compile(rf"{FAMILY}[\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])")


_SIGNED: Final = "|".join(
    sorted(
        (k for k, kind in _KIND_OF.items() if kind in FEET and kind != "amount" and not k.isascii()),
        key=len,
        reverse=True,
    )
)
_LINK_RE: Final = re.compile(
    rf"(?P<label>{_SIGNED})(?P<person>{FAMILY}[\u4e00-\u9fff]{{1,2}}?)(?=(?:{_SIGNED})(?:{FAMILY})|\s*$)"
)
_CHAIN_RE: Final = re.compile(rf"(?:(?:{_SIGNED}){FAMILY}[\u4e00-\u9fff]{{1,2}}?(?=(?:{_SIGNED})(?:{FAMILY})|$)){{2,}}")


# Patient ZHANG Guoqing, Prescriber Dr R. Callaghan, Date prescribed 10 Aug 2026: and not Patient Medication Record
_ENGLISH_NAME_RE: Final = re.compile(
    r"\s(?:(?:[A-Z]{2,},?(?:\s[A-Z][a-z]+){1,2}|(?:[A-Z][a-z]+\s){1,2}[A-Z]{2,}|Dr\.?(?:\s[A-Z][A-Za-z'.-]*){1,3})|\d{1,2}\s[A-Z][a-z]{2,8}\s20\d\d)(?=\s\s|$)"
)


_ANY_NAME_RE: Final = re.compile(
    rf"(?:\s(?!(?:{'|'.join(sorted(label for label in _ALL if label.isascii() and ' ' not in label))})\b)"
    r"[A-Z][a-z]+){2,3}(?=\s\s|$)"
)


def _stands(m: re.Match[str], text: str) -> bool:
    """Short words without a colon are labels only where a gap or a person follows: 患者 may begin a sentence."""
    if _plain(m["colon"] or "") == "单位" and text[m.start() - 1 : m.start()].isdigit():
        return False  # 300单位:1支 is an amount
    if m["bare"] is None:
        return True
    label = _plain(m["bare"])
    if label in _NO_WORDS or _NAMED_RE.match(text, m.start()):
        return True
    if label.isascii() and (re.match(r"\s[A-Za-z]", text[m.end() :]) or re.search(r"[A-Za-z]\s$", text[: m.start()])):
        begins = not text[: m.start()].strip() or text[: m.start()].endswith("  ")
        named = _ENGLISH_NAME_RE.match(text, m.end()) or (label == "Name" and _ANY_NAME_RE.match(text, m.end()))
        return begins and bool(named)  # no word of a sentence: Patient should
    following = text[m.end() : m.end() + 1]
    kind = ranked(_KIND_OF[label])[0]
    if not following or following.isspace() or (following == "(" and kind == "pack"):  # 包装(每盒)
        return True
    title = kind == "patient" and not label.isascii() and _HAN_RE.match(following)  # 签约居民用药清单
    return not (label in SHORT or title) or bool(_PERSON_RE.match(text, m.end()))


# The menu of a doctor's screen, beside the table: it holds no drug
_MENU_RE: Final = re.compile(
    "病历|(?:(?:西|中成|中草?|草)药|历史)?处方|(?:检查|检验|治疗|手术|会诊)(?:申请|报告)?|打印|医嘱|首页|退出|保存"
    "|我的[\u4e00-\u9fff]{2,4}|个人(?:中心|信息)|消息|设置|帮助|通知"
    "|(?:预约|在线|门诊|住院|费用|报告|病案|健康|排班|医保|就诊|缴费|检验|检查|电子|处方)(?:挂号|查询|复印|咨询|缴费|报告|档案|服务|记录|病历|票据|发票|续方)"
)
# Its commands stand in one line above it: 作废处方 there is no stamp
_COMMAND_RE: Final = re.compile(
    "(?:新[建增开]|增加|修改|删除|作废|撤销|刷新|保存|打印|退出|查[询找看]|提交|复制|导[出入]|设置|返回|关闭|预览|暂存|重打|开立|签名|签章|审[核方]"
    "|[退收缴]费|[退发配]药|退款|停止|执行|接诊|叫号|转诊|模板|套餐|全选|取消|确[认定]|拆分|[刷读]卡|合理用药|帮助)(?:处方|医嘱|预览)?"
)
# The tabs of an app, one for all and one for each state: 全部 待付款 待取药 已取药 已作废
_TAB_RE: Final = re.compile(
    "全部(?:订单|处方)?|待[\u4e00-\u9fff]{2}|已[\u4e00-\u9fff]{2}|[\u4e00-\u9fff]{1,2}中|退款/?售后|售后"
)
_ALL_RE: Final = re.compile("全部(?:订单|处方)?")
_COMMANDS: Final = 3  # of them, at the least
_STATE: Final = r"(?:候诊|待诊|已诊|已就诊|就诊中?|在诊|诊毕|未诊|过号|未到|已到|报到|呼叫中|暂离|[初复]诊)"
_NAME: Final = rf"{FAMILY}[\u4e00-\u9fff]{{1,2}}?"
# 11 贾瑞荣, 08 王家豪已诊, 候诊
_WAITS_RE: Final = re.compile(
    rf"\d{{1,3}}\s?[.、]?\s?(?:{_NAME}|[\u4e00-\u9fff]{{2,4}}\s?{_STATE})|(?:\d{{1,3}}\s?[.、]?\s?)?{_NAME}\s?{_STATE}|{_STATE}"
)
_MASKED_RE: Final = re.compile(r"(?:\d{1,3}\s?[.、]?\s?)?[\u4e00-\u9fff](?:\s?[*×xX]){1,2}")  # 03 蔡**
_ITEMS: Final = 4  # of it, at the least


def menu(words: Sequence[Word]) -> frozenset[Word]:
    """The words of a menu, and the names of who waits beside it: at least four, each alone, flush with each other, or
    three commands in a line; a name that is masked says itself that it is none of the page's."""
    lean = median(w.slope for w in words) if words else 0.0

    def level(w: Word) -> float:
        return w.y - w.x * lean

    items = [w for w in words if _MENU_RE.fullmatch(narrow(w.text).strip())]
    flush = _flush(items, lambda w: w.x) | _flush(items, lambda w: w.left)
    commands = [w for w in words if _COMMAND_RE.fullmatch(narrow(w.text).strip())]
    flush |= _flush(commands, level, _COMMANDS)
    tabs = _flush([w for w in words if _TAB_RE.fullmatch(narrow(w.text).strip())], level, _COMMANDS)
    flush |= tabs if any(_ALL_RE.fullmatch(narrow(w.text).strip()) for w in tabs) else frozenset[Word]()
    masked = [w for w in words if _MASKED_RE.fullmatch(narrow(w.text).strip())]
    hidden = frozenset(masked) if len(masked) >= _ITEMS else frozenset[Word]()
    return flush | hidden | _flush([w for w in words if _WAITS_RE.fullmatch(w.text)], lambda w: w.left)


def _flush(some: Sequence[Word], place: Callable[[Word], float], least: int = _ITEMS) -> frozenset[Word]:
    groups = ([other for other in some if abs(place(other) - place(w)) < w.h] for w in some)
    largest = max(groups, key=len, default=list[Word]())
    return frozenset(largest) if len(largest) >= least else frozenset()
