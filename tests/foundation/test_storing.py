"""Where files lie is said by the environment: a directory by default, or a store that speaks S3."""

import json
from pathlib import Path
from typing import Any

import environ
import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.storage.handler import StorageHandler

from config.storing import files_storage


def entry(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, Any]:
    for name in ("FILES_STORAGE", "FILES_DIR", "FILES_S3_BUCKET", "FILES_S3_ENDPOINT", "FILES_S3_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return files_storage(environ.Env(), directory=Path("/nowhere/files"))


def test_files_lie_in_a_directory_that_only_the_portal_may_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = StorageHandler({"files": entry(monkeypatch)})["files"]
    assert isinstance(storage, FileSystemStorage)
    assert storage.base_location == "/nowhere/files"
    assert (storage.file_permissions_mode, storage.directory_permissions_mode) == (0o600, 0o700)
    assert entry(monkeypatch, FILES_DIR="/files")["OPTIONS"]["location"] == "/files"
    assert isinstance(storages["files"], FileSystemStorage)


def test_a_bucket_takes_the_place_of_the_directory_and_nobody_else_reads_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"FILES_S3_BUCKET": "concord", "FILES_S3_ENDPOINT": "https://store.example", "FILES_S3_REGION": "nl-1"}
    found = entry(monkeypatch, **given, FILES_DIR="/files")
    assert found["BACKEND"] == "storages.backends.s3.S3Storage"
    options = found["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"], options["region_name"]) == (
        "concord", "https://store.example", "nl-1",
    )  # fmt: skip
    assert (options["default_acl"], options["querystring_auth"], options["file_overwrite"]) == (None, True, False)
    assert "location" not in options
    pytest.importorskip("storages", reason="the extra s3 is not installed")
    storage = StorageHandler({"files": found})["files"]
    assert (storage.bucket_name, storage.file_overwrite) == ("concord", False)  # type: ignore[attr-defined]


def test_any_other_storage_is_an_entry_of_its_own_and_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    assert entry(monkeypatch, FILES_STORAGE=json.dumps(own), FILES_S3_BUCKET="concord") == own
