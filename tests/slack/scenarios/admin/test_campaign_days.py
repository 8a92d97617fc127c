"""An admin gives a campaign its first and last day in Slack; agent and team lead read why nobody is handed out."""

from datetime import date

import pytest

from bot.sandbox import Member
from bot.slack import ids
from policy.vocabulary import Verdict
from storage.models import Campaign, Contact
from tests.slack import strict
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.sent import as_sent
from tests.slack.scenarios.town import NUMBER, Town, faulty, given, home, home_shows, opens, page_reads, types

MODE = "socket"


@pytest.mark.night
def test_an_admin_sets_the_days_and_everybody_reads_them(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace", NUMBER)
    asked = opens(erin, page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", ids.UNTIL, value="1")
    strict.modal_shown(as_sent(asked))
    erin.submit(asked, given(**{ids.FROM: "2026-11-25", ids.UNTIL: "2026-11-24"}))
    refused = faulty(erin)
    assert "The last day is before the first." in str(refused.errors)
    erin.submit(refused, given(**{ids.FROM: "2026-11-25", ids.UNTIL: "2026-12-04"}))
    erin.submit(page_reads(erin, "*We check 1 contact again.*"))
    home_shows(erin, "*Energy switch* saved", "*Energy switch* starts on 25 November 2026.")
    kept = town.acme.one(Campaign, 1)
    assert (kept.starts_on, kept.ends_on) == (date(2026, 11, 25), date(2026, 12, 4))
    town.move(seconds=1.3)
    erin.wait_for(lambda _: town.acme.one(Contact, grace.id).verdict is Verdict.LOCKED)

    types(town.alice, "/nextcall 1", "The campaign starts on 25 November 2026")
    types(town.alice, f"/callcheck {NUMBER}", "The campaign starts on 25 November 2026")
    town.dana.press(types(town.dana, "/teamstatus", "Why not"), "status_why")
    page_reads(town.dana, "locked for now: The campaign starts on 25 November 2026")

    shown = page(erin, "admin_campaigns", "from 25 November 2026 · until 4 December 2026")
    again = opens(erin, shown, "admin_campaign", ids.UNTIL, value="1")
    assert again.values[ids.UNTIL]["input"]["selected_date"] == "2026-12-04"
    erin.submit(again, given(**{ids.FROM: None, ids.UNTIL: "2026-11-23"}))
    erin.submit(page_reads(erin, "These rules apply"))
    home_shows(erin, "*Energy switch*: its last day was 23 November 2026.")
    assert town.acme.one(Campaign, 1).starts_on is None
    town.move(seconds=1.3)
    erin.wait_for(lambda _: town.acme.one(Contact, grace.id).verdict is Verdict.HELD)
    types(town.alice, "/nextcall 1", "The campaign's last day was 23 November 2026")
    assert home(erin).words
