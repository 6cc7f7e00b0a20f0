"""A value kept as text, with the number of its format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from bot.decoding.plain import jsonable
from bot.decoding.reader import Unreadable, decoder

T = TypeVar("T")
Document = dict[str, Any]
_document = decoder(Document)


class Kept(Generic[T]):
    """A value kept as text with its format's number, which rises only when an older release would misread it.

    Fields that come and go need no new number. ``older``: how a document of that format becomes one of the next.
    """

    def __init__(
        self, kind: type[T], format: int = 1, older: Mapping[int, Callable[[Document], Document]] = {}
    ) -> None:
        self._kind, self._format, self._older = kind.__name__, format, older
        self._read = decoder(kind)

    def dumps(self, value: T) -> str:
        return json.dumps({"format": self._format, **jsonable(value)}, ensure_ascii=False)

    def loads(self, text: str) -> T:
        """Raises Unreadable, also for a later format."""
        try:
            document = _document(json.loads(text))
        except (ValueError, RecursionError, Unreadable):
            raise Unreadable(f"{self._kind}: no JSON object") from None
        format = document.get("format", 1)
        if type(format) is not int or format > self._format:
            raise Unreadable(f"{self._kind}: written by a later release")
        for number in range(format, self._format):
            document = self._older[number](document)
        return self._read(document)
