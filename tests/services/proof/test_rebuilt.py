"""Who writes to the database can rebuild the whole log, key and all: what left the building before does not fit it."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from bot.services.answers.evidence.checks import Fault, Tampering
from bot.services.proof import notes, verify
from storage.log import heads, merkle
from storage.models import Attempt, EvidenceCheckpoint, EvidenceLeaf, EvidenceNode
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import root_of, sequence_all
from tests.services.stage import MINUTE, Stage

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    """Three calls by Alice, each with checkpoints of its own."""
    made = Stage(acme)
    for _ in range(3):
        made.call(made.contact(), made.alice, made.now)
        sequence_all(made.deps, made.organisation_id)
        made.now += MINUTE
    return made


def _found(stage: Stage, *against: str) -> tuple[Tampering, ...]:
    told = verify(stage.deps, stage.organisation_id, against)
    assert told is not None
    return told.found


def _checkpoints(stage: Stage) -> list[EvidenceCheckpoint]:
    return sorted(stage.rows(EvidenceCheckpoint), key=lambda one: one.size)


def _say_it_was_bob(stage: Stage) -> int:
    """The second call was Bob's: in its row, its leaf, the leaf's hash and everything above. Returns the leaf's
    number."""
    attempt = stage.rows(Attempt)[1]
    before, after = f'"agent_id":{attempt.agent_id}', f'"agent_id":{stage.bob.id}'
    with stage.units() as uow:
        uow.session.execute(text(f"UPDATE attempt SET agent_id = {stage.bob.id} WHERE id = {attempt.id}"))
        uow.session.execute(text("DELETE FROM evidencechange"))
        asked = select(EvidenceLeaf).where(EvidenceLeaf.table_name == "attempt", EvidenceLeaf.row_id == attempt.id)
        leaf = uow.session.exec(asked).one()
        assert before in leaf.said
        leaf.said = leaf.said.replace(before, after)
        leaf.hashed = merkle.leaf_hash(leaf.said.encode())
        number = leaf.number
        uow.session.flush()
        head = heads.head_of(uow.session, stage.organisation_id)
        assert head is not None
        tree = merkle.Peaks()
        for one in uow.session.exec(select(EvidenceLeaf).order_by(text("number"))):
            tree.append(one.hashed)
        head.peaks = tree.stored
    return number


def _sign_anew(stage: Stage) -> None:
    """Every checkpoint, with the log's own key."""
    hashes = [one.hashed for one in sorted(stage.rows(EvidenceLeaf), key=lambda one: one.number)]
    with stage.units() as uow:
        head = heads.head_of(uow.session, stage.organisation_id)
        assert head is not None
        for one in uow.session.exec(select(EvidenceCheckpoint)):
            root = root_of(hashes[: one.size])
            one.note = notes.sign(notes.Checkpoint(head.origin, one.size, root), *stage.deps.log_keys.kept())


def test_a_rebuilt_tree_does_not_fit_the_signed_checkpoints(stage: Stage) -> None:
    sizes = [one.size for one in _checkpoints(stage)]
    number = _say_it_was_bob(stage)
    [found] = _found(stage)
    assert found.fault is Fault.CHECKPOINT
    assert (found.number, found.until) == (
        max((one for one in sizes if one <= number), default=0),
        min(one for one in sizes if one > number),
    )


@pytest.mark.long
def test_a_log_signed_anew_is_known_by_a_checkpoint_kept_elsewhere_alone(stage: Stage) -> None:
    kept = [one.note for one in _checkpoints(stage)]
    assert _found(stage, *kept) == ()
    number = _say_it_was_bob(stage)
    _sign_anew(stage)
    assert _found(stage) == ()
    for note in kept:
        size = notes.read(note).size
        forked = [(Fault.FORKED, size)] if size > number else []
        assert [(one.fault, one.number) for one in _found(stage, note)] == forked
        mark = " ".join(note.splitlines()[1:3])  # what a digest says
        assert [(one.fault, one.number) for one in _found(stage, mark)] == forked


def test_each_checkpoint_that_is_gone_is_named_by_its_size(stage: Stage) -> None:
    for one in _checkpoints(stage):
        with stage.units() as uow:
            uow.session.delete(uow.session.get_one(EvidenceCheckpoint, one.id))
        [found] = _found(stage)
        assert (found.fault, found.number, found.until) == (Fault.CHECKPOINT_REMOVED, one.size, None)
        stage.add(EvidenceCheckpoint(**one.model_dump()))
    assert _found(stage) == ()


def test_a_node_of_leaves_that_are_not_there_is_named(stage: Stage) -> None:
    stage.add(EvidenceNode(organisation_id=stage.organisation_id, level=2, number=3, hashed=bytes(32)))
    [found] = _found(stage)
    assert (found.fault, found.number, found.until) == (Fault.NODE, 3 * 65_536, 4 * 65_536)
