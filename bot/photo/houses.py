"""The names of houses of medicine: hospitals, surgeries, and the shops that sell drugs. Reads rows only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.photo.labels import labelled
from bot.photo.latin import house, shop
from bot.photo.reading import Field
from bot.photo.rows import Row
from bot.photo.script import HAN

_HOUSE: Final = (
    r"(?:医院|社区健康服务(?:中心|站)|社康中心|社康站|卫生服务中心|卫生服务站|卫生中心|疾病预防控制中心|健康中心|康复中心|体检中心|卫生院|卫生室|卫生所|医务室|医务中心|医务所|门诊部|诊所|医学中心|"
    r"养老院|敬老院|福利院|护理院|颐养中心|养护中心|照护中心|诊疗所|保健院|保健中心|防治院|防治所|医疗中心|疗养院|中医馆|国医馆|附属[\u4e00-\u9fff]{1,6}(?:分院|院区))"
)
_BRANCH: Final = (
    r"(?:[(（][^()（）]{1,10}(?:[院部区站店所]|门诊|中心)[)）]"
    r"|附属[\u4e00-\u9fff]{0,6}?(?:门诊部?|医院|诊所)|[总分东南西北新本]院区?|[\u4e00-\u9fff]{1,6}?(?:院区|分[院部站所]))?"
)
_OF_A_NAME: Final = rf"[{HAN}A-Za-z0-9·]"
HOSPITAL_RE: Final = re.compile(rf"(?<!{_OF_A_NAME}){_OF_A_NAME}*{_HOUSE}{_BRANCH}")
_NOT_A_NAME: Final = re.compile(r"处方|本院|配药|取药|[请仅凭限]|医保|药房|复诊")
_AN_APP_RE: Final = re.compile(rf"(?:智慧|互联网|网上|线上|在线|云|掌上|移动|我的|本|附近|全部)+{_HOUSE}")  # its title
# What kind of house it is, and no name: 医疗机构类型 公立医院
_A_KIND_RE: Final = re.compile(
    rf"(?:.*(?:类[型别]|等级))?(?:公立|民营|私立|公办|综合|专科|非?营利性|[一二三]级|[甲乙丙]等)+{_HOUSE}"
)
_OF_AN_APP_RE: Final = re.compile("记录|就医|健康|诊室|订单|详情|服务|我的|平台|首页|病历|挂号|续方|医疗")  # its title
_BEGINS_RE: Final = re.compile(r"附属$|大学$|学院$|[省市区县]$|集团$")
_TITLE_RE: Final = re.compile(r"处\s*方|普通|急诊|儿科|慢病|医保|自费|用药指导|门诊病历|收费|清单|取药|发药")
_SHOP_RE: Final = re.compile(
    rf"[{HAN}]{{2,}}?(?:大药房|药店|药局|药行|药堂|(?:医药|药业)连锁|医药商[店场]|(?<=[{HAN}]{{3}})药房|药房(?=第?[{HAN}\d]{{1,8}}店))(?:连锁)?(?:(?:股份|集团)?有限(?:责任)?公司)?"
    rf"(?:[(（][^()（）]{{1,12}}[店号][)）]|[{HAN}\d]{{1,10}}店)?"
)
_SELLER_RE: Final = re.compile(r"^(?:销售方)?名称[:：]")  # on an invoice
_NO_SHOP_RE: Final = re.compile(
    r"[门急住]诊?[诊院]|[西中草]药房|中心药房|取药|发药|医院|病区|附近|选择|定点|合作|自提|推荐|服务|我的|本店|[请凭到在]|[楼层号]药房"
)
_LABELS: Final = frozenset({"医院", "就诊医院", "门诊医院", "诊疗医院", "定点医院", "诊所", "卫生院"})
_NEXT: Final = 2.2  # heights of a line to the next one


def hospital(rows: Sequence[Row], limit: int) -> Field | None:
    """The largest line that names a house of medicine, above the patient in row ``limit``; a second line above it may
    begin the name. Where there is none, the shop that sold the drugs."""
    for places in (range(min(limit + 1, len(rows))), range(len(rows))):
        best: tuple[float, int, int, int] | None = None
        for i in places:
            span = _house(rows[i].text)
            if span and (best is None or rows[i].h > best[0] * 1.25):
                best = (rows[i].h, i, *span)
        if best is not None:
            return _whole_hospital(rows, *best[1:])
    broken = (f for i in range(min(limit, len(rows) - 1)) if (f := _broken_hospital(rows[i], rows[i + 1])))
    latin = (r.field(*m.span()) for r in rows if (m := house(r.text)))
    shops = (f for r in rows if (f := _shop(r) or (r.field(0, len(r.text)) if shop(r.text) else None)))
    return next(broken, None) or next(latin, None) or next(shops, None)


def _shop(row: Row) -> Field | None:
    """A chemist's that stands by itself; 门诊药房 is a part of a hospital."""
    for n, word in enumerate(row.words):
        name = _SELLER_RE.sub("", re.sub(r"\s", "", word.text))
        if is_shop(name):
            places = [at for at, o in enumerate(row.owner) if o is not None and o[0] == n]
            return row.field(places[-1] + 1 - len(name), places[-1] + 1, name)
    return None


def is_shop(text: str) -> bool:
    """Whether the text is the name of a chemist's and nothing else."""
    return _SHOP_RE.fullmatch(text) is not None and not _NO_SHOP_RE.search(text)


def continued(rows: Sequence[Row], i: int, start: int, end: int) -> Field | None:
    """A name behind its label in row ``i`` that goes on in the next line, under where it began: 卫生服务中 and 心."""
    text = rows[i].text[start:end].strip(" :")
    if i + 1 >= len(rows) or not text or rows[i + 1].y - rows[i].y > _NEXT * rows[i].h:
        return None
    begun = rows[i].field(start, end, text)
    left, right = rows[i].span(start, end)
    for word in rows[i + 1].words:
        whole = re.sub(r"\s", "", text + word.text)
        under = left - 6 * word.h < word.left and word.right < right + word.h
        if under and HOSPITAL_RE.fullmatch(whole) and not _NOT_A_NAME.search(whole):
            return Field(whole, min(begun.confidence, word.conf), begun.box)
    return None


def _broken_hospital(first: Row, second: Row) -> Field | None:
    """A name that goes on in the next line: ...卫生中 and 心."""
    if not _alike(first, second):
        return None
    whole = re.sub(r"\s", "", first.text + second.text)
    if not HOSPITAL_RE.fullmatch(whole) or _NOT_A_NAME.search(whole) or labelled(first) or labelled(second):
        return None
    found = first.field(0, len(first.text), whole)
    return Field(whole, min(found.confidence, second.sureness(0, len(second.text))), found.box)


def _house(text: str) -> tuple[int, int] | None:
    """Where a hospital's name stands in a line; letters may be spaced out."""
    kept = [i for i, c in enumerate(text) if not (c == " " and text[i - 1 : i + 2].count(" ") == 1)]
    for m in HOSPITAL_RE.finditer("".join(text[i] for i in kept)):
        if m[0] in _LABELS:
            continue  # 医院:, and its name behind it
        named = len(bare_hospital(m[0])) > 3 and not _NOT_A_NAME.search(m[0]) and not _AN_APP_RE.fullmatch(m[0])
        named = named and not _A_KIND_RE.fullmatch(m[0])
        return (kept[m.start()], kept[m.end() - 1] + 1) if named else None
    return None


def _whole_hospital(rows: Sequence[Row], i: int, start: int, end: int) -> Field:
    row = rows[i]
    found = row.field(start, end, bare_hospital(row.text[start:end]))
    above = rows[i - 1] if i else None
    if above and start == 0 and _alike(above, row):
        before = re.sub(r"\s", "", above.text)
        part = re.fullmatch(rf"[{HAN}]{{2,20}}", before) and not _TITLE_RE.search(before) and not labelled(above)
        if part and (
            _BEGINS_RE.search(before) or (len(before) < 5 and _centred(above, row) and not _OF_AN_APP_RE.search(before))
        ):
            return Field(before + found.value, found.confidence, found.box)
    return found


def _alike(above: Row, row: Row) -> bool:
    """Two lines of one heading: of one size, and right under each other."""
    return row.y - above.y < 2.2 * row.h and 0.75 < above.h / row.h < 1.35


def _centred(above: Row, row: Row) -> bool:
    """One line in the middle over the other: the name of a town over the name of its hospital."""
    middles = [(r.words[0].left + r.words[-1].right) / 2 for r in (above, row)]
    return len(above.words) == 1 and abs(middles[0] - middles[1]) < 2 * row.h


def bare_hospital(text: str) -> str:
    """The hospital without the title of the form, and without 互联网医院 where that is only its on-line branch."""
    text = re.sub(rf"^(?:[{HAN}]{{2}})?机构(?=[{HAN}]{{4}})", "", re.sub(r"\s+", "", text))
    shorter = re.sub(r"互联网(?:医院|诊疗)$", "", text)
    return shorter if shorter != text and re.search(_HOUSE + "$", shorter) else text


def is_house(text: str) -> bool:
    """Whether the text is the name of a hospital and nothing else."""
    return HOSPITAL_RE.fullmatch(text) is not None and not _NOT_A_NAME.search(text)
