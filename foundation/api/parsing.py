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


# what is written as text in JSON, which the framework would also take as a number
TEXTS = (serializers.CharField, serializers.ChoiceField, serializers.DateField, serializers.UUIDField)
NO_TEXT = "Give text, between quotation marks."


class Input(serializers.Serializer):
    """Input that knows its fields: another name is an error, and so is a number where text belongs.

    So nothing is silently ignored, or taken for what nobody wrote.
    """

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            wrong: dict[str, Any] = {name: ["There is no such field."] for name in data if name not in self.fields}
            for name in data.keys() - wrong.keys():
                if found := _no_text(self.fields[name], data[name]):
                    wrong[name] = found
            if wrong:
                raise serializers.ValidationError(wrong)
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


def _no_text(field: serializers.Field, value: Any) -> Any:
    """Return what is wrong with a value that is no text where text belongs, in a list by its place in it."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        found = {number: _no_text(field.child, each) for number, each in enumerate(value)}
        return {number: wrong for number, wrong in found.items() if wrong}
    if isinstance(field, TEXTS) and value is not None and not isinstance(value, str):
        return [NO_TEXT]
    return None


class Moment(serializers.DateTimeField):
    """A time in ISO 8601, in UTC, with its Z."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)
