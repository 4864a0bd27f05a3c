"""Where files lie that people add: a directory, an S3-compatible store, or any other storage of Django's."""

from pathlib import Path
from typing import Any

import environ


def files_storage(env: environ.Env, *, directory: Path) -> dict[str, Any]:
    """Return the entry `files` of Django's STORAGES.

    Args:
        env: `FILES_STORAGE` (an entry as JSON) comes first, then `FILES_S3_BUCKET`, then `FILES_DIR`.
        directory: where files lie if the environment says nothing.
    """
    given = env.json("FILES_STORAGE", default=None)
    if given:
        return dict(given)
    if bucket := env("FILES_S3_BUCKET", default=""):
        return _s3(env, bucket)
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env("FILES_DIR", default=str(directory)),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _s3(env: environ.Env, bucket: str) -> dict[str, Any]:
    """Keep files in a bucket that only the portal reads; who the portal is there, boto3's own environment says."""
    where = {
        "endpoint_url": env("FILES_S3_ENDPOINT", default=""),
        "region_name": env("FILES_S3_REGION", default=""),
        "location": env("FILES_S3_PREFIX", default=""),
    }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            **{name: value for name, value in where.items() if value},
            # the bucket's own rules: never readable by all
            "default_acl": None,
            "querystring_auth": True,
            # names are random: what is there is never written over
            "file_overwrite": False,
            "object_parameters": {"CacheControl": "no-store"},
        },
    }
