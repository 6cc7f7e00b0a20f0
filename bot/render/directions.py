"""How to take a medicine: a prescription's short hand in words that an old person understands."""

from __future__ import annotations

import re

_OFTEN = {
    "qd": ("每天 1 次", "once a day"),
    "bid": ("每天 2 次", "twice a day"),
    "tid": ("每天 3 次", "three times a day"),
    "qid": ("每天 4 次", "four times a day"),
    "qn": ("每晚 1 次", "once every night"),
    "qod": ("隔天 1 次", "every other day"),
    "qw": ("每周 1 次", "once a week"),
    "biw": ("每周 2 次", "twice a week"),
    "tiw": ("每周 3 次", "three times a week"),
    "prn": ("需要时用", "when needed"),
}
_HOW = {
    "餐前": ("饭前", "before meals"),
    "餐中": ("吃饭时", "with meals"),
    "餐后": ("饭后", "after meals"),
    "空腹": ("空腹", "on an empty stomach"),
    "皮下": ("皮下注射", "injected under the skin"),
    "吸入": ("吸入", "inhaled"),
    "舌下": ("含在舌下", "under the tongue"),
    "含服": ("含服", "kept in the mouth"),
}
_SHORT_HAND = re.compile(rf"(?P<dose>\S*)\s+(?P<often>{'|'.join(_OFTEN)})\s*(?P<how>\S*)")


def directions(sig: str, lang: str) -> str:
    """``5mg qd 餐前`` -> ``每次 5mg，每天 1 次，饭前``; what is not understood stays as the doctor wrote it."""
    found = _SHORT_HAND.fullmatch(sig.strip())
    if found is None:
        return sig
    zh = lang.startswith("zh")
    parts = [f"每次 {found['dose']}" if zh else f"{found['dose']} each time"] if found["dose"] else []
    parts.append(_OFTEN[found["often"]][0 if zh else 1])
    parts += [words[0 if zh else 1] for word, words in _HOW.items() if word in found["how"]]
    return ("，" if zh else ", ").join(parts)
