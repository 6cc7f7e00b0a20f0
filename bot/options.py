"""The options of a command line. What is wrong with them is told in one line that says where help is."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Options(argparse.ArgumentParser):
    """argparse's parser, which would put its whole usage before the line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")
