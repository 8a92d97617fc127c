"""/callcheck rules: the four answers for the country of the person's campaign, in ten lines at most, in their
language."""

import re

import pytest

from bot.sandbox import VisibleMessage
from policy.vocabulary import Purpose
from storage.models import Agent, Campaign
from tests.slack.scenarios.town import Town, reads, types

pytestmark = pytest.mark.both_engines


@pytest.fixture
def sales(town: Town) -> Town:
    town.acme.change(Campaign, town.acme.campaign.id, purpose=Purpose.MARKETING)
    return town


def _words(seen: VisibleMessage) -> str:
    """What is read: links by their label, spaces that do not break as any other."""
    return re.sub("[\u00a0\u202f]", " ", re.sub(r"<[^|>]*\|([^>]*)>", r"\1", seen.words))


def _lines(seen: VisibleMessage) -> list[str]:
    return [line for line in seen.words.splitlines() if line.strip()]


def test_it_answers_the_four_questions_for_the_campaigns_country(sales: Town) -> None:
    said = types(sales.alice, "/callcheck rules", "*Energy switch*: rules for marketing calls, United Kingdom (GB)")
    for answer in (
        "*How many times a day?* The laws we read give no number. Too many calls are still unlawful. "
        "House policy: at most 1 attempt in one day, at most 2 attempts in 7 days, at most 3 attempts in 30 days, "
        "for the number and for the person.",
        "House policy: 72 hours after an attempt nobody answered, for the number and for the person.",
        "It can satisfy “People must have been told that they would be rung”",
        "Up to GBP 17,500,000, or 4% of turnover if that is more",
    ):
        assert answer in _words(said)
    assert len(_lines(said)) <= 10


def test_it_answers_for_the_campaign_named_and_says_which_others_there_are(sales: Town) -> None:
    sales.acme.add_campaign("Paris debts", "Bright Energy", sales.acme.energy)
    paris = next(one for one in sales.acme.all(Campaign) if one.name == "Paris debts")
    sales.acme.change(Campaign, paris.id, country="FR", purpose=Purpose.MARKETING)
    sales.alice.command("/callcheck rules paris")
    said = reads(sales.alice, "*Paris debts*: rules for marketing calls, France (FR)", "type `/callcheck rules`")
    assert "Law: at most 4 attempts in 30 days, for the person." in _words(said)
    assert "Nothing: no rule accepts one." in _words(said)
    assert "Up to EUR 375,000, an individual 75,000" in _words(said)
    assert len(_lines(said)) <= 10
    sales.acme.change(Campaign, paris.id, purpose=Purpose.DEBT)
    sales.alice.command("/callcheck rules Paris debts")
    reads(sales.alice, "calls about debts, France (FR)", "all these contacts are on hold")
    types(sales.alice, "/callcheck rules Lyon", "Lyon", "Energy switch")


def test_it_says_that_parts_of_a_country_have_rules_of_their_own(sales: Town) -> None:
    sales.acme.change(Campaign, sales.acme.campaign.id, country="US")
    said = types(sales.alice, "/callcheck RULES", "United States (US)", "Parts of the country have rules of their own")
    assert "Damages up to USD 500 for each call" in _words(said)
    assert len(_lines(said)) <= 10


@pytest.mark.parametrize(
    ("language", "typed", "answers"),
    [
        (
            "de",
            "/callcheck Regeln",
            (
                "*Energy switch*: Regeln für Werbeanrufe, Vereinigtes Königreich (GB)",
                "Hausregel: höchstens 1 Versuch an einem Tag, höchstens 2 Versuche in 7 Tagen, "
                "höchstens 3 Versuche in 30 Tagen, für die Nummer und für die Person.",
                "72 Stunden Wartezeit nach einem Versuch ohne Antwort",
                "Bis zu 17.500.000 GBP oder 4 % des Umsatzes, wenn das mehr ist",
            ),
        ),
        (
            "fr",
            "/callcheck règles",
            (
                "règles pour les appels de prospection, Royaume-Uni (GB)",
                "au plus 1 tentative en un jour, au plus 2 tentatives en 7 jours",
                "72 heures après une tentative sans réponse",
                "Jusqu’à 17 500 000 GBP, ou 4 % du chiffre d’affaires si c’est plus",
            ),
        ),
    ],
)
def test_it_answers_in_the_readers_language(sales: Town, language: str, typed: str, answers: tuple[str, ...]) -> None:
    sales.acme.change(Agent, sales.acme.alice.agent_id, language=language)
    said = types(sales.alice, typed, answers[0])
    assert [one for one in answers if one not in _words(said)] == []
    assert len(_lines(said)) <= 10


def test_everyone_at_work_may_ask_and_a_stranger_may_not(sales: Town) -> None:
    for member in (sales.bob, sales.dana, sales.erin):
        types(member, "/callcheck rules", "rules for marketing calls")
    refused = types(sales.stranger, "/callcheck rules", "admin")
    assert "marketing calls" not in refused.words
