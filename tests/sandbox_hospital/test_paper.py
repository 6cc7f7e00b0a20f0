"""The printed prescriptions: in the hospital, dated by the clock, every character drawable."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageFont

from sandbox.hospital.seed import characters, paper
from sandbox.hospital.seed.people import formulary, residents
from sandbox.hospital.seed.plant import plant
from tests.sandbox_hospital.conftest import START, Caller

DAY = 86_400_000
FONTS = Path(paper.__file__).parent / "fonts"


async def test_the_hospital_lists_and_shows_them(hospital: Caller) -> None:
    assert (await hospital("GET", "/_sandbox/prescriptions")).json == []
    await plant(hospital.url, START)
    listed = {row["patient"]: row for row in (await hospital("GET", "/_sandbox/prescriptions")).json}
    assert listed.keys() == {one.id for one in residents()}
    wang = listed["wang-guilan"]
    assert (wang["name"], wang["date"][:10]) == ("王桂兰", "2026-11-03")
    shown = await hospital("GET", wang["url"])
    assert shown.headers["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(shown.body))
    assert (picture.format, picture.size) == ("PNG", (1000, 1400))
    assert len(shown.body) < 300_000


def test_the_words_of_a_paper() -> None:
    words = paper.slip(residents()[0], START)
    assert words == paper.Slip(
        hospital="东江市中医医院",
        number="202611030012",
        card="80010012",
        fee="医保",
        name="王桂兰",
        sex="女",
        age="75岁",
        department="内分泌科",
        diagnosis="高脂血症",
        date="2026年11月03日",
        lines=(
            ("阿托伐他汀钙片(立普妥)", "20mg×7片", "×4盒", "每次20mg  每晚1次  口服"),
            ("阿司匹林肠溶片(拜阿司匹灵)", "100mg×30片", "×1盒", "每次100mg  每日1次  口服"),
        ),
        amount="306.86元",
        doctor="邵建华",
        pharmacist="贺文秀",
        dispenser="钱立",
    )


def test_the_date_counts_back_from_the_clock_in_the_citys_time() -> None:
    late_evening = START + 15 * 3_600_000 + 29 * 60_000
    assert paper.slip(residents()[0], late_evening).date == "2026年11月03日"
    assert paper.slip(residents()[0], late_evening + 60_000).date == "2026年11月04日"
    assert paper.slip(residents()[0], START + 10 * DAY).number == "202611130012"


def test_every_drug_can_be_told_how_to_take() -> None:
    told = {code: paper.directions(drug) for code, drug in formulary().items()}
    assert [code for code, words in told.items() if not words.startswith("每次")] == []
    assert told["MR0094"] == "每次12单位  每晚1次  皮下注射"
    assert told["MR0080"] == "每次1mg  每日3次  口服  餐前"
    assert told["MR0041"] == "每次0.5mg  必要时  舌下"
    assert told["MR0183"] == "每次18μg  每日1次  吸入"


def test_every_character_has_a_glyph() -> None:
    for name in ("paper-regular.otf", "paper-bold.otf"):
        font = ImageFont.truetype(FONTS / name, 20)
        nothing = bytes(font.getmask("\ue000"))
        missing = [letter for letter in characters.characters() if bytes(font.getmask(letter)) == nothing]
        assert missing in ([], [" "]), name


def test_fonts_carry_their_licence_and_stay_small() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
    assert sum(path.stat().st_size for path in FONTS.glob("*.otf")) < 1_000_000
    assert set((FONTS / "chars.txt").read_text("utf-8")) == set(characters.characters())
