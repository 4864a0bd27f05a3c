"""Pictures, drawn anew: upright, and without place, time, camera or anything else that was hidden in the file."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from foundation.errors import Invalid
from foundation.files.kinds import Kind

MOST_PIXELS = 50_000_000
QUALITY = 90


def drawn_anew(content: bytes, kind: Kind) -> bytes:
    """Return the same picture with nothing but its pixels.

    Raises:
        Invalid: it cannot be read, or has too many pixels.
    """
    name = kind.value.upper()
    try:
        with warnings.catch_warnings():
            # ours is the stricter limit, asked below before a pixel is read
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[name]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Invalid("This picture is too large. Send one of at most 50 million pixels.")
                return _saved(picture, name)
    # whatever a stranger's bytes make the library stumble over
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise Invalid("This picture is damaged: it cannot be read. Send another copy.") from None


def _saved(picture: Image.Image, name: str) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    may_be_clear = name == "PNG" and upright.has_transparency_data
    pixels = upright.convert("RGBA" if may_be_clear else "RGB")
    pixels.info.clear()
    saved = BytesIO()
    pixels.save(saved, name, quality=QUALITY, optimize=True)
    return saved.getvalue()
