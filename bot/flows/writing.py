"""The doctor writes line by line: boxes, how it is taken (in parts by button, or in words), another drug, one more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bot import dosing, rules
from bot.dialog import Ask, Option, flow
from bot.dosing import Amount, Line, Proof, Schedule
from bot.forms import LinesWritten
from bot.intents import formulary
from bot.linewords import written_words
from bot.model.names import named
from bot.phrases import BOXES, TURNS, Told, drug_label, piece_options, unit_words, whom_words
from bot.views import OrderView

WAYS = ("once", "twice", "thrice", "four", "morning", "night", "bedtime", "other_day", "week", "needed")
MEALS = ("any", "before", "with", "after", "empty")
#: How often, as a prescription says it and in parts; ``dosing.understood`` reads the one as the other.
OFTEN: Mapping[str, tuple[str, Schedule]] = {
    "once": ("每日1次", Schedule(1)),
    "twice": ("每日2次", Schedule(2)),
    "thrice": ("每日3次", Schedule(3)),
    "four": ("每日4次", Schedule(4)),
    "morning": ("每早1次", Schedule(1, when=("MORN",))),
    "night": ("每晚1次", Schedule(1, when=("NIGHT",))),
    "bedtime": ("睡前", Schedule(1, when=("HS",))),
    "other_day": ("隔日1次", Schedule(1, 2)),
    "week": ("每周1次", Schedule(1, 1, "wk")),
    "needed": ("必要时", Schedule(as_needed=True)),
}
AT_MEALS: Mapping[str, tuple[str, str]] = {
    "any": ("", ""), "before": ("餐前", "AC"), "with": ("餐中", "C"), "after": ("餐后", "PC"),
    "empty": ("空腹", "FAST"),
}  # fmt: skip
NO_MEAL = frozenset({"bedtime", "needed"})
ROUTES = {"oral": "口服", "subcutaneous": "皮下注射", "inhaled": "吸入", "sublingual": "舌下含服", "buccal": "含服",
          "nasal": "喷鼻", "topical": "外用"}  # fmt: skip


@flow("amended")
async def amended(ask: Ask, order: OrderView, only: Line | None = None, much: str = "") -> LinesWritten:
    """Each line is a button, and one more can be added. After a return, what was written before.

    ``only``: of this line it is said how ``much`` is taken at a time; how often and when is all that is asked.
    """
    if only is not None:
        return LinesWritten([await _taken(ask, "first", only, much, order)])
    lines, word = dict(enumerate(order.snapshot.lines, 1)), ""
    for turn in TURNS:
        options = [
            Option(f"line-{n}", label=f"✎ {drug_label(line)} × {line.boxes}", listed=True) for n, line in lines.items()
        ]
        pick = await ask.choice(
            f"look[{turn}]",
            options=[*options, "add", "word", "enough"],
            name=whom_words(order),
            lines=written_words(order, [*lines.values()]),
            word=word,
        )
        if pick == "enough":
            break
        if pick == "word":
            word = await ask.text(f"word[{turn}]", check=rules.own_words, buttons=["nothing"], name=whom_words(order))
            word = "" if word == "nothing" else word
        elif pick == "add":
            added = await _another(ask, turn, order, Proof("doctor"))
            lines = {**lines, max(lines) + 1: added} if added else lines
        else:
            lines = await _amended(ask, turn, lines, int(pick.partition("-")[2]), order)
    return LinesWritten([*lines.values()], word)


async def _amended(ask: Ask, turn: str, lines: dict[int, Line], n: int, order: OrderView) -> dict[int, Line]:
    """One line: how much of it at a time, or what else is to be changed."""
    line, name = lines[n], whom_words(order)
    said = await ask.choice(
        f"item[{turn}]",
        options=[
            *(["as_now"] if line.dose.value else []),
            *piece_options(line),
            "boxes",
            "instead",
            *(["remove"] if len(lines) > 1 else []),  # none at all is [Not suitable]
        ],
        check=rules.line_change,
        columns=3,
        name=name,
        drug=drug_label(line),
        boxes=line.boxes,
        sig=dosing.taken(line),
        unit=unit_words(dosing.piece_of(line)),
    )
    if said == "remove":
        return {other: kept for other, kept in lines.items() if other != n}
    if said == "instead":
        other = await _another(ask, turn, order, replace(line.proof.there, kind="doctor", boxes=0, typed_by=""))
        return {**lines, n: other or line}
    if said == "boxes":
        said = await _boxes(ask, turn, line, name)
    if said.isdecimal():
        return {**lines, n: rules.supplied(line, int(said))}
    return {**lines, n: await _taken(ask, turn, line, said, order)}


async def _boxes(ask: Ask, turn: str, line: Line, name: Told) -> str:
    return await ask.choice(
        f"boxes[{turn}]", options=BOXES, check=rules.box_count(), columns=5, drug=drug_label(line), name=name
    )


async def _another(ask: Ask, turn: str, order: OrderView, proof: Proof) -> Line | None:
    """A drug of the hospital's list, which stands on no paper of hers: new (R2), and never one of R7's.

    None where it is not found or not allowed: the lines stay as they are. ``proof``: of what it stands instead of.
    """
    name, condition = whom_words(order), order.snapshot.condition
    words = await ask.text(
        f"search[{turn}]", check=rules.drug_words, buttons=["nothing"], name=name, condition=condition
    )
    if words == "nothing":
        return None
    hits = await ask.once(f"hits[{turn}]", formulary.search_drugs(words))
    options = [Option(d.code, label=f"{named(d, ask.person.lang)} {d.strength}×{d.pack}") for d in hits]
    code = await ask.choice(
        f"hit[{turn}]", options=[*options, "nothing"], name=name, condition=condition, words=words, found=len(hits)
    )
    drug = next((d for d in hits if d.code == code), None)
    if drug is None:
        return None
    if drug.controlled:
        await ask.tell(f"controlled[{turn}]", drug=drug.name, name=name)
        return None
    boxes = int(await _boxes(ask, turn, drug.line(), name))
    line = replace(drug.line(), boxes=boxes, proof=replace(proof, boxes=boxes))
    said = await ask.text(
        f"much[{turn}]",
        check=rules.dose_words,
        buttons=piece_options(line),
        columns=3,
        name=name,
        drug=drug_label(line),
        unit=unit_words(dosing.piece_of(line)),
    )
    return await _taken(ask, turn, line, said, order)


async def _taken(ask: Ask, turn: str, line: Line, said: str, order: OrderView) -> Line:
    """How often and when, after how much; where ``said`` is words they say it all."""
    if said != "as_now" and not said.startswith("n-"):
        return rules.taken_so(line, said, order.snapshot.doctor)
    name, drug = whom_words(order), drug_label(line)
    dose = line.dose if said == "as_now" else counted(line, said.removeprefix("n-"))
    words = _schedule_words(line.schedule)
    often = await ask.choice(
        f"often[{turn}]",
        options=[*(["as_now"] if words else []), *WAYS],
        columns=2,
        name=name,
        drug=drug,
        sig=dosing.taken(line),
    )
    if often != "as_now":
        words = OFTEN[often][0]
        if often not in NO_MEAL:
            meal = await ask.choice(f"when[{turn}]", options=MEALS, columns=2, name=name, drug=drug)
            words = f"{words} {AT_MEALS[meal][0]}".strip()
    return rules.taken_so(line, in_words(line, dose, words), order.snapshot.doctor)


def counted(line: Line, pieces: str) -> Amount:
    """So many of it: as a mass where the line's own strength is one, else as counted."""
    one = dosing.mass_of(line)
    unit = dosing.piece_of(line)
    if one is None or unit not in dosing.SOLID:
        return Amount(pieces, unit)
    return Amount(format((Decimal(pieces) * Decimal(one.value)).normalize(), "f"), one.unit)


def in_words(line: Line, dose: Amount, often: str) -> str:
    """As a prescription says it, the line's own route with it."""
    return " ".join(filter(None, (f"每次{dose.value}{dose.unit}", often, ROUTES.get(line.route, ""))))


def _schedule_words(schedule: Schedule) -> str:
    """Of a schedule that can be told in the words above, so that it may stay; else ""."""
    for words, known in OFTEN.values():
        for meal, code in AT_MEALS.values():
            if replace(known, when=(*known.when, *([code] if code else []))) == schedule:
                return f"{words} {meal}".strip()
    return ""
