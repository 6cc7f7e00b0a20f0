"""How to take a medicine, in words that an old person understands; what is not understood stays as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import dosing
from bot.dosing import Line

Words = tuple[str, str]  # Chinese, English

_OFTEN: Mapping[tuple[int, int, str], Words] = {
    (1, 1, "d"): ("每天 1 次", "once a day"),
    (2, 1, "d"): ("每天 2 次", "twice a day"),
    (3, 1, "d"): ("每天 3 次", "three times a day"),
    (4, 1, "d"): ("每天 4 次", "four times a day"),
    (1, 2, "d"): ("隔天 1 次", "every other day"),
    (1, 1, "wk"): ("每周 1 次", "once a week"),
    (2, 1, "wk"): ("每周 2 次", "twice a week"),
    (3, 1, "wk"): ("每周 3 次", "three times a week"),
}
_HOURS: Mapping[frozenset[str], Words] = {
    frozenset({"MORN"}): ("每天早上 1 次", "in the morning"),
    frozenset({"NOON"}): ("每天中午 1 次", "at noon"),
    frozenset({"EVE"}): ("每天傍晚 1 次", "in the evening"),
    frozenset({"NIGHT"}): ("每晚 1 次", "once every night"),
    frozenset({"HS"}): ("每晚睡前 1 次", "at bedtime"),
    frozenset({"NIGHT", "HS"}): ("每晚睡前 1 次", "at bedtime"),
    frozenset({"MORN", "EVE"}): ("早晚各 1 次", "in the morning and in the evening"),
    frozenset({"MORN", "NOON", "EVE"}): ("早中晚各 1 次", "in the morning, at noon and in the evening"),
}
_MEALS: Mapping[str, Words] = {
    "AC": ("饭前", "before meals"),
    "C": ("吃饭时", "with meals"),
    "PC": ("饭后", "after meals"),
    "FAST": ("空腹", "on an empty stomach"),
}
_ROUTES: Mapping[str, Words] = {
    "oral": ("", ""),
    "subcutaneous": ("皮下注射", "injected under the skin"),
    "inhaled": ("吸入", "inhaled"),
    "sublingual": ("含在舌下", "under the tongue"),
    "buccal": ("含服", "kept in the mouth"),
    "nasal": ("喷鼻", "into the nose"),
    "topical": ("外用", "on the skin"),
}
_COUNTED: Mapping[str, Words] = {
    "片": ("tablet", "tablets"), "粒": ("capsule", "capsules"), "丸": ("pill", "pills"), "袋": ("sachet", "sachets"),
    "吸": ("puff", "puffs"), "喷": ("spray", "sprays"), "滴": ("drop", "drops"), "单位": ("unit", "units"),
}  # fmt: skip


def directions(taken: str | Mapping[str, Any] | Line, lang: str) -> str:
    """``5mg qd 餐前`` -> ``每次 5mg，每天 1 次，饭前``; as a whole, or the words as they stand.

    A dose in mg is counted in tablets where the line's own strength divides it into whole or half ones.
    """
    line = dosing.line_of(taken)
    n = 0 if lang.startswith("zh") else 1
    often = _often(line, n)
    if not line.dose.value or not often:
        return line.sig
    dose = _dose(line, n)
    if n:
        joined = f"{dose} {often}" if line.schedule.when and often.startswith(("in ", "at ")) else ""
        parts = [joined] if joined else [f"{dose} each time", often]
    else:
        parts = [f"每次 {dose}", often]
    parts += [_MEALS[one][n] for one in line.schedule.when if one in _MEALS]
    parts += filter(None, [_ROUTES.get(line.route, (line.route, line.route))[n]])
    return ("，", ", ")[n].join(parts)


def _often(line: Line, n: int) -> str:
    """ "" where we have no words for it."""
    schedule = line.schedule
    hours = frozenset(schedule.when).difference(_MEALS)
    needed = ("需要时用", "when needed")[n] if schedule.as_needed else ""
    if not schedule.times:
        return needed
    key = (schedule.times, schedule.every, schedule.unit)
    often = _HOURS.get(hours, ("", ""))[n] if hours else _OFTEN.get(key, ("", ""))[n]
    if not often and not hours and schedule.times == 1 and schedule.unit == "h":
        often = (f"每 {schedule.every} 小时 1 次", f"every {schedule.every} hours")[n]
    return ("，", ", ")[n].join(filter(None, (often, needed))) if often else ""


def _dose(line: Line, n: int) -> str:
    dose, count = line.dose, dosing.counted_out(line)
    as_written = _amount(dose.value, dose.unit, n)
    if not count.value:
        return as_written
    tablets = _amount(count.value, count.unit, n)
    return f"{tablets} ({as_written})" if n else f"{tablets}（{as_written}）"


def _amount(value: str, unit: str, n: int) -> str:
    if n == 0:
        return f"{'半' if value == '0.5' else value} {unit}" if unit in _COUNTED else f"{value}{unit}"
    if unit not in _COUNTED:
        return f"{value}{unit}"
    one, many = _COUNTED[unit]
    return f"half a {one}" if value == "0.5" else f"{value} {one if value == '1' else many}"
