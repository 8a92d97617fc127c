"""Hostile text, typed or from a list: it is kept, has no effect in Slack, and no number leaves its holder's view."""

import json
import logging
import re

import pytest

from bot.sandbox import VisibleMessage
from bot.services.reminders import reminders
from bot.services.reports import digests
from bot.slack import ids
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Agent, Attempt, Contact, Lease, OutcomeRecord, Person
from tests.fakes import SampleOrganisation
from tests.rows import an_agent
from tests.slack.scenarios.sent import judged
from tests.slack.scenarios.town import NUMBER, Town, home, opens, page, presses, reads, types

NAMES = (
    "<!channel> & <@U0ERIN>",
    "<https://evil.example|Click here>",
    "*bold* _it_ ~gone~ `code` :fire:",
    "\u202eevil\u2066 عمر",
    "A\x00B\nC\tD",
    "😀" * 300,
)
OBEYED = re.compile(r"<!(?:channel|here|everyone)|<@U|<#C|<https://evil", re.IGNORECASE)
DIALLABLE = re.compile(r"\+?(?:44|0)\s?7700\s?900\s?\d{3}|7700900\d{3}")


def _called(town: Town) -> VisibleMessage:
    shown = presses(town.alice, _newest(town), "call", NUMBER)
    town.move(minutes=2)
    return shown


def _newest(town: Town) -> VisibleMessage:
    return town.alice.wait_for(
        lambda seen: next(
            (one for one in reversed(seen.messages) if "call" in [each.action_id for each in one.buttons]), None
        )
    )


@pytest.mark.night
@pytest.mark.parametrize("name", NAMES)
def test_it_shows_a_hostile_name_as_text_on_every_surface(town: Town, name: str) -> None:
    town.acme.add_contact(name)
    town.alice.command("/nextcall 1")
    shown = _called(town)
    types(town.dana, "/teamstatus", "where the contacts stand")
    home(town.alice)
    opens(town.alice, shown, "callback_at", ids.ON, selected="Another day or time…")
    types(town.alice, f"/outcome complaint {name}", "*Complaint* recorded")
    reads(town.dana, "omplaint")
    workspace = town.server.workspace
    assert workspace.refusals == ()
    assert not [one for one in workspace.calls if OBEYED.search("\n".join(_markup(one.args)))]
    assert len(town.acme.all(OutcomeRecord)) == 1


@pytest.mark.long
@pytest.mark.parametrize("words", [*NAMES, "x" * 10_000, "9" * 10_000, "<" * 10_000, "+44" * 3000])
@pytest.mark.parametrize(
    "command", ["/nextcall", "/outcome", "/teamstatus", "/callcheck", "/dnc", "/outcome 07700900999 busy"]
)
def test_it_answers_whatever_is_typed(town: Town, command: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    assert not town.alice.command(f"{command} {words}").failed
    reply = town.alice.wait_for(lambda seen: seen.messages)[-1]
    assert "incident" not in reply.words
    assert town.server.workspace.refusals == ()
    assert not [one for one in town.server.workspace.calls if OBEYED.search("\n".join(_markup(one.args)))]
    assert "incident=" not in caplog.text
    kept = "busy" in command
    assert [one.outcome for one in town.acme.all(Attempt)] == ([Outcome.BUSY] if kept else [])
    assert len(town.acme.all(Lease)) == 0


@pytest.mark.long
def test_no_number_leaves_its_holders_view(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("Grace", "Ada", "Joan"):
        town.acme.add_contact(name)
    types(town.alice, "/nextcall 3", "Grace")
    for outcome in ("outcome_busy", "outcome_refused", "outcome_do_not_call"):
        shown = presses(town.alice, _newest(town), "call", NUMBER)
        town.move(minutes=2)
        presses(town.alice, shown, outcome, "recorded", without=NUMBER)
    types(town.alice, "/outcome 07700900888 vulnerable", "*Vulnerable* recorded")
    town.dana.command("/dnc +447700900889 rang in")
    types(town.dana, "/callcheck 07700 900001", "May you call")
    types(town.dana, "/teamstatus", "where the contacts stand")
    types(town.bob, "/callcheck 07700 900 8888", "not a telephone number")
    town.calling("Late", hours=24)
    assert reminders.send_due(town.deps) == 1
    assert reminders.chase_unreported(town.deps) == 1
    assert digests.post_due(town.deps) > 0
    calls = town.server.workspace.calls
    posted = [one for one in calls if one.method != "response_url"]
    assert posted
    leaks = [one.method for one in posted if DIALLABLE.search(json.dumps(one.args, ensure_ascii=False))]
    shown_to = [one for one in calls if one.method == "response_url" and DIALLABLE.search(json.dumps(one.args))]
    values = [_values(one.args) for one in calls]
    print(f"{len(calls)} calls to Slack, {len(shown_to)} private views with a number, leaks {leaks}")
    assert not leaks
    bare = [one.args for one in shown_to if NUMBER not in json.dumps(one.args)]
    assert len(bare) == 1, "a number is shown as a link in its holder's card, or it is what the reader typed"
    assert "is not a telephone number" in bare[0]["text"]
    assert not [one for one in values if DIALLABLE.search(one)]
    assert not DIALLABLE.search(caplog.text)


@pytest.mark.night
def test_it_shows_a_team_of_a_hundred_whose_contacts_are_held_for_five_thousand_reasons(town: Town) -> None:
    acme, name = town.acme, "😀" * 150 + "\u202eعمر<!channel>" + "👩‍👩‍👧‍👦" * 40
    contact = acme.add_contact(name)
    with acme.units() as uow:
        uow.session.add_all(_agent(acme, number, name) for number in range(100))
        people = [Person(organisation_id=acme.organisation_id, name=name, key=f"k{one}") for one in range(5000)]
        uow.session.add_all(people)
        uow.session.flush()
        uow.session.add_all(_held(contact, person.id or 0, name) for person in people)
    types(town.alice, "/nextcall 1", "yours until")
    status = types(town.dana, "/teamstatus", "*5,000* on hold")
    seen = page(town.dana, status, "status_why", "= *5,001 contacts* in all", "*Why the other 5,001 cannot be called*")
    town.dana.close(seen)
    reasons = seen.words.split("Why the other")[1].split("Waiting for a decision")[0]
    counted = re.findall(r"(?:• \*|and )([\d,]+)", reasons)
    assert sum(int(one.replace(",", "")) for one in counted) == 5001, "those that do not fit are counted"
    shown = home(town.dana, "*5,000* on hold")
    for field, action in ((ids.WHO, "pause_form"), (ids.WHO, "move_form")):
        held = page(town.dana, shown, "status_held", "Agents today")
        town.dana.close(opens(town.dana, held, action, field))
        town.dana.close(held)
    types(town.bob, "/nextcall 5", "No contact is callable now.", "and 4,99")
    assert judged(town) > 5
    assert not [one for one in town.server.workspace.calls if OBEYED.search("\n".join(_markup(one.args)))]


def _agent(acme: SampleOrganisation, number: int, name: str) -> Agent:
    team, slack_id = acme.energy.id, f"U1{number:06}"
    return an_agent(acme, name, Role.AGENT, slack_user_id=slack_id, team_id=team)


def _held(like: Contact, person_id: int, name: str) -> Contact:
    """A contact held for a reason that no other has."""
    return Contact(
        organisation_id=like.organisation_id,
        campaign_id=like.campaign_id,
        list_id=like.list_id,
        person_id=person_id,
        name=name,
        verdict=Verdict.HELD,
        because=f"Reason {person_id} <!here> *{name}*",
        rule=f"rule.{person_id}",
    )


def _markup(args: object) -> list[str]:
    """Every text that Slack reads as markup: a message's text, and mrkdwn objects."""
    if isinstance(args, dict):
        own = (
            [str(args["text"])] if isinstance(args.get("text"), str) and args.get("type", "mrkdwn") == "mrkdwn" else []
        )
        return own + [one for each in args.values() for one in _markup(each)]
    return [one for each in args for one in _markup(each)] if isinstance(args, list) else []


def _values(args: object) -> str:
    """Every value sent with a press or a form."""
    if isinstance(args, dict):
        own = [str(args[name]) for name in ("value", "private_metadata", "action_id", "block_id") if name in args]
        return " ".join([*own, *map(_values, args.values())])
    return " ".join(map(_values, args)) if isinstance(args, list) else ""
