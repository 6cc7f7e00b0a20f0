"""The rules of the sentences, each a function from all files to its findings: one line a finding, none = all is well.

``Texts`` is {tag: {key: template}} with the base first, so that a rule can be tried on files that break it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from bot.messenger.limits import units
from bot.render.plurals import PLURALS, forms
from bot.render.samples import has_sample, sample
from tests.locales.uses import Use

Texts = Mapping[str, Mapping[str, str]]
Rule = Callable[[Texts], Iterator[str]]

ALLOWED = {
    "Template",
    "CondExpr",
    "Output",
    "TemplateData",
    "Name",
    "If",
    "Filter",
    "Not",
    "And",
    "Or",
    "Compare",
    "Operand",
    "Const",
    "Keyword",
}
FILTERS = {"money", "day", "date", "clock", "directions", "masked", "plural"}
#: (key, number): why no word of the sentence goes with it.
NO_WORD = {
    **{(f"board.{one}", "count"): "a unit that has one form" for one in ("seconds", "minutes", "hours")},
    **{("board.in_time", "hours"): "h", ("board.promised", "minutes"): "min", ("board.note", "days"): "thirty"},
    **{(f"board.{one}", "count"): "of so many" for one in ("of", "of_orders", "few", "stands", "note")},
    **{("board.came", one): "orders have been named" for one in ("all", "today", "yesterday")},
    **{(f"board.{one}", "all"): "of so many" for one in ("of", "of_orders", "percent")},
    ("board.percent", "percent"): "a share",
    **{(f"relay.{head}", "n"): "the number of a message" for head in ("patient", "proxy", "doctor", "pharmacist")},
    ("consult.page.other", "page"): "which page",
    ("consult.page.unnamed", "page"): "which page",
    ("consult.page.said", "page"): "which page",
    ("consult.page.typed", "page"): "which page",
    ("open_topic.line", "page"): "which page",
    ("open_topic.line", "boxes"): "x 2",
    ("paper.shows", "page"): "which page",
    ("paper.shows", "boxes"): "x 2",
    ("announce.ok", "held"): "groups have been named",
    ("announce.sent", "held"): "groups have been named",
    ("broadcast.ok", "held"): "groups have been named",
    ("broadcast.card", "waits"): "groups have been named",
    ("arrived.group", "left"): "of so many parcels",
    ("hand_over.list", "left"): "of so many parcels",
    ("drug.lasts.days", "was_enough"): "days have been named",
    ("refill.line", "boxes"): "x 2",
    ("amended.item", "boxes"): "x 2",
    ("wrong.boxes", "most"): "1 to so many",
    ("check_reading.line", "boxes"): "x 2",
    ("welcome.pin", "count"): "digits, not told",
    ("welcome.repeat", "count"): "digits, not told",
    ("sign.pin", "count"): "digits, not told",
    ("wrong.at_least", "n"): "of what was just offered",
}
TAGS = {"b", "code"}
LABEL = 40  # characters on a button
TAG = re.compile(r"<[^>]*>")
parsed = cache(Environment(autoescape=True).parse)  # each rule reads each template, again and again


@cache
def variables(template: str) -> frozenset[str]:
    """The words a template needs; ``lang`` is always there."""
    return frozenset(node.name for node in every(template) if isinstance(node, nodes.Name)) - {"lang"}


@cache
def every(template: str) -> tuple[nodes.Node, ...]:
    """All nodes below the template's own, walked once. Raises TemplateSyntaxError."""
    return tuple(parsed(template).find_all(nodes.Node))


def same_keys(texts: Texts) -> Iterator[str]:
    """No language lacks a sentence, none has one of its own."""
    base, *others = texts
    for tag in others:
        yield from (f"{tag}: {key} is missing" for key in texts[base].keys() - texts[tag].keys())
        yield from (f"{tag}: {key} is not in {base}" for key in texts[tag].keys() - texts[base].keys())


def same_words(texts: Texts) -> Iterator[str]:
    """A sentence says the same things in every language: what is left out of one is simply gone."""
    for tag, key, template, base in _translated(texts):
        if (ours := variables(template)) != (theirs := variables(base)):
            yield f"{key}: {sorted(ours - theirs)} only in {tag}, {sorted(theirs - ours)} only in the base"


def same_tags(texts: Texts) -> Iterator[str]:
    """The same markup in every language."""
    for tag, key, template, base in _translated(texts):
        if Counter(TAG.findall(template)) != Counter(TAG.findall(base)):
            yield f"{tag}: {key} has other tags than the base"


def good_tags(texts: Texts) -> Iterator[str]:
    """Only tags that every client shows, closed in order, and no stray bracket that Telegram would refuse."""
    for tag, key, template in _all(texts):
        plain = re.sub(r"\{[{%].*?[%}]\}", "", template, flags=re.DOTALL)
        still_open: list[str] = []
        for slash, name in re.findall(r"<(/?)([^>]*)>", plain):
            if name not in TAGS:
                yield f"{tag}: {key} uses <{name}>: only {sorted(TAGS)}"
            elif not slash:
                still_open.append(name)
            elif not still_open or still_open.pop() != name:
                yield f"{tag}: {key} closes <{name}> out of order"
        if still_open or re.search(r"[<>]|&(?!amp;|lt;|gt;)", TAG.sub("", plain)):
            yield f"{tag}: {key} has a stray bracket, ampersand or open tag"


def simple_templates(texts: Texts) -> Iterator[str]:
    """Values, filters of the house and if: no loops, calls, attributes or |safe."""
    for tag, key, template in _all(texts):
        try:
            found = every(template)
        except TemplateSyntaxError as error:
            yield f"{tag}: {key}: {error.message}"
            continue
        used = {type(node).__name__ for node in found}
        filters = {node.name for node in found if isinstance(node, nodes.Filter)}
        if not used <= ALLOWED or not filters <= FILTERS:
            yield f"{tag}: {key} uses {sorted((used - ALLOWED) | (filters - FILTERS))}"


def no_name_in_brackets(texts: Texts) -> Iterator[str]:
    """A name may end with a bracket of its own: the house, or what somebody is allergic to."""
    for tag, key, template in _all(texts):
        if re.search(r"（[^）]*\{\{ name \}\}|\([^()]*\{\{ name \}\}", template):
            yield f"{tag}: {key} has a name in brackets"


def counts_have_forms(texts: Texts) -> Iterator[str]:
    """Every number brings its word in the forms that the language has, and in no others."""
    for tag, key, template in _all(texts):
        if tag.split("-")[0] not in PLURALS:
            yield f"{tag}: its plural rules are to be written in bot/render/plurals.py"
            return
        given = {
            node.node.name: {word.key for word in node.kwargs}
            for node in every(template)
            if isinstance(node, nodes.Filter) and node.name == "plural" and isinstance(node.node, nodes.Name)
        }
        for name in sorted(_numbers(key, template) if len(forms(tag)) > 1 else ()):
            if name not in given and (key, name) not in NO_WORD:
                yield f"{tag}: {key} tells a number ({name}) without | plural(...)"
        yield from (
            f"{tag}: {key} has other forms of {n} than {sorted(forms(tag))}" for n in given if given[n] != forms(tag)
        )


def _numbers(key: str, template: str) -> set[str]:
    """The words of a sentence that are whole numbers and are shown as they are."""
    outputs = [node for node in every(template) if isinstance(node, nodes.Output)]
    shown = {one.name for out in outputs for one in out.nodes if isinstance(one, nodes.Name)}
    return {name for name in shown - {"lang"} if has_sample(key, name) and type(sample(key, name)) is int}


def short_labels(uses: Sequence[Use]) -> Rule:
    """What stands on a button fits on a button."""
    labels = {key for use in uses if use.button for key in use.keys}

    def rule(texts: Texts) -> Iterator[str]:
        for tag, key, template in _all(texts):
            if key in labels and (width := units(re.sub(r"\{\{.*?\}\}", "", template))) > LABEL:
                yield f"{tag}: {key} has {width} characters: {LABEL} on a button"
            if key in labels and ("\n" in template or TAG.search(template)):
                yield f"{tag}: {key} has markup or a line break on a button"

    return rule


def all_asked_for_is_there(uses: Sequence[Use]) -> Rule:
    """Every key in the code is in the file ..."""

    def rule(texts: Texts) -> Iterator[str]:
        base = next(iter(texts.values()))
        for use in uses:
            if not any(key in base for key in use.keys):
                yield f"{' or '.join(use.keys)} is asked for at {use.where}"

    return rule


def all_there_is_asked_for(uses: Sequence[Use]) -> Rule:
    """... and every key in the file is in the code."""
    asked = {key for use in uses for key in use.keys} | {"refused.not-now", "wrong.again"}

    def rule(texts: Texts) -> Iterator[str]:
        yield from (f"{key} is asked for nowhere" for key in next(iter(texts.values())) if key not in asked)

    return rule


def all_words_are_given(uses: Sequence[Use]) -> Rule:
    """A sentence needs no word that the code does not give it."""

    def rule(texts: Texts) -> Iterator[str]:
        for tag, has in texts.items():
            for use in uses:
                shown = next((key for key in use.keys if key in has), None)
                if shown and use.words is not None and (lacking := variables(has[shown]) - use.words):
                    yield f"{tag}: {shown} needs {sorted(lacking)}, not given at {use.where}"

    return rule


def _all(texts: Texts) -> Iterator[tuple[str, str, str]]:
    for tag, sentences in texts.items():
        for key, template in sentences.items():
            yield tag, key, template


def _translated(texts: Texts) -> Iterator[tuple[str, str, str, str]]:
    """(tag, key, template, the base's) of what both have."""
    base, *others = texts
    for tag in others:
        for key, template in texts[tag].items():
            if key in texts[base]:
                yield tag, key, template, texts[base][key]


END = re.compile(r"[。！？]|[.!?](?=\s|$)")
ASIDE = re.compile(r"「.*?」|“.*?”|\".*?\"|（.*?）|\(.*?\)")


def count_sentences(shown: str) -> int:
    """Sentences of a message as a reader sees it; what is quoted or in brackets counts as part of its sentence."""
    return len(END.findall(ASIDE.sub("", TAG.sub("", shown).replace("&#34;", '"'))))
