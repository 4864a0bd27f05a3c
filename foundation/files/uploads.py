"""How much one request may send. Asked before the first byte of it is kept anywhere."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# more than the largest file, so that one that is somewhat too large is refused in words, at its field
MOST_OF_A_REQUEST = 30_000_000


class BoundedUploads(FileUploadHandler):
    """Refuses what no form takes; what it lets through, the handlers after it keep."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_OF_A_REQUEST:
            raise RequestDataTooBig("The body of this request is larger than any form takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
