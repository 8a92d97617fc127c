"""A cell that is no longer what it was is named, and blinds nothing: the other rows are compared all the same."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services.answers.evidence.checks import Fault, Tampering
from bot.services.evidence import proof_pack
from bot.services.privacy import erasing
from bot.services.proof import verify
from storage.models import Attempt, EvidenceLeaf, PersonalHours
from storage.models.proofs import weekdays
from tests.fakes import SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number
from tests.services.privacy.stage import admin_of
from tests.services.proof.filled import TAKES_MIN, filled
from tests.services.stage import Stage
from tests.workers import database_made_once


@pytest.fixture(scope="module")
def acme_file(acme_file: tuple[Path, bytes], pytestconfig: pytest.Config) -> tuple[Path, bytes]:
    path, rows = acme_file
    return database_made_once(pytestconfig, "filled", path, lambda url: filled(url, rows))


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    acme.clock.tick(minutes=TAKES_MIN)
    return Stage(acme)


OTHER = ("attempt", "principal", "'forged'")  # what must be named beside
CELLS = [
    ("personalhours", "blocked_days", "x'ff00'"),
    ("personalhours", "blocked_days", "CAST(x'ff31' AS TEXT)"),
    ("personalhours", "recorded_at", "'soon'"),
    ("override", "approved_at", "x'00'"),
    ("suppression", "number", "7"),
    ("suppression", "note", "x'c3'"),
    ("organisation", "terms_kept_since", "'never'"),
    ("organisation", "changes_kept_since", "'never'"),
    ("recordedchange", "after", "'['"),
    ("evidenceleaf", "salts", "'no salt'"),
    ("evidenceleaf", "salts", "x'00'"),
    ("evidenceleaf", "said", "x'00'"),
    ("evidenceleaf", "said", f"'{'[' * 50_000}'"),
    ("evidenceleaf", "hashed", "'no hash'"),
    ("evidenceleaf", "at", "'soon'"),
    ("evidenceleaf", "number", "'seven'"),
    ("evidenceleaf", "row_id", "'seven'"),
    ("evidencecheckpoint", "note", "x'00'"),
    ("evidencecheckpoint", "at", "'soon'"),
    ("evidencecheckpoint", "size", "'seven'"),
    ("evidencenode", "hashed", "'no hash'"),
    ("evidencelog", "peaks", "'no peaks'"),
    ("evidencelog", "marks", "'{'"),
    ("evidencelog", "marks", "'[7]'"),
    ("evidencelog", "marks", """'{"attempt": 7}'"""),
    ("evidencelog", "marks", """'{"attempt": {"to": 9, "gaps": [7]}}'"""),
    ("evidencelog", "begun_at", "'soon'"),
    ("evidencelog", "size", "'many'"),
    ("evidencelog", "origin", "x'ff'"),
]
ALONE = {  # run lines that no other does: every day
    ("evidencecheckpoint", "at", "'soon'"),
    ("evidenceleaf", "row_id", "'seven'"),
    ("evidencelog", "begun_at", "'soon'"),
    ("evidencelog", "marks", "'{'"),
    ("evidencenode", "hashed", "'no hash'"),
}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        pytest.param(*cell, id=f"{cell[0]}.{cell[1]}={cell[2][:20]}", marks=() if cell in ALONE else pytest.mark.long)
        for cell in CELLS
    ],
)
def test_it_is_named_and_so_is_what_was_changed_beside_it(stage: Stage, table: str, column: str, value: str) -> None:
    plain = verify(stage.deps, stage.organisation_id)
    assert plain is not None
    assert plain.found == ()
    with stage.units() as uow:
        for one, name, cell in ((table, column, value), OTHER):
            chosen = (
                f"(SELECT max(id) FROM \"{one}\" WHERE table_name = 'suppression')" if one == "evidenceleaf" else None
            )
            row_id = chosen or f'(SELECT max(id) FROM "{one}")'
            uow.session.execute(
                text(f'UPDATE "{one}" SET "{name}" = {cell.replace(":", chr(92) + ":")} WHERE id = {row_id}')
            )
    found = verify(stage.deps, stage.organisation_id)
    assert found is not None
    beside = [one for one in found.found if one.table == OTHER[0] and OTHER[1] in one.columns]
    assert [one for one in beside if one.fault is Fault.CHANGED], found.found[:5]
    assert [one for one in found.found if one not in beside and _is_about(one, table)], found.found[:5]


def _is_about(one: Tampering, table: str) -> bool:
    return one.table == (table if not table.startswith("evidence") else one.table)


@pytest.mark.night
def test_a_pack_and_an_erasure_go_through_leaves_that_nobody_can_read(acme: SampleOrganisation) -> None:
    busy_number(acme)
    proof_pack.make(acme.deps, acme.erin, NUMBER)
    for said in ("no json", "[]", "[" * 50_000):
        with acme.units() as uow:
            change = text("UPDATE evidenceleaf SET said = :said WHERE table_name IN ('attempt', 'contact')")
            uow.session.execute(change, {"said": said})
        assert proof_pack.make(acme.deps, acme.erin, NUMBER).calls
    erasing.erase(acme.deps, admin_of(acme), NUMBER)


@pytest.mark.night
def test_an_erasure_goes_through_salts_that_are_none(acme: SampleOrganisation) -> None:
    busy_number(acme)
    proof_pack.make(acme.deps, acme.erin, NUMBER)
    with acme.units() as uow:
        uow.session.execute(text("UPDATE evidenceleaf SET salts = 'no salt' WHERE table_name = 'attempt'"))
    assert proof_pack.make(acme.deps, acme.erin, NUMBER).calls
    erasing.erase(acme.deps, admin_of(acme), NUMBER)
    erased = {one.id for one in acme.all(Attempt) if one.number.startswith("erased:")}
    leaves = [one for one in acme.all(EvidenceLeaf) if (one.table_name, one.kind) == ("attempt", "row")]
    assert {one.salts for one in leaves if one.row_id in erased} == {bytes(16)}


@pytest.mark.parametrize(
    ("cell", "days"), [("12", {1, 2}), ("8", set(range(1, 8))), ("1x", set(range(1, 8))), ("", set(range(1, 8)))]
)
def test_days_that_nobody_can_read_allow_no_call(cell: str, days: set[int]) -> None:
    assert weekdays(cell) == days
    assert PersonalHours.__tablename__ == "personalhours"
