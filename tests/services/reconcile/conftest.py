"""The phones of the sample organisation."""

from pathlib import Path

import pytest

from tests.fakes import SampleOrganisation
from tests.services.reconcile.phones import Phones


@pytest.fixture
def phones(acme: SampleOrganisation, tmp_path: Path) -> Phones:
    return Phones(acme, tmp_path)
