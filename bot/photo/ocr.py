"""Seeing text: the detection and recognition networks of the rapidocr wheel, run by onnxruntime on one thread.

Only the models are used; rapidocr itself is never imported (2 s, 100 MB, and drawing code that fetches a font).
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.photo.pixels import Floats, Picture, cv2, onnxruntime
from bot.photo.script import PAIRS

DETECT_SIDE: Final = 960  # longest side the detector sees
INK: Final = 0.3  # probability above which a pixel belongs to text
KEEP: Final = 0.5  # mean probability a box must have
UNCLIP: Final = 1.6  # how far a box is widened, in area / perimeter
HEIGHT: Final = 48  # line height of the recogniser
MAX_BOXES: Final = 160  # a page has 20 to 80
SECOND: Final = 0.04  # least probability of a character's second reading


@dataclass(frozen=True, slots=True)
class Found:
    """A detected box: centre, size along and across the writing, direction in radians."""

    x: float
    y: float
    w: float
    h: float
    angle: float
    score: float


@dataclass(frozen=True, slots=True)
class Read:
    """Text of one crop; ``sure`` and ``at`` are every character's confidence and place (0..1 along the crop).

    ``second`` is what each character would be otherwise, empty where that is less likely than SECOND.
    """

    text: str
    conf: float
    sure: tuple[float, ...]
    at: tuple[float, ...]
    second: tuple[str, ...] = ()


def models() -> tuple[Path, Path] | None:
    """The detection and recognition models inside the installed rapidocr wheel; None where it is not installed."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    found = [sorted(folder.glob(f"*_{part}_*.onnx")) for part in ("det", "rec")]
    return (found[0][-1], found[1][-1]) if all(found) else None


class Eyes:
    """The two networks, loaded once. Not thread-safe; lives in the worker process only."""

    def __init__(self) -> None:
        paths = models()
        if paths is None:
            raise RuntimeError("the OCR models are not installed: install medrelay[ocr]")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        options.log_severity_level = 4
        providers = ["CPUExecutionProvider"]
        self._det, self._rec = (onnxruntime.InferenceSession(str(p), options, providers=providers) for p in paths)
        keys: list[str] = self._rec.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._keys = ["", *keys, " "]
        place = {key: i for i, key in enumerate(self._keys)}
        wide = [chr(code + 0xFEE0) + chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum()]
        pairs = sorted({(place[p[1]], place[p[0]]) for p in [*wide, *PAIRS] if p[0] in place and p[1] in place})
        self._old = np.array([old for _, old in pairs])
        self._new, self._first = np.unique([new for new, _ in pairs], return_index=True)

    def find(self, picture: Picture) -> list[Found]:
        """Boxes of text in BGR ``picture``, in its own pixels, in no particular order."""
        height, width = picture.shape[:2]
        scale = min(1.0, DETECT_SIDE / max(height, width))
        small_w, small_h = (max(32, round(side * scale / 32) * 32) for side in (width, height))
        interpolation = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
        small = cv2.resize(picture, (small_w, small_h), interpolation=interpolation)
        ink = _run(self._det, _blob(small))[0, 0]
        return _boxes(ink, width / small_w, height / small_h)

    def read(self, crops: Sequence[Picture]) -> list[Read]:
        """Text of upright crops, one by one: padding a batch costs more than it saves on one thread."""
        return [self._decode(_run(self._rec, _blob(_line(crop)))[0], crop.shape[1] / crop.shape[0]) for crop in crops]

    def _decode(self, probabilities: Floats, ratio: float) -> Read:
        """CTC: the best class of each step, repeats and blanks dropped. Prescriptions here are in simplified script."""
        some = np.flatnonzero(probabilities[:, 0] < 0.5)  # of the others nothing but a blank can be the best
        seen = probabilities[some]
        seen[:, self._new] += np.add.reduceat(seen[:, self._old], self._first, axis=1)
        seen[:, self._old] = 0
        probabilities[some] = seen
        best = np.zeros(len(probabilities), np.int64)
        best[some] = seen.argmax(axis=1)
        sure = probabilities[np.arange(len(best)), best]
        keep = (best != 0) & np.concatenate(([True], best[1:] != best[:-1]))
        steps = [int(i) for i in np.flatnonzero(keep)]
        used = min(1.0, ratio * HEIGHT / _line_width(ratio))
        text = "".join(self._keys[int(best[i])] for i in steps)
        if len(text) != len(steps):  # a key of two code points: keep one place a character
            return Read(text, float(sure[steps].mean()), (), ())
        confidences = tuple(round(float(c), 4) for c in sure[steps])
        places = tuple(round(min((i + 0.5) / (len(best) * used), 1.0), 4) for i in steps)
        second = tuple(self._second(probabilities[i]) if sure[i] < 0.9 else "" for i in steps)
        return Read(text, float(np.mean(confidences)) if confidences else 0.0, confidences, places, second)

    def _second(self, step: Floats) -> str:
        order = np.argpartition(step, -3)[-3:]
        ranked = sorted((float(step[i]), int(i)) for i in order if i != 0)[:-1] if step.argmax() else []
        return self._keys[ranked[-1][1]] if ranked and ranked[-1][0] >= SECOND else ""


def cut(picture: Picture, box: Found) -> Picture:
    """The upright crop of one box; writing runs left to right in it."""
    dx, dy = math.cos(box.angle), math.sin(box.angle)
    w, h = max(round(box.w), 4), max(round(box.h), 4)
    corner = (box.x - dx * box.w / 2 + dy * box.h / 2, box.y - dy * box.w / 2 - dx * box.h / 2)
    right = (corner[0] + dx * w, corner[1] + dy * w)
    down = (corner[0] - dy * h, corner[1] + dx * h)
    turn = cv2.getAffineTransform(
        np.array([corner, right, down], np.float32), np.array([(0, 0), (w, 0), (0, h)], np.float32)
    )
    crop: Any = cv2.warpAffine(picture, turn, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return crop


def _run(session: Any, blob: Floats) -> Floats:
    outputs: list[Floats] = session.run(None, {session.get_inputs()[0].name: blob})
    return outputs[0]


def _blob(picture: Picture) -> Floats:
    blob: Any = picture.astype(np.float32)
    blob *= np.float32(2 / 255)
    blob -= np.float32(1)
    return np.ascontiguousarray(blob.transpose(2, 0, 1))[None]


def _line_width(ratio: float) -> int:
    return max(64, math.ceil(HEIGHT * ratio / 8) * 8)


def _line(crop: Picture) -> Picture:
    """The crop at line height, padded with mid grey: zero after normalising."""
    h, w = crop.shape[:2]
    width = _line_width(w / h)
    resized: Any = cv2.resize(
        crop, (max(1, min(width, math.ceil(HEIGHT * w / h))), HEIGHT), interpolation=cv2.INTER_LINEAR
    )
    line = np.full((HEIGHT, width, 3), 127, np.uint8)
    line[:, : resized.shape[1]] = resized
    return line


def _boxes(ink: Floats, scale_x: float, scale_y: float) -> list[Found]:
    mask: Any = cv2.dilate((ink > INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Found] = []
    for contour in contours[: MAX_BOXES * 4]:
        (x, y), (w, h), degrees = cv2.minAreaRect(contour)
        if min(w, h) < 3:
            continue
        score = _mean_inside(ink, cv2.boxPoints(((x, y), (w, h), degrees)))
        if score < KEEP:
            continue
        grow = w * h * UNCLIP / (2 * (w + h))
        w, h = w + 2 * grow, h + 2 * grow
        if w < h:
            w, h, degrees = h, w, degrees + 90
        angle = math.radians(degrees)
        dx, dy = math.cos(angle) * scale_x, math.sin(angle) * scale_y
        along = math.hypot(dx, dy)
        across = math.hypot(math.sin(angle) * scale_x, math.cos(angle) * scale_y)
        found.append(Found(x * scale_x, y * scale_y, w * along, h * across, math.atan2(dy, dx), score))
    return sorted(found, key=lambda f: -f.score)[:MAX_BOXES]


def _mean_inside(ink: Floats, corners: Any) -> float:
    height, width = ink.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(ink[top : bottom + 1, left : right + 1], mask)[0])
