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

cv2.setNumThreads(1)
