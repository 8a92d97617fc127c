"""What an admin changes on Home through the real app: said before it is saved, done at once, and refused to all
others."""

from copy import deepcopy
from datetime import timedelta

import pytest

from bot.sandbox import Envelope, Member, VisibleView
from bot.services.lists.in_use import list_terms
from bot.services.setup import slack_watch
from bot.slack import ids
from bot.slack.wording.say import sentences
from policy.vocabulary import LeaseEnd, Outcome, Purpose, Role, Verdict
from storage.models import Agent, Attempt, Campaign, Contact, ContactList, Lease, Organisation, Team
from tests.slack import strict
from tests.slack.scenarios.sent import as_sent
from tests.slack.scenarios.town import (
    NUMBER,
    Town,
    faulty,
    form,
    given,
    home,
    home_shows,
    opens,
    page_reads,
    reads,
    types,
)
from tests.slack.scenarios.town import page as opened_by

MODE = "socket"


def page(member: Member, action: str, *words: str) -> VisibleView:
    return opened_by(member, home(member, "Set-up"), action, *words)


@pytest.mark.night
def test_home_shows_an_admin_the_organisation_and_a_button_for_each_part(town: Town, erin: Member) -> None:
    shown = home(erin, "*Acme Calls*: 2 teams, 5 people, 2 campaigns")
    strict.home({"type": "home", "blocks": list(shown.blocks)})
    for action, words in (
        ("admin_teams", "*Energy*: 3 people, digest in <#C0ENERGY001> at 18:00"),
        ("admin_people", "Alice (Agent)"),
        ("admin_campaigns", "*Energy switch*: service for Bright Energy, United Kingdom (GB)"),
        ("admin_lists", "*Energy switch list* for Energy switch"),
        ("admin_registers", "*TPS*: no numbers screened yet"),
    ):
        erin.close(page(erin, action, words), everything=True)
    assert town.server.workspace.refusals == ()


def test_it_changes_a_team_and_draws_the_page_below_anew(town: Town, erin: Member) -> None:
    teams = page(erin, "admin_teams", "*Energy*")
    asked = opens(erin, teams, "admin_team", "editions", value=str(town.acme.energy.id))
    erin.submit(asked, given(at="19:15", editions=["day", "week"]))
    page_reads(erin, "Team *Energy* saved", "at 19:15")
    home(erin, "Set-up")
    team = town.acme.one(Team, town.acme.energy.id)
    assert (f"{team.digest_at:%H:%M}", team.editions) == ("19:15", "day week")


def test_it_sets_when_names_are_forgotten_how_many_calls_are_open_and_when_to_warn(town: Town, erin: Member) -> None:
    erin.press(home(erin, "Set-up"), "admin_organisation")
    erin.submit(form(erin, ids.FORGET), given(name="Acme Ltd", forget_after="24", open_calls="2", warn_days="10"))
    home_shows(erin, "Your organisation is called *Acme Ltd*")
    kept = town.acme.one(Organisation, town.acme.organisation_id)
    assert (kept.name, kept.forget_after_months) == ("Acme Ltd", 24)
    assert (kept.open_calls, kept.warn_days_before) == (2, 10)


@pytest.mark.long
def test_a_person_is_added_changed_and_loses_their_contacts_when_they_leave(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace")
    card = types(town.bob, "/nextcall 1", "Grace")
    asked = opens(erin, page(erin, "admin_people", "Bob (Agent)"), "admin_person", ids.ROLE, selected="U0STRANGER")
    assert asked.values[ids.ZONE]["input"]["value"] == "Europe/London"
    erin.submit(asked, given(role="team_lead", team=str(town.acme.water.id)))
    people = page_reads(erin, "*Stranger* saved", "Stranger (Team lead)")

    erin.submit(opens(erin, people, "admin_person", ids.ACTIVE, selected="U0BOB"), given(active="no"))
    page_reads(erin, "*Bob* is switched off", "*Switched off* (1)")
    assert town.acme.all(Lease)[0].ended_because == LeaseEnd.RELEASED
    town.bob.press(card, "call")
    reads(town.bob, "switched off")
    types(town.alice, "/nextcall 1", "Grace")


def test_it_keeps_the_last_admin(town: Town, erin: Member) -> None:
    erin.press(page(erin, "admin_people", "Erin (Admin)"), "admin_person", selected="U0ERIN")
    erin.submit(form(erin, ids.ROLE), given(role="manager"))
    refused = faulty(erin)
    assert "the last admin" in str(refused.errors)
    assert town.acme.one(Agent, town.acme.erin.agent_id).role is Role.ADMIN


@pytest.mark.long
def test_it_says_what_a_change_decides_again_before_it_is_saved(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace")
    asked = opens(erin, page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", "purpose", value="1")
    strict.modal_shown(as_sent(asked))
    erin.submit(asked, given(purpose="marketing"))
    meant = page_reads(erin, "*We check 1 contact again.*", "numbers must be screened against TPS")
    assert town.acme.one(Campaign, 1).purpose is Purpose.SERVICE
    erin.close(meant)
    back = form(erin, ids.COUNTRY)
    assert back.values["purpose"]["input"]["selected_option"]["value"] == "marketing", "as it was filled in"
    erin.submit(back, given(country="FR"))
    meant = page_reads(
        erin,
        "*France: telemarketing*: calls Monday to Friday 10:00 to 13:00 and 14:00 to 20:00",
        "*France: house policy*",
    )
    strict.modal(as_sent(meant))
    assert town.acme.one(Campaign, 1).country == "GB"
    erin.submit(meant)
    home_shows(erin, "*Energy switch* saved. We are checking 1 contact")
    assert erin.seen.modal is None
    town.move(seconds=1)
    erin.wait_for(lambda _: town.acme.one(Contact, grace.id).verdict is Verdict.HELD)
    assert town.acme.one(Campaign, 1).purpose is Purpose.MARKETING
    erin.press(page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", value="1")
    assert "Default (France: house policy)" in str(as_sent(form(erin, "house_pack")))


@pytest.mark.long
def test_it_says_for_which_sectors_the_caller_is_authorised_and_keeps_what_a_form_does_not_ask(
    town: Town, erin: Member
) -> None:
    town.acme.change(Campaign, 1, sector="pensions", priority=1, script="Hello")
    asked = opens(erin, page(erin, "admin_campaigns", "*Energy switch*"), "admin_campaign", "authorised_for", value="1")
    erin.submit(asked, given(authorised_for=["pensions"], priority="3"))
    erin.submit(page_reads(erin, "These rules apply"))
    home_shows(erin, "*Energy switch* saved")
    kept = town.acme.one(Campaign, 1)
    assert (kept.authorised_for, kept.priority, kept.script, kept.sector) == ("pensions", 3, "Hello", "pensions")


@pytest.mark.long
def test_it_offers_the_chosen_outcomes_and_the_script_and_refuses_no_fact(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace")
    erin.press(page(erin, "admin_campaigns", "*Energy switch*"), "admin_card", value="1")
    erin.submit(form(erin, "script"), given(script="Good day, {vorname}.", offered=["no_answer"], offered_too=[]))
    assert form(erin, "script").errors == {
        "script": "{vorname} is not a variable. Use {name}, {company}, {agent}, or leave out the braces."
    }
    script = "Good day, {name}, *this* is {agent}, for {company}."
    erin.submit(form(erin, "script"), given(script=script, offered=["no_answer"], offered_too=[]))
    page_reads(erin, "Campaign *Energy switch* saved")
    town.alice.press(types(town.alice, "/nextcall 1", "Grace"), "call")
    calling = reads(town.alice, NUMBER, "Good day, Grace, ∗this∗ is Alice, for.")
    offered = {one.action_id for one in calling.elements()}
    assert {"outcome_no_answer", "outcome_do_not_call", "outcome_more", "outcome_not_dialled"} <= offered
    assert "outcome_busy" not in offered
    menu = next(one.json for one in calling.elements() if one.action_id == "outcome_more")
    words = {one["value"].partition(":")[2] for one in menu["options"]}
    assert words == {"wrong_number", "complaint", "vulnerable"}
    town.move(minutes=2)
    types(town.alice, "/outcome busy", "*Busy* recorded")
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY


@pytest.mark.long
def test_it_withdraws_a_list_and_takes_it_up_again(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace")
    card = types(town.alice, "/nextcall 1", "Grace")
    lists = page(erin, "admin_lists", "*Energy switch list*", "1 with an agent")
    erin.submit(opens(erin, lists, "admin_withdraw", ids.WORDS, value=str(grace.list_id)), given(words="  "))
    assert form(erin, ids.WORDS).errors
    erin.submit(form(erin, ids.WORDS), given(words="The client asked for it back"))
    after = page_reads(erin, "withdrawn: 1 contact is no longer handed out", "1 finished")
    reads(town.alice, "is no longer on your cards")
    town.alice.press(card, "call")
    types(town.bob, "/nextcall 1", "list withdrawn: The client asked for it back")
    assert not town.acme.all(Attempt)

    town.move(minutes=1)
    erin.press(after, "admin_take_up", value=str(grace.list_id))
    erin.submit(page_reads(erin, "we check 1 contact again"))
    page_reads(erin, "restored. We are checking 1 contact again")
    erin.wait_for(lambda _: town.acme.one(Contact, grace.id).decided_at == town.acme.clock.now)
    types(town.bob, "/nextcall 1", "Grace", without="withdrawn")


@pytest.mark.long
def test_what_is_left_of_a_list_can_be_withdrawn_too(town: Town, erin: Member) -> None:
    grace, _ = town.acme.add_contact("Grace"), town.acme.add_contact("Ada")
    closed = {"finished_at": town.acme.clock.now, "finished_because": "list withdrawn: interrupted"}
    town.acme.change(Contact, grace.id, **closed)
    lists = page(erin, "admin_lists", "*Energy switch list*", "1 finished")
    assert {"admin_take_up", "admin_withdraw"} <= {one.action_id for one in lists.elements()}
    erin.press(lists, "admin_withdraw", value=str(grace.list_id))
    erin.submit(form(erin, ids.WORDS), given(words="The client asked for it back"))
    after = page_reads(erin, "withdrawn: 1 contact is no longer handed out", "2 finished")
    assert "admin_withdraw" not in {one.action_id for one in after.elements()}


@pytest.mark.long
def test_presses_of_other_roles_are_refused(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace")
    shown = home(erin, "Set-up")
    theirs = home(town.dana)
    assert not [one for one in theirs.elements() if one.action_id.startswith("admin_")]
    erin.press(shown, "admin_teams")
    page_reads(erin, "*Energy*")
    pressed = town.last("interactive")
    for action in ("admin_teams", "admin_campaign", "admin_withdraw", "admin_person", "admin_steps"):
        payload = deepcopy(pressed.payload)
        payload["user"]["id"] = "U0DANA"
        payload["actions"][0] |= {"action_id": action, "value": "1"}
        payload["trigger_id"] = town.server.workspace.triggers.make("U0DANA", town.server.workspace.clock.now())
        assert town.server.deliver(Envelope(pressed.kind, payload, pressed.accepts_response)).is_acked
        if action != "admin_steps":
            town.dana.close(page_reads(town.dana, "Only an admin may do that"), everything=True)
    assert town.acme.all(Attempt) == []
    assert town.acme.all(Contact)[0].finished_at is None


def test_answers_come_in_the_language_a_person_chooses(town: Town) -> None:
    shown = home(town.alice)
    town.alice.press(shown, "my_language", selected="de")
    home_shows(town.alice, "Meine")
    assert town.acme.one(Agent, town.acme.alice.agent_id).language == "de"
    town.alice.press(town.alice.wait_for(lambda seen: seen.home), "my_language", selected="none")
    home_shows(town.alice, "My settings")


@pytest.mark.long
def test_it_speaks_german_on_every_page_and_form_of_an_admin(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace")
    town.acme.change(Agent, town.acme.erin.agent_id, language="de")
    seen = [home(erin, "Einrichtung").words]
    forms_on = {
        "admin_teams": ("admin_team",),
        "admin_campaigns": ("admin_campaign", "admin_card"),
        "admin_lists": ("admin_withdraw",),
        "admin_people": ("admin_several",),
        "admin_registers": (),
        "admin_outcomes": ("admin_outcome",),
    }
    for action, presses in forms_on.items():
        erin.press(home(erin, "Einrichtung"), action)
        below = drawn(erin)
        seen.append(below.words)
        for press in presses:
            erin.press(below, press, value="0" if press in ("admin_several", "admin_outcome") else "1")
            shown = drawn(erin, is_form=True)
            seen.append(shown.words)
            if press == "admin_campaign":
                erin.submit(shown)
                meant = page_reads(erin, "Was das bedeutet")
                seen.append(meant.words)
                erin.close(meant)
                shown = drawn(erin, is_form=True)
            erin.close(shown)
            below = drawn(erin)
        erin.close(below, everything=True)
    assert len(seen) == 14
    left = {one for one in _english() if any(one in words for words in seen)}
    assert left <= {"house policy"}, "only what a pack calls itself"
    assert town.server.workspace.refusals == ()


def drawn(member: Member, *, is_form: bool = False) -> VisibleView:
    """The page or form on top, once the loading one has given way."""
    return member.wait_for(
        lambda seen: (
            seen.modal
            if seen.modal and bool(seen.modal.submit) is is_form and "Einen Moment" not in seen.modal.words
            else None
        )
    )


def _english() -> list[str]:
    """English sentences with a German translation, long enough not to occur in a German one by chance."""
    english, german = sentences("en"), sentences("de")
    known = [(form, german.get(key)) for key, form in english.items() if isinstance(form, str) and "{" not in form]
    return [text for text, told in known if told and text != told and len(text) > 7 and " " in text]


@pytest.mark.night
def test_it_pauses_a_list_ends_it_moves_it_and_shows_what_came_of_it(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace")
    boiler = town.acme.add_campaign("Boiler care", "Bright Energy", town.acme.energy)
    lists = page(erin, "admin_lists", "*Energy switch list*", "0 called", "0 complaints")
    asked = opens(erin, lists, "admin_list", ids.CAMPAIGN_CHOSEN, value=str(grace.list_id))
    strict.modal_shown(as_sent(asked))
    erin.submit(asked, given(active="no", until="2026-12-24", priority="0"))
    lists = page_reads(erin, "*Energy switch list* changed", "paused", "until 24 December 2026")
    types(town.alice, "/nextcall 1", "No contact", without="Grace")
    kept = town.acme.one(ContactList, grace.list_id)
    assert (kept.priority, kept.paused_at is not None) == (0, True)

    erin.press(lists, "admin_list", value=str(grace.list_id))
    erin.submit(form(erin, ids.CAMPAIGN_CHOSEN), given(active="yes", campaign_chosen=str(boiler.id)))
    page_reads(erin, "*Energy switch list*: 1 contact moved to Boiler care.")
    types(town.alice, "/nextcall 1", "Grace", "Boiler care")


@pytest.mark.day
def test_a_later_last_day_takes_an_expired_list_up_again(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace")
    town.acme.change(ContactList, grace.list_id, expires_on=town.acme.clock().date() - timedelta(days=1))
    assert list_terms.close_due(town.acme.deps) == 1
    lists = page(erin, "admin_lists", "*Energy switch list*")
    erin.submit(opens(erin, lists, "admin_list", ids.UNTIL, value=str(grace.list_id)), given(until="2026-12-24"))
    page_reads(erin, "*Energy switch list* changed", "until 24 December 2026")
    types(town.alice, "/nextcall 1", "Grace")


def test_a_lead_sees_what_came_of_the_lists_they_work(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.dana.press(home(town.dana, "Results of each list"), "list_results")
    shown = page_reads(town.dana, "*Energy switch list* for Energy switch", "0 called")
    assert "Water meters" not in shown.words
    strict.modal_shown(as_sent(shown))


def test_the_checklist_names_what_is_missing_until_it_is_supplied(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace")
    shown = home(erin, "Still to do", "*Water meters* has no contacts. Import a list.")
    strict.home({"type": "home", "blocks": list(shown.blocks)})
    town.acme.change(Agent, town.acme.charlie.agent_id, is_active=False)
    shown = home(erin, "*Water* has no agents.")
    asked = opens(erin, shown, "admin_several", ids.USERS)
    erin.submit(asked, given(users=["U0STRANGER"], role="agent", team=str(town.acme.water.id)))
    assert "has no agents" not in home_shows(erin, "Stranger", "has no contacts").words
    town.acme.add_contact("Ada", campaign=town.acme.water_campaign)
    home(erin, without="Still to do")


def test_a_channel_without_the_app_is_told_and_checked_again_at_a_press(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace")
    town.acme.add_contact("Ada", campaign=town.acme.water_campaign)
    slack_watch.look(town.deps)
    shown = home(erin, "*Water*: I am not in <#C0WATER0001>")
    town.server.workspace.channels["C0WATER0001"].bot_is_member = True
    erin.press(shown, "admin_check")
    home_shows(erin, without="Still to do")
    assert town.server.workspace.scheduled == []
