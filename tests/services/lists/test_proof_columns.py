"""What rows prove about people: consents, requests, relationships, kind of line; and what a second import adds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.answers.lists import Basis, ListProofs
from bot.services.files.columns import read_heading
from bot.services.lists.importing import ListOrder, import_contacts
from policy import Verdict
from storage.models import CallRequest, Consent, Contact, ContactList, PersonNumber, Relationship, Screening, Withdrawal
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.import_stage import reasons
from tests.services.marketing import PROVED, TODAY, TOLD, Marketing

CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED
ASKED = "Name,Phone,TPS,Consent date,Consent wording,Consent source,Consented to\n"


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


def consented(cells: str) -> str:
    return f"{ASKED}Ann,07700 900123,Y,{cells}\n"


# -- consent


def test_a_consent_that_names_us_outweighs_the_register(marketing: Marketing) -> None:
    marketing.take(consented("2026-10-02,Ring me about tariffs,bright.example/form,bright energy"))
    (kept,) = marketing.acme.all(Consent)
    assert (kept.principal, kept.is_proved, kept.is_third_party) == ("Bright Energy", True, False)
    assert kept.given_at == datetime(2026, 10, 1, 23, tzinfo=UTC)  # the first moment of that day in London
    assert marketing.verdicts() == {"Ann": CALLABLE}
    assert marketing.handed_out() == {"Ann"}


@pytest.mark.long
@pytest.mark.parametrize(
    "cells",
    [
        "2026-10-02,,bright.example/form,Bright Energy",  # no wording
        "2026-10-02,Ring me,,Bright Energy",  # no source
        "2026-10-02,Ring me,bright.example/form,",  # no named caller
        "2026-10-02,Ring me,bright.example/form,selected partners",
        ",Ring me,bright.example/form,Bright Energy",  # no date
    ],
)
def test_an_incomplete_proof_is_no_consent(marketing: Marketing, cells: str) -> None:
    marketing.take(consented(cells))
    assert marketing.verdicts() == {"Ann": SUPPRESSED}
    assert marketing.handed_out() == set()


def test_a_consent_covers_the_only_number_of_its_row(marketing: Marketing) -> None:
    text = "Name,Phone,Mobile,Consent date,Consent wording,Consent source\n"
    text += "Ann,07700 900123,,2026-10-02,Ring me,a site\nBen,07700 900124,07700 900125,2026-10-02,Ring me,a site\n"
    marketing.take(text)
    assert sorted(one.number for one in marketing.acme.all(Consent)) == ["", "+447700900123"]


def test_withdrawing_a_consent_for_one_number_withdraws_it_for_all(marketing: Marketing) -> None:
    heading = "Name,Ref,Phone,Consent date,Consent wording,Consent source,Consent withdrawn\n"
    given = "2026-10-02,Ring me,a site"
    marketing.take(f"{heading}Ann,7,07700 900123,{given},\nAnn,7,07700 900124,{given},\n")
    marketing.take(f"{heading}Ann,7,07700 900123,{given},2026-11-10\n")
    found = {one.number: one.withdrawn_at is not None for one in marketing.acme.all(Consent)}
    assert found == {"+447700900123": True, "+447700900124": True}


def test_a_consent_without_a_named_caller_is_the_principals(marketing: Marketing) -> None:
    marketing.take("Name,Phone,TPS,Opt-in date,Opt-in text,Opt-in URL\nAnn,07700 900123,Y,13/10/2026,Ring me,site\n")
    assert marketing.verdicts() == {"Ann": CALLABLE}


def test_a_consent_collected_by_others_counts_for_half_a_year(marketing: Marketing) -> None:
    heading = "Name,Phone,TPS,Consent date,Consent wording,Consent source,Third-party consent\n"
    rows = "Ann,07700 900123,Y,2026-10-02,Ring me,a site,yes\nBen,07700 900124,Y,2026-03-02,Ring me,a site,yes\n"
    marketing.take(heading + rows)
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED}


def test_a_withdrawn_consent_suppresses_at_once_and_withdraws_the_card(marketing: Marketing) -> None:
    text = consented("2026-10-02,Ring me about tariffs,bright.example/form,Bright Energy")
    marketing.take(text)
    assert marketing.handed_out() == {"Ann"}
    marketing.take("Name,Phone,Consent withdrawn on\nAnn,07700 900123,2026-11-24 09:30\n", ListProofs(), "stop.csv")
    assert marketing.verdicts() == {"Ann": SUPPRESSED}
    assert marketing.acme.notifier.withdrawn == [("U0ALICE", "Ann", "suppressed")]
    assert marketing.handed_out() == set()
    (kept,) = marketing.acme.all(Consent)
    assert kept.withdrawn_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    marketing.take(text)  # the old file again restores nothing
    assert marketing.verdicts() == {"Ann": SUPPRESSED}


def test_withdrawing_a_consent_that_is_not_on_record_suppresses(marketing: Marketing) -> None:
    text = "Name,Phone,Consent withdrawn on\nAnn,07700 900123,2026-11-24 09:30\nBen,07700 900124,\n"
    marketing.take(text)
    marketing.take(text, name="again.csv")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": CALLABLE}
    assert marketing.handed_out() == {"Ben"}
    (kept,) = marketing.acme.all(Withdrawal)
    assert (kept.principal, kept.kind, kept.at) == ("Bright Energy", "calls", datetime(2026, 11, 24, 9, 30, tzinfo=UTC))


def test_a_consent_after_the_withdrawal_permits_calls_again(marketing: Marketing) -> None:
    withdrawn = "Name,Phone,Consent withdrawn on\nAnn,07700 900123,2026-11-20 09:30\n"
    marketing.take(withdrawn)
    assert marketing.verdicts() == {"Ann": SUPPRESSED}
    marketing.take(consented("2026-11-21,Ring me about tariffs,bright.example/form,Bright Energy"))
    assert marketing.verdicts() == {"Ann": CALLABLE}
    marketing.take(withdrawn, name="again.csv")  # says nothing of the later consent
    assert marketing.verdicts() == {"Ann": CALLABLE}


def test_a_consent_withdrawn_on_its_day_permits_nothing(marketing: Marketing) -> None:
    heading = "Name,Phone,TPS,Consent date,Consent wording,Consent source,Consent withdrawn\n"
    marketing.take(f"{heading}Ann,07700 900123,Y,2026-11-21,Ring me,a site,2026-11-21\n")
    assert marketing.verdicts() == {"Ann": SUPPRESSED}
    (kept,) = marketing.acme.all(Consent)
    assert (kept.withdrawn_at, kept.withdrawal_recorded_at) == (kept.given_at, TUESDAY)


# -- requests, relationships, lines


def test_a_request_for_a_call_outweighs_the_register(marketing: Marketing) -> None:
    marketing.take(
        "Name,Phone,TPS,Requested call on\nAnn,07700 900123,Y,2026-11-23\nBen,07700 900124,Y,\n", ListProofs()
    )
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED}
    (kept,) = marketing.acme.all(CallRequest)
    assert (kept.principal, kept.at, kept.due_at) == ("Bright Energy", datetime(2026, 11, 23, tzinfo=UTC), None)


def test_a_request_for_a_call_expires_after_a_fortnight(marketing: Marketing) -> None:
    marketing.take("Name,Phone,TPS,Requested call at\nAnn,07700 900123,Y,2026-11-09 18:00\n", ListProofs())
    assert marketing.verdicts() == {"Ann": SUPPRESSED}


def test_it_stores_the_times_a_person_wants_calls_in_their_zone(marketing: Marketing) -> None:
    heading = "Name,Phone,Time zone,Country,Requested call at,Call requested for\n"
    marketing.take(f"{heading}Ann,+44 7700 900123,Europe/Paris,FR,23/11/2026 18:00,2026-11-24 18:30\n", ListProofs())
    (kept,) = marketing.acme.all(CallRequest)
    assert (kept.at, kept.due_at) == (
        datetime(2026, 11, 23, 17, tzinfo=UTC),
        datetime(2026, 11, 24, 17, 30, tzinfo=UTC),
    )


def test_it_stores_the_dates_of_a_customer_relationship(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Customer since,Customer until\nAnn,07700 900123,2020-01-31,\n")
    marketing.take("Name,Phone,Customer since,Customer until\nAnn,07700 900123,2020-01-31,2026-06-30\n")
    (kept,) = marketing.acme.all(Relationship)
    assert (kept.kind, kept.principal, kept.from_on, kept.ended_on) == (
        "customer",
        "Bright Energy",
        date(2020, 1, 31),
        date(2026, 6, 30),
    )


def test_a_later_file_corrects_the_kind_of_line(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\n")
    assert marketing.verdicts() == {"Ann": CALLABLE}
    report = marketing.take("Name,Phone,Business line\nAnn,07700 900123,yes\n")
    assert marketing.acme.all(PersonNumber)[0].line == "business"
    assert marketing.verdicts() == {"Ann": HELD}  # not screened against the register of companies
    assert [(one.register, one.contacts) for one in report.missing] == [("ctps", 1)]
    marketing.take("Name,Phone\nAnn,07700 900123\n")  # does not mention the line
    assert marketing.acme.all(PersonNumber)[0].line == "business"


@pytest.mark.long
@pytest.mark.parametrize(
    ("heading", "cell", "reason"),
    [
        ("CTPS", "perhaps", '"perhaps" is neither yes nor no'),
        ("TPS", "31/02/2026", '"31/02/2026" is not a date'),
        ("TPS", "2027-01-01", '"2027-01-01" is in the future'),
        (
            "Consent date",
            "last summer",
            '"last summer" is not a date that can be read one way only: write it as 2026-03-02',
        ),
        ("Consent date", "2026-11-25", '"2026-11-25" is in the future'),
        ("Requested call on", "2026-11-24 25:00", '"2026-11-24 25:00" is not a time: write it as 2026-03-02 14:30'),
        ("Requested call at", "24/11/2026 10:01", '"24/11/2026 10:01" is in the future'),
        ("Customer since", "2020", '"2020" is not a date that can be read one way only: write it as 2026-03-02'),
        ("Business line", "maybe", '"maybe" is neither yes nor no'),
    ],
)
def test_it_refuses_a_row_with_a_proof_it_cannot_read(
    marketing: Marketing, heading: str, cell: str, reason: str
) -> None:
    report = marketing.take(f"Name,Phone,{heading}\nAnn,07700 900123,{cell}\nBen,07700 900124,\n")
    assert reasons(report) == [(2, f"{heading}: {reason}")]
    assert set(marketing.verdicts()) == {"Ben"}


# -- once more


def test_it_stores_no_proof_twice(marketing: Marketing) -> None:
    heading = f"{ASKED.strip()},Requested call on,Customer since\n"
    text = f"{heading}Ann,07700 900123,Y,2026-10-02,Ring me,a site,Bright Energy,2026-11-23,2020-01-01\n"
    text += "Ben,07700 900124,,,,,,,\nBen,07700 900124,Y,,,,,,\n"
    marketing.take(text)
    counts = _counts(marketing.acme)
    assert counts == [3, 1, 1, 1, 1]
    marketing.acme.clock.tick(days=1)
    report = marketing.take(text)
    assert _counts(marketing.acme) == counts
    assert (report.imported, report.changed) == (0, 0)


def test_it_stores_a_listing_without_a_date_once(marketing: Marketing) -> None:
    for _ in range(3):
        marketing.take("Name,Phone,TPS\nAnn,07700 900123,Y\n", TOLD)
        marketing.acme.clock.tick(days=1)
    assert [one.obtained_at for one in marketing.acme.all(Screening)] == [datetime(2026, 11, 24, tzinfo=UTC)]


def test_it_screens_no_foreign_number(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Mobile\nAnn,07700 900123,+33 6 12 34 56 78\n", PROVED)
    assert [one.number for one in marketing.acme.all(Screening)] == ["+447700900123"]


@pytest.mark.parametrize("second", ["Ben,020 7946 0001,Y", "Ann,020 7946 0001,Y"])
def test_a_later_row_about_a_number_applies_to_every_person_at_it(marketing: Marketing, second: str) -> None:
    report = marketing.take(f"Name,Phone,TPS\nAnn,020 7946 0001,\n{second}\nCat,07700 900125,\n")
    assert marketing.verdicts()["Ann"] is SUPPRESSED
    assert dict(report.by_verdict) == {CALLABLE: 1, SUPPRESSED: len(marketing.verdicts()) - 1}


def _counts(acme: SampleOrganisation) -> list[int]:
    kinds = (Screening, Consent, CallRequest, Relationship, ContactList)
    # the organisation has two of its own
    return [len(acme.all(kind)) - (2 if kind is ContactList else 0) for kind in kinds]


def test_a_second_import_adds_missing_proofs_to_people_already_in_the_campaign(marketing: Marketing) -> None:
    text = "Name,Phone\nAnn,07700 900123\nBen,07700 900124\n"
    report = marketing.take(text, ListProofs())
    assert dict(report.by_verdict) == {HELD: 2}
    assert [(one.register, one.contacts) for one in report.missing] == [("tps", 2), ("", 2)]
    report = marketing.take(text, TOLD)
    assert (report.imported, report.duplicates_in_database, report.changed) == (0, 2, 2)
    assert [(one.register, one.max_age_days) for one in report.missing] == [("tps", 27)]
    report = marketing.take(text, ListProofs(screened=(("tps", TODAY),)))
    assert (dict(report.by_verdict), report.missing) == ({CALLABLE: 2}, ())
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": CALLABLE}
    assert marketing.handed_out() == {"Ann", "Ben"}


def test_it_moves_people_to_the_list_that_has_the_basis_and_keeps_the_others(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\n", ListProofs())
    marketing.take("Name,Phone\nAnn,07700 900123\n", PROVED, "better.csv")
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": HELD}
    # Another list with another basis changes nothing for a contact that has one; the same list may correct itself.
    marketing.take("Name,Phone\nAnn,07700 900123\n", ListProofs(Basis.CONSENT), "worse.csv")
    assert marketing.verdicts()["Ann"] is CALLABLE
    marketing.take("Name,Phone\nAnn,07700 900123\n", ListProofs(Basis.CONSENT), "better.csv")
    assert marketing.verdicts()["Ann"] is SUPPRESSED  # recorded as not told


def test_it_does_not_change_the_record_of_an_earlier_basis(marketing: Marketing) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    marketing.take(text, ListProofs())
    marketing.acme.clock.tick(hours=1)
    marketing.take(text, PROVED)
    lists = [(one.basis, one.imported_at) for one in marketing.acme.all(ContactList) if one.name == "leads"]
    assert lists == [("", TUESDAY), ("legitimate_interest", TUESDAY + timedelta(hours=1))]


def test_it_imports_the_new_last_part_of_a_long_known_list(
    marketing: Marketing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.lists.importing.BATCH", 3)
    rows = [f"Name{row},07700 900{row:03d}\n" for row in range(8)]
    marketing.take(_list(rows[:5]), ListProofs())
    report = marketing.take(_list(rows), PROVED)
    assert (report.imported, report.changed, dict(report.by_verdict)) == (3, 5, {CALLABLE: 8})
    assert len([one for one in marketing.acme.all(ContactList) if one.name == "leads"]) == 2


def _list(rows: Sequence[str]) -> str:
    return "Name,Phone\n" + "".join(rows)


def test_it_does_not_count_finished_contacts(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\n")
    marketing.acme.change(Contact, 1, finished_at=TUESDAY, finished_because="success")
    report = import_contacts(marketing.deps, ListOrder(marketing.folder / "leads.csv", "Energy switch"))
    assert dict(report.by_verdict) == {CALLABLE: 1}


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ("TPS1\nAnn,020 7946 0101,,Y", SUPPRESSED),
        ("TPS1\nAnn,020 7946 0101,,N", CALLABLE),
        ("TPS 1,TPS 2\nAnn,020 7946 0101,07700 900101,N,Y", SUPPRESSED),
        ("TPS 1,TPS 2\nAnn,020 7946 0101,07700 900101,Y,N", SUPPRESSED),
        ("TPS 1,TPS 2\nAnn,020 7946 0101,07700 900101,N,N", CALLABLE),
        ("TPS 1,TPS 2\nAnn,020 7946 0101,07700 900101,,Y", SUPPRESSED),
        ("TPS 1,TPS 2\nAnn,020 7946 0101,,N,", CALLABLE),
        ("TPS 1,TPS 2\nAnn,020 7946 0101,07700 900101,2026-12-01,2019-02-03", SUPPRESSED),
    ],
)
def test_a_yes_under_any_number_of_a_register_counts(marketing: Marketing, rows: str, verdict: Verdict) -> None:
    report = marketing.take(f"Name,Tel 1,Tel 2,{rows}\n")
    assert not report.faults
    assert marketing.verdicts() == {"Ann": verdict}


def test_numbered_answers_are_of_their_register() -> None:
    found = read_heading(("Name", "Tel 1", "Tel 2", "TPS 1", "CTPS1", "TPS2", "CTPS 2", "Consent date 2"))
    assert found.fields["tps"] == (3, 5)
    assert found.fields["ctps"] == (4, 6)
    assert "consent_at" not in found.fields
