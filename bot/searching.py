"""Finding a drug by what people type: its name, brand or English name, or the first letters of its pinyin."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable

from backend_client.models import Drug
from bot.catalogue import Catalogue, row_of
from bot.photo import search
from bot.photo.formulary import Formulary, formulary


class DrugSearch:
    """Over the hospital's list as it is now. Without pypinyin (extra ``ocr``) only names are searched."""

    def __init__(self, catalogue: Callable[[], Catalogue]) -> None:
        self._catalogue = catalogue
        self._listed: tuple[tuple[Drug, ...], Formulary] = ((), formulary(()))
        self._spells = importlib.util.find_spec("pypinyin") is not None

    async def prepare(self) -> None:
        """Spell a new list beside the loop: it takes a second, and no turn waits for it."""
        drugs = self._catalogue().drugs
        if self._spells and drugs != self._listed[0]:
            listed = formulary(map(row_of, drugs))
            await asyncio.to_thread(search.prepare, listed)
            self._listed = (drugs, listed)

    def __call__(self, words: str, limit: int = 8) -> tuple[Drug, ...]:
        """At most ``limit`` drugs, best first; empty when nothing fits."""
        catalogue = self._catalogue()
        drugs, listed = self._listed
        if drugs != catalogue.drugs:
            return catalogue.search(words, limit)
        by_code = {drug.code: drug for drug in drugs}
        return tuple(by_code[found.code] for found in search.search(words, listed, limit))
