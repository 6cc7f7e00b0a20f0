"""Stories are written in Chinese; this is how one is played on phones of another language.

What a person looks for is found among the sentences of ``locales/``, and looked for as the other language says the part
of the sentence in which it stands, with the names and numbers that the story named; names of the city are the seeds'.
What is no sentence of ours, such as what people typed, is looked for as it stands.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from locales import BASE as BASE
from locales import sentences
from locales import tags as tags
from sandbox.hospital.seed.people import city, formulary, kit, neighbours, quiz, residents, unlisted
from sandbox.hospital.seed.records import questionnaire
from sandbox.wanted import Wanted

PARTS = re.compile(r"\{%-?\s*(if|elif|else|endif)\s*(.*?)\s*-?%\}|\{\{(.*?)\}\}", re.DOTALL)
MOST = 200  # ways to say one sentence that are looked at
Json = dict[str, Any]
Needs = frozenset[tuple[str, bool]]  # conditions of a template, and what they must be
Parts = list[tuple[str, Needs]]
Filled = tuple[tuple[str, str, bool], ...]  # of each hole: its name, what is in it, whether that is all of it


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a sentence: texts and holes; with each, what must be true for it to be said."""

    parts: tuple[tuple[str, Needs], ...]
    true: Needs


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a story's words stand in a way: how many letters are its own, what they need, what fills its holes."""

    own: int
    needs: Needs
    under: frozenset[Needs]  # the same, of each of its parts
    filled: Filled
    whole: bool


class Tongue:
    """The words of one language for those of a story."""

    def __init__(self, lang: str = BASE) -> None:
        self.lang = lang
        self._found: dict[tuple[str, bool], re.Pattern[str]] = {}

    @property
    def code(self) -> str:
        """What the messenger says of a phone in this language."""
        return "zh-hans" if self.lang == BASE else self.lang

    def told(self, words: str) -> re.Pattern[str]:
        """What is found in a message that says this."""
        return self._once(words, button=False)

    def button(self, words: str) -> re.Pattern[str]:
        """What is found on a button that says this."""
        return self._once(words, button=True)

    def wanted(self, text: str | tuple[str, ...] | None, label: str | None) -> Wanted:
        """What a person looks for: one of these texts, and this button."""
        texts = text if isinstance(text, tuple) else (text or "",)
        return Wanted(tuple(map(self.told, texts)), self.button(label) if label is not None else None)

    def _once(self, words: str, *, button: bool) -> re.Pattern[str]:
        if (words, button) not in self._found:
            spoken = re.escape(words) if self.lang == BASE or not words else self._spoken(words, button=button)
            self._found[words, button] = re.compile(spoken, re.DOTALL)
        return self._found[words, button]

    def _spoken(self, words: str, *, button: bool) -> str:
        fits = [one for one in _fits(words) if one[1].whole or not button]
        found = {pattern for key, fit in fits for pattern in self._patterns(key, fit, button=button)}
        if button or not found:
            found.add(_named(words))
        return "|".join(sorted(found, key=lambda one: (-len(one), one)))  # a set has no order of its own

    def _patterns(self, key: str, fit: Fit, *, button: bool) -> Iterator[str]:
        """How this language says the part of that sentence in which the story's words stand."""
        asked = {name for way in _ways(BASE)[key] for name, _ in way.true}
        needs, filled = dict(fit.needs), {name: (text, all_) for name, text, all_ in fit.filled if text}
        for way in _ways(self.lang).get(key, ()):
            if any(needs.get(name, value) != value for name, value in way.true):
                continue
            parts = [(text, frozenset(one for one in its if one[0] in asked)) for text, its in way.parts]
            there = any(its in fit.under and not text.startswith(HOLE) for text, its in parts)
            said = [text if (its in fit.under if there else its <= fit.needs) else HOLE for text, its in parts]
            if _own(said) > 1:
                yield f"^{_joined(said, filled)}$" if button else _joined(said, filled).removesuffix(ANY)


def _joined(parts: Iterable[str], filled: Mapping[str, tuple[str, bool]]) -> str:
    """One pattern: what is between the sentence's own words may be anything, but where the story said what it is."""
    found: list[str] = []
    for text in parts:
        value, all_ = filled.get(text[1:], ("", False)) if text.startswith(HOLE) else ("", False)
        if value:
            found += [_initial(value) or _named(value), *([] if all_ else [ANY])]
        else:
            found.append(_spaced(text) if not text.startswith(HOLE) and _letters(text) > 1 else ANY)
    kept = [one for n, one in enumerate(found) if one != ANY or (n > 0 and found[n - 1] != ANY)]
    return "".join(kept)


def _spaced(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split(" ")).replace("\\\n", r"\s+")


ANY, HOLE, PRIVATE = ".*?", "\0", 0xF0000  # from where on characters stand in no text


def _fits(words: str) -> list[tuple[str, Fit]]:
    """The sentences in which most of these words are the sentence's own."""
    pairs = {words[n : n + 2] for n in range(max(1, len(words) - 1))}
    shared = {key: sum(pair in text for pair in pairs) for key, text in sentences(BASE).items()}
    best, found = 2, list[tuple[str, Fit]]()
    for key in sorted((key for key, count in shared.items() if count), key=lambda one: -shared[one]):
        if 2 * shared[key] < best:
            break
        there = [fit for way in _ways(BASE)[key] if (fit := _fit(words, way))]
        fit = max(there, key=_worth) if there else None
        if fit is not None and fit.own >= best:
            found = [*(found if fit.own == best else []), (key, fit)]
            best = fit.own
    return found


def _worth(fit: Fit) -> tuple[int, bool, int]:
    return fit.own, fit.whole, -len(fit.needs)


# ---------------------------------------------------------------- the sentences, taken apart


@cache
def _ways(lang: str) -> Mapping[str, tuple[Way, ...]]:
    return {key: tuple(_apart(template)) for key, template in sentences(lang).items()}


def _apart(template: str) -> Iterator[Way]:
    """Every way a template can be said, by what its conditions are."""
    tree, _ = _tree(_tokens(template))
    seen: set[Way] = set()
    for parts, true in _said(tree, {}):
        way = Way(tuple(parts), frozenset(true.items()))
        if way not in seen:
            seen.add(way)
            yield way
        if len(seen) >= MOST:
            return


def _tokens(template: str) -> list[tuple[str, str]]:
    """("text", ...), ("hole", its name), ("if", condition), ..."""
    found: list[tuple[str, str]] = []
    end = 0
    for match in PARTS.finditer(template):
        found.append(("text", template[end : match.start()]))
        name, _, how = (match[3] or "").partition("|")  # a number's word is not the number
        found.append((match[1], match[2]) if match[1] else ("hole", match[3] if "plural" in how else name.strip()))
        end = match.end()
    return [*found, ("text", template[end:])]


def _tree(tokens: list[tuple[str, str]], at: int = 0) -> tuple[list[Any], int]:
    """Texts, holes and lists of (condition, branch)."""
    found: list[Any] = []
    while at < len(tokens):
        kind, what = tokens[at]
        if kind == "if":
            branches: list[tuple[str, list[Any]]] = []
            while kind != "endif":
                inside, at = _tree(tokens, at + 1)
                branches.append((what if kind != "else" else "", inside))
                kind, what = tokens[at]
            found.append(branches)
        elif kind in ("elif", "else", "endif"):
            return found, at
        elif kind == "hole":
            found.append(HOLE + what)
        elif text := unescape(re.sub(r"<[^>]+>", "", what)):
            found.append(text)
        at += 1
    return found, at


def _said(
    tree: list[Any], true: dict[str, bool], under: Mapping[str, bool] | None = None
) -> Iterator[tuple[Parts, dict[str, bool]]]:
    if not tree:
        yield [], true
        return
    head, rest = tree[0], tree[1:]
    need = dict(under or {})
    if isinstance(head, str):
        for parts, now in _said(rest, true, under):
            yield [(head, frozenset(need.items())), *parts], now
        return
    taken: dict[str, bool] = {}
    branches = head if any(not condition for condition, _ in head) else [*head, ("", [])]
    ways: list[Iterator[tuple[Parts, dict[str, bool]]]] = []
    for condition, inside in branches:
        here = {**taken, condition: True} if condition else dict(taken)
        if all(true.get(name, value) == value for name, value in here.items()):
            ways.append(_branch(inside, rest, ({**true, **here}, {**need, **here}), under))
        taken[condition] = False
    yield from _in_turn(ways)


def _branch(
    inside: list[Any],
    rest: list[Any],
    here: tuple[dict[str, bool], Mapping[str, bool]],
    under: Mapping[str, bool] | None,
) -> Iterator[tuple[Parts, dict[str, bool]]]:
    """A branch that is taken, and all that may follow it; ``here``: what is true, and what its texts need."""
    for first, now in _said(inside, *here):
        for parts, last in _said(rest, now, under):
            yield [*first, *parts], last


def _in_turn(ways: Iterable[Iterator[tuple[Parts, dict[str, bool]]]]) -> Iterator[tuple[Parts, dict[str, bool]]]:
    """One of each, and again: of a sentence with too many ways every branch is looked at, not only the first ones."""
    left = deque(ways)
    while left:
        way = left.popleft()
        for one in way:
            yield one
            left.append(way)
            break


# ---------------------------------------------------------------- a story's words in a sentence


def _fit(words: str, way: Way) -> Fit | None:
    """The best place of these words in this way, None = they do not stand in it."""
    texts = [text for text, _ in way.parts]
    best: Fit | None = None
    for first, text in enumerate(texts):
        starts = [-1] if text.startswith(HOLE) else [n for n, letter in enumerate(text) if letter == words[0]]
        for start in starts:
            for last, own, filled in _walk(words, 0, texts, first, max(start, 0)):
                under = frozenset(needs for _, needs in way.parts[first : last + 1])
                whole = first == 0 and start <= 0 and last == len(texts) - 1 and own >= _own(texts)
                found = Fit(own, frozenset(one for needs in under for one in needs), under, filled, whole)
                if best is None or _worth(found) > _worth(best):
                    best = found
    return best


def _own(texts: Iterable[str]) -> int:
    return sum(_letters(text) for text in texts if not text.startswith(HOLE))


def _letters(text: str) -> int:
    return sum(not letter.isspace() for letter in text)


def _walk(words: str, at: int, texts: list[str], part: int, offset: int) -> Iterator[tuple[int, int, Filled]]:
    """Ends of a walk along both: (last part, own letters, what fills the holes)."""
    if part >= len(texts):
        return
    text = texts[part]
    if text.startswith(HOLE):
        left = words[at:]
        yield part, 0, ((text[1:], left, at > 0 and part == len(texts) - 1),)
        for count in range(len(left)):
            for last, own, filled in _walk(words, at + count, texts, part + 1, 0):
                yield last, own, ((text[1:], left[:count], at > 0 or part == 0), *filled)
        return
    rest = text[offset:]
    count = min(len(rest), len(words) - at)
    if words[at : at + count] != rest[:count]:
        return
    if at + count == len(words):
        yield part, _letters(rest[:count]), ()
        return
    for last, own, filled in _walk(words, at + count, texts, part + 1, 0):
        yield last, own + _letters(rest), filled


# ---------------------------------------------------------------- the names of the city


def _named(words: str) -> str:
    """The words as they stand, or with the city's names in English, the Chinese one beside it or not."""
    there = re.escape(next((en for zh, en in _names() if len(words) > 2 and words in zh and words != zh), words))
    said: dict[str, str] = {}
    for n, (zh, en) in enumerate(_names()):
        if (name := re.escape(zh)) in there:
            there = there.replace(name, mark := chr(PRIVATE + n))
            said[mark] = f"{re.escape(en)}(?: \\({name}\\))?"
    there = "".join(said.get(letter, letter) for letter in there)
    return f"(?:{'|'.join(sorted({re.escape(words), there}))})"


def _initial(word: str) -> str:
    """What a payer may read of a name: one letter in each language."""
    return f"[{word}{''.join(sorted({en[0] for zh, en in _names() if zh[0] == word}))}]" if len(word) == 1 else ""


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Chinese -> English, the longest first."""
    found = dict(_pairs([city(), kit()]))
    found |= {one.zh: one.en for one in (*residents(), *neighbours(), *formulary().values(), *unlisted().values())}
    found |= dict(_displays(questionnaire()))
    found |= {one["zh-CN"]: one["en"] for one in quiz()}
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _pairs(data: Any) -> Iterator[tuple[str, str]]:
    """Every ``zh`` with the ``en`` beside it, ``gate_zh`` too."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            other = data.get(f"{name.removesuffix('zh')}en") if str(name).endswith("zh") else None
            if isinstance(value, str) and isinstance(other, str):
                yield value, other.removeprefix("Dr ")
            yield from _pairs(value)
    elif isinstance(data, list):
        for one in data:
            yield from _pairs(one)


def _displays(data: Any) -> Iterator[tuple[str, str]]:
    """A FHIR text and its translation beside it."""
    if isinstance(data, Mapping):
        for name in ("text", "display", "title"):
            for extension in data.get(f"_{name}", {}).get("extension", []):
                said = {part["url"]: part.get("valueString") for part in extension.get("extension", [])}
                if said.get("content"):
                    yield data[name], said["content"]
        for value in data.values():
            yield from _displays(value)
    elif isinstance(data, list):
        for one in data:
            yield from _displays(one)
