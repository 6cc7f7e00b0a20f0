"""Wrong is worse than unknown: no misread character and no missing drug may turn one drug into another."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.photo.formulary import Formulary, formulary
from bot.photo.match import Matched, match, split_brand
from bot.photo.names import stems_of
from tests.photo.contents import LISTED, UNLISTED

SAMPLE = Path(__file__).parents[2] / "bot/photo/sample_formulary.csv"
ROWS = list(csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()))
LETTERS = sorted({c for d in LISTED.drugs for c in d.name} | set("片月汀江酞肽氨胺氯氟洛络"))


def misread(draw: random.Random, name: str) -> str:
    """One character read as another, dropped, or seen where none is."""
    at, other = draw.randrange(len(name)), draw.choice(LETTERS)
    return draw.choice((name[:at] + other + name[at + 1 :], name[:at] + name[at + 1 :], name[:at] + other + name[at:]))


def without(code: str) -> Formulary:
    rest = tuple(d for d in LISTED.drugs if d.code != code)
    return Formulary(rest, stems_of(d.parts.core for d in rest))


def few(*names: str) -> Formulary:
    return formulary(r for r in ROWS if r["name_zh"] in names)


def test_every_listed_name_is_exact() -> None:
    found = {d.code: match(d.name, d.strength, LISTED) for d in LISTED.drugs}
    assert {code for code, m in found.items() if (m.match, m.code) != ("exact", code)} == set()


def test_a_thousand_misread_characters_give_no_wrong_drug() -> None:
    draw = random.Random(20261121)
    wrong: list[tuple[str, str, str]] = []
    asked = 0
    for _ in range(1000):
        drug = draw.choice(LISTED.drugs)
        seen = misread(draw, drug.name)
        hit = match(seen, drug.strength, LISTED)
        asked += hit.match == "ask"
        if hit.code not in ("", drug.code):
            wrong.append((drug.name, seen, hit.known))
    assert wrong == []
    assert asked > 120  # careful, but not useless


@pytest.mark.slow
def test_a_drug_that_is_not_listed_never_becomes_another() -> None:
    draw = random.Random(7)
    wrong: list[tuple[str, str, str]] = []
    for drug in LISTED.drugs:
        rest = without(drug.code)
        core = drug.parts.core + drug.parts.form
        for seen in (drug.name, core, *(misread(draw, drug.name) for _ in range(4))):
            hit = match(seen, drug.strength, rest)
            if hit.match != "unknown":
                wrong.append((drug.name, seen, hit.known))
    assert wrong == []


@pytest.mark.parametrize("line", UNLISTED, ids=lambda line: line[0])
def test_drugs_outside_the_list_stay_unknown(line: tuple[str, str, str, int, str]) -> None:
    assert match(line[0], line[2], LISTED, brand=line[1]).match == "unknown"


@given(st.sampled_from(LISTED.drugs), st.text(alphabet=LETTERS, min_size=1, max_size=6))
def test_whatever_is_added_never_gives_another_drug(drug: object, more: str) -> None:
    name = str(getattr(drug, "name", ""))
    hit = match(name + more, str(getattr(drug, "strength", "")), LISTED)
    assert hit.code in ("", getattr(drug, "code", ""))


@pytest.mark.parametrize(
    ("printed", "strength", "known"),
    [
        ("苯磺酸氨氯地平片(络活喜)", "5mg", "苯磺酸氨氯地平片"),
        ("氨氯地平片", "5mg", "苯磺酸氨氯地平片"),
        ("络活喜", "5mg", "苯磺酸氨氯地平片"),
        ("阿托伐他汀片", "20mg", "阿托伐他汀钙片"),
        ("盐酸二甲双胍片", "500mg", "二甲双胍片"),
        ("盐酸二甲双胍缓释片", "500毫克", "盐酸二甲双胍缓释片"),
        ("硝苯地平缓释片（II）", "20mg", "硝苯地平缓释片(Ⅱ)"),
        ("硝苯地平缓释片", "20mg", "硝苯地平缓释片(Ⅱ)"),
        ("地尔硫卓片", "30mg", "地尔硫䓬片"),
        ("阿仑磷酸钠片", "70mg", "阿仑膦酸钠片"),
        ("沙库巴曲缬沙坦钠片", "0.1g", "沙库巴曲缬沙坦钠片"),
        ("西格列汀二甲双胍片(Ⅱ)", "850mg/50mg", "西格列汀二甲双胍片(Ⅱ)"),
    ],
)
def test_other_printings_of_one_name_are_exact(printed: str, strength: str, known: str) -> None:
    hit = match(printed, strength, LISTED)
    assert (hit.match, hit.known) == ("exact", known)


@pytest.mark.parametrize(
    ("printed", "strength"),
    [
        ("苯磺酸氨氯地平片", "10mg"),  # a strength that the list has not
        ("马来酸氨氯地平片", "5mg"),  # another salt
        ("缬沙坦片", "80mg"),  # another form
        ("二甲双胍缓释胶囊", "0.5g"),
        ("硝苯地平片", "30mg"),  # not controlled release
        ("门冬胰岛素50注射液", "3ml:300单位"),
        ("精蛋白人胰岛素混合注射液(50R)", "3ml:300单位"),
        ("精蛋白人胰岛素混合注射液", "3ml:300单位"),  # which mixture?
        ("倍他乐克", "50mg"),
        ("格华止", "0.5g"),  # two drugs of this brand and strength
        ("X格列汀片", "5mg"),  # where the family's drugs differ
        ("降压药", "5mg"),
        ("", "5mg"),
    ],
)
def test_what_may_be_another_product_is_unknown(printed: str, strength: str) -> None:
    assert match(printed, strength, LISTED) == Matched("unknown")


@pytest.mark.parametrize(
    ("printed", "strength", "known"),
    [
        ("瑞舒伐他江钙片", "10mg", "瑞舒伐他汀钙片"),
        ("苯磺酸氨氯地干片", "5mg", "苯磺酸氨氯地平片"),
        ("苯横酸氨氯地平片", "5mg", "苯磺酸氨氯地平片"),
        ("坦度螺酮胶襄", "5mg", "坦度螺酮胶囊"),
    ],
)
def test_one_misread_character_is_asked_about(printed: str, strength: str, known: str) -> None:
    hit = match(printed, strength, LISTED)
    assert (hit.match, hit.known) == ("ask", known)
    assert hit.margin >= 10


def test_no_strength_means_asking() -> None:
    assert match("氨氯地平片", "", LISTED).match == "ask"


def test_history_admits_a_short_name() -> None:
    assert match("螺内脂片", "20mg", LISTED).match == "unknown"
    code = next(d.code for d in LISTED.drugs if d.name == "螺内酯片")
    assert match("螺内脂片", "20mg", LISTED, history={code}).match == "ask"


def test_a_brand_of_another_drug_contradicts() -> None:
    assert match("利格列汀片", "5mg", LISTED, brand="欧唐宁").match == "exact"
    assert match("利格列汀片", "5mg", LISTED, brand="安立泽").match == "unknown"


def test_an_unsure_character_between_siblings_is_asked_about() -> None:
    assert match("沙格列汀片", "5mg", LISTED, sure=0.95).match == "exact"
    assert match("沙格列汀片", "5mg", LISTED, sure=0.6).match == "ask"
    assert match("苯磺酸氨氯地平片", "5mg", LISTED, sure=0.6).match == "exact"


def test_the_pack_chooses_between_packs_of_one_drug() -> None:
    row = next(r for r in ROWS if r["name_zh"] == "甲钴胺片")
    packs = formulary([row, {**row, "code": "X2", "pack": "40"}])
    assert match("甲钴胺片", "0.5mg", packs, pack=40) == Matched("exact", "X2", "甲钴胺片", 100.0, 100.0)
    assert match("甲钴胺片", "0.5mg", packs, pack=10).match == "ask"


def test_the_strength_chooses_between_strengths() -> None:
    row = next(r for r in ROWS if r["name_zh"] == "氯氮平片")
    strengths = formulary([row, {**row, "code": "X2", "strength": "50mg"}])
    assert match("氯氮平片", "50mg", strengths).code == "X2"


def test_a_list_of_one_drug_is_no_licence() -> None:
    assert match("贝那普利片", "10mg", few("依那普利片")).match == "unknown"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("苯磺酸氨氯地平片(络活喜)", ("苯磺酸氨氯地平片", "络活喜")),
        ("硝苯地平缓释片（Ⅱ）", ("硝苯地平缓释片(II)", "")),
        ("精蛋白人胰岛素混合注射液(30R)(诺和灵30R)", ("精蛋白人胰岛素混合注射液(30R)", "诺和灵30R")),
        ("来曲唑片", ("来曲唑片", "")),
    ],
)
def test_brands_are_taken_out_of_brackets(text: str, parts: tuple[str, str]) -> None:
    assert split_brand(text) == parts


def test_a_row_without_a_code_is_named() -> None:
    with pytest.raises(ValueError, match="row 2 has no code"):
        formulary([{"code": "A", "name_zh": "甲片"}, {"name_zh": "乙片"}])
