"""The statement that the database was put back: with what waited for the log, so that it hides and accuses nothing."""

from dataclasses import replace

import pytest

from bot.services.answers.evidence.checks import Verification
from bot.services.deps import Kept
from bot.services.ports import InMemory
from bot.services.proof import notes, put_back, verify
from policy.vocabulary import Outcome
from storage.models import EvidenceLog
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import sequence_all
from tests.services.stage import Stage

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def _put_back(stage: Stage, witness: InMemory) -> list[put_back.Restoration]:
    with stage.units() as uow:
        return put_back.state_restoration(
            uow.session, witness, stage.deps.log_keys, stage.now, "command line", "ab" * 32
        )


def _verified(stage: Stage) -> Verification:
    found = verify(stage.deps, stage.organisation_id)
    assert found is not None
    return found


def test_what_waited_in_the_backup_comes_with_the_statement_and_is_not_dated_back(stage: Stage) -> None:
    """A turn of its own for the statement would end quietly, hours after the calls that still wait."""
    sequence_all(stage.deps, stage.organisation_id)
    stage.acme.clock.tick(minutes=20)
    stage.call(stage.contact(), stage.alice, stage.now, Outcome.NO_ANSWER)
    stage.acme.clock.tick(minutes=120)
    [done] = _put_back(stage, InMemory())
    found = _verified(stage)
    assert (found.found, found.waiting, found.restored) == ((), 0, 1)
    [said] = found.put_back
    assert (said.leaf, said.by, said.backup, said.had) == (done.leaf, "command line", done.leaf, done.leaf)
    stage.acme.clock.tick(minutes=120)
    stage.call(stage.contact(), stage.alice, stage.now, Outcome.NO_ANSWER)
    sequence_all(stage.deps, stage.organisation_id)
    assert _verified(stage).found == ()


def test_ids_that_were_passed_over_before_the_backup_are_looked_for_no_more(stage: Stage) -> None:
    """They wait for transactions of another server, whose numbers mean nothing here."""
    sequence_all(stage.deps, stage.organisation_id)
    [head] = stage.rows(EvidenceLog)
    marks = {**head.marks, "attempt": {"to": 5, "gaps": [[2, 4, 1, 10**12]]}}
    stage.change(head, marks=marks)
    _put_back(stage, InMemory())
    [head] = stage.rows(EvidenceLog)
    assert head.marks["attempt"] == {"to": 5, "gaps": []}
    assert all(one["gaps"] == [] for one in head.marks.values())


def test_lost_checkpoint_that_was_kept_outside_is_named_and_no_bot_names_it_again(stage: Stage) -> None:
    witness = InMemory()
    deps = replace(stage.deps, witness=witness)
    sequence_all(deps, stage.organisation_id)
    [head] = stage.rows(EvidenceLog)
    lost = _as_if_longer(stage, head, witness)
    [done] = _put_back(stage, witness)
    assert done.had == lost
    for _ in range(3):
        sequence_all(replace(deps, kept=Kept()), stage.organisation_id)
    assert _verified(stage).restored == 1
    witness.keep(done.origin, done.note)
    stage.acme.clock.tick(minutes=1)
    sequence_all(replace(deps, kept=Kept()), stage.organisation_id)
    assert _verified(stage).restored == 1


def _as_if_longer(stage: Stage, head: EvidenceLog, witness: InMemory) -> int:
    """The witness knows a checkpoint that this database does not have."""
    witness.keep(
        head.origin, notes.sign(notes.Checkpoint(head.origin, head.size + 7, bytes(32)), *stage.deps.log_keys.kept())
    )
    return head.size + 7


def test_where_the_key_is_not_here_a_new_one_signs_and_the_log_says_so(stage: Stage) -> None:
    sequence_all(stage.deps, stage.organisation_id)
    stage.deps.log_keys.drop(*stage.deps.log_keys.kept())
    [done] = _put_back(stage, InMemory())
    found = _verified(stage)
    assert (done.had_key, found.found, found.restored, [one.is_lost for one in found.key_changes]) == (
        False,
        (),
        1,
        [True],
    )


def test_a_backup_from_before_the_key_lay_outside_is_handed_over(stage: Stage) -> None:
    sequence_all(stage.deps, stage.organisation_id)
    [head], [private] = stage.rows(EvidenceLog), stage.deps.log_keys.kept()
    stage.change(head, private_key=private, public_key=b"")
    stage.deps.log_keys.drop(private)
    [done] = _put_back(stage, InMemory())
    [head] = stage.rows(EvidenceLog)
    assert (done.had_key, head.private_key, len(stage.deps.log_keys.kept())) == (True, b"", 1)
    found = _verified(stage)
    assert (found.found, [one.is_lost for one in found.key_changes]) == ((), [False])
