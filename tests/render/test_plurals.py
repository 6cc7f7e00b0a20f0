"""A number brings its word in the right form, in every language that has rules."""

from __future__ import annotations

import pytest

from bot.model import PlaceKind, Public
from bot.render.messages import Words
from bot.render.plurals import PLURALS, form, forms

WORDS = Words()
NOTICE = {"compound": Public("X"), "gate": Public(""), "helper": Public(""), "led": Public(False)}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh-CN", "0 other 1 other 2 other 5 other 11 other 21 other"),
        ("ko", "0 other 1 other 2 other 5 other 11 other 21 other"),
        ("en", "0 other 1 one 2 other 5 other 11 other 21 other"),
        ("fr", "0 one 1 one 2 other 5 other 11 other 21 other"),
        ("ru", "0 many 1 one 2 few 5 many 11 many 21 one 22 few 112 many"),
        ("pl", "0 many 1 one 2 few 5 many 11 many 21 many 22 few"),
        ("ar", "0 zero 1 one 2 two 5 few 11 many 100 other 103 few"),
    ],
)
def test_the_forms_are_those_of_the_language(lang: str, said: str) -> None:
    words = said.split()
    assert [form(lang, int(n)) for n in words[::2]] == words[1::2]


@pytest.mark.parametrize("lang", PLURALS)
def test_no_number_has_a_form_that_the_language_lacks(lang: str) -> None:
    assert {form(lang, n) for n in range(300)} == forms(lang)


@pytest.mark.parametrize(
    ("left", "count", "said"), [(1, 1, "1 of 1 parcel to be"), (1, 2, "1 of 2 parcels to be"), (0, 1, "1 parcel, c")]
)
def test_the_notice_counts_parcels(left: int, count: int, said: str) -> None:
    words = {**NOTICE, "left": Public(left), "count": Public(count)}
    assert said in WORDS.say("en", "arrived.group", words, PlaceKind.COMPOUND)


@pytest.mark.parametrize(("groups", "said"), [(1, "1 group ("), (2, "2 groups (")])
def test_the_announcement_counts_groups(groups: int, said: str) -> None:
    assert said in WORDS.say("en", "announce.ok", {"groups": groups, "names": "A", "held": 0, "until": 0})


def test_a_sentence_that_a_language_lacks_keeps_the_forms_of_the_base() -> None:
    assert WORDS.say("xx", "photos.count", {"n": 1}) == WORDS.say("zh-CN", "photos.count", {"n": 1})


@pytest.mark.parametrize(
    ("lang", "n", "said"),
    [
        ("en", 1, "Still: the 1 photo"),
        ("en", 2, "Still: the 2 photos"),
        ("zh-CN", 2, "还用：那 2 张照片"),
    ],
)
def test_an_earlier_answer_of_photos_is_offered_in_one_breath(lang: str, n: int, said: str) -> None:
    """What is offered again stands within ``button.keep``, which says "still" once for all of them."""
    label = WORDS.label(lang, "button.keep_photos", {"n": n})
    assert WORDS.label(lang, "button.keep", {"label": label}) == said


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("left", [0, 1])
def test_a_batch_that_is_all_handed_over_asks_for_no_next_door(lang: str, left: int) -> None:
    said = WORDS.say(lang, "hand_over.list", {"taken": True, "left": left, "count": 2, "parcels": ""})
    assert (("送到后按那一件" in said) or ("Press the one" in said)) == bool(left)
    assert ("没有要送的了" in said or "Nothing of this batch is left" in said) == (not left)
