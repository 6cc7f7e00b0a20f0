"""The sentences keep their rules, and each rule is shown to find what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import pytest

from locales import BASE, sentences, tags
from tests.locales import rules
from tests.locales.rules import Rule, Texts, count_sentences
from tests.locales.uses import Use, unread, uses

REAL: Texts = {tag: sentences(tag) for tag in tags()}
PLAIN: dict[str, Rule] = {
    "same_keys": rules.same_keys,
    "same_words": rules.same_words,
    "same_tags": rules.same_tags,
    "good_tags": rules.good_tags,
    "simple_templates": rules.simple_templates,
    "no_name_in_brackets": rules.no_name_in_brackets,
    "counts_have_forms": rules.counts_have_forms,
}
#: Rules that hold the sentences against what the code asks for, which is read when they are asked.
OF_USES: dict[str, Callable[[Sequence[Use]], Rule]] = {
    "short_labels": rules.short_labels,
    "all_asked_for_is_there": rules.all_asked_for_is_there,
    "all_there_is_asked_for": rules.all_there_is_asked_for,
    "all_words_are_given": rules.all_words_are_given,
}


def the(rule: str) -> Rule:
    return PLAIN[rule] if rule in PLAIN else OF_USES[rule](uses())


@pytest.mark.parametrize("rule", [*PLAIN, *OF_USES])
def test_the_sentences_keep_the_rule(rule: str) -> None:
    findings = sorted(the(rule)(REAL))
    assert not findings, "\n".join(findings)


#: rule -> (tag, key, what somebody might write there; None takes the key away).
BREAKS: list[tuple[str, str, str, str | None]] = [
    ("same_keys", "en", "refill.left", None),
    ("same_keys", "en", "refill.brand_new", "New"),
    ("same_words", "en", "refused.already-paid", "Paid already."),
    ("no_name_in_brackets", BASE, "sign.done", "已签名（{{ name }}，订单 {{ order }}）。"),
    ("no_name_in_brackets", "en", "sign.done", "Signed ({{ name }}, order {{ order }})."),
    ("same_words", "en", "order_card.card", "{{ name }}"),
    ("same_tags", "en", "consult.case", "{{ name }}"),
    ("same_tags", "en", "refill.left", "How <b>long</b>?"),
    ("good_tags", BASE, "refill.left", "<i>还够吃几天？</i>"),
    ("good_tags", BASE, "refill.left", "<b>还够吃几天？"),
    ("good_tags", BASE, "refill.left", "<b><code>还够</b></code>"),
    ("good_tags", BASE, "refill.left", "少于 <3 天？"),
    ("good_tags", "en", "refill.left", "Tea & medicine?"),
    ("simple_templates", "en", "refill.line", "{{ drug | safe }}"),
    ("simple_templates", "en", "refill.line", "{{ drug.upper() }}"),
    ("simple_templates", "en", "refill.line", "{% for x in drug %}{{ x }}{% endfor %}"),
    ("simple_templates", "en", "refill.line", "{% set x = drug %}{{ x }}"),
    ("simple_templates", "en", "refill.line", "{{ drug "),
    ("counts_have_forms", "en", "taken.all", "{{ count }} parcels: are all here?"),
    ("counts_have_forms", "en", "taken.all", "{{ count }} {{ count | plural(other='parcels') }}"),
    ("counts_have_forms", "en", "taken.all", "{{ count }} {{ count | plural(one='a', few='b', other='c') }}"),
    ("counts_have_forms", BASE, "taken.all", "{{ count }} {{ count | plural(one='a', other='c') }}"),
    ("short_labels", BASE, "action.need", "我要" * 21),
    ("short_labels", "en", "refill.left.more", "More than a week, and then some, I think it is"),
    ("short_labels", "en", "button.back", "<b>Back</b>"),
    ("all_asked_for_is_there", BASE, "refill.left", None),
    ("all_asked_for_is_there", BASE, "refill.left.more", None),
    ("all_asked_for_is_there", BASE, "action.need", None),
    ("all_asked_for_is_there", BASE, "settle.desk", None),
    ("all_asked_for_is_there", BASE, "settle.checkout.amount", None),
    ("all_asked_for_is_there", BASE, "stage.packed", None),
    ("all_asked_for_is_there", BASE, "drug.line", None),
    ("all_asked_for_is_there", BASE, "engine.checking", None),
    ("all_asked_for_is_there", BASE, "button.change", None),
    ("all_asked_for_is_there", BASE, "refill.doctor.edit", None),
    ("all_asked_for_is_there", BASE, "refused.not-counted-yet", None),
    ("all_asked_for_is_there", BASE, "refused.already-cancelled", None),
    ("all_asked_for_is_there", BASE, "wrong.birthday", None),
    ("all_asked_for_is_there", BASE, "refill.rx_month.wrong.old", None),
    ("all_there_is_asked_for", BASE, "refill.leftover", "x"),
    ("all_there_is_asked_for", BASE, "refused.no-such-code", "x"),
    ("all_there_is_asked_for", BASE, "refill.left.none", "x"),
    ("all_words_are_given", BASE, "refill.left", "{{ name }}还够吃几天？"),
    ("all_words_are_given", "en", "order_card.card", "{{ drugs }}"),
    ("all_words_are_given", BASE, "refused.order-gone", "{{ order }} 不在了。"),
    ("all_words_are_given", BASE, "refill.left.more", "{{ days }} 以上"),
]


def changed(tag: str, key: str, template: str | None) -> Texts:
    """The real files with one sentence changed, added or taken away."""
    mine: Mapping[str, str] = {**REAL[tag], key: template or ""}
    return {**REAL, tag: {k: v for k, v in mine.items() if k != key or template is not None}}


@cache
def today(rule: str) -> frozenset[str]:
    """What the rule finds in the real files."""
    return frozenset(the(rule)(REAL))


@pytest.mark.parametrize(("rule", "tag", "key", "template"), BREAKS)
def test_the_rule_finds_what_breaks_it(rule: str, tag: str, key: str, template: str | None) -> None:
    found = [finding for finding in the(rule)(changed(tag, key, template)) if finding not in today(rule)]
    assert any(key in finding for finding in found), found


def test_a_refusal_is_given_no_word_that_its_sentence_has_not() -> None:
    assert [*unread()] == []


def test_every_rule_is_shown_to_fail() -> None:
    assert {rule for rule, *_ in BREAKS} == {*PLAIN, *OF_USES}


def test_the_collector_reads_the_code_not_a_list() -> None:
    """What the code asks for is found where it is asked: a few of each kind, by file."""
    asked = {key: use.where.split(":")[0] for use in uses() for key in use.keys}
    assert asked["refill.boxes"] == "bot/flows/refill.py"  # a step in a helper, with the id of a loop
    assert asked["relay.proxy"] == "bot/ops/relay.py"
    assert asked["error.kept"] == "bot/core.py"
    assert asked["refused.no-such-order"] == "backend_client/orders.py"
    assert len(asked) > 400


def _given(key: str) -> Iterator[Use]:
    return (use for use in uses() if use.keys[0] == key)


def test_words_are_read_through_helpers() -> None:
    assert {"stage", "holder", "deadline"} <= (next(_given("order_card.card")).words or frozenset())
    assert next(_given("welcome.pin")).words == {"again", "count"}


def test_sentences_are_counted_as_a_reader_counts() -> None:
    assert count_sentences("一句。两句？三句！") == 3
    assert count_sentences("请输入药名，例如“阿司匹林。”（不用写厂家。）好吗？") == 1
    assert count_sentences("It costs ¥12.30. Pay now?") == 2
