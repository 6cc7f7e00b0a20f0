"""Many photos, judged as a whole: what is certain is right, and refusals say what is true. Takes minutes by nature."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from bot.photo.names import fold
from bot.photo.reading import Reading
from bot.photo.strength import amounts
from tests.photo.conftest import Look
from tests.photo.contents import Script, script
from tests.photo.layouts import LAYOUTS, house
from tests.photo.spoiling import Shot, photograph, rough, shot

pytestmark = [pytest.mark.trial("photos, hundreds of drawn ones"), pytest.mark.slow, pytest.mark.timeout(1800)]
SEEDS = range(5000, 5006)
MARKS = (".", ",", "，", "、", "'", ":", "-", " ", ". ", ";", "", "/")


def wrong(reading: Reading, s: Script, layout: str) -> list[str]:
    """What an accepted reading holds for certain and is not what was printed."""
    out: list[str] = []
    for name, printed in (("patient", s.patient), ("date", s.day.isoformat()), ("hospital", house(s, layout))):
        field = getattr(reading, name)
        if field is not None and field.value != printed:
            out.append(f"{name} {field.value} for {printed}")
    if len(reading.drugs) != len(s.items):
        return [*out, f"{len(reading.drugs)} lines of {len(s.items)}"]
    for drug, item in zip(reading.drugs, s.items, strict=True):
        if drug.match == "exact" and fold(drug.known) != fold(item.name):
            out.append(f"drug {drug.known} for {item.name}")
        if drug.match != "ask" and amounts(drug.strength.value) != amounts(item.strength):
            out.append(f"strength {drug.strength.value} for {item.strength}")
        if drug.boxes not in (None, item.boxes):
            out.append(f"boxes {drug.boxes} for {item.boxes}")
    return out


@pytest.mark.parametrize("taken", [shot, rough])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_certain_is_right(look: Look, layout: str, taken: object) -> None:
    accepted = 0
    for seed in SEEDS:
        s = script(seed, unlisted=seed % 3 == 0)
        how = taken(seed * 31) if callable(taken) else Shot()
        reading = look(photograph(LAYOUTS[layout](s, random.Random(seed)), how, seed)).reading
        accepted += reading.accepted
        if reading.accepted:
            assert wrong(reading, s, layout) == [], seed
    assert accepted >= len(SEEDS) - 2


@pytest.mark.parametrize("layout", ["form", "receipt", "grid", "lines", "columns"])
def test_three_hundred_numbers_in_print_are_read_whole_or_asked(look: Look, layout: str) -> None:
    """Twelve pages of five lines a layout; the strength that is read is the printed one, or none."""
    draw = random.Random(layout)
    for seed in range(12):
        s = script(seed + 60)
        items = []
        for _ in range(5):
            whole, part = draw.choice((1, 2, 5, 12, 20, 47)), draw.choice(("5", "25", "0", "75"))
            items.append(
                replace(s.items[0], name="阿齐沙坦片", brand="", strength=f"{whole}{draw.choice(MARKS)}{part}mg")
            )
        page = LAYOUTS[layout](replace(s, items=tuple(items)), random.Random(seed))
        reading = look(photograph(page, Shot(margin=0.05), seed)).reading
        for drug, item in zip(reading.drugs, items, strict=False):
            read = amounts(drug.strength.value)
            digits = "".join(c for c in item.strength if c.isdigit())
            tail = Decimal(item.strength.removesuffix("mg")[-1])
            assert (tail, "mg") not in read, (item.strength, drug.strength.value)
            assert not read or "".join(c for c in drug.strength.value if c.isdigit()) == digits


def two(seed: int) -> tuple[Image.Image, Script]:
    """Two papers in one picture, beside or below each other; some of one person, some cut off."""
    draw = random.Random(seed)
    one, other = script(8000 + seed), script(8500 + seed)
    if seed % 4 == 3:
        other = replace(other, patient=one.patient, sex=one.sex, age=one.age)
    first, second = (LAYOUTS[draw.choice(list(LAYOUTS))](s, draw).convert("RGB") for s in (one, other))
    if seed % 2:
        table = Image.new("RGB", (max(first.width, second.width), first.height + second.height + 40), (90, 80, 70))
        table.paste(second, (draw.randint(0, table.width - second.width), first.height + 40))
    else:
        table = Image.new("RGB", (first.width + second.width + 60, max(first.height, second.height)), (90, 80, 70))
        table.paste(second, (first.width + 60, draw.randint(0, table.height - second.height)))
    table.paste(first, (0, 0))
    if seed % 5 == 4:
        share = (1.0, 0.8) if seed % 2 else (0.8, 1.0)
        table = table.crop((0, 0, int(table.width * share[0]), int(table.height * share[1])))
    return table, one


def test_two_papers_in_a_picture_are_never_merged(look: Look) -> None:
    for seed in range(20):
        table, s = two(seed)
        taken = replace(shot(seed), long=2400, quarters=0, blur=0.0)
        assert not look(photograph(table, taken, seed), names=(s.patient,)).reading.accepted, seed
