"""What says neither yes nor no where a file stops calls, and the status words of sales systems."""

from pathlib import Path

import pytest

from bot.services.answers.lists import DoubtfulStop, Meaning
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Reading
from policy import Verdict
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, Marketing

CALLABLE, SUPPRESSED = Verdict.CALLABLE, Verdict.SUPPRESSED


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


DEAD = "Name,Phone,Status\nAnn,07700 900123,Dead\nBen,07700 900124,DNC\nCat,07700 900125,New\n"


@pytest.mark.both_engines
def test_a_status_that_may_mean_a_stop_is_one_and_the_report_says_so(marketing: Marketing) -> None:
    report = marketing.take(DEAD)
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": SUPPRESSED, "Cat": CALLABLE}
    assert report.stopped == ((Meaning.STOP, 2),)
    assert report.doubtful == (DoubtfulStop("Status", "Dead", 1),)
    assert report.remarks == ()


@pytest.mark.both_engines
@pytest.mark.parametrize("meaning", ["detail", "ignore"])
def test_a_person_may_say_that_a_doubtful_status_means_something_else(marketing: Marketing, meaning: str) -> None:
    path = marketing.write(DEAD, "leads.csv")
    reading = Reading({"Status": meaning})
    report = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=reading))
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}
    assert report.doubtful == ()


NOTED = (
    "Name,Phone,Notes\nAnn,07700 900123,Spoke in May. Please do NOT call again\nBen,07700 900124,met at the fair\n"
    "Cat,07700 900125,no e-mail; opted out of calls\nDan,07700 900126,likes long calls\n"
)


@pytest.mark.both_engines
def test_an_objection_within_a_note_is_a_stop_and_shown(marketing: Marketing) -> None:
    path = marketing.write(NOTED, "leads.csv")
    shown = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    report = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert [name for name, verdict in marketing.verdicts().items() if verdict is CALLABLE] == ["Ben", "Dan"]
    assert report.doubtful == shown.doubtful
    assert {(one.heading, one.cell) for one in report.doubtful} == {
        ("Notes", "Spoke in May. Please do NOT call again"),
        ("Notes", "no e-mail; opted out of calls"),
    }


def test_a_person_may_say_that_a_note_says_nothing_of_calls(marketing: Marketing) -> None:
    path = marketing.write(NOTED, "leads.csv")
    reading = Reading({"Notes": "detail"})
    report = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=reading))
    assert set(marketing.verdicts().values()) == {CALLABLE}
    assert report.doubtful == ()


@pytest.mark.long
@pytest.mark.parametrize(
    ("heading", "note"),
    [
        ("Bemerkung", "Herr Lee: bitte nicht mehr anrufen"),
        ("Remarques", "ne plus appeler svp; ne pas appeler"),
        ("Observaciones", "pide no llamar"),
        ("Annotazioni", "ha chiesto di non chiamare"),
        ("Opmerkingen", "wil dit niet: niet bellen"),
        ("Comments", "husband says she is deceased"),
        ("Comments", "DNC"),
    ],
)
def test_an_objection_is_found_in_the_notes_of_each_language(marketing: Marketing, heading: str, note: str) -> None:
    marketing.take(f"Name,Phone,{heading}\nAnn,07700 900123,{note}\n")
    assert marketing.verdicts() == {"Ann": SUPPRESSED}


MAYBE = (
    "Name,Phone,Do Not Call\nAnn,07700 900123,maybe\nBen,07700 900124,yes\nCat,07700 900125,maybe\n"
    "Dan,07700 900126,prefers e-mail\nEve,07700 900127,no\nFay,07700 900128,2026-03-04\n,07700 900129,maybe\n"
)


def test_a_text_that_is_no_plain_stop_is_kept_as_one_counted_and_shown(marketing: Marketing) -> None:
    """Also in a row that makes no contact. The preview says it before."""
    path, reading = marketing.write(MAYBE, "leads.csv"), Reading({"Do Not Call": "stop"})
    shown = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=reading))
    report = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=reading))
    assert [name for name, verdict in marketing.verdicts().items() if verdict is CALLABLE] == ["Eve"]
    assert report.stopped == ((Meaning.STOP, 6),)
    assert report.doubtful == (
        DoubtfulStop("Do Not Call", "maybe", 3),
        DoubtfulStop("Do Not Call", "prefers e-mail", 1),
    )
    assert shown.doubtful == report.doubtful


@pytest.mark.long
@pytest.mark.parametrize(
    ("status", "verdict", "is_doubtful"),
    [
        ("Keine Anrufe", SUPPRESSED, False),
        ("Keine Anrufe mehr - Brief vom 3.4.", SUPPRESSED, False),
        ("No calls", SUPPRESSED, False),
        ("Werbewiderspruch", SUPPRESSED, False),
        ("please take off the list", SUPPRESSED, False),
        ("remove", SUPPRESSED, True),
        ("Bitte löschen", SUPPRESSED, True),
        ("Kein Interesse", SUPPRESSED, True),
        ("Customer ::: not interested", SUPPRESSED, True),
        ("NI", SUPPRESSED, True),
        ("Kein Kontakt", SUPPRESSED, True),
        ("No calls yet", CALLABLE, False),
        ("Keine Anrufe bisher", CALLABLE, False),
        ("Keine Werbung per E-Mail", CALLABLE, False),
        ("Closed", CALLABLE, False),
        ("Closed - Converted", CALLABLE, False),
        ("Lost Lead", CALLABLE, False),
        ("Verloren", CALLABLE, False),
        ("Nicht erreicht", CALLABLE, False),
        ("Not Contacted", CALLABLE, False),
        ("Interested", CALLABLE, False),
    ],
)
def test_words_of_sales_systems_stop_may_stop_or_say_nothing(
    marketing: Marketing, status: str, verdict: Verdict, is_doubtful: bool
) -> None:
    report = marketing.take(f"Name,Phone,Lead Status\nAnn,07700 900123,{status}\n")
    assert marketing.verdicts() == {"Ann": verdict}
    assert bool(report.doubtful) is is_doubtful


def test_a_word_with_an_umlaut_within_a_longer_label_is_found(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Notes\nAnn,07700 900123,Kundin ist schutzbedürftig (Tochter)\n")
    assert marketing.verdicts() == {"Ann": Verdict.HELD}
