"""No road by which words come in saves a card number, bank details or a telephone number, and each says what it left
out."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CardGone, OutcomeRecorded
from bot.services.answers.people import Sensitive
from bot.services.blanking import BLANK
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.hand_out import next_call, releases
from bot.services.teams import holds
from policy.vocabulary import Outcome, ReleaseReason
from storage.models import Attempt, Hold, Lease, OutcomeRecord, Suppression
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines

WORDS = "pays by 4111 1111 1111 1111, husband on 07700 900123"
LEFT = f"pays by {BLANK}, husband on {BLANK}"
FOUND = (Sensitive.CARD, Sensitive.PHONE)


@pytest.fixture
def attempt(acme: SampleOrganisation) -> int:
    """Alice's call to Grace."""
    acme.add_contact("Grace")
    next_call.hand_out(acme.deps, acme.alice, 1)
    calling.call(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0)
    acme.clock.tick(minutes=1)
    return acme.all(Attempt)[-1].id or 0


def notes(acme: SampleOrganisation) -> list[str]:
    return [one.note for one in acme.all(OutcomeRecord)]


def test_an_outcome_of_a_button_or_form(acme: SampleOrganisation, attempt: int) -> None:
    done = outcomes.record(acme.deps, acme.alice, attempt, Outcome.CONVERSATION, WORDS)
    assert (done.blanked, notes(acme)) == (FOUND, [LEFT])
    again = outcomes.record(acme.deps, acme.alice, attempt, Outcome.CONVERSATION, WORDS)
    assert (again.is_repeat, again.blanked, notes(acme)) == (True, FOUND, [LEFT]), "a repeat is still one"


def test_a_typed_outcome(acme: SampleOrganisation, attempt: int) -> None:
    done = outcomes.record_spoken(acme.deps, acme.alice, "", "spoke", WORDS)
    assert (done.blanked, notes(acme)) == (FOUND, [LEFT])
    off_list = outcomes.record_spoken(acme.deps, acme.alice, "+33 6 12 34 56 78", "spoke", "or 06 12 34 56 79")
    assert (off_list.blanked, notes(acme)[-1]) == ((Sensitive.PHONE,), f"or {BLANK}"), "as French people write it"


def test_a_callback(acme: SampleOrganisation, attempt: int) -> None:
    on = (acme.clock() + timedelta(days=1)).date()
    done = callbacks.agree(acme.deps, acme.alice, attempt, on, time(15), True, WORDS)
    assert isinstance(done, OutcomeRecorded)
    assert (done.blanked, notes(acme)) == (FOUND, [LEFT])


def test_the_reason_of_a_hold_and_of_its_end(acme: SampleOrganisation, attempt: int) -> None:
    contact = acme.all(Attempt)[0].contact_id or 0
    placed = holds.place(acme.deps, acme.dana, contact, WORDS)
    assert placed.blanked == FOUND
    assert holds.place(acme.deps, acme.dana, contact, WORDS).is_repeat
    lifted = holds.lift(acme.deps, acme.dana, contact, WORDS)
    assert lifted.blanked == FOUND
    assert [(one.reason, one.lifted_because) for one in acme.all(Hold)] == [(LEFT, LEFT)]


def test_the_reason_of_a_stop(acme: SampleOrganisation, tmp_path: Path) -> None:
    done = suppressions.add(acme.deps, acme.alice, "07700 900555", WORDS)
    assert done.blanked == FOUND
    assert suppressions.add(acme.deps, acme.alice, "07700 900555", WORDS).is_repeat
    (tmp_path / "stops.csv").write_text("07700900556\n")
    import_list(acme.deps, SuppressionOrder(tmp_path / "stops.csv", reason="card 4111111111111111"))
    assert [one.note for one in acme.all(Suppression)] == [LEFT, f"card {BLANK}"]


def test_the_words_of_a_contact_given_back(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    next_call.hand_out(acme.deps, acme.alice, 1)
    done = releases.release(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0, ReleaseReason.OTHER, WORDS)
    assert not isinstance(done, CardGone)
    assert (done.blanked, acme.all(Lease)[-1].release_words) == (FOUND, LEFT)


def test_words_without_such_numbers_are_kept_as_they_are(acme: SampleOrganisation, attempt: int) -> None:
    done = outcomes.record(acme.deps, acme.alice, attempt, Outcome.CONVERSATION, "Moves on 01/12/2026, flat 12")
    assert (done.blanked, notes(acme)) == ((), ["Moves on 01/12/2026, flat 12"])
