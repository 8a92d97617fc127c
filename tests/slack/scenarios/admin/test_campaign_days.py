"""An admin gives a campaign its first and last day in Slack; agent and team lead read why nobody is handed out."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.sandbox import Member
from bot.slack import ids
from policy.vocabulary import Role, Verdict
from storage.models import Agent, Campaign, Contact
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.admin.test_admin import asked_view, home, home_shows, modal, page
from tests.slack.scenarios.town import NUMBER, Town, form, given, reads
from tests.slack.scenarios.town import town as opened


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    with opened(acme, "socket") as made:
        yield made


@pytest.fixture
def erin(town: Town) -> Member:
    """The manager of the cast, made an admin."""
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN)
    return town.erin


@pytest.mark.night
def test_an_admin_sets_the_days_and_everybody_reads_them(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace", NUMBER)
    erin.press(page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", value="1")
    asked = form(erin, ids.UNTIL)
    strict.modal_shown(asked_view(asked))
    erin.submit(asked, given(**{ids.FROM: "2026-11-25", ids.UNTIL: "2026-11-24"}))
    refused = erin.wait_for(lambda seen: seen.modal if seen.modal and seen.modal.errors else None)
    assert "The last day is before the first." in str(refused.errors)
    erin.submit(refused, given(**{ids.FROM: "2026-11-25", ids.UNTIL: "2026-12-04"}))
    erin.submit(modal(erin, "*We check 1 contact again.*"))
    home_shows(erin, "*Energy switch* saved", "*Energy switch* starts on 25 November 2026.")
    kept = town.acme.one(Campaign, 1)
    assert (kept.starts_on, kept.ends_on) == (date(2026, 11, 25), date(2026, 12, 4))
    town.move(seconds=1.3)
    erin.wait_for(lambda _: town.acme.one(Contact, grace.id).verdict is Verdict.LOCKED)

    town.alice.command("/nextcall 1")
    reads(town.alice, "The campaign starts on 25 November 2026")
    town.alice.command(f"/callcheck {NUMBER}")
    reads(town.alice, "The campaign starts on 25 November 2026")
    town.dana.command("/teamstatus")
    town.dana.press(reads(town.dana, "Why not"), "status_why")
    modal(town.dana, "locked for now: The campaign starts on 25 November 2026")

    shown = page(erin, "admin_campaigns", "from 25 November 2026 · until 4 December 2026")
    erin.press(shown, "admin_campaign", value="1")
    again = form(erin, ids.UNTIL)
    assert again.values[ids.UNTIL]["input"]["selected_date"] == "2026-12-04"
    erin.submit(again, given(**{ids.FROM: None, ids.UNTIL: "2026-11-23"}))
    erin.submit(modal(erin, "These rules apply"))
    home_shows(erin, "*Energy switch*: its last day was 23 November 2026.")
    assert town.acme.one(Campaign, 1).starts_on is None
    town.move(seconds=1.3)
    erin.wait_for(lambda _: town.acme.one(Contact, grace.id).verdict is Verdict.HELD)
    town.alice.command("/nextcall 1")
    reads(town.alice, "The campaign's last day was 23 November 2026")
    assert home(erin).words
