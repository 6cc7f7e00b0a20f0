"""A value that is missing is said in words: no sentence has a hole, whatever the hospital left out."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, nodes

from locales import BASE, sentences

_PARSER = Environment(autoescape=True)
_MARK = "\ue000"  # before what stands for a missing value, until the whole is put together
_FIRST = re.compile(rf"((?:^|[.!?…]\s+|\n)(?:<b>|[“\"(])?){_MARK}(\w)")
INSTANTS = frozenset({"day", "clock", "date"})

parsed = cache(_PARSER.parse)


@cache
def variables(template: str) -> frozenset[str]:
    """The words that a template needs."""
    return frozenset(name.name for name in parsed(template).find_all(nodes.Name)) - {"lang"}


@cache
def tested(template: str) -> frozenset[str]:
    """The words that decide what is said, or have another one beside them: those in ``{% if %}`` and ``or``."""
    tests = [branch.test for branch in parsed(template).find_all(nodes.If)] + [*parsed(template).find_all(nodes.Or)]
    named = [name.name for test in tests for name in [test, *test.find_all(nodes.Name)] if isinstance(name, nodes.Name)]
    return frozenset(named)


@cache
def needed(template: str) -> frozenset[str]:
    """The words without which a template would have a hole."""
    return variables(template) - tested(template)


@cache
def instants(template: str) -> frozenset[str]:
    """The words that are told as a day or an hour: 0 is none."""
    found = [one for one in parsed(template).find_all(nodes.Filter) if one.name in INSTANTS]
    return frozenset(one.node.name for one in found if isinstance(one.node, nodes.Name))


class Missing(str):
    """Stands for a value that is not there; ``told(filter)`` is what a filter makes of it."""

    tongue: str

    def __new__(cls, tongue: str, name: str) -> Missing:
        own = f"missing.{name}"
        self = super().__new__(cls, _MARK + _said(tongue, own if own in sentences(BASE) else "missing.other"))
        self.tongue = tongue
        return self

    def told(self, way: str) -> str:
        return _MARK + _said(self.tongue, f"missing.{way}")


def _said(tongue: str, key: str) -> str:
    return sentences(tongue).get(key) or sentences(BASE)[key]


def filled(tongue: str, template: str, words: dict[str, Any]) -> dict[str, Any]:
    """The words, with something said where one is missing."""
    for name in needed(template) & words.keys():
        value = words[name]
        if value is None or value == "" or (value == 0 and name in instants(template)):
            words[name] = Missing(tongue, name)
    return words


def whole(html: str) -> str:
    """What was filled begins a sentence as a sentence begins."""
    if _MARK not in html:
        return html
    return _FIRST.sub(lambda found: found[1] + found[2].upper(), html).replace(_MARK, "")
