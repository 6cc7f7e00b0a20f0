"""`medrelay read`: a list with one object a file."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.photo import available, cli
from bot.photo.cli import main
from bot.photo.reading import Reading
from tests.photo.conftest import Look

DATA = Path(__file__).parent / "data"
needs_ocr = pytest.mark.skipif(not available(), reason="the extra ocr is not installed")


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, Any]]:
    main([*argv, "--json"])
    out: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return out


@needs_ocr
def test_bad_files_have_their_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(30_000_000)
    names = ("a.pdf", "huge.jpg", "none.jpg")
    results = told(capsys, *(str(tmp_path / n) for n in names))
    assert [(r["accepted"], r["reason"]) for r in results] == [
        (False, "pdf"),
        (False, "too_big"),
        (False, "not_a_picture"),
    ]
    assert "error" in results[2]


@needs_ocr
def test_a_drug_list_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for name in ("none.csv", "odd.csv"):
        assert main(["x.jpg", "--formulary", str(tmp_path / name)]) == 1
        said = capsys.readouterr()
        assert name in said.err
        assert said.out == ""


@pytest.mark.slow
@needs_ocr
def test_photos_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    photos = [str(DATA / "good/pre_05_C.jpg"), str(DATA / "spoiled/bad_cropped_bottom.jpg")]
    good, bad = told(capsys, *photos, "--today", "2026-11-21", "--patient", "马敏国")
    assert good["file"] == photos[0]
    assert (good["accepted"], good["date"], good["patient"]) == (True, "2026-09-24", "马敏国")
    assert {k: good["drugs"][1][k] for k in ("name", "strength", "pack", "boxes", "match", "code")} == {
        "name": "右佐匹克隆片",
        "strength": "3mg",
        "pack": 6,
        "boxes": 2,
        "match": "exact",
        "code": "MR0147",
    }
    assert good["findings"] == ["controlled"]
    assert 0.5 < good["confidence"]["patient"] <= 1
    assert len(good["box"]["date"]) == 4
    assert (bad["accepted"], bad["reason"]) == (False, "cropped_bottom")
    assert "foot" in bad["missing"]


@pytest.mark.slow
@needs_ocr
def test_a_line_of_text_for_people(
    look: Look, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reader:
        def __init__(self, rows: object) -> None: ...

        async def __aenter__(self) -> Reader:
            return self

        async def __aexit__(self, *_: object) -> None: ...

        async def read(self, data: bytes, *, today: date, names: tuple[str, ...]) -> Reading:
            return (await asyncio.to_thread(look, data, today=today, names=names)).reading

    monkeypatch.setattr(cli, "PhotoReader", Reader)
    assert main([str(DATA / "good/pre_06_A.jpg"), "--today", "2026-11-21"]) == 0
    assert "徐根桂" in capsys.readouterr().out
