"""`nextcall evidence audit`: the calls of any days, decided again."""

import json

from tests.cli.conftest import Command, fails, succeeds


def test_it_tells_each_promise_of_each_team(settled: Command) -> None:
    shown = succeeds(settled("evidence", "audit", "--from", "2026-03-02", "--to", "2026-03-08"))
    head, *promises = shown.stdout.splitlines()
    assert head == "Energy, 2026-03-02 to 2026-03-08 (Europe/London): 0 attempts"
    assert promises[0].split(maxsplit=1) == ["0", "contacts with two agents at once"]
    found = json.loads(settled("evidence", "audit", "--from", "2026-03-02", "--to", "2026-03-08", "--json").stdout)
    assert [check["broken"] for check in found["teams"][0]["checks"]] == [0] * 11


def test_it_refuses_days_in_the_wrong_order(settled: Command) -> None:
    backwards = settled("evidence", "audit", "--from", "2026-03-02", "--to", "2026-03-01")
    assert (backwards.exit_code, backwards.stderr.strip()) == (
        1,
        "The last day is before the first one. Choose another.",
    )
    ahead = settled("evidence", "audit", "--from", "2098-03-02")
    assert (ahead.exit_code, ahead.stderr) == (1, "2098-03-02 has not begun: choose an earlier day.\n")
    assert 'There is no team "Gas"' in fails(settled("evidence", "audit", "--team", "Gas")).stderr
