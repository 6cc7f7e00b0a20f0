"""What was stamped, written or struck out on a paper after it was printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo import available, reasons
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, word
from tests.photo.test_drugs import FOOT, HEAD, read

LINE = "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒"


@pytest.mark.parametrize(
    "mark",
    [
        "作废",
        "作 废",
        "已作废",
        "（作废）",
        "处方作废",
        "注销",
        "已撤销",
        "作废！",
        "无效",
        "处方已失效",
        "已取消",
        "交易关闭",
        "已退费",
        "已退药",
        "退 费",
        "全部退药",
        "已退款·交易关闭",
        "订单已取消 · 未支付",
        "VOID",
        "样张",
        "测试处方",
        "SPECIMEN",
        "[VOID]",
        "撤方",
        "本单已作废",
        "已全部退药",
        "全额退费2025.11.25",
        "3软退药退费办讫",
        "门诊退费清单(冲红)",
        "订单状态：已退款",
        "处方状态：已过期",
        "已冲红",
        "CANCELLED",
    ],
)
def test_a_void_paper_is_stopped(mark: str) -> None:
    for lines in ((mark, LINE), (LINE, f"{' ' * 60}{mark}"), (f"{LINE}  {mark}",)):
        reading = read(*lines)
        assert (reading.accepted, reading.reason) == (False, reasons.VOID)


@pytest.mark.parametrize(
    "mark",
    [
        "已取药",
        "已发药",
        "已配药",
        "已配药发出",
        "已取药 2026-03-30 8号窗",
        "已调配",
        "药已发",
        "药已发讫",
        "药品已发",
        "药品已取",
        "已发讫",
        "[已取药]",
        "已领药",
        "药已领",
        "药品已领取",
        "药讫",
        "付药讫",
        "配发完毕",
        "配发完毕30片",
        "发药专用已发",
        "FILLED",
        "处方状态：已取药",
        "取药状态：已完成",
        "已全部发放",
        "已取走",
        "已领用",
        "发讫",
        "已核销",
        "已签收",
        "交易成功",
        "DISPENSED",
    ],
)
def test_a_used_paper_is_stopped(mark: str) -> None:
    reading = read(LINE, f"{' ' * 60}{mark}")
    assert (reading.accepted, reading.reason) == (False, reasons.DISPENSED)


@pytest.mark.parametrize(
    "line",
    [
        "处方当日有效，过期作废",
        "涂改作废",
        "注：逾期作废，请及时取药",
        "发药：何玉芬",
        "取药窗口：3",
        "已审核",
        "退药须知：药品不退",
        "无效处方不予调配",
        "Void: no",
        "Dispensed:",
        "已付",
        "待付款",
        "支付状态：已完成",
        "审核状态：已通过",
        "申请退款",
        "退费专用章",
        "取药完毕请离开窗口",
        "现金收讫",
        "交易关闭前可退款",
    ],
)
def test_words_of_the_form_stop_nothing(line: str) -> None:
    assert read(LINE, line).accepted


@pytest.mark.parametrize(
    "line",
    [
        "1. 停用：苯磺酸氨氯地平片  5mg×7片  ×2盒",
        "1. 苯磺酸氨氯地平片（退）  5mg×7片  ×2盒",
        "1. 苯磺酸氨氯地平片(缺货)  5mg×7片  ×2盒",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  缺货",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  (退)",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  停用",
        "1. 苯磺酸氨氯地平片(自备)  5mg×7片  ×2盒",
        "1. 苯磺酸氨氯地平片 家里还有  5mg×7片  ×2盒",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  先不要",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  够吃",
        "1. 苯磺酸氨氯地平片(患者拒绝)  5mg×7片  ×2盒",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  病人拒服",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  (未配)",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒  误开",
    ],
)
def test_a_line_that_is_stopped_given_back_or_not_there_is_asked(line: str) -> None:
    drug = read(line).drugs[0]
    assert (drug.name.value, drug.match, drug.boxes) == ("苯磺酸氨氯地平片", "ask", None)


@pytest.mark.parametrize(
    "lines",
    [
        ("1. 阿托伐他汀钙片  20mg×7片  ×2盒  10mg",),
        ("1. 阿托伐他汀钙片  20mg×7片  10mg  ×2盒",),
        ("                     10mg", "1. 阿托伐他汀钙片  20mg×7片  ×2盒"),
        ("1. 阿托伐他汀钙片  20mg×7片  ×2盒", "                     10mg", "Sig: 每晚1次"),
        ("1. 阿托伐他汀钙片  20mg×7片  ×2盒  3盒",),
        ("1. 阿托伐他汀钙片  20mg×7片  ×2盒  3",),
        ("1) 阿托伐他汀钙片          2盒", "20mg 10          每盒7片"),  # 20mg struck out, and 10 beside it
        ("1. 阿托伐他汀钙片  20mg×7片  ×2盒  改3盒",),
        ("药品名称/规格              数量  单位", "阿托伐他汀钙片", "20mg×7片/盒    x3          2     盒"),
        ("药品名称          规格         数量", "阿托伐他汀钙片  20mg×7片   2盒", "                   10mg"),
    ],
)
def test_another_number_beside_a_line_is_asked(lines: tuple[str, ...]) -> None:
    drug = read(*lines).drugs[0]
    assert (drug.name.value, drug.match, drug.boxes) == ("阿托伐他汀钙片", "ask", None)


def test_two_strengths_of_a_drug_that_is_not_listed_are_neither() -> None:
    reading = read("1. 阿齐沙坦片  20mg×7片  ×2盒  10mg")
    assert (reading.accepted, reading.missing, reading.drugs[0].strength.value) == (False, ("strength",), "")


def test_a_number_between_two_lines_is_asked_of_both() -> None:
    first, second = "1. 缬沙坦胶囊  80mg×7粒  ×1盒", "2. 阿托伐他汀钙片  20mg×7片  ×2盒"
    assert [d.match for d in read(first, "                     10mg", second).drugs] == ["ask", "ask"]
    assert [d.match for d in read("1. 缬沙坦胶囊  ×1盒", "80mg", second).drugs] == ["exact", "exact"]  # its strength


@pytest.mark.parametrize(
    "line",
    [
        "1. 阿托伐他汀钙片  20mg×7片  ×2盒  10mg  qn",
        "1. 阿托伐他汀钙片  20mg×7片  ×2盒  10mg 每晚1次",
        "1. 阿托伐他汀钙片  20mg×7片  20mg  qn  ×2盒",
        "1. 阿托伐他汀钙片  20mg×7片  ×2盒  34.32",
        "1. 阿托伐他汀钙片  20mg×7片  ×2盒  14天",
    ],
)
def test_a_dose_a_price_and_days_are_no_other_number(line: str) -> None:
    drug = read(line).drugs[0]
    assert (drug.match, drug.boxes) == ("exact", 2)


def test_the_mark_of_one_line_is_not_the_next_ones() -> None:
    drugs = read("1. 苯磺酸氨氯地平片(退)  5mg×7片  ×2盒", "2. 缬沙坦胶囊  80mg×7粒  ×1盒").drugs
    assert [(d.match, d.boxes) for d in drugs] == [("ask", None), ("exact", 1)]


# ---------------------------------------------------------------- pixels

if available():
    import numpy as np
    from PIL import Image, ImageDraw

    from bot.photo.ink import BLUE, headless, ink_alone, marked, printed_in, tinted
    from bot.photo.reading import Box
    from bot.photo.words import Word
    from tests.photo.drawing import SANS, sized

    BOX = Box(100, 50, 190, 44)

    def printed(*, underline: bool = False, ink: tuple[int, int, int] = (25, 25, 28)) -> Image.Image:
        page = Image.new("RGB", (500, 160), (250, 250, 246))
        pen = ImageDraw.Draw(page)
        pen.text((104, 50), "20mg×14片", ink, sized(SANS, 34))
        if underline:
            pen.line((90, 97, 320, 97), (40, 40, 40), 2)
        return page

    def bgr(page: Image.Image) -> object:
        return np.ascontiguousarray(np.asarray(page)[..., ::-1])

    @pytest.mark.parametrize(
        "tint", [(255, 255, 255), (252, 228, 232), (226, 243, 226), (205, 220, 255), (150, 140, 120)]
    )
    @pytest.mark.parametrize("underline", [False, True])
    def test_plain_print_bears_no_mark(tint: tuple[int, int, int], underline: bool) -> None:
        page = np.asarray(printed(underline=underline)).astype(int) * tint // 255
        assert not marked(np.ascontiguousarray(page.astype(np.uint8)[..., ::-1]), BOX)

    def test_light_print_on_a_dark_screen_is_not_struck_out() -> None:
        assert not marked(bgr(printed().point(lambda v: 255 - v)), BOX)

    @pytest.mark.parametrize("ink", [(20, 20, 24), (30, 50, 190), (200, 40, 40)])
    @pytest.mark.parametrize("stroke", [((95, 72), (300, 72)), ((95, 84), (300, 60)), ((110, 88), (270, 58))])
    def test_a_stroke_through_an_amount_is_seen(ink: tuple[int, int, int], stroke: tuple[tuple[int, int], ...]) -> None:
        page = printed()
        ImageDraw.Draw(page).line(stroke, ink, 4)
        assert marked(bgr(page), BOX)

    @pytest.mark.parametrize("ink", [(30, 50, 190), (200, 40, 40)])
    def test_ink_of_a_pen_above_an_amount_is_seen(ink: tuple[int, int, int]) -> None:
        page = printed()
        ImageDraw.Draw(page).text((150, 14), "10mg", ink, sized(SANS, 30))
        assert marked(bgr(page), BOX)

    def test_the_red_head_of_a_form_is_no_pen() -> None:
        page = printed()
        ImageDraw.Draw(page).text((70, -20), "Rp", (190, 40, 45), sized(SANS, 60))
        head = Word("Rp", 0.99, 0.99, 110, 25, 100, 60, 0.0)
        assert marked(bgr(page), BOX)
        assert not marked(headless(bgr(page), [head]), BOX)
        assert headless(bgr(page), [replace(head, text="3")]).tolist() == bgr(page).tolist()

    @pytest.mark.parametrize(
        "rule",
        [
            ((96, 0), (100, 160)),
            ((296, 0), (292, 160)),
            ((0, 30), (500, 33)),
            ((0, 100), (500, 97)),
            ((0, 16), (500, 46)),  # on a page that leans
            ((0, 46), (500, 11)),
        ],
    )
    @pytest.mark.parametrize("ink", [(190, 40, 45), (60, 90, 200)])
    def test_the_rules_of_a_form_in_colour_are_no_pen(
        rule: tuple[tuple[int, int], ...], ink: tuple[int, int, int]
    ) -> None:
        page = printed()
        ImageDraw.Draw(page).line(rule, ink, 3)
        assert not marked(bgr(page), BOX)
        ImageDraw.Draw(page).text((150, 14), "10mg", ink, sized(SANS, 30))
        assert marked(bgr(page), BOX)

    def test_a_thin_rule_that_is_pale_in_places_is_no_pen() -> None:
        page = printed()
        draw = ImageDraw.Draw(page)
        for left in range(0, 500, 40):
            draw.line(((left, 30), (left + 20, 30)), (190, 40, 45), 4)
            draw.line(((left + 20, 30), (left + 40, 30)), (235, 195, 195), 4)
        assert not marked(bgr(page), BOX)

    def test_what_a_label_is_stuck_on_is_no_pen() -> None:
        """Brown paper, some of whose grain is as coloured as ink."""
        page = np.asarray(printed()).astype(int)
        page[:34] = (190, 160, 120)
        page[:34, :, 0] += np.random.default_rng(2).integers(-20, 21, (34, page.shape[1]))
        kraft = Image.fromarray(page.astype(np.uint8))
        assert not marked(bgr(kraft), BOX)
        ImageDraw.Draw(kraft).text((150, 14), "10mg", (60, 90, 200), sized(SANS, 30))
        assert marked(bgr(kraft), BOX)

    @pytest.mark.parametrize("light", [0.5, 0.7])
    def test_ink_of_a_pen_in_the_shade_is_seen(light: float) -> None:
        page = printed()
        assert not marked(bgr(page.point(lambda v: v * light)), BOX)
        ImageDraw.Draw(page).text((150, 14), "10mg", (60, 70, 145), sized(SANS, 30))
        assert marked(bgr(page.point(lambda v: v * light)), BOX)

    def test_a_page_that_is_printed_in_blue_bears_no_mark_of_a_pen() -> None:
        """As a carbon copy is: all of its print, and not a word of it that a pen wrote over black print."""
        page = bgr(printed(ink=(50, 60, 160)))
        assert marked(page, BOX)
        assert printed_in(page, [BOX] * 4) == {0}
        assert not marked(page, BOX, printed_in(page, [BOX] * 4))
        red = printed(ink=(50, 60, 160))
        ImageDraw.Draw(red).text((150, 14), "10mg", (200, 40, 40), sized(SANS, 30))
        assert marked(bgr(red), BOX, printed_in(page, [BOX] * 4))
        black = printed()
        ImageDraw.Draw(black).text((110, 52), "3", (30, 50, 190), sized(SANS, 34))
        assert printed_in(bgr(black), [BOX] * 4) == frozenset()

    def test_a_count_in_a_pens_colour_is_seen_though_it_is_short() -> None:
        for ink, pen in (((25, 25, 28), False), ((190, 30, 40), True), ((40, 50, 190), True)):
            page = Image.new("RGB", (300, 160), (250, 250, 246))
            ImageDraw.Draw(page).text((104, 50), "5盒", ink, sized(SANS, 34))
            assert tinted(bgr(page), Box(100, 50, 62, 44)) is pen
        assert not tinted(bgr(page), Box(100, 50, 62, 44), frozenset({0}))  # all of the print is blue

    def test_violet_ink_alone() -> None:
        page = printed()
        assert ink_alone(bgr(page), BLUE) is None
        ImageDraw.Draw(page).text((60, 20), "作废", (105, 95, 180), sized(SANS, 110))
        alone = ink_alone(bgr(page), BLUE)
        assert alone is not None
        assert 180 < alone.picture.shape[1] < 230

    def test_red_ink_alone() -> None:
        page = printed()
        assert ink_alone(bgr(page)) is None
        ImageDraw.Draw(page).text((60, 20), "作废", (205, 60, 60), sized(SANS, 110))
        alone = ink_alone(bgr(page))
        assert alone is not None
        assert alone.scale == 1.0
        assert 180 < alone.picture.shape[1] < 230  # what is printed in black is gone
        assert (alone.picture < 128).mean() > 0.1


@pytest.mark.parametrize(
    ("behind", "sure", "boxes"), [("盖", 0.5, None), ("口服", 0.99, 10), ("", 0.99, 10), ("(1盒7片)", 0.99, None)]
)
def test_a_scrawl_right_behind_a_count_may_be_another_count(behind: str, sure: float, boxes: int | None) -> None:
    """A pen struck one out and wrote 10盒 beside it: what is left of the old one is read as some word."""
    line, count = page(*HEAD, LINE, *FOOT), "10盒"
    words = [w for w in line if "2盒" not in w.text]
    name = next(w for w in words if "氨氯地平" in w.text)
    seen = word(count + behind, name.right + 400, name.y, conf=sure)
    (drug,) = understand([*words, seen], TODAY, LISTED).reading.drugs
    assert drug.boxes == boxes
