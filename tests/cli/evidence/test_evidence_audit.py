"""`nextcall evidence audit`: the calls of any days, decided again."""

import json
from collections.abc import Callable

from typer.testing import Result

Command = Callable[..., Result]


def test_it_tells_each_promise_of_each_team(settled: Command) -> None:
    shown = settled("evidence", "audit", "--from", "2026-03-02", "--to", "2026-03-08")
    assert shown.exit_code == 0, shown.output
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
    unknown = settled("evidence", "audit", "--team", "Gas")
    assert unknown.exit_code == 1
    assert 'There is no team "Gas"' in unknown.stderr
