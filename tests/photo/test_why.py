"""Why a picture was refused: what is found in it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo import available, reasons

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo.look import Seen
from bot.photo.ocr import Found
from bot.photo.pixels import cv2
from bot.photo.why import black, lines_may_be_gone, reason, spot, surely_print
from bot.photo.words import Word
from tests.photo.drawing import SANS, sized

LINES = (
    "上海市明珠区中心医院处方笺",
    "姓名何玉芬性别女年龄七十六岁",
    "临床诊断原发性高血压二级",
    "医师何志金审核药师杨芬德",
) * 3


def seen(
    texts: tuple[str, ...] = LINES,
    *,
    sure: float = 0.98,
    paper: int = 215,
    ink: int = 40,
    blot: bool = False,
    grain: bool = True,
) -> Seen:
    """A sharp page on a dark table, its lines read with this confidence; seen through a lens where it has a grain."""
    page = Image.new("RGB", (1400, 1300), (90, 80, 70))
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 60, 1300, 1240), fill=(paper,) * 3)
    words, boxes = [], []
    for n, text in enumerate(texts):
        y = 130 + 90 * n
        pen.text((180, y - 22), text, (ink,) * 3, sized(SANS, 36))
        w = 36.0 * len(text) + 12
        boxes.append(Found(180 + w / 2, y, w, 52, 0.0, 0.9))
        words.append(Word(text, sure, sure, 180 + w / 2, y, w, 52, 0.0, (sure,) * len(text)))
    if blot:
        pen.ellipse((300, 300, 1100, 1000), fill=(255, 255, 255))
    picture = np.asarray(page)[..., ::-1].astype(np.int16)
    if grain:
        picture += np.random.default_rng(1).integers(-1, 2, (*picture.shape[:2], 1), dtype=np.int16)
    return Seen(np.clip(picture, 0, 255).astype(np.uint8), tuple(words), tuple(boxes), 0)


def why(page: Seen, missing: tuple[str, ...] = ("drug",), *, labels: int = 5, drugs: int = 0) -> str:
    return reason(missing, labels, False, page, 1.0, drugs)


def test_words_read_badly_in_a_sharp_picture_are_handwriting() -> None:
    assert why(seen(sure=0.5)) == reasons.HANDWRITTEN
    assert why(seen(sure=0.5), labels=1) == reasons.HANDWRITTEN  # not: no prescription


def test_a_page_read_well_but_for_a_character_in_each_word_is_handwriting_where_nothing_else_is_found() -> None:
    page = seen()
    words = tuple(replace(w, sure=(0.6, *w.sure[1:])) for w in page.words)
    assert why(replace(page, words=words), ("date",)) == reasons.HANDWRITTEN
    assert why(page, ("date",)) == reasons.UNREADABLE


def test_letters_of_another_script() -> None:
    english = ("Riverside Community Hospital", "Patient name Mary Whitfield", "Take one tablet every morning") * 3
    assert why(seen(english), ("patient", "date", "drug"), labels=0) == reasons.FOREIGN


def test_a_clear_page_with_a_drug_that_is_covered_is_a_prescription() -> None:
    assert why(seen(), drugs=2) == reasons.UNREADABLE
    assert why(seen(), drugs=0) == reasons.NOT_A_PRESCRIPTION
    assert why(seen(), ("drug", "foot"), drugs=0) == reasons.NOT_A_PRESCRIPTION  # a laboratory's sheet
    assert why(seen(), ("date", "drug"), drugs=0) == reasons.UNREADABLE


LABORATORY = (
    "上海市明珠区中心医院检验报告单",
    "姓名何玉芬性别女年龄七十六岁",
    "检验项目  结果  单位  参考范围",
    "C反应蛋白  3.2  mg/L  0-8",
    "谷丙转氨酶  28  U/L  9-50",
)


@pytest.mark.parametrize(
    "texts",
    [
        LABORATORY,
        (
            "江海市社会医疗保险",
            "医疗保险卡",
            "姓名  方少华",
            "社会保障号  3302********9101",
            "发卡日期  2026年11月24日",
        ),
        ("明珠区农贸市场送货单", "西红柿  3斤  8.00", "大白菜  2斤  5.00", "鸡蛋  30枚  20.00", "合计  33.00元"),
        ("家乐惠生鲜超市", "金龙菜籽油5L  1 x 69.90", "大蒜头500g  2 x 5.90", "猪里脊400g  2 x 23.60", "谢谢惠顾"),
        ("红旗惠民菜场", "购物小票", "白砂糖400g", "2 x 5.50  11.00", "纯牛奶250ml*12盒", "2 x 39.90  79.80"),
        ("小区通知", "各位居民：", "因自来水管道抢修，本周六停水，请提前储水。", "物业服务中心  2026-11-20"),
    ],
    ids=["laboratory", "card", "market", "receipt", "slip", "notice"],
)
@pytest.mark.parametrize("missing", [("drug",), ("hospital", "date", "drug", "foot"), ("date", "drug", "foot")])
def test_a_paper_on_which_nothing_of_a_prescription_stands(texts: tuple[str, ...], missing: tuple[str, ...]) -> None:
    assert why(seen(texts), missing) == reasons.NOT_A_PRESCRIPTION
    assert why(seen(texts), missing, drugs=2) == reasons.NOT_A_PRESCRIPTION  # 大蒜头 500g is none of the list


@pytest.mark.parametrize("word", ["处方笺", "用法：每日1次", "缬沙坦胶囊 80mg×7粒/盒", "Sig: 80mg qd"])
def test_a_paper_whose_drugs_are_hidden_is_still_a_prescription(word: str) -> None:
    assert why(seen((*LABORATORY, word)), ("date", "drug")) != reasons.NOT_A_PRESCRIPTION


def test_print_that_is_hardly_there_is_burnt_out_and_not_blurred() -> None:
    assert why(seen(paper=255, ink=238), ("patient", "drug", "foot"), labels=0) == reasons.OVEREXPOSED
    few = seen(LINES[:1], paper=255, ink=242)
    assert why(few, ("patient", "drug", "foot"), labels=0) == reasons.OVEREXPOSED


@pytest.mark.parametrize(("spec", "found"), [("20mgx7片", reasons.UNREADABLE), ("280.60", reasons.NOT_A_PRESCRIPTION)])
def test_a_clear_paper_with_a_pack_on_it_is_of_a_drug_that_was_not_read(spec: str, found: str) -> None:
    """The paper of a hospital without any, as that of a laboratory, is no prescription."""
    assert why(seen(("药品名称规格数量", spec, *LINES[:8]))) == found


def test_a_leaflet_of_a_drug_is_of_nobody() -> None:
    leaflet = ("阿司匹林肠溶片说明书", "【规格】100mg", "【用法用量】口服，每日100~300mg", "【包装】铝塑包装，30片/盒")
    nobody = ("hospital", "patient", "date", "foot")
    assert reason(nobody, 2, False, seen(leaflet), 1.0, 1, 1) == reasons.NOT_A_PRESCRIPTION
    assert reason(("hospital", "patient", "date"), 2, False, seen(leaflet), 1.0, 1, 1) != reasons.NOT_A_PRESCRIPTION


def test_what_lies_on_the_drugs_is_no_reflection() -> None:
    page = seen(blot=True)
    assert why(page, ("drug",)) == reasons.GLARE
    hidden = page.picture.copy()
    hidden[300:640, 300:1290] = 45  # a wallet
    assert why(replace(page, picture=hidden), ("drug",)) == reasons.UNREADABLE


def test_a_picture_burnt_out_altogether_is_not_blurred() -> None:
    white = np.full((1300, 1400, 3), 255, np.uint8)
    white[:, :150] = 120
    white = cv2.GaussianBlur(white, (0, 0), 60)
    lost = ("hospital", "patient", "date", "drug", "foot")
    speck = (
        (Word("口", 0.1, 0.1, 150, 600, 40, 40, 0.0, (0.1,)),),
        (Found(150, 600, 40, 40, 0.0, 0.6),),
    )  # of its edge
    assert why(Seen(white, *speck, 0), lost, labels=0) == reasons.OVEREXPOSED
    assert why(Seen(np.minimum(white, 200), *speck, 0), lost, labels=0) != reasons.OVEREXPOSED


@pytest.mark.parametrize(("texts", "found"), [(("上海市明珠",), reasons.TOO_SMALL), (LINES[:5], reasons.BLURRED)])
def test_a_blurred_speck_of_print_is_too_far_away(texts: tuple[str, ...], found: str) -> None:
    page = seen(texts, sure=0.3)
    far = [replace(f, w=60, h=40) for f in page.boxes] if found == reasons.TOO_SMALL else page.boxes
    page = replace(page, boxes=tuple(far))
    soft = cv2.GaussianBlur(page.picture, (0, 0), 14)
    assert why(replace(page, picture=np.asarray(soft, np.uint8)), ("patient", "drug"), labels=0) == found


def test_a_picture_in_which_nobody_sees_anything() -> None:
    page = seen()
    assert not black(page)
    assert not black(seen(paper=110))
    assert black(replace(page, picture=page.picture // 8))


@pytest.mark.parametrize(("fall", "glare"), [(22, False), (2, True)])
def test_bright_paper_that_fades_away_is_no_reflection(fall: int, glare: bool) -> None:
    """A lamp over bare paper, whose light falls by one grey in so many pixels."""
    page = seen(("上海市明珠区中心医院处方笺" * 2, *LINES[1:]), paper=232)
    y, x = np.mgrid[0 : page.picture.shape[0], 0 : page.picture.shape[1]]
    lamp = np.clip(18 + (220 - np.hypot(x - 950, (y - 660) / 2)) / fall, 0, 23)
    lit = np.clip(page.picture.astype(np.float32) + lamp[..., None], 0, 255).astype(np.uint8)
    assert spot(replace(page, picture=lit), 1.0) == (reasons.GLARE if glare else "")
    assert why(replace(page, picture=lit), ("strength",), drugs=2) == (reasons.GLARE if glare else reasons.UNREADABLE)


def test_a_reflection_is_a_blot_on_darker_paper() -> None:
    assert why(seen(blot=True), ("strength",), drugs=2) == reasons.GLARE
    assert spot(seen(blot=True), 1.0) == reasons.GLARE
    assert why(seen(paper=255), ("strength",), drugs=2) == reasons.UNREADABLE
    assert spot(seen(paper=255), 1.0) == ""


def test_lines_may_be_gone_where_a_part_of_darker_paper_is_burnt_out() -> None:
    assert lines_may_be_gone(seen(blot=True), 1.0)
    assert not lines_may_be_gone(seen(), 1.0)
    assert not lines_may_be_gone(seen(paper=255), 1.0)


def test_white_cards_on_a_screenshot_are_no_reflection() -> None:
    page = seen(blot=True, grain=False)
    assert why(page, ("strength",), drugs=2) == reasons.UNREADABLE
    assert spot(page, 1.0) == ""


def test_bright_paper_at_whose_reflection_print_fades_is_in_glare() -> None:
    """The paper is hardly darker than the reflection; a white patch alone, or faint print alone, is no glare."""

    def found(ink: int, patch: bool) -> str:
        page = seen((LINES[0] * 2, *LINES[1:]), paper=244)
        part = page.picture[640:820, 100:1300]
        page.picture[640:820, 100:1300] = 244 - (244 - part.astype(int)) * (244 - ink) // (244 - 40)
        if patch:
            page.picture[300:1100, 680:1240] = 255
        return why(page, ("strength",), drugs=2)

    assert found(150, patch=True) == reasons.GLARE
    assert found(150, patch=False) == found(40, patch=True) == reasons.UNREADABLE


@pytest.mark.parametrize(
    ("paper", "ink", "found"), [(255, 220, reasons.OVEREXPOSED), (215, 40, reasons.NOT_A_PRESCRIPTION)]
)
def test_what_is_left_of_a_burnt_out_page_does_not_tell_what_paper_it_is(paper: int, ink: int, found: str) -> None:
    """Its head and its foot are there, and nothing of its drugs."""
    texts = ("上海市明珠区中心医院", "姓名何玉芬科室神经内科", "数量", "合计金额三百零三元", "核对何志金")
    page = seen(texts, paper=paper, ink=ink)
    assert why(page, ("patient", "date", "drug"), labels=1) == found


def test_digits_that_a_reflection_eats_are_not_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.photo.measures.by_hand", lambda *_: True)
    assert why(seen(blot=True), ("strength",), drugs=2) == reasons.GLARE
    assert why(seen(), ("strength",), drugs=2) == reasons.HANDWRITTEN


def test_a_list_cut_by_the_lower_edge_is_cut_off_though_its_doctor_stands_at_the_head() -> None:
    page = seen()
    y = page.boxes[-1].y
    low = replace(page, picture=np.ascontiguousarray(page.picture[: round(y) + 10]))
    assert why(low, ("strength",), drugs=2) == reasons.CROPPED_BOTTOM
    assert why(page, ("strength",), drugs=2) == reasons.UNREADABLE


@pytest.mark.parametrize(("ink", "found"), [(212, reasons.GLARE), (120, reasons.UNREADABLE)])
def test_print_that_fades_out_under_a_warm_lamp_is_in_its_glare(ink: int, found: str) -> None:
    """Nothing is burnt out: the light is not white."""
    page = seen(paper=225)
    part = page.picture[560:1240, 100:1300]
    page.picture[560:1240, 100:1300] = 225 - (225 - part.astype(int)) * (225 - ink) // (225 - 40)
    assert why(page, ("drug", "strength"), drugs=2) == found


def test_a_leaflet_that_fills_the_picture_is_no_page_that_is_cut_off() -> None:
    """Its headings tell it from the middle of a prescription, on which nobody stands either."""
    headings = ("【成份】阿司匹林", "【性状】白色片", "【不良反应】头痛", "【贮藏】遮光", "【规格】100mg 口服 30片/盒")
    nobody = ("hospital", "patient", "date", "strength", "foot")
    page = seen((*headings, *LINES[:8]))
    filling = replace(page, picture=np.ascontiguousarray(page.picture[70:1200, 110:1290]))
    assert reason(nobody, 2, False, filling, 1.0, 2, 1) == reasons.NOT_A_PRESCRIPTION
    middle = seen((*LINES[:2], *headings[-1:], *LINES[:8]))
    filling = replace(middle, picture=np.ascontiguousarray(middle.picture[70:1200, 110:1290]))
    assert reason(nobody, 2, False, filling, 1.0, 2, 1) == reasons.CROPPED_BOTTOM


@pytest.mark.parametrize("title", ["江北市第一人民医院心电图报告", "彩色超声检查报告单", "检验报告单"])
def test_the_report_of_an_examination_however_its_curves_are_read(title: str) -> None:
    curves = [(word, 0.4) for word in ("ndaatrabrabrabr", "babrabababab", "abababrabbab", "adabrabadda")]
    page = seen((title, "姓名赵子轩 男 43岁 报告医师 王秀国", "诊断窦性心律", *(word for word, _ in curves)))
    words = tuple(replace(w, conf=0.4, low=0.4) if w.text.isascii() else w for w in page.words)
    assert why(replace(page, words=words)) == reasons.NOT_A_PRESCRIPTION
    assert why(replace(page, words=words), drugs=1) != reasons.NOT_A_PRESCRIPTION


def with_icons(page: Seen, n: int) -> Seen:
    """A page with pictures beside its lines, each read as one letter that is not sure."""
    icons = tuple(Word("0", 0.3, 0.3, 140.0, 130.0 + 90 * i, 30.0, 30.0, 0.0, (0.3,)) for i in range(n))
    return replace(page, words=(*page.words, *icons))


@pytest.mark.parametrize(("sure", "icons"), [(0.999, 0), (0.999, 4), (0.985, 0)])
def test_print_is_read_surely_but_for_its_icons(sure: float, icons: int) -> None:
    assert surely_print(with_icons(seen(sure=sure), icons))


@pytest.mark.parametrize(("sure", "icons"), [(0.985, 4), (0.97, 0), (0.999, 12)])
def test_what_a_neat_hand_wrote_is_not_read_as_surely(sure: float, icons: int) -> None:
    assert not surely_print(with_icons(seen(sure=sure), icons))
