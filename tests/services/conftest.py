"""Fixtures for tests of the import, and for tests that count statements."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.services.deps import Deps
from bot.services.ports import Notifier
from bot.services.setup import plan
from policy import Rulebook
from storage.database.unit_of_work import UnitsOfWork
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


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement sent to a database, in order."""
    seen: list[str] = []

    def keep(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    yield seen
    event.remove(Engine, "before_cursor_execute", keep)
