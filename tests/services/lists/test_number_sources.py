"""A list's source of numbers and its interest assessment: imported, stored, used in decisions, audited."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.imports.preview import lines_about
from bot.services.answers.lists import Basis, ImportReport, ListProofs, NumbersFrom
from bot.services.audit import auditing, judging
from bot.services.deciding import walk
from bot.services.deciding.facts import COUNT_NO_OFFERS, facts_of
from bot.services.errors import FileRefused
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.setup import plan
from policy import BasisFact, Rulebook, Verdict, load_rulebook
from policy.vocabulary import SOURCES, Outcome
from storage.models import Contact, ContactList
from storage.record.whole_record import on_record
from tests.fakes import TUESDAY, SampleOrganisation
from tests.policy.small_packs import head, rule
from tests.services.import_stage import CAMPAIGN, NOW, Lists
from tests.services.stage import DAY, Stage

ANN = "Name,Phone\nAnn,07700 900123\n"
ASKS = rule(
    "basis",
    'accepts = [{ consent = "calls" }]\nmissing = "consent to calls that names us"',
    applies_when='{ source = ["directory", "random"] }',
)
WEIGHS = rule(
    "basis",
    'accepts = [{ basis = ["legitimate_interest"], assessed = true }]\nmissing = "legitimate interest that was '
    'assessed"',
)
INTEREST = ListProofs(Basis.LEGITIMATE_INTEREST)
DIRECTORY, GIVEN = (ListProofs(numbers_from=source) for source in (NumbersFrom.DIRECTORY, NumbersFrom.GIVEN))


def with_a_pack(folder: Path, *rules: str) -> Rulebook:
    """The shipped British packs and a law that requires more."""
    path = folder / "small.toml"
    path.write_text(head() + "\n".join(rules), "utf-8")
    return load_rulebook(["gb", "gb-house", path])


@pytest.fixture
def asking(lists: Lists, tmp_path: Path) -> Lists:
    """A law that permits calls to numbers from a directory, or random ones, only with consent."""
    rulebook = with_a_pack(tmp_path, ASKS)
    lists.deps = replace(lists.deps, rulebook=lambda: rulebook)
    plan.apply(lists.deps, plan.read_setup(lists.write(CAMPAIGN.format("Service"), "service.toml")))
    return lists


def take(lists: Lists, proofs: ListProofs, content: str = ANN, name: str = "leads.csv") -> ImportReport:
    return import_contacts(lists.deps, ListOrder(lists.write(content, name), "Service", proofs=proofs))


def verdicts(lists: Lists) -> list[Verdict]:
    """As the import left them; deciding all of them again must not change any."""
    found = [contact.verdict for contact in lists.contacts()]
    walk.redecide_all(lists.deps)
    assert [contact.verdict for contact in lists.contacts()] == found
    return found


def test_a_list_accepts_each_source_that_the_rules_know() -> None:
    assert tuple(source.value for source in NumbersFrom) == SOURCES


@pytest.mark.parametrize(
    ("proofs", "verdict"),
    [(DIRECTORY, Verdict.SUPPRESSED), (GIVEN, Verdict.CALLABLE), (ListProofs(), Verdict.HELD)],
    ids=["directory", "given", "not said"],
)
def test_contacts_are_decided_by_the_source_of_their_list(asking: Lists, proofs: ListProofs, verdict: Verdict) -> None:
    take(asking, proofs)
    assert verdicts(asking) == [verdict]


def test_a_source_named_later_is_stored_and_stays_when_not_repeated(
    asking: Lists,
) -> None:
    report = take(asking, INTEREST)
    assert verdicts(asking) == [Verdict.HELD]
    assert list(lines_about(report)) == [
        "1 on hold: the source of their numbers is unknown. If they gave them to you, import the list again: "
        "nextcall import-contacts leads.csv --campaign Service --numbers-from given"
    ]
    for proofs, verdict in (
        (GIVEN, Verdict.CALLABLE),
        (ListProofs(), Verdict.CALLABLE),
        (replace(INTEREST, is_told_of_calls=True), Verdict.CALLABLE),
        (DIRECTORY, Verdict.SUPPRESSED),
    ):
        take(asking, proofs)
        assert verdicts(asking) == [verdict], proofs
    (contact,) = asking.contacts()
    with asking.deps.unit_of_work(is_read_only=True) as uow:
        listed = uow.session.get_one(ContactList, contact.list_id)
        assert (listed.basis, listed.is_told_of_calls, listed.numbers_from) == (
            "legitimate_interest",
            True,
            "directory",
        )


def test_a_list_without_a_basis_takes_no_person_from_a_list_with_one(asking: Lists) -> None:
    take(asking, replace(INTEREST, numbers_from=NumbersFrom.GIVEN))
    take(asking, DIRECTORY, name="other.csv")
    assert verdicts(asking) == [Verdict.CALLABLE]


def test_it_refuses_an_assessment_without_a_legitimate_interest(asking: Lists) -> None:
    for basis in (None, Basis.CONSENT):
        with pytest.raises(FileRefused, match="An assessed interest counts only with the basis legitimate_interest"):
            take(asking, ListProofs(basis, is_interest_assessed=True))


@pytest.mark.parametrize("is_assessed", [True, False])
def test_an_interest_assessment_is_stored(lists: Lists, tmp_path: Path, is_assessed: bool) -> None:
    rulebook = with_a_pack(tmp_path, WEIGHS)
    lists.deps = replace(lists.deps, rulebook=lambda: rulebook)
    plan.apply(lists.deps, plan.read_setup(lists.write(CAMPAIGN.format("Service"), "service.toml")))
    take(lists, replace(INTEREST, is_interest_assessed=is_assessed))
    assert verdicts(lists) == [Verdict.CALLABLE if is_assessed else Verdict.SUPPRESSED]
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        (facts,) = facts_of(lists.contacts(), on_record(uow.session, lists.contacts()), NOW, COUNT_NO_OFFERS)
    (basis,) = (one for one in facts.events if isinstance(one, BasisFact))
    assert basis.is_assessed is is_assessed


@pytest.mark.long
@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"numbers_from": "given"}, {}),
        ({"numbers_from": "given", "imported_at": TUESDAY + timedelta(seconds=1)}, {judging.HELD: 1}),
        ({"numbers_from": "random"}, {judging.SUPPRESSED: 1}),
        ({}, {judging.HELD: 1}),
    ],
    ids=["given", "said after the call", "random", "not said"],
)
def test_the_audit_judges_a_call_by_what_its_list_then_said(
    acme: SampleOrganisation, tmp_path: Path, values: dict[str, object], faults: dict[str, int]
) -> None:
    stage = Stage(acme)
    contact: Contact = stage.contact()
    for listed in stage.rows(ContactList):
        stage.change(listed, **{"imported_at": TUESDAY - 30 * DAY, **values})
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    span = auditing.Span(stage.energy, TUESDAY - DAY, TUESDAY + DAY, TUESDAY + DAY)
    with stage.units(is_read_only=True) as uow:
        audit = auditing.audit(uow.session, span, with_a_pack(tmp_path, ASKS), "gb-house")
    assert {check.name: check.broken for check in audit.checks if check.broken} == faults
