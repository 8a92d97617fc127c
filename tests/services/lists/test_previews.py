"""A preview says what the import then does, and stores nothing."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlmodel import Session

from bot.services.answers.lists import ListProofs, Meaning
from bot.services.lists import importing, preview
from bot.services.lists.batch import Run, write
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Part, Reading
from policy import Verdict
from storage.errors import TurnLost
from storage.models import Contact, ListMapping, Person, PersonNumber, Suppression
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, TOLD, Marketing

CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED
KNOWN = "Name,Phone\nAnn,07700 900123\nDan,07700 900129\n"
FILES = {
    "plain": "Name,Phone\nAnn,07700 900123\nBen,07700 900124\nBen,07700 900124\n,07700 900125\nCat,nonsense\n",
    "stops": "Name,Phone,Do Not Call,Deceased\nAnn,07700 900123,Yes,\nBen,07700 900124,No,\nCat,07700 900125,,x\n",
    "vulnerable": "Name,Phone,Vulnerable\nAnn,07700 900123,Yes\nBen,07700 900124,No\nCat,07700 900125,y\n",
    "a stop at fault": "Name,Phone,DNC\n,07700 900124,Yes\nBen,07700 900124,No\nAnn,07700 900123,\n",
    "a stop without a number": "Name,Phone,Ref,DNC\nBen,07700 900124,R1,\nBen,,R1,Yes\nCat,07700 900125,R2,\n",
    "a stop before its person": "Name,Phone,Ref,DNC\nEve,,R9,Yes\nBen,07700 900124,R1,\nEve,07700 900130,R9,\n",
    "a doubtful status": "Name,Phone,Status\nBen,07700 900124,Dead\nCat,07700 900125,New\n",
    "a vulnerable person at fault": "Name,Phone,TPS,Vulnerable\nAnn,07700 900123,??,Yes\nAnn,07700 900123,,\n",
    "a shared number": "Name,Phone,DNC\nBen,020 7946 0001,Yes\nCat,020 7946 0001,No\n",
    "screened": "Name,Phone,TPS\nAnn,07700 900123,Y\nBen,07700 900124,N\nCat,07700 900125,\n",
    "consents": "Name,Phone,TPS,Consent date,Consent wording,Consent source,Consent withdrawn\n"
    "Ann,07700 900123,Y,2026-10-02,Ring me,a site,\nBen,07700 900124,Y,2026-10-02,Ring me,a site,2026-11-02\n"
    "Cat,07700 900125,,,,,2026-11-02\n",
    "requests": "Name,Phone,TPS,Requested call on\nBen,07700 900124,Y,2026-11-23\nCat,07700 900125,Y,\n",
    "businesses": "Name,Phone,Business line\nBen,07700 900124,yes\nAnn,07700 900123,yes\n",
    "several numbers": "Name,Phone,Mobile\nBen,020 7946 0001,07700 900124\nAnn,07700 900123,020 7946 0002\n",
}


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    found = Marketing(acme, tmp_path)
    found.take(KNOWN, TOLD, "known.csv")
    found.suppress("07700 900129\n")
    return found


@pytest.mark.long
@pytest.mark.parametrize("proofs", [PROVED, TOLD, ListProofs()], ids=["proved", "told", "nothing"])
@pytest.mark.parametrize("name", FILES)
def test_a_preview_counts_what_the_import_then_counts(marketing: Marketing, name: str, proofs: ListProofs) -> None:
    path = marketing.write(FILES[name], "leads.csv")
    before = [len(marketing.acme.all(kind)) for kind in (Contact, Person, PersonNumber, Suppression)]
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=proofs))
    assert [len(marketing.acme.all(kind)) for kind in (Contact, Person, PersonNumber, Suppression)] == before
    done = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=proofs))
    assert (said.by_verdict, said.missing) == (done.by_verdict, done.missing)
    assert (said.faults, said.remarks, said.stopped) == (done.faults, done.remarks, done.stopped)
    assert said.duplicates == done.duplicates_in_file + done.duplicates_in_database
    assert sum(one.contacts for one in said.reasons) == sum(times for _, times in done.by_verdict)


def test_a_preview_says_that_a_list_of_that_name_exists(marketing: Marketing) -> None:
    """What is stated of that list would cover the new people too."""
    path = marketing.write("Name,Phone\nZoe,07700 900777\n", "leads.csv")
    assert not preview_list(marketing.deps, ListOrder(path, "Energy switch")).joins
    import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert preview_list(marketing.deps, ListOrder(path, "Energy switch")).joins
    assert not preview_list(marketing.deps, ListOrder(path, "Energy switch", list_name="Xmas")).joins


def test_a_person_whom_the_file_bars_has_no_other_reason(marketing: Marketing) -> None:
    rows = "Ann,07700 900123,Yes,\nDan,07700 900129,No,\nCat,07700 900125,,x\n"
    path = marketing.write(f"Name,Phone,Do Not Call,Vulnerable\n{rows}", "leads.csv")
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert said.by_verdict == ((HELD, 1), (SUPPRESSED, 2))
    found = sorted((one.verdict, bool(one.because), one.contacts) for one in said.reasons)
    assert found == [(HELD, False, 1), (SUPPRESSED, False, 1), (SUPPRESSED, True, 1)]


def test_a_preview_says_what_columns_mean_and_shows_no_number(marketing: Marketing) -> None:
    path = marketing.write(
        "Name,Phone,Do Not Call,Shoe size\nAnn,07700 900123,No,41\nBen,07700 900124,No,41\n", "leads.csv"
    )
    said = preview_list(marketing.deps, ListOrder(path, "energy SWITCH", reading=Reading({"Shoe size": "ignore"})))
    assert [(one.heading, one.meaning, one.is_chosen) for one in said.columns] == [
        ("Name", Meaning.NAME, False),
        ("Phone", Meaning.PHONE, False),
        ("Do Not Call", Meaning.STOP, False),
        ("Shoe size", Meaning.IGNORE, True),
    ]
    assert said.columns[1].examples == ("•••• 123", "•••• 124")
    assert said.first_rows == (("Ann", "•••• 123", "No", "41"), ("Ben", "•••• 124", "No", "41"))
    assert (said.rows, said.list_name, said.campaign, said.source) == (2, "leads", "Energy switch", "leads.csv")


@pytest.mark.long
@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        *(
            (day, day)
            for day in ("01.12.2024", "2024-12-01", "1/12/24", "12/31/2024", "45627.4375", "2024-12-01 10.30")
        ),
        ("07700 900777", "•••• 777"),
        ("020 7946 0001", "•••• 001"),
        ("0123-45-67890", "•••• 890"),
        ("+49 151 1234567", "•••• 567"),
        ("01.12.345678", "•••• 678"),
        ("2024 555 0123", "•••• 123"),
    ],
)
def test_a_preview_shows_days_and_no_number_in_any_column(marketing: Marketing, cell: str, shown: str) -> None:
    path = marketing.write(f"Name,Phone,Seen\nAnn,07700 900123,{cell}\n", "leads.csv")
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch"))
    assert said.first_rows == (("Ann", "•••• 123", shown),)


def test_a_preview_asks_instead_of_refusing(marketing: Marketing) -> None:
    path = marketing.write("Name,Phone,Do Not Call,Blacklist status\nAnn,07700 900123,2,7\n", "leads.csv")
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch"))
    assert [(one.heading, one.cells) for one in said.questions] == [
        ("Do Not Call", ((2, "2"),)),
        ("Blacklist status", ((2, "7"),)),
    ]
    assert said.questions[0].answers == (Meaning.STOP,)
    assert (said.by_verdict, said.columns[0].examples) == ((), ("Ann",))
    answered = Reading({"Do Not Call": "stop", "Blacklist status": "ignore"})
    assert preview_list(marketing.deps, ListOrder(path, "Energy switch", reading=answered)).by_verdict == (
        (SUPPRESSED, 1),
    )


def test_a_saved_mapping_is_used_for_the_next_file_with_the_same_headings(marketing: Marketing) -> None:
    first = marketing.write("Who,Where to ring,Blacklist status\nEve,07700 900131,7\n", "a.csv")
    chosen = Reading({"Who": "name", "Where to ring": "phone", "Blacklist status": "ignore"}, save_as="Acme export")
    import_contacts(marketing.deps, ListOrder(first, "Energy switch", proofs=PROVED, reading=chosen))
    second = marketing.write("Blacklist status,Where to ring,Who\n7,07700 900132,Fay\n", "b.csv")
    said = preview_list(marketing.deps, ListOrder(second, "Energy switch", proofs=PROVED))
    assert (said.mapping, said.by_verdict, said.columns[2].is_chosen) == ("Acme export", ((CALLABLE, 1),), True)
    import_contacts(marketing.deps, ListOrder(second, "Energy switch", proofs=PROVED))
    assert {"Eve", "Fay"} <= {one.name for one in marketing.acme.all(Contact)}
    again = Reading({"Blacklist status": "stop"}, save_as="acme EXPORT")
    import_contacts(marketing.deps, ListOrder(second, "Energy switch", proofs=PROVED, reading=again))
    (kept,) = marketing.acme.all(ListMapping)
    assert kept.columns == {"Who": "name", "Where to ring": "phone", "Blacklist status": "stop"}
    assert marketing.verdicts()["Fay"] is SUPPRESSED


def _mixed(draw: Random) -> str:
    """Rows of whom some are known, some twice, some at a number that others share, and some barred."""
    rows = [
        f"{draw.choice('ABCDEFGH')}na,07700 9001{draw.randrange(10, 40)},{draw.choice(['', '', '', '', 'Yes'])}"
        for _ in range(60)
    ]
    rows.sort(key=lambda row: not row.endswith("Yes"))  # what bars a number stands above whom it bars
    return "\n".join(["Name,Phone,DNC", *rows, ""])


@pytest.mark.both_engines
@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_a_preview_of_several_batches_counts_what_the_import_counts(
    marketing: Marketing, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("bot.services.files.write_pace.FEWEST", 5)
    monkeypatch.setattr(preview, "AT_ONCE", 20)
    monkeypatch.setattr(importing, "BATCH", 5)
    path = marketing.write(_mixed(Random(seed)), "leads.csv")
    before = [one.model_dump() for one in marketing.acme.all(Contact)]
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert [one.model_dump() for one in marketing.acme.all(Contact)] == before
    done = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert (said.by_verdict, said.missing, said.stopped) == (done.by_verdict, done.missing, done.stopped)
    assert said.duplicates == done.duplicates_in_file + done.duplicates_in_database
    assert sum(one.contacts for one in said.reasons) == sum(times for _, times in done.by_verdict)


def test_a_preview_that_loses_a_deadlock_goes_on_and_counts_nobody_twice(
    marketing: Marketing, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = marketing.write(f"{KNOWN}Zoe,07700 900777\nZoe,07700 900777\n", "leads.csv")
    expected = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    was, faults = write, [TurnLost("deadlock"), TurnLost("deadlock")]

    def lose_twice(run: Run, session: Session, batch: Part) -> None:
        was(run, session, batch)
        if faults:
            raise faults.pop()

    monkeypatch.setattr(preview, "write", lose_twice)
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert replace(said, decided_at=expected.decided_at) == expected
    assert not faults


@pytest.mark.parametrize(
    ("last", "is_late"),
    [("Ann,07700 900140,Yes,", True), ("Ann,07700 900140,,Yes", True), ("Eve,07700 900144,,", False)],
)
def test_a_preview_says_that_stops_far_down_may_lower_its_count(
    marketing: Marketing, monkeypatch: pytest.MonkeyPatch, last: str, *, is_late: bool
) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 3)
    rows = "Ann,07700 900140,,\nBen,07700 900141,Yes,\nCat,07700 900142,,\nDora,07700 900143,,\n"
    path = marketing.write(f"Name,Phone,DNC,Vulnerable\n{rows}{last}\n", "leads.csv")
    said = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert said.has_late_stops is is_late
    done = import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))
    assert (dict(said.by_verdict)[CALLABLE] > dict(done.by_verdict)[CALLABLE]) is is_late
