"""The picture libraries, which have no usable types, and the types of what they return. Worker process only."""

from __future__ import annotations

import importlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt

cv2: Final[Any] = importlib.import_module("cv2")
onnxruntime: Final[Any] = importlib.import_module("onnxruntime")
zxingcpp: Final[Any] = importlib.import_module("zxingcpp")

Picture = npt.NDArray[np.uint8]  # height, width, 3 (blue, green, red)
Floats = npt.NDArray[np.float32]

_SHADED: Final = 240  # grey of the paper around a reflection; paper under a bright lamp fades away more slowly
_AROUND: Final = (9, 13)  # from where to where around it, in 128ths of the page

cv2.setNumThreads(1)


def burnt(picture: Picture, white: int = 250) -> float:
    """The share (0..1) of a picture that is white in all colours."""
    return float((picture[::4, ::4].min(axis=2) >= white).mean())


def reflects(page: Any, patch: Any, burnt: Any) -> bool:
    """Whether the paper around a burnt patch is soon darker: a lamp's reflection has an end, bright paper fades."""
    near, far = (cv2.dilate(patch.astype(np.uint8), np.ones((2 * n + 1, 2 * n + 1), np.uint8)) for n in _AROUND)
    around: Any = (far > 0) & (near == 0) & (burnt == 0)
    paper: Any = cv2.dilate(page, np.ones((5, 5), np.uint8))[around]  # without its print
    return paper.size == 0 or float(np.median(paper)) < _SHADED
