"""Screens of leads and managers: team status, checks, do-not-call, Home, messages, the digest."""

import json
import urllib.request
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from urllib.error import HTTPError

import pytest

from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.reports import digests
from bot.slack import ids
from bot.slack.connection.http import EVENTS, HttpMode
from bot.watching.pages import LIVE, READY, probes
from policy.vocabulary import Outcome
from storage.models import Attempt, Lease, Suppression
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, given, home, home_shows, opens, page, presses, reads, types

pytestmark = pytest.mark.usefixtures("few_charts")


@pytest.mark.long
def test_it_shows_a_lead_their_team(town: Town) -> None:
    town.calling(minutes=2)
    town.acme.add_contacts(2)
    status = types(town.dana, "/teamstatus", "Energy: where the contacts stand")
    assert status.is_ephemeral
    assert "*2* callable now · *0* locked for now · *0* on hold · *1* with an agent" in status.words
    assert "*Alice*: calling since" in status.words
    assert strict.shows_no_number(status.blocks)
    held = page(town.dana, status, "status_held", "*Alice*: Grace (•••• ")
    assert strict.shows_no_number(held.blocks)
    town.dana.close(held)
    assert "= *3 contacts* in all" in page(town.dana, status, "status_why", "with an agent").words


def test_it_shows_a_manager_any_team_by_name(town: Town) -> None:
    types(town.erin, "/teamstatus water", "Water: where the contacts stand")
    types(town.erin, "/teamstatus", "Say which team")


def test_it_says_whether_a_number_may_be_called_and_changes_nothing(town: Town) -> None:
    town.acme.add_contact("Grace", "+447700900111")
    said = types(town.alice, "/callcheck 07700 900111", "May you call", "callable now")
    assert strict.shows_no_number(said.blocks)
    assert not town.acme.all(Lease)
    types(town.alice, "/callcheck <tel:+447700900555|07700 900555>", "•••• 555")


def test_it_stops_a_number_at_once_and_takes_the_card_away(town: Town) -> None:
    town.acme.add_contact("Grace", "+447700900111")
    types(town.alice, "/nextcall 1", "Grace")
    town.bob.command("/dnc 07700 900111 wrote to us")
    reads(town.bob, "will not be called again", "1 contact closed", "withdrawn from 1 agent")
    assert town.acme.all(Suppression)
    told = reads(town.alice, "no longer on your cards")
    assert not told.is_ephemeral
    assert strict.shows_no_number(told.blocks)
    types(town.bob, "/dnc 07700 900111", "on do-not-call", "You already recorded this; nothing changed")


def test_it_tells_the_leads_of_a_complaint(town: Town) -> None:
    town.calling(minutes=2)
    attempt = town.acme.all(Attempt)[0]
    town.alice.press(reads(town.alice, NUMBER), "outcome_more", selected=f"{attempt.id}:complaint")
    reads(town.alice, "Your team lead is told")
    reads(town.dana, "Alice recorded *Complaint* for Grace")


@pytest.mark.long
def test_it_shows_the_number_on_home_while_the_call_is_open_and_takes_its_outcome_there(town: Town) -> None:
    town.calling(minutes=2)
    shown = home(town.alice)
    assert "Grace" in shown.words
    assert "<tel:+447700900001|07700 900001>" in shown.words
    town.move(minutes=1)
    town.alice.press(shown, "outcome_busy")
    done = home_shows(town.alice, "*Busy* recorded")
    assert "tel:" not in done.words
    assert "07700 900001" not in done.words
    assert "Calls that need an outcome" not in done.words
    town.alice.press(done, "undo")
    home_shows(town.alice, "*Busy* undone")
    assert town.acme.all(Attempt)[0].outcome is None


def test_it_shows_a_lead_the_team_at_home_and_ignores_the_messages_tab(town: Town) -> None:
    town.dana.open_direct_messages()
    assert "Team Energy" in home(town.dana).words
    assert all(one.error is None for one in town.server.workspace.calls)


def test_a_reminder_hands_out_exactly_its_contacts(town: Town) -> None:
    presses(town.alice, town.calling(minutes=2), "outcome_busy", "*Busy* recorded")
    town.move(hours=25)
    assert reminders.send_due(town.deps) == 1
    message = reads(town.alice, "You can call 1 contact again")
    assert not message.is_ephemeral
    assert strict.shows_no_number(message.blocks)
    cards = presses(town.alice, message, "take_these", "You hold 1 contact", "Grace")
    assert cards.is_ephemeral
    reads(town.alice, "You took these at")


def test_a_missing_outcome_is_asked_for_and_recorded_in_the_message(town: Town) -> None:
    town.calling(minutes=2)
    town.move(hours=2)
    assert reminders.chase_unreported(town.deps) == 1
    message = reads(town.alice, "1 call needs an outcome")
    assert strict.shows_no_number(message.blocks)
    town.alice.submit(opens(town.alice, message, "outcome_form", ids.OUTCOME), given(outcome_chosen="no_answer"))
    reads(town.alice, "*No answer* recorded", "All your calls have an outcome.")
    assert town.acme.all(Attempt)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.long
def test_it_posts_the_digest_with_chart_and_evidence(town: Town) -> None:
    presses(town.alice, town.calling(minutes=2), "outcome_busy", "*Busy* recorded")
    town.move(hours=9)
    assert digests.post_due(town.deps) == 1, "Water's channel has no bot in it"
    post = reads(town.dana, "Energy: Tuesday 24 November 2026", "Audit: every promise kept")
    assert post.channel_id == "C0ENERGY001"
    assert strict.shows_no_number(post.blocks)
    files = [file for one in town.dana.messages("C0ENERGY001") for file in one.files]
    assert {file.name.rsplit(".", 1)[1] for file in files} == {"png", "csv"}
    assert {one.thread_ts for one in town.dana.messages("C0ENERGY001") if one.files} == {post.ts}
    assert digests.post_due(town.deps) == 0


def test_it_posts_the_digest_even_if_its_files_will_not_go_up(town: Town) -> None:
    town.server.fail_next("files.getUploadURLExternal", with_="fatal_error", times=20)
    town.move(hours=9)
    assert digests.post_due(town.deps) == 1
    reads(town.dana, "Energy: Tuesday 24 November 2026")


@pytest.mark.parametrize(("code", "is_permanent"), [("is_archived", True), ("fatal_error", False)])
def test_it_says_whether_a_message_that_failed_may_be_tried_again(town: Town, code: str, is_permanent: bool) -> None:
    town.server.fail_next("chat.postMessage", with_=code)
    with pytest.raises(DeliveryFailed) as caught:
        town.notifier.tell("U0ALICE", "UTC", "outcomes_owed", {"several": ()})
    assert caught.value.is_permanent is is_permanent


def test_every_lead_is_told_although_one_is_deactivated(town: Town) -> None:
    people = town.server.workspace.people
    people["U0BOB"] = replace(people["U0BOB"], is_deleted=True)
    town.tell("outcome_alert", "bob", "dana", name="Grace", agent=town.acme.alice.agent_id, outcome="vulnerable")
    reads(town.dana, "Alice recorded *Vulnerable*")


def test_it_waits_out_a_rate_limit_in_the_background(town: Town) -> None:
    town.server.fail_next("chat.postMessage", with_="ratelimited", times=2, retry_after=0)
    town.tell("card_withdrawn", "alice", name="Grace", because="held")
    for _ in range(2):
        town.move(seconds=5)
    reads(town.alice, "a team lead must check first")


def test_it_tells_a_load_balancer_whether_it_is_ready_and_serves_nothing_unsigned(town: Town) -> None:
    faults: list[str] = []
    mode = HttpMode(town.app, 0, probes(lambda: tuple(faults)), town.server.workspace.signing_secret, host="127.0.0.1")
    serving = Thread(target=mode.run, daemon=True)
    serving.start()
    base = f"http://127.0.0.1:{mode.port}"
    try:
        assert _get(base + LIVE) == (200, {"is_live": True})
        assert _get(base + READY) == (200, {"is_ready": True, "faults": []})
        faults.append("the database does not answer")
        assert _get(base + READY) == (503, {"is_ready": False, "faults": ["the database does not answer"]})
        unsigned = urllib.request.Request(base + EVENTS, b"command=/nextcall&user_id=U0ALICE", method="POST")
        with pytest.raises(HTTPError) as caught:
            urllib.request.urlopen(unsigned, timeout=60)
        assert caught.value.code == 401
        caught.value.close()
        assert not town.acme.all(Lease)
    finally:
        mode.stop()
        serving.join(timedelta(seconds=5).total_seconds())


def _get(url: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())
