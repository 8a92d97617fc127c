"""The retries of each test."""

import pytest

from tests.fakes import FakeClock
from tests.slack.boundary.fakes import Tries


@pytest.fixture
def tries(clock: FakeClock) -> Tries:
    return Tries(clock)
