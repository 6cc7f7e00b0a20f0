"""What happens to a sheet before and while it is photographed: pens, stamps, thumbs, folds, screens, two at once."""

from __future__ import annotations

import io
import math
import random
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.photo.spoiling import Shot, photograph
from tests.photo.unseen.paper import BLUE, SANS, font

RED = (208, 40, 45)


def taken(page: Image.Image, seed: int, **more: Any) -> bytes:
    """By a hand that is a little unsteady, in a room with one lamp."""
    draw = random.Random(seed * 911 + 5)
    shot: dict[str, Any] = {
        "tilt": draw.uniform(-6, 6),
        "lean": draw.uniform(0, 0.03),
        "shadow": draw.uniform(0, 0.4),
        "light": draw.uniform(0.7, 1.05),
        "noise": draw.uniform(2, 6),
        "quality": draw.randint(65, 92),
        "long": draw.choice((1700, 2000, 2400)),
        "table": draw.randrange(6),
        "margin": draw.uniform(0.03, 0.1),
    }
    return photograph(page, Shot(**{**shot, **more}), seed)


def screenshot(page: Image.Image, quality: int = 88) -> bytes:
    """As the phone saves it."""
    out = io.BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def moire(page: Image.Image, seed: int) -> Image.Image:
    """A screen's own dots against the camera's, in bands of colour."""
    draw = random.Random(seed)
    pixels = np.asarray(page.convert("RGB"), np.float32)
    y, x = np.mgrid[0 : page.height, 0 : page.width].astype(np.float32)
    turn = draw.uniform(-0.3, 0.3)
    for channel, long in enumerate((draw.uniform(9, 14), draw.uniform(10, 15), draw.uniform(11, 16))):
        wave = np.sin((x * math.cos(turn) + y * math.sin(turn)) / long * 2) * np.sin(y / draw.uniform(30, 70))
        pixels[..., channel] *= 1 - 0.11 * (wave > 0)
    pixels *= (1 - 0.06 * (y.astype(int) % 3 == 0))[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def stamped(page: Image.Image, words: str, seed: int, at: tuple[float, float] | None = None) -> Image.Image:
    """A red rectangle with large letters across the sheet."""
    draw = random.Random(seed)
    size = page.width // (len(words) + 3)
    stamp = Image.new("RGBA", (size * len(words) + 40, size + 50), (0, 0, 0, 0))
    pen = ImageDraw.Draw(stamp)
    pen.rectangle([4, 4, stamp.width - 5, stamp.height - 5], outline=(*RED, 225), width=8)
    pen.text((20, 4), words, font=font(SANS, size), fill=(*RED, 225))
    stamp = stamp.rotate(draw.uniform(-28, 28), expand=True, resample=Image.Resampling.BICUBIC)
    x, y = at or (draw.uniform(0.25, 0.6), draw.uniform(0.3, 0.6))
    out = page.convert("RGB").copy()
    place = (min(int(page.width * x), page.width - stamp.width), min(int(page.height * y), page.height - stamp.height))
    out.paste(stamp, (max(0, place[0]), max(0, place[1])), stamp)
    return out


def seal(page: Image.Image, x: float, y: float) -> Image.Image:
    """A round red seal over the print: it spoils nothing for a person."""
    out = page.convert("RGB").copy()
    layer = Image.new("RGBA", out.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    radius = page.width // 10
    cx, cy = page.width * x, page.height * y
    pen.ellipse([cx - radius, cy - radius, cx + radius, cy + radius], outline=(*RED, 190), width=7)
    pen.text((cx, cy), "药房专用", font=font(SANS, radius // 3), fill=(*RED, 190), anchor="mm")
    out.paste(layer, (0, 0), layer)
    return out


def thumb(page: Image.Image, x: float, y: float) -> Image.Image:
    """A thumb over the sheet, its middle at this share of it."""
    out = page.convert("RGB").copy()
    wide, high = page.width // 5, page.height // 9
    layer = Image.new("L", out.size, 0)
    cx, cy = page.width * x, page.height * y
    ImageDraw.Draw(layer).ellipse([cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2], fill=255)
    skin = Image.new("RGB", out.size, (214, 165, 138))
    out.paste(skin, (0, 0), layer.filter(ImageFilter.GaussianBlur(3)))
    return out


def hand_writes(page: Image.Image, x: float, y: float, words: str, struck: float = 0.0, size: int = 44) -> Image.Image:
    """By pen at a place in pixels; with ``struck`` a stroke so long through the print left of it."""
    out = page.convert("RGB").copy()
    pen = ImageDraw.Draw(out)
    if struck:
        pen.line([(x - struck, y + 22), (x - 6, y + 12)], fill=BLUE, width=5)
    note = Image.new("RGBA", (size * len(words) + 60, size * 2), (0, 0, 0, 0))
    ImageDraw.Draw(note).text(
        (10, 6), words, font=font(SANS, size), fill=(*BLUE, 255), stroke_width=1, stroke_fill=(*BLUE, 255)
    )
    note = note.rotate(6, expand=True, resample=Image.Resampling.BICUBIC)
    out.paste(note, (int(x), int(y - 16)), note)
    return out


def creased(page: Image.Image, seed: int) -> Image.Image:
    """Folded in four: two creases, and each quarter in a light of its own."""
    draw = random.Random(seed)
    pixels: Any = np.asarray(page.convert("RGB"), np.float32).copy()
    h, w = pixels.shape[:2]
    mx, my = int(w * draw.uniform(0.42, 0.58)), int(h * draw.uniform(0.42, 0.58))
    for rows, columns in (
        (slice(0, my), slice(0, mx)),
        (slice(my, h), slice(0, mx)),
        (slice(0, my), slice(mx, w)),
        (slice(my, h), slice(mx, w)),
    ):
        pixels[rows, columns] *= draw.uniform(0.78, 1.0)
    pixels[max(0, my - 2) : my + 2] = np.clip(pixels[max(0, my - 2) : my + 2] * 1.2 + 20, 0, 255)
    pixels[:, max(0, mx - 2) : mx + 2] = np.clip(pixels[:, max(0, mx - 2) : mx + 2] * 1.2 + 20, 0, 255)
    return Image.fromarray(cv2.GaussianBlur(pixels, (3, 3), 0.5).astype(np.uint8))


def together(one: Image.Image, other: Image.Image, below: bool) -> Image.Image:
    """Two sheets on one table."""
    one, other = one.convert("RGB"), other.convert("RGB")
    if below:
        both = Image.new("RGB", (max(one.width, other.width), one.height + other.height + 30), (96, 84, 70))
        both.paste(one, (0, 0))
        both.paste(other, (0, one.height + 30))
    else:
        both = Image.new("RGB", (one.width + other.width + 30, max(one.height, other.height)), (96, 84, 70))
        both.paste(one, (0, 0))
        both.paste(other, (one.width + 30, 0))
    return both


def scrawled(words: str, size: int, seed: int) -> Image.Image:
    """A line by hand: letters that lean, shrink and run into each other."""
    draw = random.Random(seed)
    line = Image.new("L", (size * (len(words) + 2), size * 2), 0)
    x = 4.0
    for letter in words:
        one = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(one).text(
            (size / 2, size / 3), letter, font=font(SANS, int(size * draw.uniform(0.75, 1.1))), fill=255
        )
        one = one.rotate(draw.uniform(-22, 16), resample=Image.Resampling.BICUBIC)
        line.paste(255, (int(x - size / 2), int(draw.uniform(-size / 8, size / 6))), one)
        x += size * draw.uniform(0.55, 0.8) * (0.6 if letter.isascii() else 1)
    pixels: Any = np.asarray(line)
    h, w = pixels.shape
    gy, gx = np.mgrid[0:h, 0:w].astype(np.float32)
    wave = [
        cv2.GaussianBlur(np.random.default_rng(seed + n).uniform(-1, 1, (h, w)).astype(np.float32), (0, 0), 5)
        for n in (0, 1)
    ]
    bent = cv2.remap(pixels, gx + wave[0] * 42, gy + wave[1] * 42, cv2.INTER_LINEAR)
    return Image.fromarray(bent)
