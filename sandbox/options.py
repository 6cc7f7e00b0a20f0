"""The options of a command line. What is wrong with them is told in one line that says where help is."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn


class Options(argparse.ArgumentParser):
    """argparse's parser, which would put its whole usage before the line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")


def cannot_start(parser: argparse.ArgumentParser, problem: Exception) -> int:
    """A port that is taken, a folder that is not there, a clock that is none: told in one line. Exit status 2."""
    said = getattr(problem, "strerror", None) or problem
    sys.stderr.write(f"{parser.prog} cannot start ({said}): choose another --port, --db or --clock.\n")
    return 2


def port(word: str) -> int:
    """0 takes a free one."""
    if not word.isdecimal() or int(word) > 65_535:
        raise argparse.ArgumentTypeError(f"{word!r} is no port: a number from 0 to 65535")
    return int(word)
