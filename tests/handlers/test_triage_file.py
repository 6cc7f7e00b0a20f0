"""The hospital's file of questions in an emergency: a mistake is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import triage
from bot.config import BadSetting, load
from tests.handlers.house import KEY

SAMPLE = Path(__file__).parents[2] / "sandbox" / "triage.toml"


@pytest.mark.parametrize(
    ("wrong", "instead", "line"),
    [
        ('leads = "since"', 'leads = "nowhere"', 17),
        ('leads = "since"', 'leads = "order"', 22),
        ('id = "since"', 'id = "today"', 7),
        ('zh-CN = "药断了几天？"', "", 22),
        ('en = "No"', 'en = ""', 17),
        ("[hotline]", "[other]", 1),
        ('leads = "order"', "leads = order", 35),
    ],
)
def test_a_wrong_file_is_told_with_its_line(wrong: str, instead: str, line: int) -> None:
    with pytest.raises(triage.BadTriage, match=rf"line {line}\b"):
        triage.parse(SAMPLE.read_text("utf-8").replace(wrong, instead, 1))


def test_the_sample_is_right() -> None:
    assert [one.id for one in triage.read(SAMPLE).questions] == ["today", "since"]


def test_the_settings_name_the_line(tmp_path: Path) -> None:
    wrong = tmp_path / "triage.toml"
    wrong.write_text(SAMPLE.read_text("utf-8").replace('leads = "since"', 'leads = "nowhere"'), "utf-8")
    given = {"MEDRELAY_TOKEN": "4242:SANDBOX-x", "MEDRELAY_BOT_API": "http://127.0.0.1:1", "MEDRELAY_HASH_KEY": KEY,
             "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}", "MEDRELAY_HOSPITAL_URL": "http://127.0.0.1:1"}  # fmt: skip
    with pytest.raises(BadSetting, match=r"MEDRELAY_TRIAGE .*line 17"):
        load({**given, "MEDRELAY_TRIAGE": str(wrong)})
