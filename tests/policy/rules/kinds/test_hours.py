"""On which clocks a call must be within hours: the person's, the first of several, or one that the law names."""

from pathlib import Path

import pytest

from policy import PackError, Verdict
from tests.policy.small_packs import ask, rule, rulebook_of, utc


def test_it_asks_the_first_zone_alone_where_a_pack_says_best(tmp_path: Path) -> None:
    hours = 'windows = { every_day = [[09:00:00, 20:00:00]] }\nzone_policy = "best"'
    rulebook = rulebook_of(tmp_path, rule("hours", hours))
    zones = ("Europe/London", "America/New_York")
    assert ask(rulebook, "2026-11-24 09:00", zones=zones).verdict is Verdict.CALLABLE
    strict = rulebook_of(tmp_path, rule("hours", hours.replace('"best"', '"all_candidates"')))
    assert ask(strict, "2026-11-24 09:00", zones=zones).callable_from == utc("2026-11-24 14:00")


def test_it_asks_for_the_hours_on_a_clock_that_the_law_names_as_well(tmp_path: Path) -> None:
    hours = 'windows = { every_day = [[09:00:00, 20:00:00]] }\nalso_on = ["America/New_York"]'
    rulebook = rulebook_of(tmp_path, rule("hours", hours))
    early = ask(rulebook, "2026-11-24 13:59")
    assert early.callable_from == utc("2026-11-24 14:00")
    assert "on the clock of America/New_York" in early.findings[0].says
    assert ask(rulebook, "2026-11-24 14:00").lawful_until == utc("2026-11-24 20:00")
    late = ask(rulebook, "2026-11-24 20:00")
    assert late.callable_from == utc("2026-11-25 14:00")
    assert "20:00 there" in late.findings[0].says


def test_it_refuses_a_clock_that_nobody_keeps(tmp_path: Path) -> None:
    hours = 'windows = { every_day = [[09:00:00, 20:00:00]] }\nalso_on = ["Atlantis/Capital"]'
    with pytest.raises(PackError, match="Atlantis/Capital is no time zone"):
        rulebook_of(tmp_path, rule("hours", hours))
