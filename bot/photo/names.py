"""Drug names taken apart: salt, core, form and mark, and the folding that makes printed variants equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_VARIANTS: Final = str.maketrans({"䓬": "卓", "膦": "磷", "α": "a", "β": "b", "γ": "r", "µ": "μ", "嚢": "囊"})
_NARROW: Final = str.maketrans(
    {"（": "(", "）": ")", "【": "[", "】": "]", "〔": "[", "〕": "]", "［": "[", "］": "]", "：": ":", "，": ",",
     "；": ";", "．": ".", "／": "/", "＊": "*", "µ": "μ", "－": "-", "—": "-", "–": "-", "￥": "¥", "　": " "}
)  # fmt: skip

_SALTS: Final = (
    "氢溴酸", "重酒石酸", "苯磺酸", "甲磺酸", "甲苯磺酸", "硫酸氢", "盐酸", "硫酸", "富马酸", "琥珀酸", "酒石酸", "马来酸",
    "枸橼酸", "醋酸", "磷酸", "草酸", "乳酸", "葡萄糖酸", "门冬氨酸", "苹果酸", "对甲苯磺酸", "二甲磺酸",
)  # fmt: skip
_CATIONS: Final = ("钠", "钾", "钙", "镁")
_RELEASE: Final = r"缓释|控释|肠溶|分散|咀嚼|泡腾|口腔崩解|口崩|舌下|软|硬|吸入|外用|肠溶缓释|双释放"
_KINDS: Final = (
    r"片|胶囊|胶丸|滴丸|颗粒|干混悬剂|混悬液|口服液|口服溶液|溶液|注射液|注射剂|注射用|粉针|针剂|针|糖浆|合剂|散剂|散|丸|"
    r"粉雾剂|气雾剂|喷雾剂|吸入剂|雾化液|滴眼液|滴鼻液|眼膏|软膏|乳膏|凝胶|贴片|贴剂|贴膏|膏|栓剂|栓|滴剂|酊|搽剂|洗剂|冲剂|微丸"
)
FORM: Final = rf"(?:(?:{_RELEASE})*(?:{_KINDS}))"
_MARK: Final = r"(?:\((?:[IVX]{1,4}|[0-9]{1,2}R?|[^()]{1,4}型)\)|[IVX]{1,3}型?)"
_NAME_RE = re.compile(rf"^(?P<core>.+?)(?P<form>{FORM})?(?P<mark>{_MARK})?$")
ENDS_WITH_FORM = re.compile(rf"{FORM}{_MARK}?$")

# Endings that name a family: the part before them tells the drugs apart. Longest first; from the WHO's INN stems.
STEMS: Final = (
    "格列汀", "格列净", "格列奈", "格列酮", "匹克隆", "他汀", "沙坦", "普利", "地平", "洛尔", "拉唑", "唑仑", "西泮", "西汀", "普兰",
    "曲普坦", "沙班", "替尼", "唑嗪", "胰岛素", "鲁肽", "糖肽", "那肽", "替丁", "司琼", "昔布", "昔芬", "夫定", "韦酯", "福韦", "诺福韦", "卡韦",
    "双胍", "波糖", "帕胺", "噻嗪", "塞米", "贝特", "单抗", "曲唑", "氮平", "西平", "培酮", "哌酮", "哌唑", "司他", "雄胺", "鲁胺", "罗辛",
    "替罗", "特罗", "溴铵", "替卡松", "奈德", "松龙", "尼龙", "尼松", "膦酸", "磷酸", "骨化醇", "骨化三醇", "必利", "立酮", "米帕",
    "格雷", "格瑞洛", "吉兰", "克索", "司汀", "巴林", "巴喷丁", "西坦", "三嗪", "洛韦", "那韦", "西利", "雌醇", "睾酮", "巯咪唑", "硫氧嘧啶", "达唑",
    "丁螺环酮", "螺酮", "格列本脲", "莫司", "麦考酚酯", "蝶呤", "紫杉醇", "拉明", "利嗪", "哌齐", "他敏", "布洛芬", "洛芬", "芬酸",
    "美拉唑", "雷定", "地嗪", "贝胺", "他嗪", "可地尔", "沙坦酯", "芦定", "奈利酮", "列酮", "司亭", "维酮", "布坦", "喹酮", "格列齐特", "格列吡嗪",
)  # fmt: skip
_STEMS_LONGEST_FIRST: Final = tuple(sorted(set(STEMS), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Parts:
    """苯磺酸|氨氯地平||片, 氯沙坦|钾|片, 硝苯地平|缓释片|(II); an empty part is not printed."""

    salt: str
    core: str
    cation: str
    form: str
    mark: str


def narrow(text: str) -> str:
    """Full-width letters, digits and punctuation made half-width; Chinese text untouched."""
    out = text.translate(_NARROW)
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or "Ⅰ" <= c <= "ↂ" else c for c in out)


def fold(text: str) -> str:
    """The form in which two printings of one name are equal: narrow, no spaces, Roman marks, variants of a character."""
    text = re.sub(r"[\s\-·.,'\"\[\]{}<>《》「」]+", "", narrow(text)).translate(_VARIANTS)
    return re.sub(r"[a-z]+", lambda m: m[0].upper(), text)


def take_apart(name: str) -> Parts:
    """Split a generic name; anything not recognised stays in the core."""
    text = fold(name)
    match = _NAME_RE.match(text)
    core, form, mark = (match["core"], match["form"] or "", match["mark"] or "") if match else (text, "", "")
    salt = next((s for s in sorted(_SALTS, key=len, reverse=True) if core.startswith(s) and len(core) > len(s) + 1), "")
    core = core[len(salt) :]
    cation = core[-1] if len(core) > 3 and core.endswith(_CATIONS) and core[-2] not in "酸氢" else ""
    core = core[: len(core) - len(cation)]
    return Parts(salt, core, cation, form, mark.strip("()").removesuffix("型"))


def stem_of(core: str, shared: frozenset[str] = frozenset()) -> str:
    """The family ending of a core name, the longest that is known or shared; empty for a name of its own."""
    own = max((s for s in shared if core.endswith(s) and len(s) < len(core)), key=len, default="")
    known = next((s for s in _STEMS_LONGEST_FIRST if core.endswith(s) and len(s) < len(core)), "")
    return max(own, known, key=len)


def stems_of(cores: Iterable[str]) -> frozenset[str]:
    """Endings of two or more characters that two different cores of a list share."""
    distinct = sorted(set(cores))
    seen: dict[str, int] = {}
    for core in distinct:
        for size in range(2, len(core)):
            seen[core[-size:]] = seen.get(core[-size:], 0) + 1
    return frozenset(ending for ending, times in seen.items() if times > 1)


def edits(a: str, b: str, limit: int) -> int:
    """Edit distance, or ``limit`` + 1 as soon as it is certainly more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
