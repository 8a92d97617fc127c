"""The page on watching, and the alerts, name every metric that a bot has, and no other."""

import re
from pathlib import Path

import pytest
import yaml

from bot.watching.pages import METRICS, watched
from bot.watching.status import Process, SlackStatus
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import sequence_all

ROOT = Path(__file__).parents[2]
PAGE, ALERTS = ROOT / "docs" / "how-to" / "watch.md", ROOT / "deploy" / "alerts.yml"


@pytest.fixture
def families(acme: SampleOrganisation) -> set[str]:
    sequence_all(acme.deps, acme.organisation_id)
    slack = SlackStatus("socket", is_connected=True, waits_for="", last_press_at=None)
    pages = watched(acme.deps, lambda: Process(acme.clock(), (), slack, {"log": 3}))
    return set(re.findall(r"^# TYPE (nextcall_\w+)", pages[METRICS]().content.decode(), re.MULTILINE))


def test_page_and_alerts_name_the_metrics_of_a_bot(families: set[str]) -> None:
    assert set(re.findall(r"`(nextcall_\w+)`", PAGE.read_text())) == families
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    used = {name for rule in rules for name in re.findall(r"nextcall_\w+", rule["expr"])}
    assert {name.removesuffix("_bucket") for name in used} <= families
    assert len(rules) == PAGE.read_text().partition("| alert |")[2].partition("\n\n")[0].count("\n| ") - 1
