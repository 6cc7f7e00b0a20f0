"""How many are in a box, in the ways it is printed: another box than the listed one is shown and asked, never taken."""

from __future__ import annotations

import pytest

from bot.reading import as_json
from tests.photo.test_drugs import read, told

OTHER = ("格列美脲片", "2mg", 30, None, "ask")  # the list has boxes of 15


@pytest.mark.parametrize(
    "lines",
    [
        ("1. 格列美脲片  2mg×30片  ×1盒",),
        ("1. 格列美脲片  2mg×30  1盒",),
        ("1. 格列美脲片  2mg  ×30片  共1盒",),
        ("1. 格列美脲片  2mg  30T/盒  1盒",),
        ("1. 格列美脲片  2mg  30片  1盒",),
        ("1. 格列美脲片  2mg  [30片]  1盒",),
        ("1. 格列美脲片  2mg(30片)  1盒",),
        ("1. 格列美脲片  2mg  30粒装  1盒",),
        ("1. 格列美脲片  2mg  30s  1盒",),
        ("1. 格列美脲片  2mg  每盒30片  1盒",),
        ("1. 格列美脲片  2mg  30#  1盒",),
        ("1. 格列美脲片  2mg*15片*2板  1盒",),
        ("1. 格列美脲片  1盒", "2mg  30片"),
        ("药品名称  规格  数量", "格列美脲片 2mg  30片  1盒"),
        ("药品名称  规格  包装  数量", "格列美脲片  2mg  30片/盒  1盒"),
    ],
    ids=range(15),
)
def test_another_box_is_asked_with_what_is_printed(lines: tuple[str, ...]) -> None:
    reading = read(*lines)
    assert [told(d) for d in reading.drugs] == [OTHER]
    (line,) = as_json(reading)["drugs"]
    assert (line["pack"], line["boxes"], line["match"], line["known"]) == (30, None, "ask", "格列美脲片")


@pytest.mark.parametrize(
    ("line", "pack", "boxes"),
    [
        ("1. 格列美脲片  2mg  15片  1盒", None, 1),
        ("1. 格列美脲片  2mg  30片  2盒", None, 2),  # all that are given
        ("1. 格列美脲片  2mg×15片  2盒  共30片", 15, 2),
        ("1. 格列美脲片  2mg×15片  2盒  每次1片 每日2次", 15, 2),
        ("1. 格列美脲片  2mg×15片  2盒  2片  bid", 15, 2),
        ("1. 格列美脲片  2mg  2盒  口服 14天", None, 2),
    ],
)
def test_tablets_that_are_those_of_the_listed_box_or_of_all(line: str, pack: int | None, boxes: int) -> None:
    assert [told(d) for d in read(line).drugs] == [("格列美脲片", "2mg", pack, boxes, "exact")]
