"""Which kinds of file are taken. What a file is, its content says, never its name or what the browser claims."""

import zipfile
from io import BytesIO
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.errors import Invalid

MOST_BYTES = 10_000_000
LONGEST_MIMETYPE = 100


class Kind(models.TextChoices):
    PDF = "pdf", _("PDF")
    JPEG = "jpeg", _("picture (JPEG)")
    PNG = "png", _("picture (PNG)")
    DOCX = "docx", _("text document (Word)")
    XLSX = "xlsx", _("spreadsheet (Excel)")
    PPTX = "pptx", _("presentation (PowerPoint)")
    ODT = "odt", _("text document (OpenDocument)")
    ODS = "ods", _("spreadsheet (OpenDocument)")
    ODP = "odp", _("presentation (OpenDocument)")
    TEXT = "text", _("plain text")


class Traits(NamedTuple):
    """How a kind is named in an answer's header, and at the end of a file's name."""

    media_type: str
    endings: tuple[str, ...]


OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
TRAITS = {
    Kind.PDF: Traits("application/pdf", (".pdf",)),
    Kind.JPEG: Traits("image/jpeg", (".jpg", ".jpeg")),
    Kind.PNG: Traits("image/png", (".png",)),
    Kind.DOCX: Traits(f"{OFFICE}.wordprocessingml.document", (".docx",)),
    Kind.XLSX: Traits(f"{OFFICE}.spreadsheetml.sheet", (".xlsx",)),
    Kind.PPTX: Traits(f"{OFFICE}.presentationml.presentation", (".pptx",)),
    Kind.ODT: Traits(f"{OPEN_DOCUMENT}.text", (".odt",)),
    Kind.ODS: Traits(f"{OPEN_DOCUMENT}.spreadsheet", (".ods",)),
    Kind.ODP: Traits(f"{OPEN_DOCUMENT}.presentation", (".odp",)),
    Kind.TEXT: Traits("text/plain; charset=utf-8", (".txt", ".csv")),
}
ENDINGS = tuple(ending for traits in TRAITS.values() for ending in traits.endings)
PICTURES = (Kind.JPEG, Kind.PNG)

SIGNATURES = {b"%PDF-": Kind.PDF, b"\xff\xd8\xff": Kind.JPEG, b"\x89PNG\r\n\x1a\n": Kind.PNG}
ZIP = b"PK\x03\x04"
# what the archive of an office document holds at its heart
HEARTS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX, "ppt/presentation.xml": Kind.PPTX}
MIMETYPES = {TRAITS[kind].media_type: kind for kind in (Kind.ODT, Kind.ODS, Kind.ODP)}
# where these documents keep programs
MACROS = ("vbaproject.bin", "basic/", "scripts/")
BLANKS = frozenset("\t\n\r\f")

UNKNOWN = Invalid("This is no file that can be kept here. Send a PDF, a picture, an office document or plain text.")


def kind_of(content: bytes) -> Kind:
    """Return what a file is, by its content.

    Raises:
        Invalid: none of the kinds that are taken, or a document with macros.
    """
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            return kind
    if content.startswith(ZIP):
        return _document(content)
    if _is_text(content):
        return Kind.TEXT
    raise UNKNOWN


def _document(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
            mimetype = _mimetype(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise UNKNOWN from None
    hearts = [kind for heart, kind in HEARTS.items() if heart in names and "[content_types].xml" in names]
    kind = MIMETYPES.get(mimetype) or (hearts[0] if len(hearts) == 1 else None)
    if kind is None:
        raise UNKNOWN
    if any(name.startswith(MACROS) or name.endswith(MACROS[0]) for name in names):
        raise Invalid("This document holds macros. Save it without them, and send that.")
    return kind


def _mimetype(archive: zipfile.ZipFile) -> str:
    entry = archive.getinfo("mimetype")
    # stored as it is, as OpenDocument asks: nothing of a stranger's archive is ever unpacked
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > LONGEST_MIMETYPE:
        return ""
    return archive.read(entry).decode("ascii", errors="replace")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in BLANKS or character.isspace() for character in text)
