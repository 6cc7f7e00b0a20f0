"""README is one screen with a picture, and its commands are there. The how-to's settings are settings."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import BadSetting, load
from bot.flows import offices
from bot.wiring import LINKS
from tests.docs.pages import ROOT, blocks

README = ROOT / "README.md"
HOW_TO = ROOT / "docs" / "how-to" / "put-in-service.md"
LINES = 64  # a large screen
PICTURE_BYTES = 400_000


def settings_of_the_page() -> str:
    return next(block.body for block in blocks(HOW_TO) if "settings" in block.words)


def test_readme_is_one_screen() -> None:
    lines = README.read_text("utf-8").splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= 140


def test_each_command_of_readme_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", README.read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test", "story"} <= named <= targets


def test_the_picture_is_a_picture_and_small() -> None:
    raw = (ROOT / "docs" / "page.png").read_bytes()
    assert raw.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", raw[16:24])
    assert width >= 1600
    assert height >= 700
    assert len(raw) < PICTURE_BYTES


def test_readme_says_what_it_is_not() -> None:
    text = " ".join(README.read_text("utf-8").split())
    for words in (
        "Telegram is a foreign service",
        "No medical advice",
        "not for clinical use",
        "thin mode",
        "$operations",
    ):
        assert words in text


def test_the_settings_of_the_how_to_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "medrelay.toml"
    file.write_text(settings_of_the_page(), "utf-8")
    config = load({"MEDRELAY_CONFIG": str(file)})
    assert config.hospital_url == "https://hospital.example/fhir"
    assert not config.sandbox


def test_a_misspelt_setting_of_the_how_to_would_be_noticed(tmp_path: Path) -> None:
    file = tmp_path / "medrelay.toml"
    file.write_text(settings_of_the_page().replace("order_prefix", "oder_prefix"), "utf-8")
    with pytest.raises(BadSetting, match="ODER_PREFIX"):
        load({"MEDRELAY_CONFIG": str(file)})


def test_keys_prints_what_the_how_to_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys"]) == 0
    names = [line.partition("=")[0] for line in capsys.readouterr().out.split()]
    assert names == ["MEDRELAY_ENCRYPTION_KEYS", "MEDRELAY_HASH_KEY"]


def test_the_operators_link_is_the_one_of_the_how_to() -> None:
    """``op-<code>`` opens the flow that makes the first operator."""
    code = re.search(r'operator_code = "(.+)"', settings_of_the_page())
    assert code
    assert f"?start=op-{code[1]}" in HOW_TO.read_text("utf-8")
    assert LINKS["op"] == offices.first_operator.name
