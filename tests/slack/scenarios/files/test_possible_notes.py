"""A team lead drops a list whose notes may say no: grouped by text, answered one by one, all together, or none of
them."""

import pytest

from policy.vocabulary import Verdict
from storage.models import Contact
from tests.slack.scenarios.list_desk import SHOWN, dropped, imported, previewed, worked_on
from tests.slack.scenarios.town import Town, reads

pytestmark = pytest.mark.long
NOTED = (
    b"Name,Phone,Notes\nGrace Hopper,07700900111,asked us never to ring\nAda Lovelace,07700900222,never ring at work\n"
    b"Mary Ward,07700900444,Asked us never to ring\nJoan Clarke,07700900333,no answer\n"
)
HELD, CALLABLE, SUPPRESSED = Verdict.HELD, Verdict.CALLABLE, Verdict.SUPPRESSED


def verdicts(town: Town) -> list[Verdict]:
    return [one.verdict for one in town.acme.all(Contact)]


@pytest.mark.day
def test_without_an_answer_they_are_held_and_an_answer_later_lifts_the_hold(town: Town) -> None:
    shown = previewed(town, NOTED)
    assert "*3 rows may say no to calls.*" in shown.words
    assert shown.words.index("“asked us never to ring” (Notes, 2 rows)") < shown.words.index("“never ring at work”")
    done = imported(town, shown)
    assert verdicts(town) == [HELD, HELD, HELD, CALLABLE]
    town.dana.press(done, "list_no_stops")
    worked_on(town)
    again = reads(town.dana, SHOWN, "4* can be called now")
    assert "may say no" not in again.words
    imported(town, again)
    assert verdicts(town) == [CALLABLE] * 4


def test_each_text_is_answered_by_itself_and_the_answer_is_kept(town: Town) -> None:
    shown = previewed(town, NOTED)
    town.dana.press(shown, "list_note", selected="Do not call")
    worked_on(town)
    shown = reads(town.dana, SHOWN, "*1 row may say no to calls.*")
    town.dana.press(shown, "list_note", selected="Says nothing of calls")
    worked_on(town)
    imported(town, reads(town.dana, SHOWN, "2* can be called now", "2* must never be called"))
    assert verdicts(town) == [SUPPRESSED, CALLABLE, SUPPRESSED, CALLABLE]
    dropped(town, b"Name,Phone,Notes\nEve Lee,07700900555,ASKED US never to ring\n", "more.csv")
    assert "must never be called" in reads(town.dana, "*more.csv* for").words


def test_all_of_them_are_stops_at_one_press(town: Town) -> None:
    town.dana.press(previewed(town, NOTED), "list_all_stops")
    worked_on(town)
    imported(town, reads(town.dana, SHOWN, "3* must never be called"))
    assert verdicts(town) == [SUPPRESSED, SUPPRESSED, SUPPRESSED, CALLABLE]


def test_dates_of_two_readings_are_asked_about(town: Town) -> None:
    shown = previewed(town, b"Name,Phone,Customer since\nGrace Hopper,07700900111,03/04/2020\n")
    assert "Does the day or the month come first?" in shown.words
    town.dana.press(shown, "list_month_first")
    worked_on(town)
    imported(town, reads(town.dana, SHOWN, "1* can be called now"))
