"""Keys and values become sentences: the only importer of jinja2.

Templates are sandboxed, autoescaped and strict: a value never carries markup, a missing value is an error in tests and
the base language's sentence at run time. A place of kind compound accepts only values of type Public.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from html import unescape
from typing import Any, TypeGuard, cast
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from bot.model import PlaceKind, Public
from bot.model.names import Names, name_in
from bot.render import large, missing
from bot.render.directions import directions
from bot.render.missing import Missing
from bot.render.plurals import form
from locales import BASE, sentences

WEEKDAYS = {"zh-CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


class NotPublic(ValueError):
    """A value that is not Public was about to reach a neighbours' group. The message is not sent."""


@pass_context
def money(context: Context, fen: int) -> str:
    """Fen -> ``¥12.30``."""
    if isinstance(fen, Missing):
        return fen.told("money")
    if large.is_large(context["lang"]):
        return large.money(fen, context["lang"])
    return f"¥{fen // 100}.{fen % 100:02d}"


def masked(name: str) -> str:
    """A name with its middle hidden: 王小芳 -> 王*芳, 王芳 -> 王*, Wang Fang -> W*** F***."""
    if not name:
        return ""
    if name.isascii():
        return " ".join(f"{part[0]}***" for part in name.split())
    return name[0] + "*" * (len(name) - 2 or 1) + (name[-1] if len(name) > 2 else "")


@pass_context
def plural(context: Context, n: int, **forms: str) -> str:
    """The word for a number in the sentence's language: ``{{ n | plural(one="box", other="boxes") }}``."""
    return forms["other" if isinstance(n, Missing) else form(context["tongue"], n)]


class Words:
    """One catalogue for one time zone. ``say`` is the only way a sentence comes to be."""

    def __init__(self, timezone: str = "Asia/Shanghai") -> None:
        self._zone = ZoneInfo(timezone)
        self._env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        filters: dict[str, Callable[..., str]] = {
            "money": money,
            "masked": masked,
            "clock": self._clock,
            "day": self.day,
            "date": self.date,
            "directions": directions,
            "plural": plural,
            "spelled": large.spelled,
        }
        self._env.filters.update(filters)  # pyright: ignore[reportUnknownMemberType] - jinja2 does not say
        self._env.globals.clear()  # pyright: ignore[reportUnknownMemberType] - a sentence calls nothing; each would copy them
        self._compiled = lru_cache(4096)(self._compile)
        self._bare = lru_cache(4096)(partial(self._filled, {}))  # what takes no words, as most buttons

    def _compile(self, lang: str, key: str) -> Any:
        text = sentences(lang)[key]
        return self._env.from_string(large.template(text, lang) if large.is_large(lang) else text)

    @pass_context
    def _clock(self, context: Context, ms: int) -> str:
        return self.clock(ms, context["lang"])

    def clock(self, ms: int, lang: str = BASE) -> str:
        """UTC ms -> ``10:04`` in the hospital's time zone."""
        if isinstance(ms, Missing):
            return ms.told("clock")
        at = datetime.fromtimestamp(ms / 1000, self._zone)
        return large.clock(at, lang) if large.is_large(lang) else at.strftime("%H:%M")

    def day(self, value: str | int, lang: str = BASE) -> str:
        """ISO day or UTC ms -> ``11月21日（周六）`` / ``Sat 21 Nov``."""
        if isinstance(value, Missing):
            return value.told("day")
        at = (
            datetime.fromisoformat(value)
            if isinstance(value, str)
            else datetime.fromtimestamp(value / 1000, self._zone)
        )
        if large.is_large(lang):
            return large.day(at, lang)
        if lang.startswith("zh"):
            return f"{at.month}月{at.day}日（周{WEEKDAYS[BASE][at.weekday()]}）"
        return f"{WEEKDAYS['en'][at.weekday()]} {at.day} {at.strftime('%b')}"

    def date(self, day: str, lang: str = BASE) -> str:
        """ISO day -> ``1948年5月6日`` / ``6 May 1948``."""
        if isinstance(day, Missing):
            return day.told("day")
        at = datetime.fromisoformat(day)
        return f"{at.year}年{at.month}月{at.day}日" if lang.startswith("zh") else f"{at.day} {at:%B %Y}"

    def has(self, key: str) -> bool:
        return key in sentences(BASE)

    def say(self, lang: str, key: str, words: Mapping[str, Any], place: PlaceKind = PlaceKind.PRIVATE) -> str:
        """The sentence as Telegram HTML. KeyError for an unknown key; NotPublic for a private value in a group.

        A value that is a (key, words) pair is a sentence itself; a list of such pairs becomes lines.
        """
        if not words:
            return self._bare(lang, key)
        return self._filled({name: self._value(lang, name, value, place) for name, value in words.items()}, lang, key)

    def _filled(self, shown: dict[str, Any], lang: str, key: str) -> str:
        source = lang if key in sentences(lang) else BASE
        shown = {**missing.filled(source, sentences(source)[key], shown), "lang": lang, "tongue": source}
        return missing.whole(str(self._compiled(source, key).render(shown)).strip())

    def label(self, lang: str, key: str, words: Mapping[str, Any] | None = None) -> str:
        """The words on a button or in a pop-up: plain text, never HTML."""
        return unescape(self.say(lang, key, words or {}))

    def _value(self, lang: str, name: str, value: Any, place: PlaceKind) -> Any:
        if place is PlaceKind.COMPOUND:
            if not isinstance(value, Public):
                raise NotPublic(name)
            return in_language(value.value, lang)
        if isinstance(value, Public):
            value = value.value
        if is_sentence(value):
            return ready(self.say(lang, value[0], value[1], place))
        if is_lines(value):
            return ready("\n").join(ready(self.say(lang, item[0], item[1], place)) for item in value)
        return in_language(value, lang)


@cache
def words_of(timezone: str) -> Words:
    """The catalogue of a time zone, one for all bots of a process: a sentence is compiled when it is first said."""
    return Words(timezone)


def in_language(value: Any, lang: str) -> Any:
    """A name that is known in several languages ({tag: name}, with BASE) in this one; anything else as it is.

    How a drug is taken is a mapping, too, and no name.
    """
    if isinstance(value, (list, tuple)) and not value:
        return ""  # no lines
    if isinstance(value, Mapping) and BASE in value:
        return name_in(cast("Names", value), lang)
    return cast("Any", value)


Sentence = tuple[str, Mapping[str, Any]]


def is_sentence(value: Any) -> TypeGuard[Sentence]:
    """Whether a value is itself a keyed sentence: a two-item list or tuple of a dotted key and its words."""
    if not isinstance(value, (list, tuple)) or len(cast("Sequence[Any]", value)) != 2:
        return False
    key, words = cast("Sequence[Any]", value)
    return isinstance(key, str) and "." in key and isinstance(words, Mapping)


def is_lines(value: Any) -> TypeGuard[Sequence[Sentence]]:
    """Whether a value is a list of keyed sentences: it becomes lines."""
    if not isinstance(value, (list, tuple)):
        return False
    items = cast("Sequence[Any]", value)
    return len(items) > 0 and all(map(is_sentence, items))


def ready(html: str) -> Markup:
    """A sentence that say() has rendered, to stand inside another one; never a person's own words."""
    return Markup(html)  # noqa: S704 - the only place, and only for our own output


def plain(text: str) -> str:
    """User text as HTML: the relay shows what a person wrote, never as markup."""
    return str(escape(text))
