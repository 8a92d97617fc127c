"""What a person reads of a contact on hold: each reason once."""

from bot.services.teams import holds
from tests.slack.scenarios.town import Town, types


def test_a_hold_is_said_once(town: Town) -> None:
    contact = town.acme.add_contact("Grace", "+447700900123")
    holds.place(town.acme.deps, town.acme.dana, contact.id or 0, "on leave")
    town.acme.clock.tick(seconds=0.3)
    seen = types(town.alice, "/callcheck 07700 900123", "Grace", "on hold").words
    assert "Held for a team lead (on leave): house policy" in seen
    assert seen.count("team lead") == 1
    assert "must act first" not in seen
