"""Columns that differ from what was said in calls: `doctor` counts them, a start says so, and `migrate` mends them."""

import json
import sqlite3
from pathlib import Path

from sqlmodel import col, select

from bot.cli.installation import opened_installation
from bot.services.agents import as_actor
from bot.services.calls import comparing, outcomes
from policy.vocabulary import Role
from storage.models import Agent, Contact
from tests.cli.conftest import Command


def outcome_checks(nextcall: Command) -> list[str]:
    found = json.loads(nextcall("doctor", "--json").stdout)
    return [one["says"] for one in found if one["check"] == "outcomes" and not one["ok"]]


def test_the_doctor_counts_columns_that_differ_and_migrate_mends_them(with_leads: Command, folder: Path) -> None:
    assert outcome_checks(with_leads) == []
    with opened_installation() as installation:
        with installation.deps.unit_of_work(is_read_only=True) as uow:
            agent = uow.session.exec(select(Agent).where(Agent.role == Role.AGENT)).first()
            wanted = select(Contact.number).where(col(Contact.number).is_not(None))
            numbers = list(dict.fromkeys(uow.session.exec(wanted)))
        assert agent is not None
        for number, said in zip(numbers, ("refused", "do not call"), strict=False):
            outcomes.record_spoken(installation.deps, as_actor(agent), str(number), said)
    database = sqlite3.connect(folder / "calls.db", isolation_level=None)
    kept = "SELECT id, finished_because, finished_attempt_id FROM contact WHERE finished_at IS NOT NULL"
    finished = database.execute(kept).fetchall()
    assert len(finished) == 1
    database.execute("UPDATE contact SET finished_at = NULL, finished_because = '', finished_attempt_id = NULL")
    database.execute("UPDATE suppression SET withdrawn_at = since")
    says = "columns differ from the recorded calls (1 stop, 1 contact): run nextcall migrate"
    assert outcome_checks(with_leads) == [says]
    assert database.execute(kept).fetchall() == [], "the doctor changes nothing"
    with opened_installation() as installation:
        assert comparing.sample(installation.deps) == {"stop": 1, "contact": 1}
    assert database.execute(kept).fetchall() == [], "nor does a start"
    shown = with_leads("migrate")
    said = "Corrected 1 stop, 1 contact: their columns differed from the recorded calls."
    assert (shown.exit_code, shown.stdout.splitlines()[1:]) == (0, [said])
    assert database.execute(kept).fetchall() == finished
    assert outcome_checks(with_leads) == []
    assert len(with_leads("migrate").stdout.splitlines()) == 1
