"""The audit judges a call by what was known when it was opened: what a list says later, of whatever day, accuses
nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.audit import judging
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Attempt, Campaign, Consent, Contact, CorrectedLine, PersonNumber, Relationship
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.marketing import Marketing
from tests.services.stage import HOUR, Stage, broken

pytestmark = pytest.mark.both_engines
NOW, MICROSECOND = TUESDAY + HOUR + timedelta(microseconds=300_001), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """What a list said first, what a later one says of an earlier day, and what a call after that would break."""

    first: str
    later: str
    breaks: str
    sector: str = ""


_CONSENT = "Name,Phone,TPS,Consent date,Consent wording,Consent source,Consent withdrawn\nAnn,+447700900123,Y,{},{}\n"
_GIVEN = "2026-10-02,Ring me about tariffs,a site"
CHANGES = {
    "a consent withdrawn": Change(
        _CONSENT.format(_GIVEN, ""), _CONSENT.format(_GIVEN, "2026-11-23"), judging.SUPPRESSED
    ),
    "a consent withdrawn, without its date": Change(
        _CONSENT.format(_GIVEN, ""), "Name,Phone,Consent withdrawn\nAnn,+447700900123,2026-11-23\n", judging.SUPPRESSED
    ),
    "a relationship ended": Change(
        "Name,Phone,Customer since\nAnn,+447700900123,2020-01-31\n",
        "Name,Phone,Customer since,Customer until\nAnn,+447700900123,2020-01-31,2026-11-20\n",
        judging.SUPPRESSED,
        sector="mortgages",
    ),
    "a consumer's line that is a business's": Change(
        "Name,Phone\nAnn,+447700900123\n",
        "Name,Phone,Business line\nAnn,+447700900123,yes\n",
        judging.HELD,  # not screened against the register of businesses
    ),
}


@pytest.fixture(params=CHANGES.values(), ids=list(CHANGES))
def change(request: pytest.FixtureRequest) -> Change:
    found: Change = request.param
    return found


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path, change: Change) -> Marketing:
    acme.change(Campaign, acme.campaign.id, sector=change.sector)
    marketing = Marketing(acme, tmp_path)
    marketing.take(change.first)
    return marketing


def called(acme: SampleOrganisation) -> Attempt:
    """Alice calls the only contact, and it is busy."""
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(seconds=2, microseconds=7)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.BUSY)
    return acme.one(Attempt, opened.attempt_id)


@pytest.mark.long
def test_a_later_list_accuses_no_call_before_it(acme: SampleOrganisation, marketing: Marketing, change: Change) -> None:
    attempt = called(acme)
    acme.clock.tick(seconds=0.3)
    marketing.take(change.later, name="later.csv")
    assert acme.one(Contact, attempt.contact_id).verdict != "callable"
    assert broken(Stage(acme)) == {}


@pytest.mark.long
@pytest.mark.parametrize(("since", "is_known"), [(-MICROSECOND, False), (0 * MICROSECOND, True), (MICROSECOND, True)])
def test_a_call_after_the_list_is_accused_from_the_moment_it_was_written(
    acme: SampleOrganisation, marketing: Marketing, change: Change, since: timedelta, is_known: bool
) -> None:
    acme.clock.at(NOW)
    marketing.take(change.later, name="later.csv")
    stage = Stage(acme)
    [contact] = acme.all(Contact)
    stage.call(contact, stage.alice, NOW + since, Outcome.BUSY)
    assert broken(stage) == ({change.breaks: 1} if is_known else {})


@pytest.mark.long
@pytest.mark.parametrize("change", [CHANGES["a consent withdrawn"], CHANGES["a relationship ended"]], indirect=True)
def test_an_end_of_which_nobody_knows_when_it_was_told_counts_from_its_own_day(
    acme: SampleOrganisation, marketing: Marketing, change: Change
) -> None:
    called(acme)
    acme.clock.tick(seconds=0.3)
    marketing.take(change.later, name="later.csv")
    for consent in acme.all(Consent):
        acme.change(Consent, consent.id, withdrawal_recorded_at=None)
    for tie in acme.all(Relationship):
        acme.change(Relationship, tie.id, end_recorded_at=None)
    assert broken(Stage(acme)) == {change.breaks: 1}


@pytest.mark.parametrize("change", [CHANGES["a consent withdrawn"]], indirect=True)
def test_the_first_moment_at_which_a_withdrawal_was_told_stays(acme: SampleOrganisation, marketing: Marketing) -> None:
    for hour in (1, 2):
        acme.clock.at(TUESDAY + hour * HOUR)
        marketing.take(CHANGES["a consent withdrawn"].later, name=f"{hour}.csv")
    assert [one.withdrawal_recorded_at for one in acme.all(Consent)] == [TUESDAY + HOUR]


@pytest.mark.parametrize("change", [CHANGES["a consumer's line that is a business's"]], indirect=True)
def test_a_line_corrected_twice_is_what_it_was_taken_for_at_each_call(
    acme: SampleOrganisation, marketing: Marketing, change: Change
) -> None:
    business_at, consumer_at = TUESDAY + HOUR, TUESDAY + 2 * HOUR
    acme.clock.at(business_at)
    marketing.take(change.later, name="business.csv")
    acme.clock.at(consumer_at)
    marketing.take("Name,Phone,Business line\nAnn,+447700900123,no\n", name="consumer.csv")
    assert [one.line for one in acme.all(PersonNumber)] == ["consumer"]
    assert corrections(acme) == [("consumer", business_at), ("business", consumer_at)]
    stage = Stage(acme)
    [contact] = acme.all(Contact)
    stage.call(contact, stage.alice, consumer_at - MICROSECOND, Outcome.BUSY)
    assert broken(stage) == {judging.HELD: 1}
    stage.call(contact, stage.alice, business_at - MICROSECOND, Outcome.BUSY)
    assert broken(stage, until=business_at + HOUR / 2) == {}


@pytest.mark.long
@pytest.mark.parametrize("change", [CHANGES["a consumer's line that is a business's"]], indirect=True)
def test_a_corrected_line_says_nothing_of_the_persons_other_numbers(
    acme: SampleOrganisation, marketing: Marketing
) -> None:
    for contact in acme.all(Contact):
        acme.change(Contact, contact.id, finished_at=TUESDAY)
    marketing.take("Name,Ref,Phone,Business line\nBen,7,020 7946 0001,no\nBen,7,020 7946 0002,yes\n", name="ben.csv")
    called(acme)
    acme.clock.tick(seconds=0.3)
    marketing.take("Name,Ref,Phone,Business line\nBen,7,020 7946 0002,no\n", name="later.csv")
    assert [line for line, _ in corrections(acme)] == ["business"]
    assert broken(Stage(acme)) == {}


def corrections(acme: SampleOrganisation) -> list[tuple[str, datetime]]:
    return [(one.line, one.until) for one in acme.all(CorrectedLine)]
