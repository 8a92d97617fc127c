"""Their stop is our stop: what a column of a file says against calls, for new and for known people, on both engines."""

from pathlib import Path

import pytest

from bot.services.answers.lists import Meaning
from bot.services.deciding import walk
from bot.services.errors import FileRefused
from bot.services.files.columns import read_heading
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.reading import Reading
from bot.services.privacy import erasing
from policy import Verdict
from policy.vocabulary import Purpose, SuppressionSource
from storage.models import Callback, Campaign, Contact, Hold, Lease, Person, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_callback
from tests.services.import_stage import reasons
from tests.services.marketing import PROVED, Marketing
from tests.services.privacy.stage import admin_of

CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


@pytest.mark.both_engines
def test_a_stop_names_its_file_and_column_and_the_principal_whose_list_it_is(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Do Not Call\nAnn,07700 900123,Yes\n", name="crm.csv")
    stops = marketing.acme.all(Suppression)
    assert {(one.number, one.person_id is None) for one in stops} == {("+447700900123", True), ("", False)}
    assert {(one.principal, one.source, one.note) for one in stops} == {
        ("Bright Energy", SuppressionSource.REQUEST, "crm.csv: Do Not Call")
    }
    assert {one.since for one in stops} == {TUESDAY}


@pytest.mark.both_engines
def test_a_stop_stays_once_and_a_later_file_takes_nothing_back(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Do Not Call,Vulnerable\nAnn,07700 900123,Yes,Yes\n")
    marketing.take(
        "Name,Phone,Do Not Call,Vulnerable\nAnn,07700 900123,Yes,Yes\nAnn,07700 900123,Yes,Yes\n", name="b.csv"
    )
    marketing.take("Name,Phone,Do Not Call\nAnn,07700 900123,No\n", name="c.csv")
    assert (len(marketing.acme.all(Suppression)), len(marketing.acme.all(Hold))) == (2, 1)
    assert marketing.verdicts() == {"Ann": SUPPRESSED}


@pytest.mark.both_engines
def test_a_stopped_number_stops_whoever_shares_it(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Do Not Call\nAnn,020 7946 0001,\nBen,020 7946 0001,Yes\n")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": SUPPRESSED}


@pytest.mark.both_engines
def test_a_death_does_not_silence_whoever_shares_the_number(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Deceased\nAnn,020 7946 0001,\nBen,020 7946 0001,Yes\n")
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED}


@pytest.mark.both_engines
def test_each_number_of_a_stopped_person_is_stopped(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Mobile,Do Not Call\nAnn,020 7946 0001,07700 900123,Yes\n")
    marketing.take("Name,Phone\nAnnie,07700 900123\nBob,020 7946 0001\n", name="b.csv")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Annie": SUPPRESSED, "Bob": SUPPRESSED}


@pytest.mark.both_engines
def test_a_stop_in_a_row_that_makes_no_contact_counts(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\n")
    report = marketing.take("Name,Phone,TPS,Do Not Call\n,07700 900123,,Yes\nBen,07700 900124,??,Yes\n", name="b.csv")
    assert len(reasons(report)) == 2
    assert marketing.verdicts() == {"Ann": SUPPRESSED}
    assert dict(report.stopped) == {Meaning.STOP: 2}


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("heading", "verdict"), [("Do Not Call", SUPPRESSED), ("Deceased", SUPPRESSED), ("Vulnerable", HELD)]
)
@pytest.mark.parametrize(
    "row",
    [
        "Ann,,r1,,Yes",
        "Ann,12,R1,,Yes",
        ",07700 900999,R1,,Yes",
        "Ann,07700 900123,R1,??,Yes",
        "Ann,07700 900123,,??,Yes",
        "Ann,07700 900123,R1,,Yes,another cell",
    ],
)
def test_what_a_row_at_fault_says_binds_the_person_it_means(
    marketing: Marketing, row: str, heading: str, verdict: Verdict
) -> None:
    head, ann = f"Name,Phone,Reference,TPS,{heading}\n", "Ann,07700 900123,R1,,\nBen,07700 900124,R2,,\n"
    marketing.take(head + ann)
    report = marketing.take(f"{head}{row}\n", name="b.csv")
    assert len(report.faults) == 1
    assert marketing.verdicts() == {"Ann": verdict, "Ben": CALLABLE}
    assert marketing.handed_out() == {"Ben"}


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize("row", ["Ann,,R1,,Yes", "Ann,07700 900123,,??,Yes"])
def test_a_row_at_fault_binds_people_of_its_own_file(
    marketing: Marketing, monkeypatch: pytest.MonkeyPatch, row: str, *, is_last: bool
) -> None:
    monkeypatch.setattr("bot.services.lists.importing.BATCH", 1)
    rows = ["Ann,07700 900123,R1,,", "Ben,07700 900124,R2,,"]
    rows.insert(2 if is_last else 0, row)
    content = "Name,Phone,Reference,TPS,Vulnerable\n" + "\n".join(rows)
    marketing.take(content)
    assert marketing.verdicts() == {"Ann": HELD, "Ben": CALLABLE}


@pytest.mark.both_engines
def test_a_row_at_fault_is_not_taken_for_a_namesakes_of_another_reference(marketing: Marketing) -> None:
    head = "Name,Phone,Reference,TPS,Vulnerable\n"
    marketing.take(f"{head}Ann,07700 900123,R1,,\n")
    marketing.take(f"{head}Ann,07700 900123,R2,??,Yes\nAnn,07700 900123,R1,,\n", name="b.csv")
    assert marketing.verdicts() == {"Ann": CALLABLE}


@pytest.mark.both_engines
def test_a_vulnerable_person_is_held_on_every_list_until_a_team_lead_lifts_the_hold(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Vulnerable\nAnn,07700 900123,Yes\n")
    proofs = PROVED
    import_contacts(
        marketing.deps,
        ListOrder(marketing.write("Name,Phone\nAnn,07700 900123\n", "w.csv"), "Water meters", proofs=proofs),
    )
    assert {one.verdict for one in marketing.acme.all(Contact)} == {HELD}
    walk.redecide_all(marketing.deps)
    assert {one.verdict for one in marketing.acme.all(Contact)} == {HELD}
    (hold,) = marketing.acme.all(Hold)
    assert (hold.reason, hold.placed_by, hold.note) == ("vulnerable", None, "leads.csv: Vulnerable")


@pytest.mark.both_engines
def test_a_stop_cancels_the_callback_it_forbids(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\n")
    (contact,) = marketing.acme.all(Contact)
    acme = marketing.acme
    acme.put(a_callback(contact, TUESDAY, TUESDAY, is_hour_named=False))
    marketing.take("Name,Phone,Do Not Call\nAnn,07700 900123,Yes\n", name="b.csv")
    assert all(one.closed_at is not None for one in acme.all(Callback))


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("number", "country"), [("+1 212 555 2368", "US"), ("+49 151 23456789", "DE"), ("+34 612 345 678", "ES")]
)
@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.SERVICE])
def test_a_dated_withdrawal_stops_calls_where_no_rule_weighs_it(
    marketing: Marketing, number: str, country: str, purpose: Purpose
) -> None:
    marketing.acme.change(Campaign, marketing.acme.campaign.id, purpose=purpose)
    rows = f"Ann,{number},{country},2026-11-20\nBen,07700 900124,GB,2026-11-20\n"
    marketing.take(f"Name,Phone,Country,Consent withdrawn on\n{rows}")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": SUPPRESSED}


# -- what cannot be read


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Name,Phone,Do Not Call\nAnn,07700 900123,2\n",
            'Column "Do Not Call" says whom not to call, but "2" (line 2)',
        ),
        ("Name,Phone,Deceased\nAnn,07700 900123,#N/A\n", '"#N/A" (line 2) is neither yes nor no'),
        ("Name,Phone,Keine Anrufe bitte!\nAnn,07700 900123,ja\n", '--map "Keine Anrufe bitte!=stop"'),
        ("Name,Phone,Blacklist status\nAnn,07700 900123,7\n", '"=ignore" if it says nothing of calls'),
        ("Name,Phone,Permission to call\nAnn,07700 900123,no\n", '--map "Permission to call=stop"'),
        ("Name,Phone,Call consent\nAnn,07700 900123,to be confirmed\n", '"to be confirmed" (line 2)'),
        ("Name,Phone,TPS,Mobile,TPS\nAnn,020 7946 0001,N,07700 900123,Y\n", 'Column "TPS" may say'),
    ],
)
def test_a_column_that_cannot_be_read_stops_the_import_with_a_question(
    marketing: Marketing, text: str, told: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        marketing.take(text)
    assert told in refused.value.reason
    assert marketing.acme.all(Contact) == []


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("text", "columns", "verdict"),
    [
        ("Name,Phone,Do Not Call\nAnn,07700 900123,2\n", {"Do Not Call": "stop"}, SUPPRESSED),
        ("Name,Phone,Blacklist status\nAnn,07700 900123,7\n", {"Blacklist status": "ignore"}, CALLABLE),
        ("Name,Phone,Blacklist status\nAnn,07700 900123,7\n", {"blacklist  STATUS": "stop"}, SUPPRESSED),
        ("Name,Phone,Opposition\nAnn,07700 900123,late payment\n", {"Opposition": "detail"}, CALLABLE),
        ("Name,Phone,May ring\nAnn,07700 900123,no\n", {"May ring": "consent"}, SUPPRESSED),
    ],
)
def test_a_person_answers_the_question(
    marketing: Marketing, text: str, columns: dict[str, str], verdict: Verdict
) -> None:
    path = marketing.write(text, "leads.csv")
    import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading(columns)))
    assert marketing.verdicts() == {"Ann": verdict}


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"Do Not Call": "ignore"}, "cannot be left out"),
        ({"Do Not Call": "detail"}, "cannot be left out"),
        ({"Do Not Call": "consent"}, "cannot be left out"),
        ({"Do Not Cal": "stop"}, 'no column "Do Not Cal"'),
        ({"Do Not Call": "never"}, '"never" is not a meaning of a column'),
    ],
)
def test_it_refuses_an_answer_that_sets_a_stop_aside(marketing: Marketing, columns: dict[str, str], told: str) -> None:
    path = marketing.write("Name,Phone,Do Not Call\nAnn,07700 900123,Yes\n", "leads.csv")
    with pytest.raises(FileRefused) as refused:
        import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading(columns)))
    assert told in refused.value.reason


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize(
    "heading",
    [
        "Email Opt Out",
        "HasOptedOutOfFax",
        "Unsubscribed from all email",
        "Do not allow Emails",
        "do_not_sms",
        "(Do Not Modify) Row Checksum",
        "SMS unsubscribed",
        "Kein Newsletter",
        "Do not mail",
        "Don't Track",
    ],
)
def test_an_opt_out_of_another_channel_says_nothing_of_calls(marketing: Marketing, heading: str) -> None:
    marketing.take(f"Name,Phone,{heading}\nAnn,07700 900123,Yes\n")
    assert marketing.verdicts() == {"Ann": CALLABLE}


@pytest.mark.both_engines
def test_a_status_that_says_stop_counts_though_its_column_is_left_out(marketing: Marketing) -> None:
    path = marketing.write("Name,Phone,Status\nAnn,07700 900123,DNC\nBen,07700 900124,New\n", "leads.csv")
    import_contacts(
        marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading({"Status": "ignore"}))
    )
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": CALLABLE}


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Do Not Call", "Ann,,R1,Yes"),
        ("Deceased", "Ann,,R1,Yes"),
        ("Call consent", "Ann,,R1,No"),
        ("Do Not Call", ",letters,r1,Yes"),
        ("Do Not Call", "Ann,07700 90099,R1,Yes"),
    ],
)
def test_a_stop_for_an_unknown_reference_binds_whom_a_later_list_brings(
    marketing: Marketing, heading: str, row: str
) -> None:
    report = marketing.take(f"Name,Phone,Ref,{heading}\n{row}\nBen,07700 900124,R2,\n")
    assert (report.imported, sum(rows for _, rows in report.stopped), len(report.faults)) == (1, 1, 1)
    again = marketing.take(f"Name,Phone,Ref,{heading}\n{row}\n", name="b.csv")
    assert again.imported == 0
    assert len([one for one in marketing.acme.all(Suppression) if one.person_id]) == 1, "a repeat adds nothing"
    marketing.take("Name,Phone,Ref\nAnn,07700 900123,r1\nCat,07700 900125,R3\n", name="c.csv")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": CALLABLE, "Cat": CALLABLE}


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("stop", [",,R1,Yes", "Ann,12,R1,Yes"])
def test_a_stop_for_an_unknown_reference_also_binds_whom_a_list_named_without_it(
    marketing: Marketing, stop: str
) -> None:
    """A later row names both: the person of the reference, and the one of that name at that number."""
    marketing.take("Name,Phone\nAnn,07700 900123\nBen,07700 900123\n", name="a.csv")
    marketing.take(f"Name,Phone,Ref,Do Not Call\n{stop}\n", name="b.csv")
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": CALLABLE}
    for name in ("c.csv", "d.csv"):
        marketing.take("Name,Phone,Ref\nAnn,07700 900123,R1\n", name=name)
    assert [(one.name, one.verdict) for one in marketing.acme.all(Contact)] == [
        *(("Ann", SUPPRESSED), ("Ben", CALLABLE), ("Ann", SUPPRESSED)),
    ]
    assert len(marketing.acme.all(Suppression)) == 2, "a repeat adds nothing"


def test_a_stop_of_either_of_two_whom_one_row_names_binds_both(marketing: Marketing) -> None:
    """Ann, without a reference, says stop; Ann with reference R1 at another number turns out to be at hers too."""
    marketing.take("Name,Phone,Do Not Call\nAnn,07700 900123,Yes\n", name="a.csv")
    marketing.take("Name,Phone,Ref\nAnn,07700 900124,R1\n", name="b.csv")
    assert marketing.handed_out() == {"Ann"}
    marketing.take("Name,Phone,Ref\nAnn,07700 900123,R1\n", name="c.csv")
    assert {one.verdict for one in marketing.acme.all(Contact)} == {SUPPRESSED}
    assert [one for one in marketing.acme.all(Lease) if one.ended_at is None] == [], "the card is taken back"


def test_a_stop_of_nobody_is_said_in_the_report(marketing: Marketing) -> None:
    report = marketing.take("Name,Phone,Ref,Do Not Call\nAnn,,,Yes\nBen,,,No\nCat,07700 900125,,\n")
    assert reasons(report) == [
        (2, "the row has no telephone number; its stop is not kept, because the row has no number and no reference: "
            "add one of them"),
        (3, "the row has no telephone number"),
    ]  # fmt: skip
    assert report.stopped == ()


@pytest.mark.both_engines
def test_an_erased_reference_is_not_written_again(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Ref,Do Not Call\nAnn,07700 900123,R1,Yes\n")
    erasing.erase(marketing.deps, admin_of(marketing.acme), "+447700900123")
    marketing.take("Name,Phone,Ref,Do Not Call\nAnn,,R1,Yes\n", name="b.csv")
    assert all("r1" not in one.key for one in marketing.acme.all(Person))
    (refused,) = marketing.take("Name,Phone,Ref\nAnn,07700 900126,R1\n", name="c.csv").faults
    assert "erased at their own request" in refused.reason


@pytest.mark.both_engines
@pytest.mark.parametrize("heading", ["Bloqué", "Client bloqué", "BLOQUÉ", "Bloque\u0301"])
def test_the_french_word_for_blocked_is_asked_about(marketing: Marketing, heading: str) -> None:
    path = marketing.write(f"Nom,Téléphone,{heading}\nAnn,07700 900123,oui\n", "leads.csv")
    with pytest.raises(FileRefused, match="may say whom not to call"):
        import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED))


@pytest.mark.both_engines
def test_a_block_of_flats_in_spain_is_not(marketing: Marketing) -> None:
    marketing.take("Nombre,Teléfono,Bloque\nAnn,07700 900123,B\n")
    assert marketing.verdicts() == {"Ann": CALLABLE}


@pytest.mark.both_engines
def test_an_empty_column_raises_no_question(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Blacklist status\nAnn,07700 900123, \n")
    assert marketing.verdicts() == {"Ann": CALLABLE}


@pytest.mark.parametrize("meaning", list(Meaning))
def test_a_column_named_as_the_help_names_a_meaning_is_read_so(meaning: Meaning) -> None:
    columns = read_heading(("Full name", "Mobile phone", meaning.value))
    assert columns.meanings[2] is meaning
    assert columns.doubtful == ()


def test_a_column_consent_to_names_the_caller(marketing: Marketing) -> None:
    head = "name,mobile,TPS,consent_at,consent_wording,consent_source,consent_to\n"
    marketing.take(f"{head}Ann,07700 900123,Y,2026-10-02,Ring me,a site,Bright Energy\n")
    assert marketing.verdicts() == {"Ann": CALLABLE}
