"""Eight agents in two processes work the same lists on PostgreSQL: no double lease, and no false "nothing to call"."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine

from policy.vocabulary import LeaseEnd
from storage.models import Attempt, DecisionRecord, Lease, OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.orphans import orphans

ROOT = Path(__file__).resolve().parents[3]
ROUNDS, AGENTS = 12, 8


pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    """Two campaigns of one team; some of their contacts are the same person or share a number."""
    second = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    for serial in range(60):
        first = acme.add_contact()
        person = acme.add_person("Twice on the lists", first.number or "") if serial % 3 else None
        acme.add_contact(campaign=second, number=first.number or "" if serial % 2 else "", person=person)
    return acme


@pytest.mark.night
def test_no_contact_person_or_number_goes_to_two_agents(acme: SampleOrganisation, engine: Engine) -> None:
    url, agents = (
        engine.url.render_as_string(hide_password=False),
        [actor.agent_id for actor in acme.add_crowd(AGENTS)],
    )
    crowd = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.crowd", url, str(ROUNDS), *map(str, half)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for half in (agents[::2], agents[1::2])
    ]
    seen: Counter[str] = Counter()
    for process in crowd:
        said, faults = process.communicate(timeout=300)
        assert process.returncode == 0, faults[-2000:]
        seen.update(json.loads(said))
    print(dict(seen))
    assert seen["handed_out"] == ROUNDS * AGENTS * 3
    assert (seen["doubles"], seen["short"]) == (0, 0)
    ends = Counter(lease.ended_because for lease in acme.all(Lease))
    assert ends == {LeaseEnd.RELEASED: seen["handed_out"] - seen["calls"], LeaseEnd.OUTCOME: seen["calls"]}
    assert len(acme.all(Attempt)) == len(acme.all(OutcomeRecord)) == seen["calls"]
    assert seen["calls"] > 0
    with acme.units(is_read_only=True) as uow:
        assert orphans(uow.session, Lease, DecisionRecord) == 0
