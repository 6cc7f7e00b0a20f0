"""Drug names taken apart: salt, core, form and mark, and the folding that makes printed variants equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.photo.vocabulary import CATIONS, SALTS, STEMS

_VARIANTS: Final = str.maketrans({"䓬": "卓", "膦": "磷", "α": "a", "β": "b", "γ": "r", "µ": "μ", "嚢": "囊"})
_NARROW: Final = str.maketrans(
    {"（": "(", "）": ")", "【": "[", "】": "]", "〔": "[", "〕": "]", "［": "[", "］": "]", "：": ":", "，": ",",
     "；": ";", "．": ".", "／": "/", "＊": "*", "µ": "μ", "－": "-", "—": "-", "–": "-", "￥": "¥", "　": " "}
)  # fmt: skip

# Tablets are 錠 in Taiwan and Hong Kong, of whatever coat but that of the bowel
_TABLET_RE: Final = re.compile(r"(?:薄?膜衣)?锭(?=\(|$)|薄?膜衣片(?=\(|$)")

_SALTS: Final = tuple(sorted(SALTS, key=len, reverse=True))
_CATIONS: Final = tuple(CATIONS)
_RELEASE: Final = r"缓释|控释|肠溶|分散|咀嚼|泡腾|口腔崩解|口崩|舌下|软|硬|吸入|外用|肠溶缓释|双释放"
_KINDS: Final = (
    r"片|锭|胶囊|胶丸|滴丸|颗粒|干混悬剂|混悬液|口服液|口服溶液|溶液|注射液|注射剂|注射用|粉针|针剂|针|糖浆|合剂|散剂|散|丸|"
    r"粉雾剂|气雾剂|喷雾剂|吸入剂|雾化液|滴眼液|滴鼻液|眼膏|软膏|乳膏|凝胶|贴片|贴剂|贴膏|膏|栓剂|栓|滴剂|酊|搽剂|洗剂|冲剂|微丸"
)
FORM: Final = rf"(?:(?:{_RELEASE}){{0,4}}(?:{_KINDS}))"  # a long run of them is not tried from each
_MARK: Final = r"(?:\((?:[IVX]{1,4}|[0-9]{1,2}R?|[^()]{1,4}型)\)|[IVX]{1,3}型?)"
_NAME_RE = re.compile(rf"^(?P<core>.+?)(?P<form>{FORM})?(?P<mark>{_MARK})?$")
ENDS_WITH_FORM = re.compile(rf"{FORM}{_MARK}?$")

_STEMS_LONGEST_FIRST: Final = tuple(sorted(STEMS, key=len, reverse=True))


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
    """The form in which two printings of one name are equal: narrow, no spaces, Roman marks, one of each variant."""
    text = re.sub(r"[\s\-·.,'\"\[\]{}<>《》「」]+", "", narrow(text)).translate(_VARIANTS)
    text = re.sub(r"(?<=[硫氮])草", "卓", text)  # 地尔硫䓬: the character that no telephone can type
    text = _TABLET_RE.sub("片", text)
    return re.sub(r"[a-z]+", lambda m: m[0].upper(), text)


def take_apart(name: str) -> Parts:
    """Split a generic name; anything not recognised stays in the core."""
    text = fold(name)
    match = _NAME_RE.match(text)
    core, form, mark = (match["core"], match["form"] or "", match["mark"] or "") if match else (text, "", "")
    salt = next((s for s in _SALTS if core.startswith(s) and len(core) > len(s) + 1), "")
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
