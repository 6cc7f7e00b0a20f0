"""Plain mode: two buttons at a time, nothing that cannot be read aloud, and every button still within reach."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import HandClock
from bot.dialog.buttons import short
from bot.flows.applying import HOURS
from bot.model import MORE, Button, Person, Post, Pressed, Spot, Text, turned, visible_rows
from bot.render.large import LARGE, clock, in_large, money, template
from bot.render.messages import Words
from bot.render.missing import variables
from bot.render.samples import sample
from bot.turn import Turn
from locales import sentences, tags
from tests.cases.rows import texts
from tests.handlers.house import HELPER, RESIDENT, House, at_home
from tests.handlers.test_applying import NEW
from tests.handlers.test_canary_steps import TYPED, Walk, walk
from tests.locales.rules import count_sentences

__all__ = ["walk"]  # a fixture
SIGNS = re.compile("[\U0001f000-\U0001faff\u2190-\u21ff\u25a0-\u27bf\u203c\u2049\ufe0f]")


OURS = ("d", "t", "wanted", "menu", "card", "again", "checking")  # posts in words of ours alone, as they are composed


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


@given(st.integers(3, 40))
def test_pressed_again_and_again_every_button_is_shown_once_before_the_first_comes_back(count: int) -> None:
    first, *rest = (Button(str(n), f"d:{n}") for n in range(count))
    rows: tuple[tuple[Button, ...], ...] = tuple((one,) for one in (first, Button("more", MORE), *rest))
    seen = list[str]()
    for _ in range(count):
        shown = [one for row in visible_rows(rows) for one in row]
        assert len(shown) == 2
        seen.append(shown[0].label)
        rows = turned(rows)
    assert seen == [str(n) for n in range(count)]
    assert rows[0][0] == first


async def turns_plain(house: House, who: int = RESIDENT) -> None:
    await house.take(house.text(who, "/plain"))
    await house.tap(who, "on")


def newest(house: House) -> tuple[Post, list[Button]]:
    """The newest message with buttons, and all of them."""
    post = [post for post in house.posts() if isinstance(post.content, Text) and post.content.buttons][-1]
    assert isinstance(post.content, Text)
    return post, [one for row in post.content.buttons for one in row]


def shown_of(post: Post) -> list[Button]:
    assert isinstance(post.content, Text)
    return [one for row in visible_rows(post.content.buttons) for one in row]


async def language(house: House) -> str:
    row = await house.services.store.get(Person, RESIDENT)
    assert row is not None
    return row.lang


async def test_it_is_chosen_beside_the_language_and_taken_back(house: House) -> None:
    await house.take(house.text(RESIDENT, "/language"))
    assert "a:plainly" in [one.data for one in newest(house)[1]]
    await turns_plain(house)
    assert await language(house) == f"zh-CN{LARGE}"
    await house.take(house.text(RESIDENT, "/language"))
    await house.tap(RESIDENT, "en")
    assert await language(house) == f"en{LARGE}"
    await house.take(house.text(RESIDENT, "/plain"))
    await house.tap(RESIDENT, "off")
    assert await language(house) == "en"


async def test_more_shows_the_next_button_of_the_same_message(house: House) -> None:
    await house.take(house.text(RESIDENT, "/start"))
    every = [one.data for one in newest(house)[1]]
    await turns_plain(house)
    await house.take(house.text(RESIDENT, "/start"))
    post, seen = newest(house)[0], list[str]()
    for n, _ in enumerate(every):
        shown = shown_of(post)
        assert [one.data == MORE for one in shown] == [False, True]
        seen.append(shown[0].data)
        standing = await house.services.store.standing(post.key)
        assert standing is not None
        assert standing.message is not None
        await house.take(house.arrival(Pressed(Spot(RESIDENT, RESIDENT), standing.message, MORE, f"more-{n}")))
        assert newest(house)[0].key == post.key
        post = newest(house)[0]
    assert seen == every


async def test_others_see_all_their_buttons(house: House) -> None:
    await house.take(house.text(RESIDENT, "/start"))
    post, every = newest(house)
    assert MORE not in [one.data for one in every]
    assert shown_of(post) == every


@pytest.mark.parametrize("way", TYPED, ids=lambda way: way.__name__)
async def test_every_flow_in_plain_mode(
    walk: Walk, way: Callable[[Walk], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the canary walks goes the same way, and whatever is shown has two buttons and two sentences at most."""
    usual = Turn.lang_of

    async def lang_of(turn: Turn, chat: int) -> str:
        return in_large(await usual(turn, chat), on=chat > 0)

    monkeypatch.setattr(Turn, "lang_of", lang_of)
    await way(walk)
    private = [post for post in walk.house.posts() if post.chat > 0]
    assert private
    for post in private:
        shown = [one for row in visible_rows(getattr(post.content, "buttons", ())) for one in row]
        keypad = sum(one.label in [*"0123456789"] for one in shown) == 10
        assert len(shown) <= 2 or keypad, shown
        assert not any(SIGNS.search(one.label) for one in shown), shown
        said = getattr(post.content, "html", "")
        assert count_sentences(said) <= 2 or post.key.partition(":")[0] not in OURS, said


@pytest.mark.parametrize("tag", tags())
def test_no_sentence_of_ours_has_a_sign_that_is_no_word(tag: str) -> None:
    for key, text in sentences(tag).items():
        own = re.sub(r"\{[{%].*?[%}]\}", "", template(text, tag), flags=re.DOTALL)
        assert not SIGNS.search(own), f"{key}: {own}"
        assert not re.search(r"·|[0-9]–[0-9]", own), f"{key}: {own}"


def test_days_hours_and_codes_as_they_are_said() -> None:
    words, at = Words(), 1_795_393_800_000
    card = {word: sample("order_card.card", word) for word in variables(sentences("en")["order_card.card"])}
    assert "<code>4 8 2 1</code>" in words.say(f"en{LARGE}", "order_card.card", card)
    assert words.clock(at, f"zh-CN{LARGE}") == "上午8点30分"
    assert words.clock(at, f"en{LARGE}") == "8:30 in the morning"
    assert words.day(at, f"zh-CN{LARGE}") == "11月23日星期一"
    assert words.day(at, f"en{LARGE}") == "Monday, 23 November"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [("00:00", "凌晨0点整", "midnight"), ("00:30", "凌晨0点30分", "12:30 at night"),
     ("01:00", "凌晨1点整", "1 o'clock in the morning"), ("12:00", "中午12点整", "noon"),
     ("12:05", "中午12点5分", "12:05 in the afternoon"), ("13:00", "下午1点整", "1 o'clock in the afternoon"),
     ("23:59", "晚上11点59分", "11:59 in the evening")],
)  # fmt: skip
def test_twelve_is_noon_or_midnight(at: str, zh: str, en: str) -> None:
    when = datetime.fromisoformat(f"2026-11-23T{at}+08:00")
    assert (clock(when, "zh-CN"), clock(when, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [(4620, "46元2角", "46.20 yuan"), (4625, "46元2角5分", "46.25 yuan"), (4605, "46元零5分", "46.05 yuan"),
     (4600, "46元", "46 yuan"), (5, "5分", "0.05 yuan"), (0, "0元", "0 yuan")],
)  # fmt: skip
def test_money_in_words(fen: int, zh: str, en: str) -> None:
    assert (money(fen, "zh-CN"), money(fen, "en")) == (zh, en)


def option(button: Button) -> str:
    return button.data.rpartition(":")[2]


async def presses_more(house: House, who: int) -> Post:
    """[More] below the newest message; how it stands then."""
    standing = await house.services.store.standing(newest(house)[0].key)
    assert standing is not None
    assert standing.message is not None
    await house.take(house.arrival(Pressed(Spot(who, who), standing.message, MORE, f"more-{house.count}")))
    return newest(house)[0]


async def test_after_a_press_of_a_question_with_several_choices_she_is_where_she_was(house: House) -> None:
    await turns_plain(house, HELPER)
    await house.take(house.text(HELPER, "/profile"))
    await house.tap(HELPER, "hours")
    await presses_more(house, HELPER)
    post = await presses_more(house, HELPER)
    third, rest = newest(house)[1][0], [one.data for one in newest(house)[1][2:]]
    for marked in ("button.on", ""):  # chosen, and not chosen any more
        await house.take(house.press(HELPER, shown_of(newest(house)[0])[0].data))
        here, buttons = newest(house)[0], newest(house)[1]
        assert here.key == post.key
        label = house.label(marked, label=third.label) if marked else third.label
        assert shown_of(here)[0].label == label
        assert [one.data for one in buttons[2:]] == rest, "[More] goes on from there"


async def test_what_she_has_not_seen_yet_comes_first(house: House) -> None:
    """Another question begins with its usual answer, wherever she was in the one before."""
    await turns_plain(house, HELPER)
    await house.take(house.text(HELPER, "/profile"))
    await presses_more(house, HELPER)
    await house.tap(HELPER, "hours")
    first = newest(house)[1][0]
    assert option(first) in (short(f"+{HOURS[0]}"), short(f"-{HOURS[0]}"))


async def proves_to_be_old(house: House) -> str:
    """Somebody of 86 enrols; what she reads."""
    since = len(house.posts())
    await house.take(house.text(NEW, "/enrol"))
    await house.tap(NEW, "yes")
    for words in ("70010012", "1940-01-01"):
        await house.take(house.text(NEW, words))
    await house.answer("hospital.find_patient", {"id": "pat-9", "name": "周奶奶", "birth_date": "1940-01-01"})
    return texts(house, NEW, since)


async def test_at_75_it_is_offered(house: House) -> None:
    assert house.label("enrol.plainly") in await proves_to_be_old(house)


async def test_who_has_it_is_not_offered_it_again(house: House) -> None:
    await turns_plain(house, NEW)
    said = await proves_to_be_old(house)
    assert house.label("enrol.plainly") not in said
    assert "同意" in said, "and is asked all the rest"
