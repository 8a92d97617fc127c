"""Each heading of a column that stops calls, or holds them, for new and for known people."""

from pathlib import Path

import pytest

from policy import Verdict
from tests.fakes import SampleOrganisation
from tests.services.marketing import Marketing

HELD, SUPPRESSED, CALLABLE = Verdict.HELD, Verdict.SUPPRESSED, Verdict.CALLABLE
KINDS = [
    ("Do Not Call", "Yes", "No", SUPPRESSED),
    ("DoNotCall", "1", "0", SUPPRESSED),
    ("HasOptedOutSolicit", "true", "false", SUPPRESSED),
    ("Do not allow Phone Calls", "Do Not Allow", "Allow", SUPPRESSED),
    ("Phone Opt Out", "asked on 3/4", "", SUPPRESSED),
    ("Nicht anrufen", "Ja", "Nein", SUPPRESSED),
    ("Ne pas appeler", "O", "N", SUPPRESSED),
    ("No llamar", "Sí", "No", SUPPRESSED),
    ("Non chiamare", "vero", "falso", SUPPRESSED),
    ("Niet bellen", "ja", "nee", SUPPRESSED),
    ("phone_sanitized_blacklisted", "True", "False", SUPPRESSED),
    ("Call consent", "No", "Yes", SUPPRESSED),
    ("Einwilligung Telefon", "Nein", "Ja", SUPPRESSED),
    ("Consent withdrawn", "yes", "no", SUPPRESSED),
    ("Consent withdrawn on", "2026-11-20", "", SUPPRESSED),
    ("status_label", "Do Not Contact", "Potential", SUPPRESSED),
    ("Labels", "* myContacts ::: do not call", "* myContacts", SUPPRESSED),
    ("Lead Status", "Deceased", "Open", SUPPRESSED),
    ("Deceased", "2025-01-31", "", SUPPRESSED),
    ("Verstorben", "x", "", SUPPRESSED),
    ("Vulnerable", "Y", "N", HELD),
    ("status_label", "Do Not Contact - legal", "Do not email", SUPPRESSED),
    ("Status", "DNCCAR", "NEW", SUPPRESSED),
    ("Tags", "Customer ::: vulnerable (carer)", "Customer", HELD),
    ("Lead Status", "Unsubscribed", "Subscribed", SUPPRESSED),
    ("Status", "Dead", "Deadline", SUPPRESSED),
    ("Statut", "Bloqué", "Actif", SUPPRESSED),
    ("Status", "Gestorben", "Aktiv", SUPPRESSED),
]
# How a heading is read has nothing to do with the database: there, one heading of each kind is enough.
each_kind = pytest.mark.parametrize(
    ("database", "heading", "barred", "clear", "verdict"),
    [
        *(("sqlite", *kind) for kind in KINDS),
        ("postgresql", "Do Not Call", "Yes", "No", SUPPRESSED),
        ("postgresql", "Call consent", "No", "Yes", SUPPRESSED),
        ("postgresql", "Consent withdrawn on", "2026-11-20", "", SUPPRESSED),
        ("postgresql", "Deceased", "2025-01-31", "", SUPPRESSED),
        ("postgresql", "Vulnerable", "Y", "N", HELD),
        ("postgresql", "Lead Status", "Unsubscribed", "Subscribed", SUPPRESSED),
    ],
    indirect=["database"],
)


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


@pytest.mark.long
@each_kind
def test_new_people_whom_a_column_bars_are_never_callable(
    marketing: Marketing, heading: str, barred: str, clear: str, verdict: Verdict
) -> None:
    rows = f"Ann,07700 900123,{barred}\nBen,07700 900124,{clear}\nCat,07700 900125,\n"
    report = marketing.take(f"Name,Phone,{heading}\n{rows}")
    assert marketing.verdicts() == {"Ann": verdict, "Ben": CALLABLE, "Cat": CALLABLE}
    assert dict(report.by_verdict) == {CALLABLE: 2, verdict: 1}
    assert marketing.handed_out() == {"Ben", "Cat"}


@pytest.mark.long
@each_kind
def test_known_people_whom_a_column_bars_lose_their_card_at_once(
    marketing: Marketing, heading: str, barred: str, clear: str, verdict: Verdict
) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\n")
    assert marketing.handed_out() == {"Ann", "Ben"}
    report = marketing.take(
        f"Name,Phone,{heading}\nAnn,07700 900123,{barred}\nBen,07700 900124,{clear}\n", name="b.csv"
    )
    assert marketing.acme.notifier.withdrawn == [("U0ALICE", "Ann", verdict.value)]
    assert marketing.verdicts() == {"Ann": verdict, "Ben": CALLABLE}
    assert (report.imported, report.changed) == (0, 1)
