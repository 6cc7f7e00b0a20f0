"""Cuts the fonts anew: `python tests/photo/fonts/cut.py FOLDER`, where FOLDER holds the four whole fonts of README.md.

Needs fonttools, which nothing else here needs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
WHOLE = {
    "sans.otf": ("NotoSansCJK-Regular.ttc", 2),
    "bold.otf": ("NotoSansCJK-Bold.ttc", 2),
    "serif.otf": ("NotoSerifCJK-Regular.ttc", 2),
    "hei.ttf": ("wqy-microhei.ttc", 0),
}
SPARE = "DroidSansFallbackFull.ttf"  # for what hei.ttf lacks: its own ancestor


def cut(source: Path, number: int, target: Path, letters: str) -> None:
    options = subset.Options()
    options.layout_features, options.hinting, options.font_number = [], False, number
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    _rename(font, f"MedRelay Test {target.stem.title()}")
    font.save(target)


def _rename(font: TTFont, family: str) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 16):
            record.string = family
        if record.nameID == 6:
            record.string = family.replace(" ", "")
    if "CFF " in font:
        table = font["CFF "].cff
        table.fontNames[0] = family.replace(" ", "")
        table.topDictIndex[0].FullName = table.topDictIndex[0].FamilyName = family


def fill(target: Path, spare: Path, letters: str) -> None:
    """Add the letters that a TrueType font lacks."""
    font, other = TTFont(target), TTFont(spare)
    scale = font["head"].unitsPerEm / other["head"].unitsPerEm
    for letter in (ord(c) for c in letters if ord(c) not in font.getBestCmap()):
        glyph, name = other.getBestCmap()[letter], f"uni{letter:04X}"
        shape, pen = DecomposingRecordingPen(other.getGlyphSet()), TTGlyphPen(None)
        other.getGlyphSet()[glyph].draw(shape)
        shape.replay(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = tuple(round(size * scale) for size in other["hmtx"][glyph])
        font["vmtx"][name] = (font["head"].unitsPerEm, 0)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[letter] = name
    font.save(target)


def main(folder: Path) -> None:
    letters = (HERE / "chars.txt").read_text("utf-8")
    for name, (source, number) in WHOLE.items():
        cut(folder / source, number, HERE / name, letters)
    fill(HERE / "hei.ttf", folder / SPARE, letters)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
