"""Fixtures for tests of the import."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.services.deps import Deps
from bot.services.ports import Notifier
from bot.services.setup import plan
from policy import Rulebook
from storage.database import UnitsOfWork
from tests.services.import_stage import CAMPAIGN, NOW, SETUP, Lists


@pytest.fixture
def lists(engine: Engine, rulebook: Rulebook, tmp_path: Path) -> Lists:
    """Campaigns "Energy switch" and "Boiler care", on a Monday morning."""
    notifier: Notifier = None  # type: ignore[assignment]  # nothing here speaks to anybody
    deps = Deps(lambda: NOW, UnitsOfWork(engine), lambda: rulebook, notifier)
    file = tmp_path / "setup.toml"
    file.write_text(SETUP + CAMPAIGN.format("Energy switch") + CAMPAIGN.format("Boiler care"))
    plan.apply(deps, plan.read_setup(file))
    return Lists(deps, tmp_path)
