"""Every reason a picture is refused for, and what has to be readable. Codes only: the sentences are in locales."""

from __future__ import annotations

from typing import Final

# Before decoding (bot.photo.gate)
TOO_BIG: Final = "too_big"
TOO_MANY_PIXELS: Final = "too_many_pixels"
NOT_A_PICTURE: Final = "not_a_picture"
BROKEN: Final = "broken"
SVG: Final = "svg"
PDF: Final = "pdf"  # damaged, or without a page that can hold print
PDF_LOCKED: Final = "pdf_locked"
PDF_TOO_BIG: Final = "pdf_too_big"
ANIMATED: Final = "animated"
HEIC: Final = "heic"

# Why something needed could not be read (bot.photo.why)
TOO_SMALL: Final = "too_small"
TOO_DARK: Final = "too_dark"
OVEREXPOSED: Final = "overexposed"
GLARE: Final = "glare"
BLURRED: Final = "blurred"
MOTION: Final = "motion"
CROPPED_TOP: Final = "cropped_top"
CROPPED_BOTTOM: Final = "cropped_bottom"
CROPPED_LEFT: Final = "cropped_left"
CROPPED_RIGHT: Final = "cropped_right"
NOT_A_PRESCRIPTION: Final = "not_a_prescription"
DATE_IN_FUTURE: Final = "date_in_future"
UNREADABLE: Final = "unreadable"

# Of a PDF, where what was needed did not stand on the pages that are looked at (bot.photo.serving)
PDF_LONG: Final = "pdf_long"

# What must not be used however well it was read (bot.photo.sheets, bot.photo.pages)
TWO_SHEETS: Final = "two_sheets"
TWO_PEOPLE: Final = "two_people"
VOID: Final = "void"
DISPENSED: Final = "dispensed"

# What no better photo would mend (bot.photo.why)
HANDWRITTEN: Final = "handwritten"
FOREIGN: Final = "foreign"

# The reader itself (bot.photo.reader)
READER_FAILED: Final = "reader_failed"
NO_READER: Final = "no_reader"

GATE: Final = (
    TOO_BIG, TOO_MANY_PIXELS, NOT_A_PICTURE, BROKEN, SVG, PDF, PDF_LOCKED, PDF_TOO_BIG, ANIMATED, HEIC, TOO_SMALL,
)  # fmt: skip
WHY: Final = (
    TOO_SMALL, TOO_DARK, OVEREXPOSED, GLARE, BLURRED, MOTION, CROPPED_TOP, CROPPED_BOTTOM, CROPPED_LEFT,
    CROPPED_RIGHT, NOT_A_PRESCRIPTION, DATE_IN_FUTURE, UNREADABLE, HANDWRITTEN, FOREIGN, PDF_LONG,
)  # fmt: skip
STOPS: Final = (TWO_SHEETS, TWO_PEOPLE, VOID, DISPENSED)
ALL: Final = tuple(dict.fromkeys((*GATE, *WHY, *STOPS, READER_FAILED, NO_READER)))

# What must be read before a photo is accepted
NEEDED: Final = ("hospital", "patient", "date", "drug", "lines", "strength", "foot")  # lines: all of them
