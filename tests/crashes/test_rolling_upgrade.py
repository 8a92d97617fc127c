"""Expand, migrate, contract: a bot of this version works on after the database was migrated for the next version."""

import pytest
from sqlalchemy.exc import DBAPIError

from storage.database.engine import is_lost_turn
from storage.models import Attempt, OutcomeRecord
from tests.crashes.centre import Centre, reads
from tests.slack.scenarios.town import NUMBER

ROUNDS = 7  # the driver prepares a statement at its sixth use, and it must still fit the changed tables
EXPANDED = (
    "ALTER TABLE contact ADD COLUMN future VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE lease ADD COLUMN future INTEGER",
    "ALTER TABLE attempt ADD COLUMN future INTEGER",
    "CREATE TABLE future (id INTEGER PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = '9999'",
)


def _call(centre: Centre, name: str) -> None:
    alice = centre.person("alice")
    alice.command("/nextcall 1")
    alice.press(reads(alice, name, without="recorded"), "call")
    alice.press(reads(alice, name, NUMBER), "outcome_refused")
    reads(alice, name, "recorded", without=NUMBER)


def _is_expanded(centre: Centre) -> bool:
    try:
        with centre.engine.begin() as connection:
            for statement in EXPANDED:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if not is_lost_turn(error):
            raise
        return False
    return True


@pytest.mark.night
def test_it_works_on_through_a_migration_but_does_not_start_on_the_new_revision(centre: Centre) -> None:
    names = [f"Joan {chr(65 + serial)}." for serial in range(2 * ROUNDS)]
    for name in names:
        centre.acme.add_contact(name)
    centre.start()
    for name in names[:ROUNDS]:
        _call(centre, name)
    while not _is_expanded(centre):
        """A deadlock with the working bot ends a migration; `nextcall migrate` tries again, too."""
    for name in names[ROUNDS:]:
        _call(centre, name)
    counted = len(centre.acme.all(Attempt)), len(centre.acme.all(OutcomeRecord))
    print(f"{counted} attempts and outcomes, half of them after the migration")
    assert counted == (2 * ROUNDS, 2 * ROUNDS)
    assert "incident=" not in centre.log
    centre.fork()
    centre.until(lambda: "install the newer version again" in centre.log)
