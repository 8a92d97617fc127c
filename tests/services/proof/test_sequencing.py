"""What was committed comes into the log once, in whichever order it became visible, and the log never forks."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from threading import Thread

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot.services.proof import notes, sequencing
from bot.services.proof.proving import Proving
from policy.vocabulary import Outcome, SuppressionSource
from storage.log import heads, leaf_text, merkle, rows, tree
from storage.log.merkle import leaf_hash
from storage.log.rows import SALT
from storage.log.statements import BY_NAME, STATED
from storage.models import (
    Attempt,
    EvidenceChange,
    EvidenceCheckpoint,
    EvidenceLeaf,
    EvidenceLog,
    Lease,
    Organisation,
    Screening,
    Suppression,
)
from tests.fakes import SampleOrganisation
from tests.rows import a_screening, a_stop
from tests.services.proof.logs import is_included, root_of, sequence_all
from tests.services.stage import Stage

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def _sequence(stage: Stage) -> list[EvidenceLeaf]:
    """Everything that waits; the whole log afterwards."""
    sequence_all(stage.deps, stage.organisation_id)
    return _leaves(stage)


def _leaves(stage: Stage) -> list[EvidenceLeaf]:
    return sorted(stage.rows(EvidenceLeaf), key=lambda one: one.number)


def _stop(stage: Stage, number: str = "+442079460001") -> Suppression:
    return stage.add(a_stop(stage, stage.now, number=number, note="said: never again"))


def test_a_call_stands_in_the_log_with_its_lease_decision_and_outcome(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, stage.now, Outcome.NO_ANSWER)
    found = {(one.table_name, one.row_id) for one in _sequence(stage) if one.kind == "row"}
    assert {("attempt", attempt.id), ("lease", attempt.lease_id)} <= found
    assert {"organisation", "team", "agent", "campaign", "decision", "outcomerecord"} <= {table for table, _ in found}


def test_the_tree_is_that_of_the_rfc_and_each_checkpoint_is_signed(stage: Stage) -> None:
    for _ in range(3):
        _stop(stage)
        _sequence(stage)
    leaves = _leaves(stage)
    assert [one.number for one in leaves] == list(range(len(leaves)))
    hashes = [leaf_hash(one.said.encode()) for one in leaves]
    assert [one.hashed for one in leaves] == hashes
    with stage.units(is_read_only=True) as uow:
        head = heads.head_of(uow.session, stage.organisation_id)
    assert head is not None
    assert head.size == len(leaves)
    key = notes.PublicKey(head.origin, head.public_key)
    checkpoints = stage.rows(EvidenceCheckpoint)
    assert len(checkpoints) == 3
    for one in checkpoints:
        said = notes.verify(one.note, key)
        assert (said.size, said.root) == (one.size, root_of(hashes[: one.size]))


def test_nothing_is_said_twice_and_nothing_new_writes_nothing(stage: Stage) -> None:
    _stop(stage)
    first = _sequence(stage)
    assert sequencing.sequence_due(stage.deps) == 0
    assert _leaves(stage) == first
    assert len(stage.rows(EvidenceCheckpoint)) == 1
    rows_said = [(one.table_name, one.row_id) for one in first if one.kind == "row"]
    assert len(rows_said) == len(set(rows_said))


def test_each_change_is_a_new_leaf_and_what_only_goes_on_is_none(stage: Stage) -> None:
    stop, contact = _stop(stage), stage.contact()
    lease = stage.lease(contact, stage.alice, stage.now)
    before = len(_sequence(stage))
    stage.change(lease, leased_until=stage.now + timedelta(hours=2))
    assert len(_sequence(stage)) == before
    stage.change(stop, withdrawn_at=stage.now, withdrawn_because="undone")
    stage.change(lease, ended_at=stage.now, ended_because="released")
    more = _sequence(stage)[before:]
    assert [(one.table_name, one.row_id) for one in more] == [("lease", lease.id), ("suppression", stop.id)]
    assert json.loads(more[1].said)["statement"]["is"]["withdrawn_because"] == "undone"
    assert stage.rows(EvidenceChange) == []


def test_every_watched_column_of_every_table_has_its_trigger(stage: Stage) -> None:
    """Asked of the database: what the program calls a statement and what the triggers watch are read by one list."""
    with stage.units(is_read_only=True) as uow:
        connection = uow.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        asked = (
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
            if is_sqlite
            else "SELECT c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal"
        )
        found = {table: said for table, said in connection.exec_driver_sql(asked).all() if "evidence" in said}
    for stated in STATED:
        said = found.get(stated.name, "")
        for column in (*stated.changing, *stated.sealed):
            assert re.search(rf'OLD\."?{column}\b.*NEW\."?{column}\b', said, re.IGNORECASE), f"{stated.name}.{column}"
        for column in (*stated.fixed, *stated.left):
            assert not re.search(rf'OLD\."?{column}\b', said, re.IGNORECASE), f"{stated.name}.{column}"


def test_only_leaves_with_sealed_columns_have_salts(stage: Stage) -> None:
    _stop(stage)
    stage.call(stage.contact(), stage.alice, stage.now, Outcome.NO_ANSWER)
    waiting = len(_leaves(stage))
    assert sequence_all(stage.deps, stage.organisation_id) == len(_leaves(stage)) - waiting
    for leaf in _leaves(stage):
        rows_in_it = len(leaf_text.rows_in_bundle(leaf.said)) if leaf.kind == "rows" else 1
        assert len(leaf.salts) == (SALT * rows_in_it if BY_NAME[leaf.table_name].sealed else 0)


def test_a_change_by_plain_sql_is_seen_too(stage: Stage) -> None:
    stop = _stop(stage)
    before = len(_sequence(stage))
    with stage.units() as uow:
        uow.session.execute(text("UPDATE suppression SET withdrawn_because = 'quietly'"))
    [leaf] = _sequence(stage)[before:]
    assert (leaf.table_name, leaf.row_id) == ("suppression", stop.id)


def test_personal_columns_are_only_committed_to(stage: Stage) -> None:
    stop = _stop(stage)
    leaves = _sequence(stage)
    said = "".join(one.said for one in leaves)
    assert stop.number not in said
    assert "never again" not in said
    assert stage.rows(Organisation)[0].erasure_key not in said.split() or not stage.rows(Organisation)[0].erasure_key


def test_nobody_finds_a_number_by_its_hash_though_there_are_few_numbers(stage: Stage) -> None:
    """Two leaves about one number have nothing in common, nor does a leaf with what anybody can work out."""
    numbers = [_stop(stage).number for _ in range(2)]
    with stage.units() as uow:
        for serial in (1, 1):
            uow.session.add(_screening(stage, serial))
    said = [json.loads(one.said) for one in _sequence(stage) if one.table_name in ("suppression", "screening")]
    sealed = [one["statement"]["sealed"]["number"] for one in said]
    assert len(set(sealed)) == len(sealed) == 4
    for salt in (b"", rows.ERASED_SALT):
        key = rows.column_key(salt, "number")
        assert sha256(key + str(numbers[0]).encode()).hexdigest() not in sealed


def test_a_row_is_proved_with_what_opens_its_personal_columns(stage: Stage) -> None:
    stop = _stop(stage)
    _sequence(stage)
    with stage.units(is_read_only=True) as uow:
        proving = Proving(uow.session, stage.organisation_id)
        [proof] = proving.prove("suppression", stop.id or 0)
        assert proving.published is not None
        published = proving.published
    assert is_included(proof.number, published.size, leaf_hash(proof.leaf), proof.path, published.root)
    assert {one.column: one.text for one in proof.openings} == {"number": stop.number, "note": stop.note}
    sealed = json.loads(proof.leaf)["statement"]["sealed"]
    for one in proof.openings:
        assert sha256(one.key + one.text.encode()).hexdigest() == sealed[one.column]


def test_many_rows_at_once_are_bundled_and_each_is_proved(stage: Stage) -> None:
    with stage.units() as uow:
        for serial in range(600):
            uow.session.add(_screening(stage, serial))
    bundles = [one for one in _sequence(stage) if one.table_name == "screening"]
    assert [one.kind for one in bundles] == ["rows"] * 3
    chosen = stage.rows(Screening)[300]
    with stage.units(is_read_only=True) as uow:
        proving = Proving(uow.session, stage.organisation_id)
        [proof] = proving.prove("screening", chosen.id or 0)
        assert proving.published is not None
        root, size = proving.published.root, proving.published.size
    assert is_included(proof.number, size, leaf_hash(proof.leaf), proof.path, root)
    [said] = [one for one in json.loads(proof.leaf)["rows"] if one[0] == chosen.id]
    assert said[1] == sha256(proof.statement).hexdigest()
    assert [one.text for one in proof.openings] == [chosen.number]


def _screening(stage: Stage, serial: int) -> Screening:
    return a_screening(stage, f"+44207946{serial:04d}", stage.now)


@pytest.mark.long
def test_proofs_reach_across_kept_nodes(stage: Stage) -> None:
    for _ in range(3):
        with stage.units() as uow:
            for _ in range(200):
                uow.session.add(_screening(stage, 1))
        _sequence(stage)
    leaves = _leaves(stage)
    assert len(leaves) > 600
    hashes = [one.hashed for one in leaves]
    with stage.units(is_read_only=True) as uow:
        kept = tree.Tree(uow.session, stage.organisation_id)
        for number in (0, 255, 256, 511, 600, len(leaves) - 1):
            path = merkle.inclusion_path(number, len(leaves), kept.subtree)
            assert is_included(number, len(leaves), hashes[number], path, root_of(hashes))


@pytest.mark.long
def test_two_bots_at_once_never_fork_the_log(stage: Stage) -> None:
    others = [replace(stage.deps) for _ in range(3)]
    _sequence(stage)
    for serial in range(5):
        for _ in range(10):
            _stop(stage, f"+4420794611{serial:02d}")
        bots = [Thread(target=sequencing.sequence_due, args=(one,)) for one in others]
        for bot in bots:
            bot.start()
        for bot in bots:
            bot.join(60)
    leaves = _sequence(stage)
    assert [one.number for one in leaves] == list(range(len(leaves)))
    said = [one.row_id for one in leaves if one.table_name == "suppression"]
    assert sorted(said) == sorted(one.id or 0 for one in stage.rows(Suppression))
    sizes = [one.size for one in sorted(stage.rows(EvidenceCheckpoint), key=lambda one: one.size)]
    assert all(one < other for one, other in pairwise(sizes))


def test_a_turn_that_another_bot_had_meanwhile_writes_nothing(stage: Stage) -> None:
    _sequence(stage)
    _stop(stage)
    head, found = sequencing._find(stage.deps, stage.organisation_id)
    assert found is not None
    _sequence(stage)
    before = _leaves(stage)
    assert sequencing._write(stage.deps, head, found) == 0
    assert _leaves(stage) == before


def test_ids_that_become_visible_late_are_not_lost(stage: Stage) -> None:
    """As on PostgreSQL, where a transaction may commit after another that took a later id."""
    if stage.units(is_read_only=True).__enter__().session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite commits in the order of ids")
    first = stage.units().__enter__()
    first.session.add(_screening(stage, 1))
    first.session.flush()
    stage.add(_screening(stage, 2))
    _sequence(stage)
    stage.acme.clock.tick(minutes=30)
    stage.add(_screening(stage, 3))
    _sequence(stage)
    first.__exit__(None, None, None)
    _sequence(stage)
    said = sorted(one.row_id for one in _leaves(stage) if one.table_name == "screening")
    assert said == sorted(one.id or 0 for one in stage.rows(Screening))
    stage.acme.clock.tick(minutes=30)
    stage.add(_screening(stage, 4))
    _sequence(stage)
    [head] = stage.rows(EvidenceLog)
    assert head.marks["screening"]["gaps"] == []


def test_rows_read_alike_on_both_engines(stage: Stage) -> None:
    """What a leaf says of a row does not depend on the database."""
    attempt = stage.call(stage.contact(), stage.alice, stage.now, Outcome.NO_ANSWER)
    with stage.units(is_read_only=True) as uow:
        [row] = rows.these(uow.session, BY_NAME["attempt"], stage.organisation_id, [attempt.id or 0])
        [team] = rows.these(uow.session, BY_NAME["team"], stage.organisation_id, [stage.energy.id or 0])
        [campaign] = rows.these(uow.session, BY_NAME["campaign"], stage.organisation_id, [stage.campaign.id or 0])
        for stated in STATED:
            rows.after(uow.session, stated, stage.organisation_id, 0, 10)
    assert row.said["opened_at"] == attempt.opened_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    assert row.said["outcome"] == "no_answer"
    assert row.personal == {"number": attempt.number}
    assert team.said["digest_at"] == stage.energy.digest_at.strftime("%H:%M:%S.%f")
    assert campaign.said["is_active"] is True


def test_the_leases_and_attempts_of_another_organisation_are_not_in_this_log(stage: Stage) -> None:
    other = stage.add(Organisation(slack_team_id="T2", name="Other"))
    stage.add(
        Suppression(
            organisation_id=other.id or 0, number="+442079460009", source=SuppressionSource.REQUEST, since=stage.now
        )
    )
    ours = _stop(stage)
    sequencing.sequence_due(stage.deps)
    with stage.units(is_read_only=True) as uow:
        by_log = {
            owner: {(leaf.table_name, leaf.row_id) for leaf in uow.session.exec(
                select(EvidenceLeaf).where(col(EvidenceLeaf.organisation_id) == owner))}
            for owner in (stage.organisation_id, other.id or 0)
        }  # fmt: skip
    assert ("suppression", ours.id) in by_log[stage.organisation_id]
    assert len([one for one in by_log[other.id or 0] if one[0] == "suppression"]) == 1
    assert not by_log[stage.organisation_id] & by_log[other.id or 0]
    assert stage.rows(Attempt) == [] == stage.rows(Lease)
