"""By what name neighbours know an ambassador: no number, no link, nobody's office, and nobody else's look."""

from __future__ import annotations

import pytest

from bot.dialog import Now, Wrong
from bot.public_names import alike, public_name, surnames

NOW = Now(0, "2026-11-23")


@pytest.mark.parametrize("text", ["邻居小李", "  小李 ", "Anna", "Lê Thị", "阿May", "김민지", "さくら"])
def test_what_may_be_one(text: str) -> None:
    assert public_name(text, NOW) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("李", "length"),
        ("--", "length"),
        ("一位住在三号楼的热心的李阿姨", "length"),
        ("小李13912345678", "number"),
        ("小李２", "number"),
        ("一三九零小李", "number"),
        ("t.me/x", "letters"),
        ("@xiaoli", "letters"),
        ("小李😀", "letters"),
        ("Аnna", "letters"),  # the first letter is Cyrillic
        ("小李\u202e", "letters"),
        ("医院小李", "office"),
        ("Dr. Doctor", "letters"),
        ("The Doctor", "office"),
        ("客 服", "office"),
    ],
)
def test_what_may_not(text: str, code: str) -> None:
    found = public_name(text, NOW)
    assert isinstance(found, Wrong)
    assert found.code == code


@pytest.mark.parametrize(("one", "other"), [("Anna", "ANNA"), ("Anna", "Ánna"), ("小 李", "小李"), ("Анна", "aнha")])
def test_two_that_look_alike_are_one(one: str, other: str) -> None:
    assert alike(one) == alike(other)


def test_and_two_that_do_not_are_two() -> None:
    assert alike("小李") != alike("小林")


@pytest.mark.parametrize(
    ("name", "called"),
    [("李丽", ("李",)), ("欧阳静", ("欧阳",)), ("Anna Li", ("Li", "Anna")), ("Cher", ("Cher",)), ("", ())],
)
def test_by_what_of_a_name_somebody_may_be_called(name: str, called: tuple[str, ...]) -> None:
    assert surnames(name) == called
