"""The options of a command line. What is wrong with them is told in one line that says where help is."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import NoReturn

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Options(argparse.ArgumentParser):
    """argparse's parser, which would put its whole usage before the line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")

    def write(self, file: Path, text: str) -> None:
        """What was asked for, into a file that was named. Ends with status 2 where that cannot be."""
        try:
            file.write_text(text, "utf-8")
        except OSError as why:
            self.error(
                f"{file} cannot be written ({why.strerror}): name another file, or see to its folder and its disk"
            )


def a_day(text: str) -> date:
    """A value that is a day of the calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day of the calendar: give one such as 2026-11-23") from None


def order_or_day(text: str) -> str:
    """A value that is an order's number, or a day of the calendar where it looks like one."""
    if _DAY.fullmatch(text):
        a_day(text)
    return text
