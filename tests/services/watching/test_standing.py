"""What is told of the log, of unsent messages and of audits agrees with the database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services import notices
from bot.services.deps import Deps
from bot.services.watching.standing import LogStanding, Unsent, standing_of
from storage.models import Agent, DigestRun, EvidenceCheckpoint, EvidenceLeaf, EvidenceLog
from storage.queries import messages
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import sequence_all

pytestmark = pytest.mark.both_engines
A_WAIT = timedelta(minutes=7, microseconds=250_001)


@pytest.fixture
def deps(acme: SampleOrganisation) -> Deps:
    """A process that sends nothing by itself."""
    return replace(acme.deps, has_news=lambda _deps: None)


def put(acme: SampleOrganisation, deps: Deps, later: timedelta = timedelta(0), lasts: timedelta | None = None) -> None:
    with deps.unit_of_work() as uow:
        reader = uow.session.get_one(Agent, acme.alice.agent_id)
        at, told = acme.clock(), {"because": "held", "name": "Grace"}
        notices.tell(uow.session, [reader], "card_withdrawn", at, told, lasts=lasts, not_before=at + later)


def test_only_messages_that_are_due_are_unsent(acme: SampleOrganisation, deps: Deps) -> None:
    assert standing_of(deps).unsent == Unsent(0, 0.0)
    put(acme, deps)
    put(acme, deps, later=timedelta(hours=1))
    put(acme, deps, lasts=timedelta(minutes=1))
    acme.clock.now += A_WAIT
    assert standing_of(deps).unsent == Unsent(1, A_WAIT.total_seconds())


def test_the_log_is_signed_and_verified_until_something_of_it_changes(acme: SampleOrganisation, deps: Deps) -> None:
    assert standing_of(deps).log is None
    acme.add_contacts(3)
    sequence_all(deps, acme.organisation_id)
    sound = standing_of(deps).log
    assert sound is not None
    assert (sound.position, sound.at) == (len(acme.all(EvidenceLeaf)), acme.clock())
    assert (sound.is_signed, sound.is_verified, sound.waiting_rows, sound.is_late) == (True, True, 0, False)
    leaf = acme.all(EvidenceLeaf)[1]
    acme.change(EvidenceLeaf, leaf.id, hashed=b"\x01" * 32)
    assert standing_of(deps).log == replace(sound, is_verified=False)
    acme.change(EvidenceLeaf, leaf.id, hashed=leaf.hashed)
    [head] = acme.all(EvidenceLog)
    acme.change(EvidenceLog, head.id, public_key=b"\x07" * 32)
    assert standing_of(deps).log == replace(sound, is_signed=False)
    acme.change(EvidenceLog, head.id, public_key=b"short")
    assert standing_of(deps).log == LogStanding()
    acme.change(EvidenceLog, head.id, public_key=head.public_key)
    acme.change(EvidenceCheckpoint, acme.all(EvidenceCheckpoint)[-1].id, note="no note")
    assert standing_of(deps).log == LogStanding()


def test_the_newest_audit_of_each_team_counts(acme: SampleOrganisation, deps: Deps) -> None:
    def put_digest(team: int | None, on: date, **broken: int) -> None:
        checks = [{"name": name, "broken": count, "details": ["Grace"]} for name, count in broken.items()]
        content = {"audit": checks} if broken else {}
        acme.put(DigestRun(organisation_id=acme.organisation_id, team_id=team or 0, on_date=on, content=content))

    today = acme.clock().date()
    put_digest(acme.energy.id, today - timedelta(days=2), late=5)
    put_digest(acme.energy.id, today - timedelta(days=1), late=1, hours=0)
    put_digest(acme.energy.id, today)  # not built yet
    put_digest(acme.water.id, today - timedelta(days=3), late=2)
    with deps.unit_of_work() as uow:
        messages.looked_at(uow.session, acme.organisation_id, acme.clock())
    audit = standing_of(deps).audit
    assert (audit.looked_until, audit.digest_on) == (acme.clock(), today - timedelta(days=1))
    assert audit.broken == {"late": 3, "hours": 0}
