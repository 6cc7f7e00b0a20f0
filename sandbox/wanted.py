"""What a person looks for on a phone: a message with one of these texts, a button. How it is said is in spoken.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that shows one of these texts, and the button."""

    texts: tuple[re.Pattern[str], ...]
    button: re.Pattern[str] | None

    def find(self, view: Json, person: int, after: int | None) -> Json | None:
        """The newest such message, with its ``chat``, as ``label`` what is on the button; the private chat first.

        A button of the reply keyboard has no message: its ``id`` is None.
        """
        chats = sorted(view["chats"], key=lambda chat: chat["id"] != person)
        for exact in (True, False):
            for chat in chats:
                for message in reversed(chat["messages"]):
                    newer = after is None or message["id"] > after
                    if newer and (label := self._label(message, exact)) is not None:
                        return {**message, "chat": chat["id"], "label": label}
            if (key := self._key(chats, exact)) is not None:
                return key
        return None

    def _key(self, chats: list[Json], exact: bool) -> Json | None:
        """A button of a reply keyboard, which belongs to a chat and to no message; only where no text is wanted."""
        if self.button is None or any(one.pattern for one in self.texts):
            return None
        fits = self.button.fullmatch if exact else self.button.search
        for chat in chats:
            for label in (key["label"] for row in chat.get("keyboard", ()) for key in row):
                if fits(label):
                    return {"id": None, "text": "", "buttons": [], "chat": chat["id"], "label": label}
        return None

    def _label(self, message: Json, exact: bool) -> str | None:
        """The button's label ("" where none is wanted), None = this is not the message."""
        shown = message.get("text") or message.get("caption") or ""
        if not any(one.search(shown) for one in self.texts):
            return None
        if self.button is None:
            return ""
        fits = self.button.fullmatch if exact else self.button.search
        return next((b["label"] for row in message["buttons"] for b in row if fits(b["label"])), None)
