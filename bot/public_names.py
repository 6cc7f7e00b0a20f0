"""The name by which neighbours know an ambassador: what may be one, which two look alike, and what is proposed."""

from __future__ import annotations

import unicodedata

from bot.dialog import Now, Wrong
from bot.vocabulary import bare, offices

LEAST, MOST = 2, 12  # letters
COUNTED = 4  # numerals in words that make a number of it, as in 一三八零
BETWEEN = frozenset(" ·•-'’")
#: Letters of other alphabets that look like a Latin one, as pairs (Unicode TR 39 has all of them).
_PAIRS = "аa еe оo рp сc уy хx іi ѕs јj һh ԁd ԛq ԝw кk мm нh тt вb гr αa βb εe ιi κk οo ρp τt υu χx γy νv"
LOOKS = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
#: Family names of two characters; any other one has one.
DOUBLE = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "司空", "宇文",
     "长孙", "轩辕", "端木", "独孤", "南宫", "西门", "百里", "呼延")
)  # fmt: skip


def public_name(text: str, now: Now) -> str | Wrong:
    """A check of a typed one: letters only, of one alphabet, no number and no link, nobody's office."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if any(one.isdigit() for one in name) or sum(unicodedata.numeric(one, -1) >= 0 for one in name) >= COUNTED:
        return Wrong("number")
    if not all(one in BETWEEN or unicodedata.category(one)[0] in "LM" for one in name) or len(_alphabets(name)) > 1:
        return Wrong("letters")
    if not LEAST <= len(name) <= MOST or len(bare(name)) < LEAST:
        return Wrong("length", most=MOST)
    return Wrong("office") if any(word in bare(name) for word in offices()) else name


def _alphabets(name: str) -> set[str]:
    """Of which it is written; Chinese and Japanese stand together, and beside Latin letters, too."""
    kinds = {unicodedata.name(one, "?").partition(" ")[0].partition("-")[0] for one in name if one.isalpha()}
    asian = {kind for kind in kinds if kind in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")}
    return kinds - asian - ({"LATIN"} if asian else set()) | ({"CJK"} if asian else set())


def alike(name: str) -> str:
    """The same for two names that a reader takes for one: whatever their width, case, accents, signs or alphabet."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return bare(plain).translate(LOOKS)


def surnames(name: str) -> tuple[str, ...]:
    """By what of a full name somebody may be called: the family name; of a spaced one last word, first word."""
    words = name.split()
    if len(words) > 1:
        return tuple(dict.fromkeys((words[-1], words[0])))
    if not any("CJK" in unicodedata.name(one, "") for one in name):
        return (name,) if name else ()
    return (name[:2] if name[:2] in DOUBLE and len(name) > 2 else name[:1],)
