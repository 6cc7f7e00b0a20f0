"""Why something could not be read, by what the pixels measure: asked only after reading has failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

import numpy as np

from bot.photo import reasons
from bot.photo.alike import copied, written
from bot.photo.filled import unsure
from bot.photo.hidden import burnt, hidden
from bot.photo.look import Seen
from bot.photo.measures import PATCH, WHITE, Measures, measure, printed
from bot.photo.names import narrow
from bot.photo.pixels import cv2
from bot.photo.sides import cut_sides
from bot.photo.strength import find

_SMALL: Final = 19.0  # box height in original pixels; the print is about two thirds of it
_TINY: Final = 0.005  # share of the picture that its print takes; of a page held near it is 0.3 and more
_DARK: Final = 75.0  # brightness (0..255) that 98 % of the picture stays under
_BLACK: Final = 40.0  # the same where nobody can read the picture, whatever a machine makes out
_SOFT: Final = 0.11  # steepest edges in shares of the contrast: readable photos have 0.14 and more
_DRAWN: Final = 1.5  # how much edges of print point one way: readable photos have 1.4 and less
_DRAWN_ALL: Final = 3.3  # the same over the whole picture, where ruled lines point one way too
_GREAT_PATCH: Final = 0.35  # the same, when it is the plainest explanation
_SPOT: Final = 0.2  # the same, when only counts or packs are missing
_ALL_WHITE: Final = 0.75  # share of the printed area that is burnt out altogether
_MOST_WHITE: Final = 0.6  # the same where the print is hardly there
_WHITE_PRINT: Final = 0.5  # share of the boxes of text themselves: the paper between the strokes is burnt out
_GONE: Final = 200.0  # ink that is hardly there: burnt out, and not blurred
_FADES: Final = 1.8  # of the grey of most print: what stands at the edge of a reflection
_FADED: Final = 110.0  # ink of screens and scans is under 60, of burnt-out print over 125
_SURE: Final = 0.85  # mean confidence of print that was sharp
_FOREIGN: Final = 0.12  # share of Chinese characters; a Chinese page has 0.4 and more
_KNOWN: Final = 3  # kinds of labels that were read: the page is in a language that is known
_SCRAWL: Final = 0.3  # share of words read badly in a picture that is sharp
_CLEAR: Final = 0.9  # mean confidence of print
# Confidence in every second word, and in the mean of all: of 1461 pages of print 1377 have both, of 39 by hand 14,
# which filled.py and alike.py tell. The same of screens, whose icons are words of a letter that is read badly, in the
# mean of all letters: of the other pages of print 39 have both, of those by hand none
_SURE_EACH: Final = 0.98
_SURE_MEAN: Final = 0.966
_SURE_MOST: Final = 0.995
_SURE_LETTERS: Final = 0.96
_FEW: Final = 20  # letters; a page has 150 and more
_BLANK: Final = 0.6  # share of a picture without print that is burnt out; white screens have 0.55, with print
_ON_LINES: Final = frozenset(("drug", "lines", "strength"))
_OF_SOMEBODY: Final = frozenset(("hospital", "patient", "date", "foot"))  # a leaflet has none of them
# Of a prescription one of the first stands on it, or two of the others
_ITS_WORDS: Final = re.compile(
    r"处方|用法|用量|口服|[每一][次日晚周]|续方|(?<![A-Za-z])(?:R[px]|Sig|bid|tid|qd|qn)(?![A-Za-z])"
    r"|prescri|medication|tablet|capsule|dispense|take ",
    re.IGNORECASE,
)
_LIKE_ITS_WORDS: Final = re.compile(
    r"药|规格|胶囊|[^照图卡名]片|\dm?g(?!/)|[盒瓶]|\d\s?[×xX*]\s?\d+\s?[片粒支袋]", re.IGNORECASE
)
_OF_A_SHOP: Final = re.compile("购物|超市|菜市?场|商场|便利店|餐饮|外卖")
_OF_AN_EXAMINATION: Final = re.compile(
    "(?:心电图?|超声|彩超|CT|MRI|核磁共振|影像|放射|X线|病理|[胃肠内]镜|检[查验]|化验|体检)(?:检查|诊断)?(?:报告|结果)单?"
)
_OF_A_LEAFLET: Final = re.compile("说明书|成[份分]|性状|适应症|不良反应|禁忌|贮藏|批准文号|生产企业|药理毒理")
_HEADINGS: Final = 4


def reason(
    missing: Sequence[str], labels: int, future: bool, seen: Seen, scale: float, drugs: int = 0, known: int = 0
) -> str:
    """One reason for what is missing; ``scale`` is original pixels per pixel of ``seen``.

    ``labels`` is how many kinds of labels were read, ``future`` whether the only date is still to come, ``drugs`` how
    many drug lines were read. Each reason is something found in the picture; where nothing is, it is ``unreadable``.
    """
    if future and set(missing) <= {"date"}:
        return reasons.DATE_IN_FUTURE
    m = measure(seen, scale)
    lacks = set(missing)
    clear = m.confidence > _SURE and m.letters >= _FEW and not _vanished(m)
    if (clear and not known and _another_paper(seen)) or _report_or_leaflet(seen, lacks, drugs):
        return reasons.NOT_A_PRESCRIPTION
    blank = m.letters < _FEW and burnt(seen.picture) > _BLANK
    whole = reasons.OVEREXPOSED if blank else _whole_picture(m)
    found = whole or _side(missing, m.cut, True) or _script(m, labels, seen)
    if not found and not drugs and labels < 3 and ("drug" in lacks or lacks >= {"patient", "date"}):
        found = reasons.NOT_A_PRESCRIPTION
    if found := found or ("" if m.hidden and lacks & _ON_LINES else _part(missing, m)):
        return found
    no_drug = "drug" in lacks <= {"drug", "foot"} and not drugs  # a clear paper of a hospital without any drug on it
    no_drug = no_drug and not any(line.pack for w in seen.words for line in find(narrow(w.text)))
    if m.confidence > _SURE and not m.hidden and (no_drug or lacks >= _OF_SOMEBODY):
        return reasons.NOT_A_PRESCRIPTION
    if lines := _lines(m) if lacks & _ON_LINES else "":
        return lines
    other = reasons.HANDWRITTEN if m.sharpness >= _SOFT and unsure(seen.words) else reasons.UNREADABLE
    return reasons.OVEREXPOSED if _faded(m) else other


def _another_paper(seen: Seen) -> bool:
    """Whether nothing that was read is of a prescription: a laboratory's sheet, a card, a bill of the market."""
    text = "  ".join(w.text for w in seen.words)
    like = len({m[0] for m in _LIKE_ITS_WORDS.finditer(text)})
    return not _ITS_WORDS.search(text) and (like < 2 or _OF_A_SHOP.search(text) is not None)


def _report_or_leaflet(seen: Seen, lacks: set[str], drugs: int) -> bool:
    """Whether a page calls itself the report of an examination, and nothing of a prescription is on it, however badly
    its curves are read; or is of nobody and no day, and has the headings of the paper that lies in a box of drugs."""
    text = "  ".join(w.text for w in seen.words)
    leaflet = lacks >= _OF_SOMEBODY and len({*_OF_A_LEAFLET.findall(text)}) >= _HEADINGS
    examined = _OF_AN_EXAMINATION.search(text) is not None and _another_paper(seen)
    return leaflet or (not drugs and examined)


def _script(m: Measures, labels: int, seen: Seen) -> str:
    """Writing that no better photo makes readable: another script, or a hand."""
    if m.letters < 2 * _FEW or m.sharpness < _SOFT:
        return ""
    if m.han < _FOREIGN and m.confidence > _SURE and labels < _KNOWN:
        return reasons.FOREIGN
    pen = m.filled and not copied(seen.picture, seen.words)
    pen = pen or (m.patch < PATCH and written(seen.picture, seen.words))
    return reasons.HANDWRITTEN if pen or (m.scrawl > _SCRAWL and m.confidence < _CLEAR) else ""


def poor(seen: Seen, scale: float) -> str:
    """What is wrong with a picture as a whole, whether or not it could be read; empty for a good one."""
    return _whole_picture(measure(seen, scale))


def black(seen: Seen) -> bool:
    """Whether a picture is so dark that nobody can compare with it what a machine read."""
    return float(np.percentile(seen.picture[::8, ::8].max(axis=2), 98)) < _BLACK


def spot(seen: Seen, scale: float) -> str:
    """``glare`` when a bright patch may hide whole lines of a page; empty otherwise."""
    m = measure(seen, scale)
    return reasons.GLARE if m.patch > _SPOT and not _white_paper(m) and len(m.open) < 4 else ""


def surely_print(seen: Seen) -> bool:
    """Whether it is print and nothing lies on it, as a thumb: a neat hand is read almost as well."""
    if not seen.words:
        return False
    each = median(w.conf for w in seen.words)
    words, letters = fmean(w.conf for w in seen.words), fmean(w.conf for w in seen.words for _ in w.text or " ")
    if (each < _SURE_EACH or words < _SURE_MEAN) and (each < _SURE_MOST or letters < _SURE_LETTERS):
        return False
    return not hidden(cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY), *printed(seen))


def lines_may_be_gone(seen: Seen, scale: float) -> bool:
    """Whether a part as large as a reflection is burnt out, on paper that is not white: with all that stood there."""
    m = measure(seen, scale)
    return m.blank > _SPOT and not _white_paper(m)


def cut_side(seen: Seen, least: int) -> str:
    """cropped_left or cropped_right when at least so many lines are cut there: counts, or drugs beside others."""
    return _side((), cut_sides(seen, least), True)


def _whole_picture(m: Measures) -> str:
    """What spoils all of a picture."""
    if m.brightness < _DARK:
        return reasons.TOO_DARK
    if 0 < m.text_height < _SMALL:
        return reasons.TOO_SMALL
    if _vanished(m):
        return reasons.OVEREXPOSED
    unsure = m.letters < _FEW or m.confidence < _SURE
    if unsure and (m.drawn > _DRAWN or m.drawn_all > _DRAWN_ALL):
        return reasons.MOTION
    if unsure and m.sharpness < _SOFT:
        return reasons.TOO_SMALL if 0 < m.share < _TINY else reasons.BLURRED
    return reasons.OVEREXPOSED if _faded(m) else ""


def _vanished(m: Measures) -> bool:
    """Burnt out, with print that is hardly there: what is left of it does not tell what paper it is."""
    return m.white > _MOST_WHITE and m.ink >= _GONE


def _faded(m: Measures) -> bool:
    """Burnt out with its print; dark print on white is a screen, a scan or a good photo."""
    return _burnt_out(m) and m.ink >= _FADED


def _white_paper(m: Measures) -> bool:
    """The paper itself is white, and a patch of it no reflection: it fills the picture, or no print fades."""
    return _burnt_out(m) or (m.paper >= WHITE - 5 and (m.faint < _FADED or len(m.open) == 4))


def _burnt_out(m: Measures) -> bool:
    """White all over, around the print that is left too; a reflection leaves grey paper around that."""
    return m.white > _ALL_WHITE and m.between > _WHITE_PRINT


def _part(missing: Sequence[str], m: Measures) -> str:
    """What spoils a part of it."""
    spot = 0.0 if _white_paper(m) else m.patch
    if spot > _GREAT_PATCH:
        return reasons.GLARE
    if side := _side(missing, m.open, False):
        return side
    if spot > PATCH:
        return reasons.GLARE
    return reasons.BLURRED if m.sharpness < _SOFT else ""


def _lines(m: Measures) -> str:
    """What spoils lines of the list where nothing plainer was found: an edge, or glare in which print fades out, of a
    lamp that is not white, so that nothing is burnt, or on paper that is nearly as bright."""
    if m.hidden or "bottom" in m.cut:
        return "" if m.hidden else reasons.CROPPED_BOTTOM
    fades = m.blank > _SPOT and m.faint > max(_FADED, _FADES * m.ink)
    return reasons.GLARE if (m.faint >= _GONE or fades) and not _white_paper(m) else ""


def _side(missing: Sequence[str], touched: frozenset[str], print_cut: bool) -> str:
    """The side that explains what is missing."""
    if "bottom" in touched and "foot" in missing:
        return reasons.CROPPED_BOTTOM
    if "top" in touched and "hospital" in missing:
        head = len({"hospital", "patient", "date"} & set(missing))
        headless = head == 3 if len(touched) == 4 else head > 1  # a screen, or a near photo, is paper to every edge
        if print_cut or headless:
            return reasons.CROPPED_TOP
    if print_cut and "right" in touched:
        return reasons.CROPPED_RIGHT
    if print_cut and "left" in touched:
        return reasons.CROPPED_LEFT
    return ""
