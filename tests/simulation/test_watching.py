"""The watch over a simulated centre is awake: what is broken on purpose is found, and told in a short story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services.calls import statements
from bot.services.deciding.decisions import Decided, cache_verdict
from policy.vocabulary import Verdict
from storage.models import Contact
from tests.simulation.chapters import Broken, SqliteFile, Stage, run, two_bots
from tests.simulation.rules import versions
from tests.simulation.shrinking import Shrinker


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    database = SqliteFile(tmp_path)
    database.renew()
    with two_bots(database) as bots:
        yield Stage(database, bots, tmp_path, versions(tmp_path))


@pytest.mark.night
def test_it_finds_a_stop_that_is_not_kept_and_tells_it_in_a_few_steps(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "suppressions", lambda *_: ())  # what was said in a call stops nobody
    with pytest.raises(Broken) as broken:
        run(stage, 1, 1_000)
    found = broken.value
    steps = found.chapter.steps[: found.play.done + 1]
    short = Shrinker(stage, found.chapter, found.violation.kind, 60.0).shrink(steps, found.play.moments)
    assert short is not None
    assert short.violation.kind == found.violation.kind
    assert len(short.steps) <= 12, "\n".join(short.story)


@pytest.mark.night
def test_it_finds_a_contact_that_a_call_leaves_open(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps = "bot.services.deciding.refresh.cache_verdict"
    monkeypatch.setattr(keeps, lambda deps, one: not _is_locked(one) and cache_verdict(deps, one))
    with pytest.raises(Broken, match="window does not hold"):
        run(stage, 1, 300)


def _is_locked(decided: Decided[Contact]) -> bool:
    return decided.decision.verdict is Verdict.LOCKED
