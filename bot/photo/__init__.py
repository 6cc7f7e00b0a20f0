"""Reading a prescription photo: judge, read, parse, match. Imports nothing else of the bot.

``PhotoReader`` (reader.py) for the bot, ``judge`` (gate.py) before a download, ``search`` (search.py) for typing.
"""

from __future__ import annotations

import importlib.util


def available() -> bool:
    """Whether the extra ``ocr`` is installed; without it the same form is filled by hand."""
    if any(importlib.util.find_spec(m) is None for m in ("cv2", "numpy", "onnxruntime", "rapidocr", "zxingcpp")):
        return False
    spec = importlib.util.find_spec("rapidocr")
    return bool(spec and spec.submodule_search_locations)
