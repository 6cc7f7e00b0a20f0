"""Photographing by arithmetic: a drawn page on a table, seen by a hand-held telephone. Good and spoiled photos."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from PIL import Image

TABLES = ((52, 62, 50), (150, 178, 200), (70, 70, 74), (60, 90, 130), (120, 110, 100), (205, 214, 220))  # BGR


@dataclass(frozen=True)
class Shot:
    """How a page is photographed; the defaults are a scan."""

    tilt: float = 0.0  # degrees
    quarters: int = 0  # turned clockwise
    lean: float = 0.0  # perspective, share of a side
    bend: float = 0.0  # height of a bulge in pixels
    shadow: float = 0.0  # 0..1
    light: float = 1.0  # exposure
    blur: float = 0.0  # sigma in pixels
    drag: float = 0.0  # length of movement in pixels
    noise: float = 2.0
    quality: int = 85
    long: int = 1700  # longest side of the photo
    margin: float = 0.08  # table around the page, share of a side
    table: int = 0
    glare: float = 0.0  # radius, share of the long side
    crop: str = ""  # top, bottom, left, right
    share: float = 0.3  # of the page that is cut off
    pattern: int = 0  # of the table: 0 plain, 1 wood, 2 checked cloth
    hand: float = 0.0  # depth of a hard-edged shadow, 0..1
    fold: float = 0.0  # depth of a fold across the page, 0..1


def shot(seed: int) -> Shot:
    """A readable photo as people take them."""
    draw = random.Random(seed * 7919 + 13)
    return Shot(
        tilt=draw.uniform(-9, 9),
        quarters=draw.choice((0, 0, 0, 1, 2, 3)),
        lean=draw.uniform(0, 0.05),
        bend=draw.choice((0, 0, draw.uniform(4, 14))),
        shadow=draw.uniform(0, 0.5),
        light=draw.uniform(0.55, 1.08),
        blur=draw.choice((0, 0, draw.uniform(0.4, 1.1))),
        drag=draw.choice((0, 0, 0, draw.uniform(2, 4))),
        noise=draw.uniform(2, 8),
        quality=draw.randint(55, 92),
        long=draw.choice((1280, 1700, 2400)),
        margin=draw.uniform(0.03, 0.12),
        table=draw.randrange(len(TABLES)),
    )


def rough(seed: int) -> Shot:
    """A readable photo taken carelessly: more tilt, a patterned table, a hand's shadow, a fold, a poor JPEG."""
    draw = random.Random(seed * 6151 + 3)
    return replace(
        shot(seed),
        tilt=draw.choice((-1, 1)) * draw.uniform(4, 15),
        light=draw.uniform(0.6, 1.0),
        shadow=draw.uniform(0, 0.3),
        lean=draw.uniform(0.01, 0.06),
        quality=draw.choice((60, 70, 80)),
        pattern=draw.randrange(3),
        hand=draw.choice((0, draw.uniform(0.25, 0.5))),
        fold=draw.choice((0, draw.uniform(0.08, 0.2))),
    )


def spoiled(seed: int, how: str) -> Shot:
    """A photo spoiled in one way; ``how`` is the reason that is true of it."""
    draw = random.Random(seed * 104729 + 7)
    base = replace(shot(seed), quarters=0, blur=0.0, drag=0.0, bend=0.0, long=1700, light=1.0, tilt=draw.uniform(-4, 4))
    changes: dict[str, dict[str, Any]] = {
        "too_dark": {"light": draw.uniform(0.06, 0.1), "noise": 5.0},
        "overexposed": {"light": draw.uniform(2.2, 3.0), "shadow": 0.0},
        "blurred": {"blur": draw.uniform(6, 8)},
        "motion": {"drag": draw.uniform(26, 36)},
        "too_small": {"long": draw.randint(320, 400)},
        "glare": {"glare": draw.uniform(0.2, 0.26)},
        "cropped_top": {"crop": "top", "share": draw.uniform(0.3, 0.4)},
        "cropped_bottom": {"crop": "bottom", "share": draw.uniform(0.4, 0.55)},
        "cropped_left": {"crop": "left", "share": draw.uniform(0.3, 0.45)},
        "cropped_right": {"crop": "right", "share": draw.uniform(0.3, 0.45)},
    }
    return replace(base, **changes[how])


def photograph(page: Image.Image, how: Shot, seed: int = 0) -> bytes:
    """The JPEG a telephone would send."""
    rng = np.random.default_rng(seed)
    sheet: Any = cv2.cvtColor(np.asarray(page), cv2.COLOR_RGB2BGR)
    if how.fold:
        sheet = _folded(sheet, how.fold, rng)
    if how.bend:
        sheet = _bent(sheet, how.bend)
    picture = _laid(sheet, how, rng)
    picture = _lit(picture, how, rng)
    if how.crop:
        picture = _cropped(picture, how)
    scale = how.long / max(picture.shape[:2])
    picture = cv2.resize(
        picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    )
    if how.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), how.blur)
    if how.drag:
        picture = cv2.filter2D(picture, -1, _streak(how.drag, float(rng.uniform(0, 180))))
    picture = np.clip(picture + rng.normal(0, how.noise, picture.shape), 0, 255).astype(np.uint8)
    picture = np.ascontiguousarray(np.rot90(picture, -how.quarters))
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1])


def _bent(sheet: Any, height: float) -> Any:
    h, w = sheet.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return cv2.remap(
        sheet, x, y + height * np.sin(x / w * np.pi).astype(np.float32), cv2.INTER_LINEAR, borderValue=(250, 252, 252)
    )


def _folded(sheet: Any, depth: float, rng: np.random.Generator) -> Any:
    """A page once folded in the middle: one half darker, a bright crease."""
    h, w = sheet.shape[:2]
    y = np.arange(h, dtype=np.float32)[:, None] - h * rng.uniform(0.4, 0.6) + np.linspace(-8, 8, w, dtype=np.float32)
    light = 1 - depth * (y > 0) * np.exp(-np.abs(y) / (0.3 * h)) + 0.1 * np.exp(-((y / 2.5) ** 2))
    return np.clip(sheet * light[..., None], 0, 255).astype(np.uint8)


def _table(how: Shot, height: int, width: int, rng: np.random.Generator) -> Any:
    table = np.full((height, width, 3), TABLES[how.table], np.float32) + rng.normal(0, 9, (height, width, 1))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    if how.pattern == 1:
        table += (22 * np.sin(y / 9 + 3 * np.sin(x / 190)) + 12 * np.sin(y / 37))[..., None]
    if how.pattern == 2:
        table += 45 * (((x // 70) + (y // 70)) % 2 - 0.5)[..., None]
    return cv2.GaussianBlur(np.clip(table, 0, 255), (0, 0), 2)


def _laid(sheet: Any, how: Shot, rng: np.random.Generator) -> Any:
    h, w = sheet.shape[:2]
    pad = int(how.margin * max(h, w))
    turned = np.deg2rad(how.tilt)
    width = int(w * abs(np.cos(turned)) + h * abs(np.sin(turned))) + 2 * pad
    height = int(h * abs(np.cos(turned)) + w * abs(np.sin(turned))) + 2 * pad
    corners = np.array([(-w, -h), (w, -h), (w, h), (-w, h)], np.float32) / 2
    turn = np.array([(np.cos(turned), np.sin(turned)), (-np.sin(turned), np.cos(turned))], np.float32)
    target = corners @ turn + (width / 2, height / 2) + rng.uniform(-how.lean, how.lean, (4, 2)) * (w, h)
    source = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    place = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    table = _table(how, height, width, rng)
    mask = cv2.warpPerspective(np.ones((h, w), np.float32), place, (width, height))[..., None]
    return table * (1 - mask) + cv2.warpPerspective(sheet, place, (width, height)).astype(np.float32) * mask


def _lit(picture: Any, how: Shot, rng: np.random.Generator) -> Any:
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    edge = (x / w - 0.5) * np.cos(angle) + (y / h - 0.5) * np.sin(angle)
    light = how.light * (1 - how.shadow / (1 + np.exp(-edge * rng.uniform(6, 20))))
    lit = picture * light[..., None]
    if how.hand:
        lit = lit * _hand(how.hand, w, h, rng)[..., None]
    if how.glare:
        radius = how.glare * max(h, w)
        away = np.hypot(x - w * rng.uniform(0.4, 0.6), y - h * rng.uniform(0.4, 0.6)) / radius
        lit += (900 * np.exp(-(away**4)))[..., None]
    return np.clip(lit, 0, 255)


def _hand(depth: float, w: int, h: int, rng: np.random.Generator) -> Any:
    """The shadow of a hand and its telephone that reach in from below."""
    shade = np.zeros((h, w), np.float32)
    x = float(rng.uniform(0.3, 0.7)) * w
    cv2.ellipse(shade, (int(x), h), (int(0.22 * w), int(0.45 * h)), 0, 0, 360, 1.0, -1)
    cv2.rectangle(shade, (int(x - 0.3 * w), int(0.72 * h)), (int(x + 0.05 * w), h), 1.0, -1)
    return 1 - depth * cv2.GaussianBlur(shade, (0, 0), 0.012 * w)


def _cropped(picture: Any, how: Shot) -> Any:
    h, w = picture.shape[:2]
    left, top = int(w * how.share), int(h * how.share)
    cut = {
        "top": (slice(top, h), slice(0, w)),
        "bottom": (slice(0, h - top), slice(0, w)),
        "left": (slice(0, h), slice(left, w)),
        "right": (slice(0, h), slice(0, w - left)),
    }
    return picture[cut[how.crop]]


def _streak(length: float, degrees: float) -> Any:
    size = int(length) | 1
    kernel = np.zeros((size, size), np.float32)
    kernel[size // 2] = 1
    turn = cv2.getRotationMatrix2D((size / 2 - 0.5, size / 2 - 0.5), degrees, 1)
    kernel = cv2.warpAffine(kernel, turn, (size, size))
    return kernel / kernel.sum()
