"""A report of the command line is its query, its page and its row in the table of commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.test_places import Copy, after

pytestmark = pytest.mark.night

QUERY = '''

def sizes(session: Session, organisation_id: int) -> dict[str, int]:
    """How many contacts each campaign has, by its name."""
    counted = select(Campaign.name, func.count()).join(Contact, col(Contact.campaign_id) == col(Campaign.id))
    ours = counted.where(Campaign.organisation_id == organisation_id)
    return dict(session.exec(ours.group_by(Campaign.name).order_by(Campaign.name)).all())
'''
PAGE = '''"""`nextcall sizes`: how large the campaigns are."""

from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import say, say_json
from storage.queries import setup


@command
def sizes(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show how many contacts each campaign has."""
    with opened_installation() as installation:
        actor = operator_actor(installation)
        with installation.deps.unit_of_work(is_read_only=True) as uow:
            found = setup.sizes(uow.session, actor.organisation_id)
    if as_json:
        say_json(found)
        return
    for name, contacts in found.items():
        say(f"{name}: {contacts:,} contacts")
'''


def _seen(copy: Copy, command: str) -> dict[str, Any]:
    (folder := copy.root / f"database of {command}").mkdir()
    told: dict[str, Any] = json.loads(copy.run("tests.architecture.report_road", command, str(folder)))
    return told


def test_a_report_is_its_query_its_page_and_its_row(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.edit("storage/queries/setup.py", lambda text: text + QUERY)
    copy.write("bot/cli/reports/sizes.py", PAGE)
    row = "| `sizes` | how many contacts each campaign has |\n"
    copy.edit("docs/reference/commands.md", after(r"\| `lists[^\n]*\n", row))
    old, new = _seen(copy, "lists"), _seen(copy, "sizes")
    (listed,) = old["as JSON"]
    assert new["as JSON"] == {listed["campaign"]: listed["contacts"]}
    assert new["read"] == [f"{listed['campaign']}: {listed['contacts']} contacts"]
    assert new["help"][1:4] == ["sizes", "Show", "how"]
    assert copy.edited == {"storage/queries/setup.py", "bot/cli/reports/sizes.py", "docs/reference/commands.md"}
