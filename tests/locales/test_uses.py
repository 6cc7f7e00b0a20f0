"""What the code says of its sentences, where no rule of the sentences looks."""

from __future__ import annotations

from tests.locales.uses import CAUGHT, caught


def test_a_refusal_that_is_caught_carries_what_the_flow_reads_of_it() -> None:
    """A word of another name would stand there as its default: a wrong PIN without the tries that are left."""
    found = {code: words for code, words, _ in caught()}
    assert found == CAUGHT
