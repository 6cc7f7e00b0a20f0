"""Prescriptions drawn without a look at the reader: what it is certain of is right, and a refusal says what is true."""

from __future__ import annotations

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

from tests.photo.conftest import Look
from tests.photo.unseen.cases import every
from tests.photo.unseen.judging import judged

SAMPLES = ("app", "count by pen")
pytestmark = [pytest.mark.slow]


def test_a_screenshot_and_a_count_by_pen(look: Look) -> None:
    read = {}
    for case in every():
        if case.kind in SAMPLES and case.kind not in read:
            seen = look(case.data())
            read[case.kind] = (case, seen.reading, seen.cpu_ms, seen.peak_kb)
    table = judged(read.values())
    assert (table.wrong, table.refused) == ([], [])
    assert table.told["pictures"] == len(SAMPLES)


@pytest.mark.trial("photos, drawn without a look at the reader")
@pytest.mark.timeout(3600)
def test_every_kind(look: Look, record_property: pytest.RecordProperty, capsys: pytest.CaptureFixture[str]) -> None:
    """The closing table is printed; what a machine under load takes of CPU is told in it and not held here."""
    seen = [(case, look(case.data())) for case in every()]
    table = judged((case, one.reading, one.cpu_ms, one.peak_kb) for case, one in seen)
    told = "\n".join(table.lines())
    record_property("table", told)
    with capsys.disabled():
        print(f"\n{told}")  # noqa: T201 the closing table
    assert table.told["pictures"] >= 120
    assert table.told["kinds"] >= 20
    assert table.wrong == []
    assert table.missed == []
    assert table.share("print accepted", "print") >= 95, table.refused
    assert table.share("boxes right", "boxes") >= 85
    assert table.told["boxes right"] + table.told["boxes asked"] == table.told["boxes"]
    assert table.share("reason true", "reason") >= 85, table.reasons
    assert table.told["peak_kb"] <= 450 * 1024
