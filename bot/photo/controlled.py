"""Names that stop an order (R7): narcotic and psychotropic drugs met outside hospitals. Not complete, not for clinical
use: the hospital's own list (column ``controlled``) is asked as well."""

from __future__ import annotations

import re
from typing import Final

from bot.photo.names import edits, fold, take_apart

# Generic names in the Chinese catalogues of narcotic drugs and of psychotropic drugs of both classes.
NAMES: Final = (
    "吗啡", "哌替啶", "芬太尼", "瑞芬太尼", "舒芬太尼", "羟考酮", "氢可酮", "氢吗啡酮", "美沙酮", "可待因", "双氢可待因", "布桂嗪",
    "罂粟壳", "阿片", "右丙氧芬", "复方樟脑酊", "丁丙诺啡", "哌甲酯", "司可巴比妥", "氯胺酮", "艾司氯胺酮", "三唑仑", "马吲哚",
    "阿普唑仑", "艾司唑仑", "地西泮", "氯硝西泮", "硝西泮", "氟西泮", "劳拉西泮", "奥沙西泮", "替马西泮", "咪达唑仑", "氯氮卓", "氯巴占", "苯巴比妥",
    "异戊巴比妥", "戊巴比妥", "唑吡坦", "扎来普隆", "佐匹克隆", "右佐匹克隆", "曲马多", "喷他佐辛", "布托啡诺", "地佐辛", "纳布啡",
    "咖啡因", "安钠咖", "甲丙氨酯", "匹莫林", "芬特明", "吡仑帕奈", "右美沙芬", "地芬诺酯", "莫达非尼", "依他佐辛", "苏沃雷生", "莱博雷生",
)  # fmt: skip
BRANDS: Final = ("专注达", "利他林", "奥施康定", "美施康定", "思诺思", "舒乐安定", "佳静安定", "安定片", "罗拉片", "泰勒宁", "多瑞吉")
_FOLDED: Final = tuple(fold(n) for n in NAMES)
_MARK_RE = re.compile(r"麻[、,.\s]*精[一1]?|精[一二12](?![\u4e00-\u9fff])|毒麻|红处方|第[一二]类精神药品|麻醉药品(?:处方|专用)")


def is_controlled(name: str, brand: str = "") -> bool:
    """Whether a printed drug is on the list; a name one character away from a long one counts too: better stop once."""
    folded = fold(name)
    if any(n in folded for n in _FOLDED) or any(b in folded or b in fold(brand) for b in BRANDS):
        return True
    core = take_apart(folded).core
    return any(len(n) >= 4 and edits(core, n, 1) <= 1 for n in _FOLDED)


def is_controlled_form(text: str) -> bool:
    """Whether a line of the page is the mark of a controlled form: 精二, 麻、精一 ..., printed in its corner."""
    return len(text) <= 14 and _MARK_RE.search(text) is not None
