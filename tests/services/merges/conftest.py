"""The stage of Ann and Ben, afresh for each test."""

from pathlib import Path

import pytest

from tests.fakes import SampleOrganisation
from tests.services.merges.stage import Stage


@pytest.fixture
def stage(acme: SampleOrganisation, tmp_path: Path) -> Stage:
    return Stage(acme, tmp_path)
