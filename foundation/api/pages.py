"""Lists by cursor: a page begins after the last row of the one before, so that nothing is skipped or counted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import models
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.parsing import Input
from foundation.api.problems import InvalidCursor

USUAL, MOST = 50, 200


class PageQuery(Input):
    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=USUAL, help_text=f"How many at most, 1 to {MOST}."
    )
    cursor = serializers.CharField(
        max_length=1000, required=False, help_text="From `next` of the page before; opaque, made for this list alone."
    )


def read_cursor(kind: str, query: Mapping[str, Any]) -> dict[str, str]:
    """Return the place that a query's cursor stands for; empty without one.

    Raises:
        InvalidCursor: it was not made here, or was made for another list.
    """
    if "cursor" not in query:
        return {}
    try:
        return dict(_signer(kind).unsign_object(query["cursor"]))
    except signing.BadSignature as error:
        raise InvalidCursor from error


def make_cursor(kind: str, **place: str) -> str:
    """Return a cursor for a place. It is signed, not secret: put nothing in it that the reader may not know."""
    return _signer(kind).sign_object(place)


def _signer(kind: str) -> signing.Signer:
    # without a time: the same page has the same cursor, and so the same ETag
    return signing.Signer(salt=f"api.cursor.{kind}")


def respond(request: Request, results: Any, cursor: str | None, **more: Any) -> Response:
    """Return a page.

    Args:
        results: the rows, as data.
        cursor: of the next page; None on the last one.
        more: further members of the body.
    """
    following = None
    headers = {}
    if cursor is not None:
        parameters = request.query_params.copy()
        parameters["cursor"] = cursor
        following = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
        headers["Link"] = f'<{following}>; rel="next"'
    return Response({"results": results, "next": following, **more}, headers=headers)


def records(
    rows: models.QuerySet, query: Mapping[str, Any], *, after: str | None
) -> tuple[list[models.Model], str | None]:
    """Return a page of records in the order of their public ids, which is that of their making.

    Args:
        rows: narrowed to what the actor sees.
        query: with `limit`.
        after: the public id of the last record of the page before.

    Returns:
        The page, and its last record's public id if more follow.
    """
    if after is not None:
        rows = rows.filter(public_id__gt=UUID(after))
    limit = query["limit"]
    page = list(rows.order_by("public_id")[: limit + 1])
    return page[:limit], str(page[limit - 1].public_id) if len(page) > limit else None
