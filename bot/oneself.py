"""What somebody says of himself: his telephone number. The form of it only; whether it is true others find out."""

from __future__ import annotations

import re

from bot.dialog import Now, Wrong, figures


def phone_number(text: str, now: Now) -> str | Wrong:
    number = re.sub(r"[()]", "", figures.code(text))
    return number if re.fullmatch(r"\+?[0-9]{7,15}", number) else Wrong("phone")
