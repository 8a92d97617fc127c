"""`nextcall withdraw-stop`: an only admin ends a stop that came with a wrong file; where there are two, Slack does."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, fails

NUMBER = "07700 900321"


@pytest.fixture
def stopped(settled: Command, folder: Path) -> Command:
    """A file of numbers never to be called again, which was the wrong one."""
    (folder / "old.csv").write_text(f"Phone\n{NUMBER}\n07700 900322\n")
    assert settled("import-suppressions", "old.csv").exit_code == 0
    return settled


@pytest.mark.long
def test_an_only_admin_withdraws_a_stop_with_a_reason(stopped: Command, folder: Path) -> None:
    assert "--reason" in stopped("withdraw-stop", NUMBER, "--reason", " ").stderr
    done = stopped("withdraw-stop", NUMBER, "--reason", "the file of last year")
    assert (done.exit_code, done.stdout) == (0, "1 stop was withdrawn.\n")
    again = stopped("withdraw-stop", NUMBER, "--reason", "the file of last year")
    assert (again.exit_code, again.stderr) == (
        1,
        "No stop of that number was typed or came with a file. Nothing changed.\n",
    )
    person = '[[person]]\nslack_user_id = "U0SECOND01"\nname = "Bea"\nrole = "admin"\n'
    (folder / "second.toml").write_text(person)
    assert stopped("apply", "second.toml").exit_code == 0
    refused = fails(stopped("withdraw-stop", "07700 900322", "--reason", "the file of last year", "--json"))
    assert "Withdraw it in Slack" in refused.stderr


def test_it_answers_in_json(stopped: Command) -> None:
    [told] = json.loads(stopped("withdraw-stop", NUMBER, "--reason", "the wrong file", "--json").stdout)
    assert (told["is_withdrawn"], told["is_still_stopped"], told["decided_by"]) == (True, False, "command line")
