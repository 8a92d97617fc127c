"""A person's data through the real app: an admin gets the files privately, and an erasure only after a typed word."""

import json

import pytest

from bot.sandbox import Member, VisibleView
from bot.services.calls import calling
from bot.services.hand_out import next_call
from bot.slack import ids
from policy.vocabulary import Role
from storage.models import Agent, Contact, Erasure, Lease, Suppression
from tests.slack import strict
from tests.slack.scenarios.sent import as_sent
from tests.slack.scenarios.town import Town, faulty, given, home, home_shows, opens, reads, types

MODE = "socket"
NUMBER = "+447700900801"


def asked(erin: Member, what: str) -> VisibleView:
    """The second form: who is meant, and for an erasure the word that confirms it."""
    first = opens(erin, home(erin, "Set-up"), "subject_form", ids.NUMBER)
    strict.modal_shown(as_sent(first))
    erin.submit(first, given(number="07700 900801", what=what))
    callback = {"export": "subject_export", "erase": "subject_erase"}[what]
    return erin.wait_for(lambda seen: seen.modal if seen.modal and seen.modal.callback_id == callback else None)


@pytest.mark.long
def test_an_admin_gets_two_files_in_their_direct_messages(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace", NUMBER)
    erin.submit(asked(erin, "export"))
    home_shows(erin, "The files are in your direct messages")
    message = reads(erin, "Everything we hold about the person")
    page, data = sorted(town.server.workspace.files.every.values(), key=lambda one: one.name)
    assert "Grace" in (page.content or b"").decode()
    assert json.loads(data.content or b"")["people"][0]["name"] == "Grace"
    assert "Grace" not in message.words
    assert page.channels == data.channels == [message.channel_id]
    assert not any(one.files for one in town.alice.seen.messages)


@pytest.mark.long
def test_an_erasure_needs_the_typed_word(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace", NUMBER)
    sure = asked(erin, "erase")
    strict.modal_shown(as_sent(sure))
    erin.submit(sure, given(confirm="yes"))
    refused = faulty(erin)
    assert "type: erase" in str(refused.errors)
    assert town.acme.one(Contact, grace.id).name == "Grace"
    erin.submit(refused, given(confirm="Erase", stop=["yes"]))
    erin.wait_for(lambda seen: seen.home and "Erased: 1 person, 1 number, 0 notes and reasons." in seen.home.words)
    assert town.acme.one(Contact, grace.id).name == ""
    assert [one.erased_by for one in town.acme.all(Erasure)] == ["U0ERIN"]
    assert len(town.acme.all(Suppression)) == 2
    types(town.alice, "/callcheck 07700 900801", "On do-not-call since", "*do not call*", without="Grace")


def test_it_asks_who_is_meant_where_several_share_the_number(town: Town, erin: Member) -> None:
    grace = town.acme.add_contact("Grace", NUMBER)
    ada = town.acme.add_contact("Ada", NUMBER, campaign=town.acme.water_campaign)
    sure = asked(erin, "erase")
    erin.submit(sure, given(confirm="erase", who=[f"#{ada.person_id}"]))
    home_shows(erin, "1 number stays, because other people have it.")
    assert town.acme.one(Contact, grace.id).name == "Grace"
    assert town.acme.one(Contact, ada.id).name == ""


def test_a_call_in_progress_is_named(town: Town, erin: Member) -> None:
    town.acme.add_contact("Grace", NUMBER)
    next_call.hand_out(town.deps, town.acme.alice, 1)
    calling.call(town.deps, town.acme.alice, town.acme.all(Lease)[-1].id or 0)
    erin.submit(asked(erin, "erase"), given(confirm="erase"))
    refused = faulty(erin)
    assert "Alice is on a call with this person" in str(refused.errors)


def test_a_number_without_a_record_is_said_and_a_manager_is_refused(town: Town, erin: Member) -> None:
    first = opens(erin, home(erin, "Set-up"), "subject_form", ids.NUMBER)
    erin.submit(first, given(number="07700 900899"))
    refused = faulty(erin)
    assert refused.errors == {ids.NUMBER: "Nothing is on record at this number."}
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.MANAGER)
    erin.submit(refused, given(number="07700 900899"))
    again = erin.wait_for(lambda seen: seen.modal if seen.modal and "admin" in str(seen.modal.errors).lower() else None)
    assert again.errors
