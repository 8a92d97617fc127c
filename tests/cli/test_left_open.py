"""What an earlier version left open: `doctor` counts it, and `migrate` closes it."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlmodel import col, select
from typer.testing import Result

from bot.cli.installation import opened_installation
from bot.services.agents import as_actor
from bot.services.calls import outcomes
from policy.vocabulary import Role
from storage.models import Agent, Contact

Command = Callable[..., Result]


def outcome_checks(nextcall: Command) -> list[str]:
    found = json.loads(nextcall("doctor", "--json").stdout)
    return [one["says"] for one in found if one["check"] == "outcomes" and not one["ok"]]


def test_the_doctor_counts_what_is_left_open_and_migrate_closes_it(with_leads: Command, folder: Path) -> None:
    assert outcome_checks(with_leads) == []
    with opened_installation() as installation:
        with installation.deps.unit_of_work(is_read_only=True) as uow:
            agent = uow.session.exec(select(Agent).where(Agent.role == Role.AGENT)).first()
            number = uow.session.exec(select(Contact.number).where(col(Contact.number).is_not(None))).first()
        assert agent is not None
        outcomes.record_spoken(installation.deps, as_actor(agent), str(number), "refused")
    database = sqlite3.connect(folder / "calls.db", isolation_level=None)
    kept = "SELECT id, finished_because, finished_attempt_id FROM contact WHERE finished_at IS NOT NULL"
    finished = database.execute(kept).fetchall()
    assert len(finished) == 1
    database.execute("UPDATE contact SET finished_at = NULL, finished_because = '', finished_attempt_id = NULL")
    says = "1 contact and 0 numbers open though calls finish or close them: run nextcall migrate"
    assert outcome_checks(with_leads) == [says]
    assert database.execute(kept).fetchall() == [], "the doctor changes nothing"
    shown = with_leads("migrate")
    said = "Closed 1 contact and 0 numbers: an earlier version left them open though calls finish or close them."
    assert (shown.exit_code, shown.stdout.splitlines()[1:]) == (0, [said])
    assert database.execute(kept).fetchall() == finished
    assert outcome_checks(with_leads) == []
    assert len(with_leads("migrate").stdout.splitlines()) == 1
