"""What Telegram does to a photo: turned upright, at most 1280 pixels, JPEG, with a small copy. Bytes in, bytes out."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

SMALL = 320
LARGE = 1280


@dataclass(frozen=True)
class Picture:
    """One size of a photo."""

    body: bytes
    width: int
    height: int


class NoPicture(ValueError):
    """The bytes are no image, or one whose sides Telegram refuses; the text is the server's word for it."""


def sizes(body: bytes) -> list[Picture]:
    """The sizes Telegram would keep, smallest first. A JPEG that is small enough is kept as it is."""
    try:
        with Image.open(io.BytesIO(body)) as image:
            width, height = image.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise NoPicture("PHOTO_INVALID_DIMENSIONS")
            upright = ImageOps.exif_transpose(image)
            as_is = image.format == "JPEG" and max(width, height) <= LARGE and image.getexif().get(274, 1) == 1
            large = Picture(body, width, height) if as_is else _scaled(upright, LARGE)
            return [large] if max(upright.size) <= SMALL else [_scaled(upright, SMALL), large]
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture("IMAGE_PROCESS_FAILED") from error


def _scaled(image: Image.Image, side: int) -> Picture:
    flat = Image.new("RGB", image.size, "white")
    clear = image.convert("RGBA")
    flat.paste(clear, mask=clear.getchannel("A"))
    flat.thumbnail((side, side))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=87)
    return Picture(out.getvalue(), *flat.size)
