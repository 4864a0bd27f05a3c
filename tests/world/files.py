"""Small files of every kind that is taken, made here; and one that can be sent again and again."""

import zipfile
from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def archive(**entries: str) -> bytes:
    """Return a ZIP archive whose entries are stored as they are; `__` in a name stands for a slash."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as opened:
        for name, content in entries.items():
            opened.writestr(name.replace("__", "/"), content)
    return written.getvalue()


def office(heart: str, **more: str) -> bytes:
    return archive(**{"[Content_Types].xml": "<Types/>", heart: "<x/>", **more})


def open_document(kind: str, **more: str) -> bytes:
    return archive(mimetype=f"application/vnd.oasis.opendocument.{kind}", **{"content.xml": "<x/>"}, **more)


def picture(name: str, *, size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    """Return a picture: red on the left, blue on the right."""
    drawn = Image.new("RGB", size, "blue")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    written = BytesIO()
    drawn.save(written, name, **more)
    return written.getvalue()


class Sample:
    """A file that a test client can send more than once."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self._content = name, content

    def read(self, *_size: int) -> bytes:
        return self._content
