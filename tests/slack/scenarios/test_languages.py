"""Each person reads their own language: the one they chose, otherwise Slack's, looked up once a day in the
background."""

import time
from threading import Event

import pytest
from slack_sdk import WebClient

from bot.services import agents
from bot.slack import ids
from bot.slack.boundary import answers
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import NUMBER, Town, form, given, presses, reads, types
from tests.slack.scenarios.town import town as opened

GERMAN = "Sie haben 1 Kontakt"
ENGLISH = "You hold 1 contact"


def _asked(town: Town) -> int:
    return len(town.server.workspace.calls_of("users.info"))


def _german(town: Town, name: str = "alice") -> None:
    town.server.workspace.change_person(f"U0{name.upper()}", locale="de-DE")


@pytest.mark.long
def test_a_user_with_slack_in_german_reads_german_from_the_start(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900111")
    acme.add_contact("Ada Lovelace", "+447700900222")
    with opened(acme) as town:
        _german(town)
        card = types(town.alice, "/nextcall 1", GERMAN, "Grace", "anrufen vor", "noch nicht angerufen")
        assert [one.label for one in card.buttons] == [
            "Anrufen",
            "Zurückgeben",
            "Länger behalten",
            "Anderswo…",
            "Verlauf",
        ]
        town.bob.command("/nextcall 1")
        labels = [one.label for one in reads(town.bob, ENGLISH, "Ada").buttons]
        assert labels == ["Call", "Give back", "Keep longer", "Elsewhere…", "History"]

        town.alice.press(card, "call")
        town.move(minutes=2)
        town.alice.press(reads(town.alice, NUMBER), "callback_at", selected="Anderer Tag oder andere Zeit…")
        asked = form(town.alice, ids.ON)
        assert (asked.title, asked.submit) == ("Rückruf", "Speichern")
        town.alice.submit(asked, given(on="2026-11-23", at="10:00", whose=ids.MINE))
        assert "vorbei" in str(form(town.alice, ids.ON).errors), "a refusal inside the form, too"
        town.alice.submit(form(town.alice, ids.ON), given(on="2026-11-25", at="11:30", whose=ids.MINE))
        reads(town.alice, "*Rückruf* eingetragen", without=NUMBER)
        assert _asked(town) == 2, "once for each of the two"
        assert town.server.workspace.refusals == ()


def test_it_takes_an_outcome_as_it_reads_on_the_screen(town: Town) -> None:
    town.acme.add_contact("Grace", "+447700900111")
    _german(town)
    presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
    town.move(minutes=1)
    types(town.alice, "/outcome nonsense", "„nonsense“ ist kein Ergebnis", "Besetzt")
    types(town.alice, "/outcome besetzt zweimal", "*Besetzt* eingetragen")
    assert [one.outcome for one in town.acme.all(Attempt)] == [Outcome.BUSY]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["missing_scope", "ratelimited", "http_500"])
def test_it_answers_in_english_if_slack_gives_no_language(town: Town, kind: str) -> None:
    town.acme.add_contact("Grace")
    _german(town)
    town.server.fail_next("users.info", with_=kind)
    types(town.alice, "/nextcall 1", ENGLISH)
    types(town.alice, "/outcome", "None of your calls needs an outcome.")
    assert _asked(town) == 1, "not asked at every turn"
    town.move(minutes=11)
    types(town.alice, "/nextcall 1", GERMAN)


def test_it_answers_in_german_what_comes_while_slack_is_being_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asked, is_over, ask = Event(), Event(), answers._locale_in_slack

    def ask_slowly(client: WebClient, slack_user_id: str) -> str:
        is_asked.set()
        is_over.wait(10)
        return ask(client, slack_user_id)

    monkeypatch.setattr(answers, "_locale_in_slack", ask_slowly)
    town.acme.add_contact("Grace")
    _german(town)
    town.alice.command("/nextcall 1")
    assert is_asked.wait(60)
    town.alice.command("/outcome")
    time.sleep(0.3)  # without waiting it would be answered by now
    is_over.set()
    reads(town.alice, GERMAN)
    reads(town.alice, "Keiner Ihrer Anrufe")
    assert _asked(town) == 1


def test_it_asks_again_after_a_day_and_obeys_a_choice_before_slack(town: Town) -> None:
    town.acme.add_contact("Grace")
    types(town.alice, "/nextcall 1", ENGLISH)
    _german(town)
    types(town.alice, "/outcome", "None of your calls needs an outcome.")
    assert _asked(town) == 1
    town.move(days=1)
    town.alice.command("/nextcall 1")  # answered first, asked afterwards
    for _ in range(200):
        if "de-DE" in {one.locale for one in town.acme.all(Agent)}:
            break
        time.sleep(0.02)
    types(town.alice, "/nextcall 1", "Sie haben")
    agents.set_language(town.deps, town.acme.alice, "en")
    types(town.alice, "/nextcall 1", "You hold")
    assert _asked(town) == 2


def test_it_writes_to_each_person_in_their_language(town: Town) -> None:
    for name, locale in (("alice", "de-DE"), ("dana", "en-GB")):
        agents.note_locale(town.deps, getattr(town.acme, name), locale)
    town.tell("card_withdrawn", "alice", name="Grace", because="held")
    reads(town.alice, "ist nicht mehr auf Ihren Karten")
    town.tell("outcome_alert", "alice", "dana", "bob", name="Grace", agent=town.acme.bob.agent_id, outcome="complaint")
    reads(town.alice, "Bob hat für Grace *Beschwerde* eingetragen. Der Kontakt ist angehalten")
    reads(town.dana, "Bob recorded *Complaint* for Grace.")
    reads(town.bob, "Bob recorded *Complaint* for Grace.")
