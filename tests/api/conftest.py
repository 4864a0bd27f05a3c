import pytest
from django.core.cache import cache

from tests.api.client import Program
from tests.world import World


@pytest.fixture(autouse=True)
def nobody_guessed_before() -> None:
    cache.clear()


@pytest.fixture
def police(world: World) -> Program:
    """A program of the police with every scope."""
    return Program("client_police")


@pytest.fixture
def reader(world: World) -> Program:
    """A program of the municipality that may read memberships, no more."""
    return Program("client_reader")


@pytest.fixture
def nobody(world: World) -> Program:
    return Program()
