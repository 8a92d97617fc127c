"""The days on which the rules in force change: none is missed, and a change begins on the day after a last day."""

from datetime import date

from policy import Pack
from policy.rulebook.rulebook import next_version_day, version_days
from tests.every import every
from tests.policy.shipped import RULEBOOK


def test_a_change_begins_on_the_day_after_a_last_day() -> None:
    pack = RULEBOOK.pack("fr")
    change = next_version_day(pack, date(2026, 8, 10))
    assert change is not None
    assert change.on == date(2026, 8, 11)
    said = {what: {one.id for sort, one in change.changes() if sort == what} for what in ("changes", "begins", "ends")}
    assert said["ends"] == {"fr.bloctel"}
    assert said["begins"] == {"fr.optin", "fr.optin.record", "fr.optin.works"}
    assert "fr.refusal60" in said["changes"]
    assert next_version_day(pack, date(2026, 8, 11)) is None


def test_it_finds_every_day_when_the_rules_in_force_change() -> None:
    every(RULEBOOK.packs.values(), assert_finds_its_days, name=lambda pack: pack.id)


def assert_finds_its_days(pack: Pack) -> None:
    days = {change.on for change in version_days(pack)}
    for day in days:
        yesterday = date.fromordinal(day.toordinal() - 1)
        assert RULEBOOK.in_force(pack.id, day) != RULEBOOK.in_force(pack.id, yesterday)
    ends = {
        date.fromordinal(one.effective_until.toordinal() + 1)
        for one in pack.rules
        if one.effective_until and one.is_enabled
    }
    assert ends <= days
