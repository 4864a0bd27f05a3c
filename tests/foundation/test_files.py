"""What people send is what it says it is, is kept out of reach, and leaves nothing behind."""

import logging
import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from PIL import Image

from foundation.errors import Invalid
from foundation.files import services
from foundation.files.answers import download
from foundation.files.kinds import MOST_BYTES, Kind, kind_of
from foundation.files.models import StoredFile
from tests.world.attempts import database_refuses
from tests.world.files import PDF, archive, office, open_document, picture

TAKEN = {
    Kind.PDF: ("report.pdf", PDF),
    Kind.JPEG: ("photo.JPG", picture("JPEG")),
    Kind.PNG: ("map.png", picture("PNG")),
    Kind.DOCX: ("plan.docx", office("word/document.xml")),
    Kind.XLSX: ("list.xlsx", office("xl/workbook.xml")),
    Kind.PPTX: ("talk.pptx", office("ppt/presentation.xml")),
    Kind.ODT: ("plan.odt", open_document("text")),
    Kind.ODS: ("list.ods", open_document("spreadsheet")),
    Kind.ODP: ("talk.odp", open_document("presentation")),
    Kind.TEXT: ("list.csv", "gate;number\nWaalhaven;3\né\n".encode()),
}
REFUSED = {
    "program": b"\x7fELF\x02\x01\x01" + b"\0" * 60,
    "windows program": b"MZ\x90\x00" + b"\0" * 60,
    "archive": archive(**{"a.txt": "x"}),
    "archive that calls itself a document": archive(mimetype="application/vnd.oasis.opendocument.formula"),
    "archive cut off": office("word/document.xml")[:40],
    "two documents in one": office("word/document.xml", **{"xl/workbook.xml": "<x/>"}),
    "word with macros": office("word/document.xml", **{"word/vbaProject.bin": "x"}),
    "spreadsheet with macros": office("xl/workbook.xml", **{"xl/vbaProject.bin": "x"}),
    "opendocument with macros": open_document("text", **{"Basic/Standard/Module1.xml": "x"}),
    "picture of another kind": b"GIF89a" + b"\0" * 20,
    "text of another encoding": "é".encode("latin-1"),
    "text with a NUL": b"a\0b",
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("kind", TAKEN)
def test_the_content_says_what_it_is(kind: Kind) -> None:
    name, content = TAKEN[kind]
    checked = services.check(name, content)
    assert (checked.kind, checked.name) == (kind, name[:-4] + name[-4:].lower())


@pytest.mark.parametrize("what", REFUSED)
def test_everything_else_is_refused_in_words(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.check("report.pdf", REFUSED[what])
    assert refused.value.message.endswith(".")


def test_a_document_of_every_kind_is_told_apart() -> None:
    assert {kind_of(content) for _name, content in TAKEN.values()} == set(Kind)


@pytest.mark.parametrize("name", ["report.exe", "report.html", "report", "report.pdf.exe", "", ".pdf/"])
def test_a_name_that_says_something_else_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match=r"\.pdf"):
        services.check(name, PDF)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("../../etc/pass wd.pdf", "pass wd.pdf"),
        ("C:\\Users\\me\\r.pdf", "r.pdf"),
        ("\u202efdp.\u202cexe\r\nSet-Cookie: a.pdf", "fdp.exeSet-Cookie a.pdf"),
        ('"><script>.pdf', "script.pdf"),
        (f"{'x' * 300}.pdf", f"{'x' * 96}.pdf"),
        ("...pdf", None),
        (".pdf.pdf", "pdf.pdf"),
    ],
)
def test_a_name_is_cleaned_to_text(given: str, cleaned: str | None) -> None:
    if cleaned is None:
        with pytest.raises(Invalid):
            services.check(given, PDF)
    else:
        assert services.check(given, PDF).name == cleaned


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid, match="10 MB"):
        services.check("a.txt", b"a" * (MOST_BYTES + 1))
    assert services.check("a.txt", b"a" * MOST_BYTES)


# --- pictures --------------------------------------------------------------------------------------------
def marked(name: str) -> bytes:
    """Return a picture that says where it was taken, and by which camera, and that is to be turned."""
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[0x0002] = (51.0, 53.0, 22.0)
    return picture(name, exif=exif) + b"CANARY-BEHIND"


@pytest.mark.parametrize(("name", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG)])
def test_a_picture_keeps_its_pixels_alone(name: str, kind: Kind) -> None:
    sent = marked(name)
    assert b"CANARY-CAMERA" in sent
    kept = services.check(f"photo.{kind}", sent).content
    assert b"CANARY" not in kept
    with Image.open(BytesIO(kept)) as drawn:
        assert not drawn.getexif()
        assert "exif" not in drawn.info
        # turned upright
        assert drawn.size == (20, 40)
        red, _green, blue = drawn.convert("RGB").getpixel((10, 2))
        assert red > 200 > blue


def test_a_damaged_picture_is_refused_in_words() -> None:
    whole = picture("PNG", size=(400, 400))
    for broken in (whole[:40], whole[:-30], b"\xff\xd8\xff" + b"\0" * 50):
        with pytest.raises(Invalid, match="damaged"):
            services.check("a.png" if broken[:1] == b"\x89" else "a.jpg", broken)


def test_a_small_file_that_would_unfold_into_a_huge_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.files.pictures.MOST_PIXELS", 100)
    with pytest.raises(Invalid, match="too large"):
        services.check("a.png", picture("PNG"))


# --- kept ------------------------------------------------------------------------------------------------
def on_disk() -> set[str]:
    home = Path(settings.STORAGES["files"]["OPTIONS"]["location"])
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


def path_of(stored: StoredFile) -> Path:
    return Path(settings.STORAGES["files"]["OPTIONS"]["location"]) / stored.stored_as


def keep() -> StoredFile:
    return services.keep(services.check("report.pdf", PDF))


@pytest.mark.django_db
def test_bytes_lie_under_a_random_name_that_only_the_portal_may_read() -> None:
    first, second = keep(), keep()
    assert first.stored_as != second.stored_as
    assert "report" not in first.stored_as
    assert path_of(first).read_bytes() == PDF
    assert path_of(first).stat().st_mode & 0o777 == 0o600
    assert path_of(first).parent.stat().st_mode & 0o777 == 0o700
    static = {str(settings.STATIC_ROOT), *map(str, settings.STATICFILES_DIRS)}
    assert not any(path_of(first).is_relative_to(served) for served in static)


@pytest.mark.django_db
def test_a_file_is_given_out_to_be_saved_and_never_run() -> None:
    answer = download(keep(), name='odd "name" é.pdf', ours=False)
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_what_was_exchanged_or_lost_in_the_store_is_not_given_out() -> None:
    stored = keep()
    path_of(stored).write_bytes(PDF + b"more")
    with pytest.raises(services.Damaged):
        download(stored, name="report.pdf", ours=False)
    path_of(stored).unlink()
    with pytest.raises(services.Damaged):
        download(stored, name="report.pdf", ours=False)


@pytest.mark.django_db
def test_the_database_refuses_a_file_of_no_kind_or_size() -> None:
    stored = keep()
    for columns, constraint in (
        ({"kind": "html"}, "file_kind_known"),
        ({"size": 0}, "file_size_bounded"),
        ({"sha256": "x"}, "file_has_fingerprint"),
    ):
        with database_refuses(constraint):
            StoredFile.objects.filter(pk=stored.pk).update(**columns)


# --- let go ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_bytes_go_when_the_removal_is_committed_and_not_before(django_capture_on_commit_callbacks: object) -> None:
    stored, other = keep(), keep()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.discard(stored)
        assert path_of(stored).exists()
    assert not path_of(stored).exists()
    assert path_of(other).exists()


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_is_rolled_back_removes_nothing() -> None:
    stored = keep()
    with transaction.atomic():
        services.discard(stored)
        transaction.set_rollback(True)
    assert services.read(StoredFile.objects.get(public_id=stored.public_id)) == PDF


def grown_old(stored: StoredFile) -> None:
    long_ago = time.time() - 7200
    os.utime(path_of(stored), (long_ago, long_ago))


@pytest.mark.django_db
def test_what_no_record_knows_is_swept_away_after_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    services.sweep()
    kept = keep()
    with transaction.atomic():
        lost, new = keep(), keep()
        transaction.set_rollback(True)
    for stored in (kept, lost):
        grown_old(stored)
    with caplog.at_level(logging.INFO):
        assert services.sweep() == 1
    assert "swept 1 file" in caplog.text
    assert {kept.stored_as, new.stored_as} <= on_disk()
    assert lost.stored_as not in on_disk()
    assert services.sweep() == 0


@pytest.mark.django_db
def test_any_storage_of_django_will_do(settings: object) -> None:
    """Such as S3 through django-storages: nothing but Django's own calls is used."""
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "files": backend}  # type: ignore[attr-defined]
    assert services.sweep() == 0
    stored = keep()
    assert services.read(stored) == PDF
    stored.delete()
    assert services.sweep() == 0  # not yet: it is new
    services.storage().delete(stored.stored_as)
    with pytest.raises(services.Damaged):
        services.read(stored)
