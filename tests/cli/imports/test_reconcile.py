"""`nextcall reconcile`: a report that names each finding, as text and as JSON; nothing twice; a refusal in one
sentence."""

import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.installation import opened_installation
from bot.clock import system_clock
from bot.services.campaigns import organisation_and_campaign
from bot.services.reconcile.columns import keep_columns
from tests.cli.conftest import Command, fails, succeeds


@pytest.fixture
def calls(with_leads: Command, folder: Path) -> Command:
    """The sample organisation; a call to one of its leads two hours ago, which nobody recorded, and to a stranger."""
    start = round((system_clock() - timedelta(hours=2)).timestamp() * 1000)
    (folder / "calls.csv").write_text(
        "call_id,direction,external_number,target,date_started,date_connected,date_ended\n"
        f"1,outbound,+447700900101,204,{start},,{start + 9_250}\n"
        f"2,outbound,+447700900999,204,{start + 60_000},{start + 65_000},{start + 95_000}\n"
    )
    return with_leads


@pytest.mark.night
def test_it_names_what_it_found_and_a_repeat_finds_it_known(calls: Command) -> None:
    tried = succeeds(calls("reconcile", "calls.csv", "--dry-run"))
    assert "Nothing was changed (--dry-run). This file would show:" in tried.stdout
    shown = calls("reconcile", "calls.csv").stdout
    for line in (
        "calls.csv (Dialpad): 2 rows, calls from ",
        "        1 call nobody recorded: an attempt now, and counted",
        "        1 call given up too soon",
        "        1 call with numbers on no list: not kept",
        "No agent has these extensions or names: 204.",
    ):
        assert line in shown
    again = calls("reconcile", "calls.csv", "--json")
    told = json.loads(again.stdout)
    assert (told["unrecorded"], told["known"], told["strangers"], told["faults"]) == (0, 1, 1, [])


@pytest.mark.night
def test_the_first_line_says_who_was_rung_again_and_again_and_so_do_the_digest_the_audit_and_explain(
    with_leads: Command, folder: Path
) -> None:
    two = system_clock().astimezone(ZoneInfo("Europe/London")).replace(hour=14, minute=0, second=0, microsecond=417_000)
    starts = [round((two - timedelta(days=1) + timedelta(minutes=10 * at)).timestamp() * 1000) for at in range(6)]
    (folder / "calls.csv").write_text(
        "call_id,direction,external_number,target,date_started,date_connected,date_ended\n"
        + "".join(f"{at},outbound,+447700900101,204,{one},,{one + 19_250}\n" for at, one in enumerate(starts))
    )
    late = '[[team]]\nname = "Energy"\nchannel = "C0ENERGY001"\nzone = "Europe/London"\ndigest_at = 23:59:59\n'
    (folder / "late.toml").write_text(late)  # what is found after the digest is for the next day's
    assert with_leads("apply", "late.toml").exit_code == 0
    first, *_ = with_leads("reconcile", "calls.csv").stdout.splitlines()
    day = f"{two - timedelta(days=1):%Y-%m-%d}"
    assert first.startswith("•••• 101 was called 6 times on ")
    assert ", 14:00 to 14:50, by Phone system: " in first
    [told] = json.loads(with_leads("reconcile", "calls.csv", "--json").stdout)["people"]
    assert (told["count"], told["agents"]) == (6, ["Phone system"])
    audited = fails(with_leads("evidence", "audit", "--from", day, "--to", day))
    for shown in (audited.stdout, with_leads("digest", "--on", day).stdout):
        assert "14:00 to 14:50 Phone system, •••• 101: " in shown
    for shown in (with_leads("digest").stdout, with_leads("explain", "07700900101").stdout):
        assert first in shown


def test_it_refuses_in_one_sentence(calls: Command, folder: Path) -> None:
    (folder / "leads.csv").write_text("Name,Phone\nAnn,07700 900123\n")
    refused = fails(calls("reconcile", "leads.csv"))
    assert "leads.csv is not a file of call records that Nextcall knows" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.long
def test_it_reads_columns_as_a_person_said_in_slack_unless_map_says_otherwise(calls: Command, folder: Path) -> None:
    began = f"{system_clock() - timedelta(hours=3):%Y-%m-%d %H:%M:%S}.250"
    own = "When rung,Line dialled,Colleague\n"
    (folder / "own.csv").write_text(f"{own}{began},+447700900101,204\n")
    refused = calls("reconcile", "own.csv", "--timezone", "UTC")
    assert "own.csv is not a file of call records that Nextcall knows" in refused.output
    with opened_installation() as installation:
        organisation_id, _ = organisation_and_campaign(installation.deps, "")
        said = {"When rung": "start", "Line dialled": "number", "Colleague": "agent"}
        keep_columns(installation.deps, organisation_id, tuple(said), said)
    (folder / "next.csv").write_text(f"when rung,LINE DIALLED,Colleague\n{began},+447700900101,204\n")
    read = succeeds(calls("reconcile", "next.csv", "--timezone", "UTC", "--dry-run"))
    assert 'Columns as stated in Slack: "when rung" = start, "LINE DIALLED" = number' in read.stdout
    assert "        1 call nobody recorded" in read.stdout
    assert "No agent has these extensions or names: 204." in read.stdout
    told = json.loads(calls("reconcile", "next.csv", "--timezone", "UTC", "--dry-run", "--json").stdout)
    assert (told["unrecorded"], told["kept_columns"]["when rung"]) == (1, "start")
    mapped = ("--map", "when rung=start", "--map", "LINE DIALLED=number")
    other = calls("reconcile", "next.csv", "--timezone", "UTC", "--dry-run", *mapped)
    assert "Columns as a person said" not in other.stdout
    assert "No agent has these" not in other.stdout
