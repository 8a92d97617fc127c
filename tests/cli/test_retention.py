"""`nextcall retention`: does nothing without a term, and with one what it says."""

import json
from pathlib import Path

import pytest

from bot.cli.demo.stage import SETUP
from tests.cli.conftest import Command, fails


@pytest.mark.night
def test_it_counts_and_deletes_by_the_term_of_the_setup_file(with_leads: Command, folder: Path) -> None:
    assert "write forget_after_months under [organisation]" in fails(with_leads("retention", "--dry-run")).output
    file = folder / "setup.toml"
    file.write_text(SETUP.read_text().replace("[organisation]\n", "[organisation]\nforget_after_months = 24\n"))
    assert "forget_after_months 0 → 24" in with_leads("apply", file).stdout
    shown = with_leads("retention", "--dry-run")
    assert (shown.exit_code, shown.stdout) == (0, "0 people and 0 notes older than 24 months would be forgotten.\n")
    assert json.loads(with_leads("retention", "--json").stdout) == {
        "months": 24,
        "people": 0,
        "notes": 0,
        "dry_run": False,
    }
