"""Which words of a row are the name of a drug, listed or not. Where its amounts stand is drugs.py's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.photo.borders import begins
from bot.photo.formulary import Formulary
from bot.photo.labels import labelled
from bot.photo.latin import drug_in
from bot.photo.match import NO_BRANDS, split_brand
from bot.photo.names import ENDS_WITH_FORM, fold, narrow, take_apart
from bot.photo.rows import Row
from bot.photo.strength import BOX, COUNTED, TIMES, Line, count_in, find
from bot.photo.vocabulary import SALTS, TAGS

_INDEX = re.compile(
    # its count before its name: 5盒 骨化三醇胶丸, 2盒×阿司匹林肠溶片, 2×阿司匹林肠溶片
    rf"^[\s|]*(?:\d{{1,2}}\s?(?:{BOX}\s*[{TIMES}]?|[{TIMES}])\s*(?=[\u4e00-\u9fff]{{2}})|"
    r"20\d\d-\d\d-\d\d\s*(?=[\u4e00-\u9fff])|[\[(]?\d{1,2}[\]).、:,]\s*|\d{1,2}\s+(?=[\u4e00-\u9fff(\[])|\d{1,2}(?=[\u4e00-\u9fff])|[①-⑳]\s*|"
    r"\*[\u4e00-\u9fff]{2,12}\*\s*|"  # the class of goods on an invoice: *化学药品制剂*
    r"[一二三四五六七八九十]{1,2}\s*[、.)]\s*|[\[(]?[A-J]\s*[\]).、]\s*(?=[\u4e00-\u9fff(\[])|"
    r"[*★※△▲◆◇❖▪■█▌●•·#+~=□☐☑✓√-]+\s*)+"
)
_HEADED = re.compile(
    r"(?:药品名称|药物名称|药[品物]?\s?(?:\d{1,2}|[一二三四五六七八九])[、.:]?|药品|药物|药名|品名)[\s:]*(?=[\u4e00-\u9fff(\[])"
)
_UNMEANT_HEAD = re.compile(r"(?:停用|已停|暂停|取消|退药)[\s:]*(?=[\u4e00-\u9fff(\[])")
_UNMEANT_TAIL = re.compile(
    r"[(\[]\s*(?:已?退药?|停用?|缺货|缺药|无货|自备|取消|作废|删除?|(?:患者|病人|家属)?拒绝?[服取领配]?|未[配发领]|撤[销回])\s*[)\]]"
)
_NUMBERED = re.compile(
    r"\s*(?:药[品物]\s?(?=[\d一二三四五六七八九]{1,2}\s?[、.:]))?(?:[\[(]\s*(\d{1,2})\s*[\])]|(\d{1,2})\s*[、.:,)](?!\d)|(\d{1,2})\s+(?!(?:盒|瓶|支|袋|片|粒|丸|贴|包|板|大盒|小盒)(?:\s|$))(?=[\u4e00-\u9fff(\[]|[A-Z][a-z]{3})|([①-⑳])|([一二三四五六七八九])\s*[、:]|[\[(]?([A-J])\s*[\]).、]\s*(?=[\u4e00-\u9fff(\[])|药([一二三四五六七八九])\s?[:、]?\s?(?=[\u4e00-\u9fff]))"
)
SIG = re.compile(
    r"(?<![a-z])(?:take|daily|twice|bedtime|by mouth|orally|times a day)(?![a-z])|"
    r"every (?:day|morning|evening|night|\d)|"
    r"每[次日天晚早周]|一次|一日|[1-4]次|口服|含服|舌下|皮下|吸入用|外用|静滴|餐[前后中]|[饭餐][前後]|饭后|睡前|必要时|早晚|"
    r"(?<![a-z])(?:q[dnwhm]|bid|tid|qid|qod|[bt]iw|b\.?i\.?d|t\.?i\.?d|q\.?d|prn|po|ih|sc|hs|am|pm)(?![a-z])",
    re.IGNORECASE,
)
_NOT_A_DRUG = re.compile(
    r"^[片锭粒颗丸贴]?[盒瓶袋支]|空白|处方|合计|医保|诊断|用法|用量|签名|有效|注意|核对|医院|医师|药师|咨询|专线|元$|费用|方式|地址|电话|温馨|提示|说明|过敏|取药|"
    r"^已[\u4e00-\u9fff]{2}$|^带?药?清单$|健康指导|健康宣教|低盐|低脂|饮食|限酒|戒烟|以上|以下|本品|不得|涂改|窗口|药业|制药|科$|审核|发药|遵医嘱|每[次日天晚早]|口服|药品|规格|数量|[病症炎]$|带药$|(?:检查|化验|检验|治疗|材料|药品|药物|费用|诊疗|服务|手术|护理)[\u4e00-\u9fff]{0,3}类$|[。!?]|请|漏服|未开|西药|中成药|中草药|中药饮片$"
    r"|建议|服[用药]|饮酒|忌|避免|期间|时间|监测|随访|复[查诊]|门诊|饮食|[已候]诊$|过号$"
)
_COUNTED = re.compile(r"(?<![A-Za-z\d])\d+\s*(?:片|锭|粒|颗(?!粒)|丸|支|袋|次|天|盒|瓶|岁|级|型)")
# A form's own words, and what it gives to tick: 2型糖尿病患者随访服务记录表, 1无症状2头痛头晕, ①存根②药房③患者
_OF_A_FORM_RE: Final = re.compile(
    r"[表册联]$|[\d①-⑳][\u4e00-\u9fff]|症状|头[痛晕]|恶心|呕吐|心悸|胸闷|满意|并发症|不良反应"
)
_BOXED_RE: Final = re.compile(rf"\d\s?(?:{BOX}|[{TIMES}]\s*$)")
_PACKED_RE: Final = re.compile(rf"[{TIMES}]\s?\d{{1,3}}\s?(?:{COUNTED})")
_HAN_RE: Final = re.compile(r"[\u4e00-\u9fff]")
_TAGS: Final = frozenset(TAGS)
_FRAMED_RE: Final = re.compile(r"[\[【]([^\[\]【】]+)[\]】]?")
_LOOSE: Final = " ([【（:;,*x×/-.…·"
_MARK_LIKE = re.compile(rf"\(([IVXLl1|!]{{1,5}}|[{NO_BRANDS}])\)$")
_STROKES_RE: Final = re.compile(r"\(\s*([IL1l|!][IL1l|!\s]{0,6})\)")
_SURE: Final = 0.8  # confidence in a character that is not also what it would be otherwise


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a row: its place, a brand beside it, and ``others``: one unsure character of it read otherwise.

    ``marks`` is what its Roman mark can be, ``sure`` how sure all before that is.
    """

    start: int
    end: int
    name: str
    brand: str
    others: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    sure: float = 0.0


def tokens(row: Row) -> list[tuple[int, int, str]]:
    """Stretches of a row with the label before them ("" = none), split at gaps; a label holds for the first one."""
    marks = labelled(row)
    cuts = [(0, marks[0].at if marks else len(row.text), "")]
    cuts += [(m.start, m.end, m.kind) for m in marks]
    out: list[tuple[int, int, str]] = []
    for start, end, kind in cuts:
        at, first = start, True
        for piece in re.split(r"( {2,})", row.text[start:end]):
            if piece.strip(" :"):
                out.append((at, at + len(piece), kind if first else ""))
                first = False
            at += len(piece)
    return out


def english_names(row: Row, listed: Formulary) -> list[Named]:
    """The names in a row of a page in English."""
    some = [(start, kind, drug_in(row.text[start:], listed, end - start)) for start, end, kind in tokens(row)]
    return [
        Named(start + at[0], start + at[1], row.text[start + at[0] : start + at[1]].strip(), "")
        for start, kind, at in some
        if at and kind in ("", "name")
    ]


def names_in(row: Row, listed: Formulary) -> list[Named]:
    """The names in a row, left to right; a brand in a column of its own joins the name before it."""
    out: list[Named] = []
    for start, end, kind in tokens(row):
        if kind not in ("", "name"):
            continue
        text = row.text[start:end]
        index = _INDEX.match(text)
        at = index.end() if index else 0
        if head := _HEADED.match(text, at) or _UNMEANT_HEAD.match(text, at):
            at = head.end()
        amount = next(iter(find(text[at:])), None)
        raw = _before_numbers(text, at, amount, listed)
        numbered = index is not None and not _BOXED_RE.search(index[0])  # behind a count may stand anything: 2盒 多饮水
        found = is_name(raw, listed, numbered or amount is not None or kind == "name")
        if (
            found is None
            and (_BOXED_RE.search(text) or _PACKED_RE.search(text))
            and (raw := listed_ahead(text[at:], listed))
        ):
            found = (raw, "")  # the amount behind it is not read as one, and still it is the line of a drug
        if found is None or (amount and amount.strength.endswith("%") and not has_form(found[0])):
            continue  # 糖化血红蛋白 7.1%
        name, brand = found
        if out and not ENDS_WITH_FORM.search(fold(name)) and _is_brand(name, listed):
            out[-1] = replace(out[-1], brand=name)
            continue
        if out and _is_brand(out[-1].name, listed) and _of_brand(name, out[-1].name, listed):
            brand = out.pop().name  # 商品名 and 通用名 in columns of their own
        first = start + at + len(raw) - len(raw.lstrip())
        last = start + at + len(raw)
        again = (is_name(other, listed, True) for other in row.rereadings(first, last))
        others = tuple(o[0] for o in again if o)
        out.append(Named(first, last, name, brand, others, *_marks(row, first, last)))
    return out


def listed_ahead(text: str, listed: Formulary) -> str:
    """The longest listed name that ``text`` begins with, where no Chinese character goes on behind it; or empty."""
    ahead = (d.name for d in listed.drugs if text.startswith(d.name) and not _HAN_RE.match(text, len(d.name)))
    return max(ahead, key=len, default="")


def _before_numbers(text: str, at: int, amount: Line | None, listed: Formulary) -> str:
    """What stands before the first amount or count, and before all that touches its number."""
    count = count_in(text, at)
    counted = begins(text, count.start(1)) if count else len(text)
    if amount is not None and not amount.whole:
        long = text[at : at + amount.start].rstrip(_LOOSE)
        if is_listed(split_brand(long)[0], listed):  # 诺和锐30 3ml:300单位
            return long
    until = min(at + amount.run if amount else len(text), counted, count.start() if count else len(text))
    return text[at : max(until, at)].rstrip(_LOOSE)


def is_name(raw: str, listed: Formulary, invited: bool) -> tuple[str, str] | None:
    """(name, brand) when the text can be a drug; ``invited`` = an index before it or an amount after it says so."""
    text = _UNMEANT_TAIL.sub("", narrow(raw)).strip()
    framed = _FRAMED_RE.fullmatch(text)  # [西格列汀二甲双胍片(Ⅱ)]
    text = re.sub(r"\[([^\[\]]*)\]", r"(\1)", framed[1] if framed else text)
    name, brand = split_brand(text)
    if has_form(brand) and not has_form(name):
        name, brand = brand, name  # 可多华(多沙唑嗪缓释片): the brand is printed first
    brand = "" if brand in _TAGS else brand
    pieces = [p for p in re.split(r"[\s/]+", name) if p and p not in _TAGS]
    name, beside = _whole(pieces, listed)
    name, close = _parted(name, listed)
    brand = brand or beside or close
    if len(re.findall(r"[\u4e00-\u9fff]", name)) < 2 or _NOT_A_DRUG.search(name) or _COUNTED.search(name):
        return None
    return (name, brand) if is_listed(name, listed) or _plausible(name, invited) else None


def _whole(pieces: Sequence[str], listed: Formulary) -> tuple[str, str]:
    """(name, brand) of a text with gaps: a gap parts a brand from a name, or is only a wide place in the name."""
    together = "".join(pieces)
    ended = [p for p in pieces if has_form(p) and len(take_apart(p).core) > 2]
    if len(pieces) < 2 or not ended or is_listed(together, listed) or len({fold(p) for p in ended}) > 1:
        return together, ""
    beside = (p for p in pieces if p not in ended and re.fullmatch(r"[\u4e00-\u9fffA-Z0-9]{2,8}", p))
    return ended[0], next(beside, "")


def _parted(name: str, listed: Formulary) -> tuple[str, str]:
    """(name, brand) of a listed drug whose own brand is printed right behind or before its name."""
    folded = fold(name)
    for drug in listed.drugs:
        if drug.folded_brand and folded in (drug.folded + drug.folded_brand, drug.folded_brand + drug.folded):
            return drug.name, drug.brand
    return name, ""


def is_listed(name: str, listed: Formulary) -> bool:
    """Whether it is the name, the brand or the substance of a listed drug."""
    folded = fold(name)
    return any(folded in (d.folded, d.folded_brand, d.parts.core) for d in listed.drugs)


def _plausible(name: str, invited: bool) -> bool:
    if SIG.search(name):
        return False
    if has_form(name) and len(name) > 2:
        return True
    worded = len(re.findall(r"[\u4e00-\u9fff]", name)) >= 3 and not _OF_A_FORM_RE.search(name)
    return invited and worded and len(name) <= 24


def has_form(name: str) -> bool:
    """With a dosage form, a mark after it read as whatever."""
    match = ENDS_WITH_FORM.search(_MARK_LIKE.sub("", fold(name)))
    return match is not None and match.start() >= 2


def is_torn(name: str, listed: Formulary) -> bool:
    """A part of a listed name, and no name itself: the rest is hidden or torn off."""
    folded = fold(name)
    if len(folded) < 2 or is_listed(name, listed) or not re.fullmatch(r"[\u4e00-\u9fff]+", folded):
        return False
    return folded in SALTS or any(folded in v and folded != v for d in listed.drugs for v in d.variants)


def torn_in(row: Row, listed: Formulary) -> bool:
    """Whether a stretch of a row is nothing but the beginning of a listed name, of three characters or more."""
    for start, end, kind in tokens(row):
        text = row.text[start:end] if kind in ("", "name") else ""
        index = _INDEX.match(text)
        alone = fold(text[index.end() :] if index else text)
        begun = any(d.folded.startswith(alone) and d.folded != alone for d in listed.drugs)
        if len(alone) > 2 and begun and not is_listed(alone, listed):
            return True
    return False


def _is_brand(text: str, listed: Formulary) -> bool:
    folded = fold(text)
    return any(d.folded_brand == folded for d in listed.drugs)


def _of_brand(name: str, brand: str, listed: Formulary) -> bool:
    both = (fold(brand), fold(name))
    return any((d.folded_brand, d.folded) == both for d in listed.drugs)


def unmarked(name: str) -> str | None:
    """The name without a Roman mark at its end; None where it has none. OCR counts the strokes of Ⅱ badly."""
    folded = fold(name)
    bare = _MARK_LIKE.sub("", folded)
    return bare if bare != folded else None


def roman(name: str) -> str:
    """The name with its mark in Roman letters, where OCR read strokes: (1) behind a form is (Ⅰ)."""
    folded = fold(name)
    mark = _MARK_LIKE.search(folded)
    strokes = mark[1] if mark else ""
    if mark is None or not re.fullmatch(r"[Il1L|!]{1,3}", strokes) or not has_form(folded[: mark.start()]):
        return name
    return f"{folded[: mark.start()]}({'I' * len(strokes)})"


def _marks(row: Row, start: int, end: int) -> tuple[tuple[str, ...], float]:
    """What the Roman mark in a name can be, and how sure all before it is. OCR counts the strokes of Ⅱ badly: one that
    is not sure may be another number of them."""
    mark = _STROKES_RE.search(row.text, start, end)
    if mark is None:
        return (), 0.0
    held = [o for o in row.owner[mark.start(1) : mark.end(1)] if o is not None]
    counts = {0}
    for word, char in dict.fromkeys(held):
        w = row.words[word]
        strokes = {held.count((word, char))} if w.text[char] != " " else {0}
        other = narrow(w.second[char]) if w.second and (w.sure[char] if w.sure else w.low) < _SURE else ""
        strokes |= {len(other)} if re.fullmatch(r"[IL1l|!]{1,3}", other) else set()
        counts = {a + b for a in counts for b in strokes}
    return tuple("I" * n for n in sorted(counts) if 0 < n < 4), row.sureness(start, mark.start())


def only_marked(name: str, marks: Sequence[str], listed: Formulary) -> str:
    """The one name of the list that has a mark and is this one but for it, where that may be the printed mark."""
    bare = unmarked(name) if marks else None
    alike = {d.folded: d.name for d in listed.drugs if bare and bare in (d.folded, unmarked(d.name))}
    one = next(iter(alike), "")
    return alike[one] if len(alike) == 1 and any(one.endswith(f"({mark})") for mark in marks) else ""


def joined(first: str, row: Row) -> tuple[str, int, int] | None:
    """The whole of a long name whose second line begins ``row``, and where that ends; None for something else."""
    begin = next(iter(tokens(row)), None)
    if begin is None or begin[2] or ENDS_WITH_FORM.search(fold(first)):
        return None
    start, end, _ = begin
    more = re.sub(r"\s", "", row.text[start:end])
    whole = first + more
    fits = re.fullmatch(r"[\u4e00-\u9fff()IVX\d]{1,14}", more) and not SIG.search(more) and has_form(whole)
    return (whole, start, end) if fits else None


def blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    """``text`` with the places blanked out."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def number_of(row: Row) -> int:
    """Which drug of the list a row says it is: 3 for (3), 3., ③ or 三、; 0 where it does not say."""
    m = _NUMBERED.match(row.text)
    if m is None:
        return 0
    if m[5] or m[7]:
        return "一二三四五六七八九".index(m[5] or m[7]) + 1
    if m[6]:
        return ord(m[6]) - ord("A") + 1
    return ord(m[4]) - ord("①") + 1 if m[4] else int(next(g for g in m.groups() if g))
