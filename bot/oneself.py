"""What somebody says of himself: name, telephone number. The form of it only; whether it is true others find out."""

from __future__ import annotations

import re
import unicodedata

from bot.dialog import Now, Wrong, figures

LEAST, MOST = 2, 50  # letters of a name: those of foreigners have several words
#: Beside letters: what stands between and behind the parts of a name, in any width and script, and what joins letters.
BETWEEN = frozenset(" ·•・･‧∙⋅་.．,'’‘＇ʼ׳״`´-－‐‑–־()（）\u200c\u200d")
WRITTEN = frozenset(("Co", "Nl"))  # Unicode's categories of characters with no code of their own yet, and of 〇
RARE = range(0x20000, 0x40000)  # Chinese characters; those of a later Unicode than Python's have no category here


def real_name(text: str, now: Now) -> str | Wrong:
    """Anything that may be one, of any script, as typed: no digits, no question, nothing else that ends a sentence."""
    seen = "".join(one for one in text if one in BETWEEN or unicodedata.category(one) != "Cf")  # what a copy brings
    name = " ".join(seen.split()).rstrip("。")
    fits = LEAST <= len(name) <= MOST and all(one in BETWEEN or _letter(one) for one in name)
    return name if fits and sum(map(_letter, name)) >= LEAST else Wrong("name", most=MOST)


def _letter(one: str) -> bool:
    kind = unicodedata.category(one)
    return kind[0] in "LM" or kind in WRITTEN or (kind == "Cn" and ord(one) in RARE)


def phone_number(text: str, now: Now) -> str | Wrong:
    number = re.sub(r"[()]", "", figures.code(text))
    return number if re.fullmatch(r"\+?[0-9]{7,15}", number) else Wrong("phone")
