"""Bots that are killed at any moment while they sequence, and while the key changes, lose nothing, repeat nothing, and
leave one tree."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from bot.services.proof import signing, verify
from bot.wiring import KeyFile
from storage.models import EvidenceLeaf, Organisation, Suppression
from tests.fakes import SampleOrganisation
from tests.forks import Forks, is_alive
from tests.rows import a_stop
from tests.services.proof.logs import sequence_all

pytestmark = [pytest.mark.both_engines, pytest.mark.long]

KILLS = 2
PATIENCE_S = 120


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    started = Forks("tests.services.proof.sequencing_process")
    yield started
    started.stop()


@contextmanager
def _bots(forks: Forks, url: str, keys: Path, count: int) -> Iterator[None]:
    bots = [forks.fork(url=url, keys=str(keys)) for _ in range(count)]
    try:
        yield
    finally:
        for bot in bots:
            os.kill(bot, signal.SIGKILL)
        while any(map(is_alive, bots)):
            sleep(0.001)


def _stops(acme: SampleOrganisation, count: int) -> None:
    with acme.units() as uow:
        for serial in range(count):
            uow.session.add(a_stop(acme, acme.clock.now, number=f"+4420794{serial:05d}"))


def _leaves(acme: SampleOrganisation) -> int:
    return len(acme.all(EvidenceLeaf))


@pytest.mark.parametrize("seed", range(3))
def test_kills_while_sequencing_lose_and_repeat_nothing(
    acme: SampleOrganisation, database: str, forks: Forks, seed: int, tmp_path: Path
) -> None:
    chance, keys = random.Random(seed), tmp_path / "nextcall.key"
    ours = replace(acme.deps, log_keys=KeyFile(keys))
    for kill in range(KILLS):
        _stops(acme, 120)
        with _bots(forks, database, keys, 1 + kill % 2):
            before, until = _leaves(acme), monotonic() + PATIENCE_S
            while _leaves(acme) == before and monotonic() < until:
                _stops(acme, chance.randrange(1, 40))
            signing.change_key(ours, acme.organisation_id)
            _stops(acme, 90)
            sleep(chance.uniform(0, 0.05))  # at any moment of a turn
    sequence_all(ours, acme.organisation_id)
    found = verify(acme.deps, acme.organisation_id)
    assert found is not None
    assert (found.found, found.waiting, len(found.key_changes)) == ((), 0, KILLS)
    leaves = sorted(acme.all(EvidenceLeaf), key=lambda one: one.number)
    assert [one.number for one in leaves] == list(range(len(leaves)))
    said = sorted(
        row for one in leaves if one.table_name == "suppression" for row in range(one.row_id, one.last_row_id + 1)
    )
    assert said == sorted(one.id or 0 for one in acme.all(Suppression))
    assert acme.all(Organisation)
