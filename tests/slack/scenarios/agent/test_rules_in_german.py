"""What a rule says to an agent who reads Slack in German is German throughout: no English word is left on the
screen."""

import re
from functools import cache
from pathlib import Path

import pytest

from bot.sandbox import VisibleMessage, VisibleView
from bot.slack import ids
from bot.slack.wording.say import Form, sentences, texts
from policy.vocabulary import Outcome
from storage.models import Agent, Contact
from tests.services.marketing import TOLD, Marketing
from tests.slack.scenarios.town import Town, page, presses, reads, types

pytestmark = pytest.mark.both_engines
NAMES = {"auckland", "grace", "alice", "energy", "switch", "leads", "london", "nextcall", "callcheck"}
LINK = re.compile(r"<[^<>]*>")  # a source with its legal name, or a time as Slack writes it


@cache
def english() -> frozenset[str]:
    """The words of our English sentences that no German one has."""
    ours = [*sentences("en").values(), *texts("de")]
    theirs = [*sentences("de").values(), *texts("de").values()]
    words, german = ({word for form in forms for word in _words(_said(form))} for forms in (ours, theirs))
    return frozenset(words - german - NAMES)


def _said(form: Form) -> str:
    return form if isinstance(form, str) else " ".join(map(_said, form.values()))


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"\{[^{}]*\}", "", text))}


def _is_german(seen: VisibleMessage | VisibleView) -> bool:
    left = _words(LINK.sub("", seen.words)) & english()
    assert not left, f"{sorted(left)} in {seen.words}"
    return True


@pytest.fixture
def market(town: Town, tmp_path: Path) -> Marketing:
    town.acme.change(Agent, town.acme.alice.agent_id, language="de")
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    return Marketing(town.acme, tmp_path)


def _rings(town: Town, name: str, outcome: Outcome) -> None:
    card = presses(town.alice, types(town.alice, "/nextcall 1", name, "für Sie reserviert"), "call", "<tel:")
    town.move(minutes=2)
    town.alice.press(card, ids.outcome_button(outcome))


def test_a_number_inside_a_lock_is_explained_in_german(town: Town, market: Marketing) -> None:
    market.take("Name,Phone\nGrace,020 7946 0111\n")
    _rings(town, "Grace", Outcome.NO_ANSWER)
    said = reads(town.alice, "*Keine Antwort* eingetragen", "Wartezeit nach einem Versuch ohne Antwort: Hausregel")
    assert _is_german(said)
    town.move(hours=1, seconds=0.3)
    town.alice.command("/callcheck 020 7946 0111")
    why = "Wartezeit nach einem Versuch ohne Antwort: Hausregel (Wartezeiten nach jedem Ergebnis)"
    told = reads(town.alice, "rufen?", why)
    assert _is_german(told)


def test_a_number_on_a_register_is_explained_in_german(town: Town, market: Marketing) -> None:
    market.take("Name,Phone\nGrace,020 7946 0111\n", TOLD)
    town.alice.command("/callcheck 020 7946 0111")
    assert _is_german(reads(town.alice, "Noch kein Abgleich mit TPS: PECR", without="Es fehlt: ein Abgleich"))
    market.screen("020 7946 0111\n")
    town.alice.command("/callcheck 020 7946 0111")
    told = reads(town.alice, "Die Nummer ist im Register eingetragen (TPS): PECR reg 21(1)(b)")
    assert "Privacy and Electronic Communications Regulations 2003" in told.words, "an act keeps its name"
    assert _is_german(told)


def test_a_number_outside_hours_is_explained_in_german(town: Town, market: Marketing) -> None:
    market.take("Name,Phone\nGrace,020 7946 0111\n")
    town.move(hours=11, seconds=0.3)
    town.alice.command("/callcheck 020 7946 0111")
    told = reads(town.alice, "Dort sind Anrufe am Dienstag nur von 09:00 bis 20:00 Uhr erlaubt: Hausregel")
    assert _is_german(told)


@pytest.mark.long
def test_why_nothing_is_callable_is_german_for_agent_and_lead(town: Town, market: Marketing) -> None:
    market.take("Name,Phone\nGrace,020 7946 0111\n", TOLD)
    town.alice.command("/nextcall 1")
    assert _is_german(reads(town.alice, "Im Moment ist kein Kontakt anrufbar", "Noch kein Abgleich mit TPS"))
    status = types(town.dana, "/teamstatus", "Hier sind Sie gefragt")
    assert _is_german(status)
    for action, said in (
        ("status_why", "Noch kein Abgleich mit TPS: PECR reg 21(1)(b)"),
        ("status_ahead", "Was anrufbar wird"),
        ("status_held", "Agenten heute"),
    ):
        shown = page(town.dana, status, action, said)
        assert _is_german(shown)
        town.dana.close(shown)
    town.move(hours=11, seconds=0.3)
    town.dana.command("/teamstatus")
    assert _is_german(reads(town.dana, "Hier sind Sie gefragt"))


@pytest.mark.long
def test_a_refused_call_and_the_day_of_the_team_are_told_in_german(town: Town, market: Marketing) -> None:
    market.take("Name,Phone\nGrace,020 7946 0111\n")
    card = types(town.alice, "/nextcall 1", "Grace", "für Sie reserviert")
    town.acme.change(Contact, town.acme.one(Contact, 1).id, zones="Pacific/Auckland")
    town.alice.press(card, "call")
    assert _is_german(
        reads(town.alice, "*Grace*", "Dort sind Anrufe am Dienstag nur von 09:00 bis 20:00 Uhr erlaubt: Hausregel")
    )
    market.screen("020 7946 0111\n")
    town.alice.command("/outcome 020 7946 0111 keine antwort")
    assert _is_german(reads(town.alice, "*Dieser Anruf war nicht erlaubt.*", "Die Nummer ist im Register eingetragen"))
    town.move(seconds=21.4)  # so long it could be put right
    assert _is_german(reads(town.dana, "außerhalb der Liste", "im Register eingetragen (TPS): PECR"))
    town.move(minutes=1)
    town.dana.command("/teamstatus on 2026-11-24")
    day = reads(town.dana, "im Register eingetragen (TPS): PECR reg 21(1)(b) (außerhalb der Liste)")
    assert "Alice, •••• 111" in day.words
    assert _is_german(day)
