"""What is refused thousands of times in a test is not kept: a line of the log holds its request, body and all."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def refusals_are_not_kept() -> Iterator[None]:
    """Defects are still logged, with their traceback."""
    loggers = [logging.getLogger(name) for name in ("django.request", "django.security")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
