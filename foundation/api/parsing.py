"""What the API takes: JSON in UTF-8 (RFC 8259) of a bounded size, and fields that it knows."""

import json
from collections.abc import Mapping
from datetime import UTC
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from foundation.api.problems import TooLarge


class JSONBody(BaseParser):
    """Reads a JSON body; whatever cannot be one is the caller's mistake, never our defect."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge(f"The body is larger than {most} bytes.")
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_no_constants)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError("The body is not JSON in UTF-8, or is nested too deeply.") from error


def _no_constants(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class Input(serializers.Serializer):
    """Input that knows its fields: another name is an error, so that nothing is silently ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)

    @classmethod
    def of_query(cls, request: Request) -> dict[str, Any]:
        """Return what stands in an address, checked.

        Raises:
            ValidationError: a parameter is unknown or wrong: ignored, it would widen the answer.
        """
        return cls._checked(request.query_params.dict())

    @classmethod
    def of_body(cls, request: Request, **options: Any) -> dict[str, Any]:
        """Return what a body says, checked."""
        return cls._checked(request.data, **options)

    @classmethod
    def _checked(cls, data: Any, **options: Any) -> dict[str, Any]:
        parsed = cls(data=data, **options)
        parsed.is_valid(raise_exception=True)
        return parsed.validated_data


class Moment(serializers.DateTimeField):
    """A time in ISO 8601, in UTC, with its Z."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)
