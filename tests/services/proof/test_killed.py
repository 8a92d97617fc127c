"""Bots that are killed at any moment while they sequence lose nothing, repeat nothing, and leave one tree."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from bot.services.proof import sequencing, verify
from policy.vocabulary import SuppressionSource
from storage.models import EvidenceLeaf, Organisation, Suppression
from tests.fakes import SampleOrganisation

pytestmark = [pytest.mark.both_engines, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[3]
KILLS = 6
PATIENCE_S = 60
SEED = 7


@contextmanager
def _bot(url: str) -> Iterator["subprocess.Popen[str]"]:
    arguments = [sys.executable, "-m", "tests.services.proof.sequencing_process", url]
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def _stops(acme: SampleOrganisation, count: int) -> None:
    with acme.units() as uow:
        for serial in range(count):
            uow.session.add(
                Suppression(
                    organisation_id=acme.organisation_id,
                    number=f"+4420794{serial:05d}",
                    source=SuppressionSource.REQUEST,
                    since=acme.clock.now,
                )
            )


def _leaves(acme: SampleOrganisation) -> int:
    return len(acme.all(EvidenceLeaf))


def test_kills_while_sequencing_lose_and_repeat_nothing(acme: SampleOrganisation, database: str) -> None:
    chance = random.Random(SEED)
    for kill in range(KILLS):
        _stops(acme, 120)
        with _bot(database), _bot(database) if kill % 2 else _nothing():
            before, until = _leaves(acme), monotonic() + PATIENCE_S
            while _leaves(acme) == before and monotonic() < until:
                _stops(acme, chance.randrange(1, 40))
            _stops(acme, 90)
            sleep(chance.uniform(0, 0.05))  # at any moment of a turn
    sequencing.sequence_all(acme.deps, acme.organisation_id)
    found = verify(acme.deps, acme.organisation_id)
    assert found is not None
    assert (found.found, found.waiting) == ((), 0)
    leaves = sorted(acme.all(EvidenceLeaf), key=lambda one: one.number)
    assert [one.number for one in leaves] == list(range(len(leaves)))
    said = sorted(
        row for one in leaves if one.table_name == "suppression" for row in range(one.row_id, one.last_row_id + 1)
    )
    assert said == sorted(one.id or 0 for one in acme.all(Suppression))
    assert acme.all(Organisation)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
