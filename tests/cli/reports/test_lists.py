"""`nextcall lists`: what came of each list, as a table and as JSON."""

import json

from tests.cli.conftest import Command, succeeds


def test_it_shows_each_list_with_its_counts(with_leads: Command) -> None:
    shown = succeeds(with_leads("lists"))
    heading, first = shown.stdout.splitlines()[:2]
    assert heading.split() == [
        "list", "contacts", "called", "reached", "won", "opted", "out", "complaints", "campaign",
    ]  # fmt: skip
    assert first.endswith("Energy switch")
    assert "  opted out  complaints  campaign" in heading, "headings stand apart"
    (one,) = json.loads(with_leads("lists", "--json").stdout)
    assert (one["called"], one["campaign"], one["is_paused"]) == (0, "Energy switch", False)
    assert str(one["contacts"]) in first.split()


def test_it_says_that_there_are_none(settled: Command) -> None:
    assert settled("lists").stdout == "No lists yet.\n"
