"""Words of a list by which somebody may have said no: held until a person says what they mean, on both engines."""

from pathlib import Path

import pytest

from bot.services.answers.lists import Meaning, PossibleNo
from bot.services.deciding import walk
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Reading
from bot.services.teams import holds
from policy import Verdict
from storage.models import Contact, Hold
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, Marketing

CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED
NOTED = (
    'Name,Phone,Notes\nAnn,07700 900123,asked us never to ring\nBen,07700 900124,"no answer, call again"\n'
    "Cat,07700 900125,Do not call\nDan,07700 900126,Don't call before 10\nEve,07700 900127,ASKED us  never to ring\n"
)


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


@pytest.mark.both_engines
def test_a_note_that_may_say_no_holds_its_contact_and_a_plain_one_stops(marketing: Marketing) -> None:
    shown = preview_list(marketing.deps, ListOrder(marketing.write(NOTED, "leads.csv"), "Energy switch", proofs=PROVED))
    report = marketing.take(NOTED)
    assert marketing.verdicts() == {"Ann": HELD, "Ben": CALLABLE, "Cat": SUPPRESSED, "Dan": HELD, "Eve": HELD}
    assert marketing.handed_out() == {"Ben"}
    assert [(one.text, one.rows) for one in report.possible] == [
        ("asked us never to ring", 2),
        ("Don't call before 10", 1),
    ]
    assert (shown.possible, shown.by_verdict, shown.stopped) == (report.possible, report.by_verdict, report.stopped)
    assert dict(report.stopped) == {Meaning.NOTE: 3, Meaning.STOP: 1}
    assert (report.missing, shown.missing) == ((), ())


@pytest.mark.both_engines
def test_the_hold_quotes_no_note_and_binds_the_person_on_every_list(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\n", name="a.csv")
    marketing.take(NOTED)
    path = marketing.write("Name,Phone\nAnn,07700 900123\n", "w.csv")
    import_contacts(marketing.deps, ListOrder(path, "Water meters", proofs=PROVED))
    walk.redecide_all(marketing.deps)
    assert {one.verdict for one in marketing.acme.all(Contact) if one.name == "Ann"} == {HELD}
    assert all(one.note.startswith("leads.csv: Notes ") for one in marketing.acme.all(Hold))
    assert not any("ring" in one.note for one in marketing.acme.all(Hold))
    assert {one.reason for one in marketing.acme.all(Hold)} == {"possible_no"}


@pytest.mark.both_engines
def test_a_team_leads_release_stands_until_another_text_says_no(marketing: Marketing) -> None:
    text = "Name,Phone,Notes\nAnn,07700 900123,asked us never to ring\n"
    marketing.take(text)
    (contact,) = marketing.acme.all(Contact)
    holds.lift(marketing.deps, marketing.acme.dana, contact.id or 0, "spoke to her: calls are fine")
    marketing.take(text, name="b.csv")
    assert (marketing.verdicts(), len(marketing.acme.all(Hold))) == ({"Ann": CALLABLE}, 1)
    marketing.take("Name,Phone,Notes\nAnn,07700 900123,threatened us with a lawyer\n", name="c.csv")
    assert (marketing.verdicts(), len(marketing.acme.all(Hold))) == ({"Ann": HELD}, 2)


@pytest.mark.both_engines
def test_an_answer_stops_or_clears_and_is_kept_for_the_same_text(marketing: Marketing) -> None:
    path = marketing.write(NOTED, "leads.csv")
    said = Reading(answers={"asked us never to ring": "stop", "Don't call before 10": "nothing"})
    report = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=said))
    assert [name for name, verdict in marketing.verdicts().items() if verdict is CALLABLE] == ["Ben", "Dan"]
    assert (report.possible, dict(report.stopped)) == ((), {Meaning.STOP: 3})
    again = marketing.take(
        "Name,Phone,Remarks\nFay,07700 900128,asked us never  to ring\nGus,07700 900129,don’t call before 10\n"
        "Hal,07700 900130,don't call before 10\n",
        name="b.csv",
    )
    assert {"Fay": SUPPRESSED, "Gus": HELD, "Hal": CALLABLE}.items() <= marketing.verdicts().items()
    assert [one.text for one in again.possible] == ["don’t call before 10"]


@pytest.mark.both_engines
def test_an_answer_after_the_import_lifts_the_hold(marketing: Marketing) -> None:
    marketing.take(NOTED)
    path, said = marketing.folder / "leads.csv", Reading(answers={"asked us never to ring": "nothing"})
    shown = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=said))
    report = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=said))
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": CALLABLE, "Cat": SUPPRESSED, "Dan": HELD, "Eve": CALLABLE}
    assert (report.changed, shown.by_verdict) == (2, report.by_verdict)


@pytest.mark.both_engines
def test_all_of_them_are_stops_if_a_person_says_so(marketing: Marketing) -> None:
    path = marketing.write(NOTED, "leads.csv")
    import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading(all_stops=True)))
    assert [name for name, verdict in marketing.verdicts().items() if verdict is not SUPPRESSED] == ["Ben"]
    marketing.take("Name,Phone,Notes\nFay,07700 900128,asked us never to ring\n", name="b.csv")
    assert marketing.verdicts()["Fay"] is SUPPRESSED


@pytest.mark.both_engines
def test_a_possible_no_in_a_row_at_fault_holds_the_person_it_means(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Ref\nAnn,07700 900123,R1\nBen,07700 900124,R2\n")
    marketing.take("Name,Phone,Ref,Notes\nAnn,,R1,has asked us never to ring\nZoe,,R9,never ring her\n", name="b.csv")
    assert marketing.verdicts() == {"Ann": HELD, "Ben": CALLABLE}


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("heading", "cell", "verdict"),
    [
        ("Gesprächsnotiz", "Kunde möchte keine Anrufe mehr von uns", HELD),
        ("Lead Status", "asked to be removed from all lists", HELD),
        ("Street", "12 Dead End Lane", CALLABLE),
        ("Contact owner", "Sue Court", CALLABLE),
        ("Lead Status", "No calls yet", CALLABLE),
    ],
)
def test_the_words_of_other_columns_are_read_too(
    marketing: Marketing, heading: str, cell: str, verdict: Verdict
) -> None:
    marketing.take(f"Name,Phone,{heading}\nAnn,07700 900123,{cell}\n")
    assert marketing.verdicts() == {"Ann": verdict}


def test_a_text_of_two_hundred_characters_is_told_by_its_end(marketing: Marketing) -> None:
    long = "never ring " + "x" * 70
    report = marketing.take(f"Name,Phone,Notes\nAnn,07700 900123,{long}a\nBen,07700 900124,{long}b\n")
    assert [one.rows for one in report.possible] == [1, 1]
    assert isinstance(report.possible[0], PossibleNo)


@pytest.mark.parametrize("more", ["", ",Company", ",Notes"])
def test_a_no_beside_a_name_or_a_number_counts_whatever_other_columns_there_are(
    marketing: Marketing, more: str
) -> None:
    rows = (
        "Ann Lee DO NOT CALL,07700 900702",
        "Ben Ray (deceased),07700 900703",
        "Cat Poe,07700 900704 (DNC)",
        "Dan Low,07700 900705 (no calls)",
        "Eve Fox,07700 900706",
    )
    empty = "," if more else ""
    marketing.take(f"Name,Phone{more}\n" + "".join(f"{one}{empty}\n" for one in rows))
    assert marketing.handed_out() == {"Eve Fox"}


def test_a_refused_row_that_says_no_beside_its_name_stops_its_number(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn Lee,07700 900702\n", name="a.csv")
    report = marketing.take("Name,Phone\nAnn Lee,07700 900702 DO NOT CALL\nBen,07700 900704\n", name="b.csv")
    assert [one.line for one in report.faults] == [2]
    assert marketing.handed_out() == {"Ben"}
