"""Words in several languages: FHIR's translation extension beside a text element (R4 languages.html)."""

from __future__ import annotations

from backend_client.codes import TRANSLATION
from backend_client.shapes import each, word
from backend_client.wire import Json

OWN = "zh-CN"  # the language of plain texts here


def all_words(element: Json, name: str, language: str) -> dict[str, str]:
    """Language tag -> words of ``element[name]``; ``language`` is that of the plain text itself."""
    found = {language: word(element, name)}
    for item in each(element, f"_{name}", "extension"):
        if item.get("url") == TRANSLATION:
            parts = {word(part, "url"): part for part in each(item, "extension")}
            tag, words = word(parts, "lang", "valueCode"), word(parts, "content", "valueString")
            found |= {tag: words} if tag and words else {}
    return found


def names_of(element: Json, name: str, language: str = OWN) -> dict[str, str]:
    """The same without empty ones: a name by language tag."""
    return {tag: words for tag, words in all_words(element, name, language).items() if words}
