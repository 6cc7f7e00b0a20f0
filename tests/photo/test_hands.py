"""Writing of another hand beside print makes its line one to ask; a whole line of it is one more drug, not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo.understand import Understood, lowered, understand
from bot.photo.wire import from_wire, to_wire
from bot.photo.words import Word
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import HEIGHT, page, width, word
from tests.photo.test_drugs import FOOT, HEAD

LINES = (
    "1. 缬沙坦胶囊  80mg×7粒  ×1盒",
    "Sig: 每次80mg 每日1次",
    "2. 阿托伐他汀钙片  20mg×7片  ×2盒",
    "Sig: 每次20mg 每晚1次",
)
PITCH = 44.0
FIRST = 60 + PITCH * len(HEAD)  # of the first drug's line; the second stands two lines lower


def seen(*more: Word, gap: int = 0) -> Understood:
    words = page(*HEAD, *LINES, *("",) * gap, *FOOT)
    return understand((*words, *more), TODAY, LISTED)


def asked(*more: Word) -> list[tuple[str, int | None]]:
    return [(d.match, d.boxes) for d in seen(*more).reading.drugs]


def scrawl(text: str, x: float, y: float, *, conf: float = 0.55, tall: float = HEIGHT) -> Word:
    return replace(word(text, x, y, conf=conf), h=tall)


def going_on(w: Word) -> Word:
    """The same word in a box of twice its width."""
    return replace(w, w=2 * w.w, x=w.left + w.w, at=tuple(a / 2 for a in w.at))


def test_print_alone() -> None:
    assert asked() == [("exact", 1), ("exact", 2)]


@pytest.mark.parametrize("off", [-26, -12, 0, 12, 26])
def test_badly_read_writing_beside_a_line(off: float) -> None:
    assert asked(scrawl("乙w", 620, FIRST + 2 * PITCH + off)) == [("exact", 1), ("ask", None)]


def test_it_is_known_where_a_pen_was_and_where_the_print_of_each_drug_stands() -> None:
    drugs = seen(scrawl("乙w", 620, FIRST + 2 * PITCH)).reading.drugs
    assert [d.pen for d in drugs] == [False, True]
    first, second = (d.line for d in drugs)
    assert first is not None
    assert second is not None
    assert first.y < FIRST < FIRST + PITCH < first.y + first.h < second.y + HEIGHT / 2
    assert first.w > 250


def test_a_drug_of_a_page_that_begins_lower_stands_lower() -> None:
    before = seen().reading
    pairs = [*zip(before.drugs, lowered(before, 500).drugs, strict=True)]
    assert [low.line.y - high.line.y for high, low in pairs if high.line and low.line] == [500, 500]
    assert from_wire(to_wire(before)) == before


def test_what_is_hardly_writing_to_the_reader_counts_too() -> None:
    assert asked(scrawl("ふn", 620, FIRST, conf=0.2)) == [("ask", None), ("exact", 2)]


def test_letters_far_larger_than_the_print() -> None:
    assert asked(scrawl("OK", 620, FIRST, conf=1.0, tall=1.7 * HEIGHT))[0] == ("ask", None)
    assert asked(scrawl("医保", 620, FIRST, conf=1.0, tall=1.2 * HEIGHT))[0] == ("exact", 1)


@pytest.mark.parametrize("where", [60.0, FIRST + 6 * PITCH])
def test_writing_elsewhere_is_not_beside_a_drug(where: float) -> None:
    assert asked(scrawl("何志z", 620, where)) == [("exact", 1), ("exact", 2)]


def test_a_clear_hand_that_adds_a_drug_writes_larger_than_the_list_is_printed() -> None:
    """As of a careful hand: read at 0.97 as a drug with its count, in letters of 1.2 times the print."""
    added = "3. 辛伐他汀片 20mg×7片 ×1盒"
    for tall, match in ((1.0, "exact"), (1.1, "exact"), (1.2, "ask")):
        drugs = seen(scrawl(added, 80, FIRST + 5 * PITCH, conf=0.97, tall=tall * HEIGHT), gap=3).reading.drugs
        assert [d.match for d in drugs] == ["exact", "exact", match]
        assert [d.pen for d in drugs] == [False, False, match == "ask"]


def test_ink_at_the_end_of_a_box_that_was_not_read() -> None:
    note = word("国家医保目录", 620, FIRST)
    assert asked(note)[0] == ("exact", 1)
    assert asked(going_on(note))[0] == ("ask", None)


def test_the_head_of_the_list_is_print_however_large() -> None:
    assert asked(scrawl("Rp:", 620, FIRST, conf=0.98, tall=1.7 * HEIGHT))[0] == ("exact", 1)


def test_the_head_of_a_column_of_numbers_is_no_writing() -> None:
    """# stands alone in a line of small print and is read badly."""
    assert asked(replace(scrawl("#", 620, FIRST), w=HEIGHT))[0] == ("exact", 1)


def test_dirt_is_no_writing() -> None:
    assert asked(scrawl("-", 620, FIRST, tall=8)) == [("exact", 1), ("exact", 2)]


@pytest.mark.parametrize("count", ["1盒", ""])
def test_the_star_of_a_seal_under_the_column_of_counts_is_no_count_and_no_writing(count: str) -> None:
    """It is read as a bare 4, badly: below the foot nothing is a line of a drug."""
    words = page(
        *HEAD, "药品名称      规格          数量", f"缬沙坦胶囊    80mg×7粒      {count}", "合计：25.90", *FOOT
    )
    column = next(w for w in words if w.text == "数量")
    star = replace(scrawl("4", column.left, words[-1].y + PITCH), w=HEIGHT)
    drugs = understand((*words, star), TODAY, LISTED).reading.drugs
    assert [(d.match, d.boxes) for d in drugs] == [("exact", 1 if count else None)]


def test_a_page_read_badly_all_over_has_no_other_hand() -> None:
    words = tuple(replace(w, conf=0.85) for w in page(*HEAD, *LINES, *FOOT))
    drugs = understand((*words, scrawl("乙w", 620, FIRST)), TODAY, LISTED).reading.drugs
    assert [d.match for d in drugs] == ["exact", "exact"]


def test_a_whole_line_of_writing_among_the_drugs() -> None:
    line = scrawl("卜r托r十f片ul", 80, FIRST + 5 * PITCH)
    understood = seen(line, gap=3)
    assert understood.reading.accepted
    assert [d.match for d in understood.reading.drugs] == ["exact", "exact"]
    (box,) = understood.reading.by_hand
    assert (box.x, abs(box.y + box.h / 2 - line.y) < HEIGHT) == (80, True)


def test_a_line_of_clear_writing_is_told_by_its_size() -> None:
    """As of a careful hand: read at 0.86, and twice as high as the print."""
    line = scrawl("辛伐他20每晚一次两盒", 80, FIRST + 5 * PITCH, conf=0.86, tall=1.9 * HEIGHT)
    assert len(seen(line, gap=3).reading.by_hand) == 1


def test_a_name_that_can_be_made_out_of_it_is_no_drug_that_was_read() -> None:
    line = scrawl("辛伐他汀片 20mg", 80, FIRST + 5 * PITCH, conf=0.82, tall=1.9 * HEIGHT)
    reading = seen(line, gap=3).reading
    assert reading.accepted
    assert ([d.name.value for d in reading.drugs], len(reading.by_hand)) == (["缬沙坦胶囊", "阿托伐他汀钙片"], 1)


@pytest.mark.parametrize("where", [60 - PITCH, FIRST + (len(LINES) + 3 + 1) * PITCH])
def test_a_signature_and_a_note_at_the_head_are_no_drug(where: float) -> None:
    understood = seen(scrawl("卜r托r十f片ul", 80, where), gap=3)
    assert understood.reading.accepted


@pytest.mark.parametrize(
    ("text", "conf"), [("以下空白-", 0.84), ("-----以下空白-", 0.6), ("下空白-", 0.7), ("- - —", 0.4)]
)
def test_the_printed_end_of_a_list_is_no_writing(text: str, conf: float) -> None:
    """Its ruled line is in the box and not in the text."""
    ruled = scrawl(text, 80, FIRST + 5 * PITCH, conf=conf)
    understood = seen(going_on(ruled), gap=3)
    assert understood.reading.accepted
    assert [d.match for d in understood.reading.drugs] == ["exact", "exact"]


@pytest.mark.parametrize("more", [{"conf": 0.98}, {"conf": 0.98, "tall": 1.7 * HEIGHT}, {"conf": 0.7}])
def test_a_line_that_was_read_is_not_taken_for_writing(more: dict[str, float]) -> None:
    line = scrawl("本院药房取药", 80, FIRST + 5 * PITCH, **more)
    assert seen(going_on(line), gap=3).reading.accepted


def test_a_printed_count_that_was_read_with_some_doubt_is_no_writing() -> None:
    """As of a thermal printer: x3, read at 0.77."""
    assert asked(scrawl("x1", 620, FIRST, conf=0.77))[0] == ("exact", 1)


def test_a_line_whose_count_stands_beside_its_name_and_in_no_column() -> None:
    """A clear hand added it below a table; it is read as well as print, and as large."""
    rows = (
        "药品名称及规格                          领量",
        "缬沙坦胶囊 80mg×7粒 80mg qd             2盒",
        "阿托伐他汀钙片 20mg×7片 20mg qn         4盒",
    )
    added = understand(page(*HEAD, *rows, "格列美脲片2mg×3盒", *FOOT), TODAY, LISTED).reading
    assert [(d.match, d.boxes) for d in added.drugs] == [("exact", 2), ("exact", 4), ("ask", None)]
    printed = understand(
        page(*HEAD, *rows, "格列美脲片 2mg×15片 2mg qd               3盒", *FOOT), TODAY, LISTED
    ).reading
    assert [(d.match, d.boxes) for d in printed.drugs] == [("exact", 2), ("exact", 4), ("exact", 3)]
    listed = ("1. 缬沙坦胶囊  80mg×7粒  2盒", "2. 阿托伐他汀钙片  20mg×7片  4盒", "3. 格列美脲片  2mg×15片×3盒")
    inline = understand(page(*HEAD, *listed, *FOOT), TODAY, LISTED).reading
    assert [d.boxes for d in inline.drugs] == [2, 4, 3]  # print, in which two words were found as one


@pytest.mark.parametrize("price", ["¥17.16", "356.12元"])
def test_a_price_is_no_number_that_a_pen_strikes_out(price: str) -> None:
    """A shop's screen shows it in red."""
    line = f"1. 苯磺酸氨氯地平片  5mg×7片  {price}  ×2盒"
    (places,) = understand(page(*HEAD, line, *FOOT), TODAY, LISTED).numbers
    assert [b.w for b in places] == [width("1. 苯磺酸氨氯地平片"), width("5mg×7片")]


def test_the_count_of_each_drug_is_looked_at_for_another_colour() -> None:
    assert [len(boxes) for boxes in seen().counts] == [1, 1]


def test_a_tick_under_the_morning_is_no_correction() -> None:
    tick, elsewhere, three = (
        replace(scrawl(text, x, FIRST), w=HEIGHT) for text, x in (("V", 900), ("V", 620), ("3", 900))
    )
    assert asked(tick)[0] == ("ask", None)
    hours = (word("早", 900, FIRST - PITCH), word("晚", 1000, FIRST - PITCH))
    assert asked(*hours, tick)[0] == ("exact", 1)
    assert asked(*hours, elsewhere)[0] == ("ask", None)
    assert asked(*hours, three)[0] == ("ask", None)


def test_what_an_app_shows_where_it_has_no_picture_of_a_drug_is_print() -> None:
    assert asked(scrawl("药", 10, FIRST + 2 * PITCH + 12, conf=1.0, tall=2 * HEIGHT)) == [("exact", 1), ("exact", 2)]
    assert asked(scrawl("停", 10, FIRST + 2 * PITCH + 12, conf=1.0, tall=2 * HEIGHT))[1] == ("ask", None)


def test_amounts_that_stand_apart_from_the_name_and_counts_alone() -> None:
    """Of each drug: a name may be printed in bold, its number before it too."""
    understood = understand(page(*HEAD, "1.缬沙坦胶囊  80mg×7粒  2(盒)", *FOOT), TODAY, LISTED)
    (apart,), (alone,) = understood.amounts, understood.boxes
    assert [round(b.w) for b in apart] == [round(width("80mg×7粒")), round(width("2(盒)"))]
    assert [round(b.w) for b in alone] == [round(width("2(盒)"))]
