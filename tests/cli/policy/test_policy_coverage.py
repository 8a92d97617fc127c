"""nextcall policy coverage: changes of a pack that no worked case detects."""

import json
import re

import pytest

from tests.cli.conftest import Command, fails


@pytest.mark.night
def test_it_counts_detected_changes_and_names_the_others(nextcall: Command) -> None:
    shown = nextcall("policy", "coverage", "it")
    found = json.loads(nextcall("policy", "coverage", "it", "--json").stdout)
    assert shown.exit_code == 0
    asked, noticed = found["changes"], found["noticed"]
    assert asked > noticed > asked / 2
    assert len(found["unnoticed"]) == asked - noticed
    assert shown.stdout.endswith(
        f"{noticed} of {asked} changes noticed by a worked case: {100 * noticed / asked:.1f} %.\n"
    )
    for one in found["unnoticed"]:
        assert re.search(rf"^{re.escape(one['rule'])} from {one['from']}: ", shown.stdout, re.M)
        assert f"  {one['sort']:<9} {one['change']}\n" in shown.stdout


@pytest.mark.night
def test_it_fails_when_too_few_changes_are_detected(nextcall: Command) -> None:
    assert nextcall("policy", "coverage", "us-pa", "--least", "40").exit_code == 0
    assert nextcall("policy", "coverage", "us-pa", "--least", "100.1").exit_code == 1


@pytest.mark.long
def test_it_names_the_existing_packs(nextcall: Command) -> None:
    assert "no pack is named 'nowhere'" in fails(nextcall("policy", "coverage", "nowhere")).stderr
