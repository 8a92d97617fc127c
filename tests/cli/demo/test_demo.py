"""The demo's basis: the app as the manifest declares it, and a start time at which contacts can be called."""

import csv
import os
import re
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.cli import demo as page
from bot.cli.app_manifest import COMMANDS, EVENTS, SCOPES
from bot.cli.demo import cast
from bot.cli.demo.stage import LEADS, SETUP, import_command, set_up, staged, when_there_is_something_to_call
from bot.sandbox import Manifest, SandboxClock
from bot.services.agents import identify
from bot.services.do_not_call import mistaken_stops, suppressions
from bot.services.setup import plan, readiness

ROOT = Path(__file__).resolve().parents[3]


def test_the_app_of_the_demo_is_the_app_of_the_manifest() -> None:
    declared = yaml.safe_load((Path(__file__).parents[3] / "manifest.yml").read_text(encoding="utf-8"))
    assert Manifest.from_app_manifest(declared) == cast.MANIFEST
    assert set(declared["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert set(declared["settings"]["event_subscriptions"]["bot_events"]) == EVENTS
    assert len(COMMANDS) == len(declared["features"]["slash_commands"])


def _national(number: str) -> str:
    return re.sub(r"[^0-9]", "", number.replace("(0)", ""))[-10:]


def test_no_number_of_the_sample_list_stands_in_an_example() -> None:
    """Or whoever copies `/dnc 07700 900123` stops a contact of the demo."""
    with LEADS.open(encoding="utf-8-sig", newline="") as file:
        sample = [_national(row[at]) for row in csv.DictReader(file) for at in ("Phone Number", "Mobile", "Work Phone")]
    numbers = [one for one in sample if len(one) == 10]
    files = [one for one in (ROOT / "bot/slack/wording").rglob("*") if one.suffix in {".py", ".toml"}]
    examples = {
        _national(one)
        for text in files
        for one in re.findall(r"\+?[0-9][0-9 ]{8,}[0-9]", text.read_text(encoding="utf-8"))
    }
    assert "7700900123" in examples
    assert not examples & set(numbers)


def test_every_person_of_the_sample_setup_is_in_the_demos_workspace() -> None:
    workspace = cast.workspace(SandboxClock())
    assert workspace.channels[cast.CHANNEL].members == set(workspace.people)


@pytest.mark.night
def test_it_can_start_with_only_an_admin_and_import_from_another_terminal(tmp_path: Path) -> None:
    clock = SandboxClock(datetime(2026, 12, 1, 10, 30, 0, 417_003, tzinfo=UTC))
    with staged(clock, 0, tmp_path, (cast.ADMIN,)) as at:
        found = readiness.progress(at.installation.deps)
        assert (found.next_step, found.admins) == (readiness.Step.ORGANISATION, (cast.ADMIN,))
        plan.apply(at.installation.deps, plan.read_setup(SETUP))
        database, *command = shlex.split(import_command(at).replace("NAME", '"Energy switch"'))
        named = dict([database.split("=", 1)])
        done = subprocess.run(command, env=os.environ | named, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert "Of the people in this file" in done.stdout, done.stderr
        assert readiness.progress(at.installation.deps).next_step is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2026, 12, 1, 10, 30, tzinfo=UTC), datetime(2026, 12, 1, 10, 30, tzinfo=UTC)),  # open: unchanged
        (datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)),  # the same morning
        (datetime(2026, 12, 1, 19, 30, tzinfo=UTC), datetime(2026, 12, 2, 10, tzinfo=UTC)),  # about to close
        (datetime(2026, 12, 1, 23, tzinfo=UTC), datetime(2026, 12, 2, 10, tzinfo=UTC)),
        (datetime(2026, 12, 6, 12, tzinfo=UTC), datetime(2026, 12, 7, 10, tzinfo=UTC)),  # Sunday
        (datetime(2026, 12, 25, 12, tzinfo=UTC), datetime(2026, 12, 29, 10, tzinfo=UTC)),  # Christmas
        (datetime(2026, 7, 1, 3, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC)),  # ten in London in summer
    ],
)
def test_it_starts_at_a_time_when_contacts_can_be_called(now: datetime, then: datetime) -> None:
    assert when_there_is_something_to_call(now) == then


@pytest.mark.long
def test_the_clock_goes_to_the_next_opening_and_to_the_digest(tmp_path: Path) -> None:
    opens = datetime(2026, 12, 1, 10, tzinfo=UTC)
    with staged(SandboxClock(opens - timedelta(hours=3, microseconds=-417_003), frozen=True), 0, tmp_path) as at:
        deps, now = at.installation.deps, at.clock.now()
        assert (page.next_opening(deps, now), page.next_digest(deps, now)) == (None, None)
        set_up(at)
        opening = page.next_opening(deps, now)
        assert opening is not None
        assert now < opening <= opens
        digest = datetime(2026, 12, 1, 20, 15, tzinfo=UTC)
        assert page.next_digest(deps, now) == digest
        assert page.next_digest(deps, digest) == digest + timedelta(days=1)
        assert page.next_digest(deps, datetime(2026, 7, 1, 12, tzinfo=UTC)) == datetime(2026, 7, 1, 19, 15, tzinfo=UTC)


@pytest.mark.long
def test_what_needs_two_admins_can_be_tried(tmp_path: Path) -> None:
    now = datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC)
    with staged(SandboxClock(now, frozen=True), 0, tmp_path) as at:
        set_up(at)
        deps, slack_team = at.installation.deps, at.server.workspace.team_id
        alice, ada, frank = (identify(deps, slack_team, one) for one in (cast.ALICE, cast.ADMIN, cast.SECOND_ADMIN))
        stop = suppressions.add(deps, alice, "0113 496 0001")
        asked = mistaken_stops.question(deps, ada, stop.stop_id, "a slip of the finger")
        assert frank.slack_user_id in asked.asked
        assert mistaken_stops.agree(deps, frank, asked.claim_id).is_withdrawn


def test_every_step_of_the_guide_names_a_person_of_the_demo_and_something_to_press() -> None:
    assert len(page.GUIDE) == 9
    assert {one.user_id for one in page.GUIDE} == {cast.ALICE, cast.DANA, cast.ERIN, cast.ADMIN}
    commands = {name for name, *_ in COMMANDS}
    for step in page.GUIDE:
        assert step.kind in {"command", "action", "jump", "upload", "inside"}
        assert step.kind != "command" or step.target.split()[0] in commands
        assert not step.mark or step.mark.startswith(step.target)
