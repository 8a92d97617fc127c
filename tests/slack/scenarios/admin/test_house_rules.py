"""The road: an admin tightens a wait, sees what it means, a second admin approves, and contacts lock at midnight."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.sandbox import VisibleMessage
from bot.services.deciding import rulebook_change
from bot.services.house_rules.rulebook import HouseRulebook
from bot.slack import ids
from policy.vocabulary import Role
from screens.roads.house_road import follow_rules
from storage.models import Agent, Campaign, Contact, HouseRuleProposal
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, opens, page_reads, presses, reads, types
from tests.slack.scenarios.town import town as opened

pytestmark = [pytest.mark.both_engines, pytest.mark.long]
TITLE = "House rules for every campaign from Wed 25 Nov on"


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    """Erin and Dana are admins; the bot follows the house's own rules, as wired in earnest."""
    rules = HouseRulebook(acme.deps.rulebook(), acme.clock, partial(acme.units, is_read_only=True))
    acme.deps = replace(acme.deps, rulebook=rules)
    rulebook_change.begin_if_changed(acme.deps)
    with opened(acme, "socket") as made:
        for one in (acme.erin, acme.dana):
            acme.change(Agent, one.agent_id, role=Role.ADMIN)
        yield made


def called(town: Town) -> Contact:
    """A contact whom Alice called in vain: 72 hours by the house pack, so on Friday at ten."""
    contact = town.acme.add_contact("Grace", "+447700900123")
    card = presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
    town.move(minutes=1)
    town.alice.press(card, ids.outcome_button("no_answer"))  # type: ignore[arg-type]
    reads(town.alice, "recorded")
    return contact


def proposed(town: Town, **fields: object) -> VisibleMessage:
    """Erin fills the form in, and gets the meaning as a message."""
    town.erin.press(page(town.erin, "house_rules", "Your own limits"), "house_rules_of", value="0")
    asked = form(town.erin, "ring_seconds")
    answer = town.erin.submit(asked, given(**fields))
    assert not answer.errors, answer.errors
    town.erin.close(page_reads(town.erin, "I am working out what this means"), everything=True)
    follow_rules(town.deps)
    return reads(town.erin, TITLE, "What it means")


@pytest.mark.night
def test_no_cell_of_the_file_of_contacts_runs_in_a_spreadsheet(town: Town) -> None:
    town.acme.change(Campaign, town.acme.campaign.id, name="=1+2")
    called(town)
    proposed(town, **{"wait:no_answer": "240"})
    (file,) = town.server.workspace.files.every.values()
    assert b",'=1+2," in (file.content or b"")


@pytest.mark.night
def test_a_wait_is_tightened_seen_approved_and_contacts_lock_at_midnight(town: Town) -> None:
    contact = called(town)
    meaning = proposed(town, **{"wait:no_answer": "240"})
    assert "Wait after “No answer”: *240 hours*" in meaning.words.replace("\n", " ")
    for words in ("1 live contact", "*Opens later*: 1 contact", "10 days after", "0 of 1", "Wed 25 Nov: 0 → 0"):
        assert words in meaning.words, words
    assert [file.name for file in town.server.workspace.files.every.values()] == ["nextcall-house-rules-1.csv"]

    assert "Draft by Erin, not proposed yet" in meaning.words
    drafts = page(town.erin, "house_rules", "Your drafts")
    assert "Draft by Erin, not proposed yet" in drafts.words
    assert "Proposed by" not in meaning.words + drafts.words
    town.erin.close(drafts)
    presses(town.erin, meaning, "house_propose", "Proposed. The other admins see what it means")
    follow_rules(town.deps)
    asks = reads(town.dana, TITLE, "Proposed by Erin", "It needs your approval")
    presses(town.dana, asks, "house_approve", "approved by Dana")
    reads(town.erin, "approved by Dana")
    follow_rules(town.deps)

    [row] = town.acme.all(HouseRuleProposal)
    assert (row.stage, row.drafted_by, row.decided_by) == ("approved", "U0ERIN", "U0DANA")
    before = town.acme.one(Contact, contact.id)
    assert before.callable_from is not None
    assert before.callable_from > datetime(2026, 12, 4, 9, tzinfo=UTC)

    until_friday = datetime(2026, 11, 27, 10, 2, tzinfo=UTC) - town.acme.clock()
    town.move(seconds=until_friday.total_seconds())
    follow_rules(town.deps)
    types(town.alice, "/nextcall 1", "No contact is callable now", "10 days after an attempt nobody answered")
    assert town.acme.one(Contact, contact.id).verdict.value == "locked"
    town.erin.open_home()
    seen = page(town.erin, "house_rules", "In force")
    assert "Wait after “No answer”: 240 hours" in seen.words


def test_a_value_that_tightens_nothing_is_said_so_at_its_field(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.erin.press(page(town.erin, "house_rules", "Your own limits"), "house_rules_of", value="0")
    asked = form(town.erin, "ring_seconds")
    fields = {"wait:no_answer": "72", "cap:week": "3", "hours:sat": "08:00-17:00", "hours:sun": "lunch"}
    errors = town.erin.submit(asked, given(**fields)).errors
    assert errors == {"hours:sun": "Write times such as 10:00-18:00, in order, or “closed”."}
    fields["hours:sun"] = "closed"
    errors = town.erin.submit(form(town.erin, "ring_seconds"), given(**fields)).errors
    assert errors == {
        "wait:no_answer": "House policy asks for 72 hours already. Enter more, or leave it empty.",
        "cap:week": "House policy allows 3 at most. Enter fewer, or leave it empty.",
        "hours:sat": "Law and house policy allow 10:00-17:00. Stay within that.",
    }
    assert town.acme.all(HouseRuleProposal) == []


def test_its_author_sees_no_button_to_approve_and_reads_why_it_was_declined(town: Town) -> None:
    town.erin.press(proposed(town, **{"cap:week": "1"}), "house_propose")
    reads(town.erin, "Proposed. The other admins see what it means")
    follow_rules(town.deps)
    shown = page(town.erin, "house_rules", "Waiting for a second admin")
    actions = [part["action_id"] for block in shown.blocks for part in block.get("elements", []) if "action_id" in part]
    assert "house_withdraw" in actions
    assert "house_approve" not in actions
    asks = reads(town.dana, "It needs your approval")
    decline = opens(town.dana, asks, "house_decline", ids.REASON)
    town.dana.submit(decline, given(reason="Too strict before Christmas"))
    reads(town.erin, "declined by Dana", "Too strict before Christmas")
    [row] = town.acme.all(HouseRuleProposal)
    assert (row.stage, row.reason) == ("declined", "Too strict before Christmas")


@pytest.mark.day
def test_a_press_on_a_decided_proposal_keeps_it_and_says_who_decided(town: Town) -> None:
    town.acme.change(Agent, town.acme.charlie.agent_id, role=Role.ADMIN)
    town.erin.press(proposed(town, **{"cap:week": "1"}), "house_propose")
    follow_rules(town.deps)
    late = reads(town.charlie, TITLE, "It needs your approval")
    presses(town.dana, reads(town.dana, TITLE, "It needs your approval"), "house_approve", "approved by Dana")
    town.charlie.press(late, "house_approve")
    assert "Proposed by Erin" in redrawn(town.charlie, late, "approved: Dana", TITLE).words
    [row] = town.acme.all(HouseRuleProposal)
    assert row.decided_by == "U0DANA"


def test_an_admin_made_since_sees_a_waiting_proposal_on_home(town: Town) -> None:
    town.erin.press(proposed(town, **{"cap:week": "1"}), "house_propose")
    follow_rules(town.deps)
    town.acme.change(Agent, town.acme.charlie.agent_id, role=Role.ADMIN, admin_since=town.acme.clock())
    town.charlie.press(home(town.charlie, TITLE), "house_look")
    meaning = page_reads(town.charlie, TITLE)
    presses(town.charlie, meaning, "house_approve", "You may decide this from")
    assert town.acme.all(HouseRuleProposal)[0].stage == "proposed"


def test_only_admins_reach_the_page(town: Town) -> None:
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.MANAGER)
    seen = home(town.erin)
    assert "House rules" not in seen.words


def test_the_form_says_what_holds_today_and_one_choice_sets_every_shorter_wait(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.erin.press(page(town.erin, "house_rules", "Your own limits"), "house_rules_of", value="0")
    asked = form(town.erin, "ring_seconds")
    hints = {block["block_id"]: block["hint"]["text"] for block in asked.blocks if "hint" in block}
    assert hints["wait:no_answer"] == "Hours from one call to the next. Today: 72 hours (house policy)."
    assert hints["wait:busy"] == "Today: 24 hours (house policy)."
    assert hints["wait:conversation"] == "Today: no limit."
    assert hints["hours:sat"] == "Today: 10:00-17:00 (house policy)."
    assert hints["open_cards"] == "Today: 10 (setting)."
    assert "72 hours after any attempt" in asked.words
    assert not town.erin.submit(asked, given(**{ids.PRESET: [ids.YES]})).errors
    town.erin.close(page_reads(town.erin, "I am working out what this means"), everything=True)
    follow_rules(town.deps)
    meaning = reads(town.erin, TITLE, "Wait after “Busy”: *72 hours*", "Wait after “Spoke”: *72 hours*")
    assert "Wait after “No answer”" not in meaning.words
    [row] = town.acme.all(HouseRuleProposal)
    assert row.limits["waits"]["busy"] == 72
