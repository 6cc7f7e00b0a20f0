"""`medrelay messages`: one page with every sentence of every language, which asks nobody for anything."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.render import catalogue
from bot.render.messages import Words
from bot.render.samples import SAMPLES, SPECIAL, sample
from locales import BASE, sentences, tags

pytestmark = pytest.mark.slow  # the page of every sentence


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


@pytest.fixture(scope="module")
def page(words: Words) -> str:
    return catalogue.page(words)


def test_every_sentence_of_every_language_is_on_it(page: str, words: Words) -> None:
    for tag in tags():
        for key in sentences(tag):
            for shown in catalogue.variants(words, tag, key):
                assert shown in page, f"{tag}: {key}"


def test_the_languages_stand_side_by_side(page: str) -> None:
    row = re.search(r"<tr><th>refill\.left</th>(.*?)</tr>", page, re.DOTALL)
    assert row
    cells = re.findall(r'<td lang="(.*?)"', row[1])
    assert cells == list(tags())
    assert "0–2 天" in row[1]
    assert "More than a week" in row[1]


def test_it_asks_nobody_for_anything(page: str) -> None:
    class Looking(HTMLParser):
        found: list[str] = []  # noqa: RUF012 - one use

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found += [
                f"{tag} {name}" for name, value in attrs if name in ("src", "href") and value and value[0] != "#"
            ]
            if tag in ("script", "link", "iframe", "img"):
                self.found.append(tag)

    looking = Looking()
    looking.feed(page)
    assert looking.found == []
    assert not re.search(r"@import|url\(", page)


def test_both_sides_of_a_condition_are_shown() -> None:
    shown = catalogue.variants(Words(), BASE, "identity.number")
    assert len(shown) == 2
    assert [("没找到" in one) for one in shown] == [True, False]


def test_a_word_without_an_example_shows_the_sentence_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SAMPLES, "drug")
    assert catalogue.variants(Words(), "en", "refill.line") == [
        "· {{ drug }} × {{ boxes }}{% if sig %}, {{ sig | directions(lang) }}{% endif %}"
    ]


def test_the_template_can_be_read_under_the_message(page: str) -> None:
    assert "{{ drug }}" in unescape(page)


def test_every_word_has_an_example_and_no_example_is_idle() -> None:
    needed = {
        (key, word) for tag in tags() for key, text in sentences(tag).items() for word in catalogue.variables(text)
    }
    inner = {word for value in SAMPLES.values() if isinstance(value, list) for _, words in value for word in words}
    assert set(SAMPLES) <= {word for _, word in needed} | inner
    assert {(key, word) for key, words in SPECIAL.items() for word in words} <= needed
    for key, word in needed:
        sample(key, word)


def test_the_command_writes_a_file_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(catalogue, "page", lambda words: "the page")
    assert main(["messages"]) == 0
    assert capsys.readouterr().out == "var/messages.html\n"
    assert main(["messages", "--out", str(tmp_path / "deep" / "m.html")]) == 0
    assert (tmp_path / "deep" / "m.html").read_text("utf-8") == (tmp_path / "var" / "messages.html").read_text("utf-8")
