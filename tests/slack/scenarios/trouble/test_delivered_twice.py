"""What Slack delivers twice is done once, whatever happened in between; and a form undoes nothing it did not show."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.sandbox.delivery.envelopes import Envelope
from bot.services.calls import outcomes
from bot.services.deps import Deps, Request
from bot.services.errors import NothingOnLease, TakenBefore
from bot.services.setup import retention
from bot.slack import ids
from policy.vocabulary import Outcome, Verdict
from storage.models import Attempt, Contact, OutcomeRecord, TakenRequest
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import Town, button, form, given, opens, reads, types

MODE = "socket"
pytestmark = pytest.mark.day


def comes_again(town: Town, sent: Envelope) -> None:
    assert town.server.deliver(Envelope(sent.kind, sent.payload, sent.accepts_response)).is_acked


def opens_correction(town: Town) -> None:
    """A team lead opens the form in which they correct the first call's outcome."""
    opens(town.dana, town.shows("dana", button("outcome_form", "1")), "outcome_form", ids.OUTCOME)


def sends_correction(town: Town, chosen: str) -> dict[str, str]:
    return town.dana.submit(form(town.dana, ids.OUTCOME), given(outcome_chosen=chosen, note="The agent says so")).errors


def is_stopped(town: Town) -> bool:
    [contact], [attempt] = town.acme.all(Contact), town.acme.all(Attempt)
    return contact.verdict is Verdict.SUPPRESSED and attempt.outcome is Outcome.DO_NOT_CALL


def test_a_correction_that_comes_again_withdraws_no_stop_said_since(town: Town) -> None:
    town.calling(seconds=47.3)
    opens_correction(town)
    assert not sends_correction(town, "conversation")
    reads(town.dana, "recorded")
    sent = town.last("interactive")
    outcomes.record(town.deps, town.acme.alice, 1, Outcome.DO_NOT_CALL)
    assert is_stopped(town)
    comes_again(town, sent)
    assert is_stopped(town)
    assert len(town.acme.all(OutcomeRecord)) == 2


def test_a_correction_withdraws_no_stop_that_its_form_did_not_show(town: Town) -> None:
    town.calling(seconds=47.3)
    opens_correction(town)
    town.move(seconds=0.3)
    outcomes.record(town.deps, town.acme.alice, 1, Outcome.DO_NOT_CALL)
    town.move(seconds=0.3)
    assert "a newer outcome is recorded" in sends_correction(town, "busy")[ids.OUTCOME]
    assert is_stopped(town)
    town.dana.close(form(town.dana, ids.OUTCOME))
    opens_correction(town)
    assert not sends_correction(town, "busy")
    reads(town.dana, "corrected to *Busy*")


def test_typed_words_that_come_again_are_no_outcome_of_the_next_call(town: Town) -> None:
    town.calling(seconds=47.3)
    types(town.alice, "/outcome busy", "*Busy* recorded")
    sent = town.last("slash_commands")
    town.calling("Ada", seconds=47.3)
    comes_again(town, sent)
    reads(town.alice, "delivered this twice")
    assert [one.outcome for one in town.acme.all(Attempt)] == [Outcome.BUSY, None]


def test_two_calls_off_the_list_are_two_however_fast_and_one_delivered_twice_is_one(town: Town) -> None:
    for _ in range(2):
        types(town.alice, "/outcome 07700 900777 busy", "*Busy* recorded")
        town.move(seconds=19.4)
    sent = town.last("slash_commands")
    for _ in range(2):
        comes_again(town, sent)
    reads(town.alice, "delivered this twice")
    assert len(town.acme.all(Attempt)) == len(town.acme.all(OutcomeRecord)) == 2


def asked(acme: SampleOrganisation, trigger: str, taken_as: str) -> Deps:
    return replace(acme.deps, request=Request(trigger, taken_as, acme.clock()))


@pytest.mark.both_engines
def test_of_deliveries_at_once_one_is_done(acme: SampleOrganisation) -> None:
    def tell(taken_as: str) -> bool:
        try:
            outcomes.record_spoken(asked(acme, "7.1", taken_as), acme.bob, "07700 900777", "no answer")
        except TakenBefore:
            return False
        return True

    with ThreadPoolExecutor(6) as bots:
        assert sum(bots.map(tell, "abcdef")) == 1
    assert len(acme.all(Attempt)) == 1


@pytest.mark.both_engines
def test_what_was_refused_may_come_again_and_is_forgotten_the_next_night(acme: SampleOrganisation) -> None:
    with pytest.raises(NothingOnLease):
        outcomes.record_spoken(asked(acme, "7.1", "a"), acme.bob, outcome_text="busy")
    outcomes.record_spoken(asked(acme, "7.1", "b"), acme.bob, "07700 900777", "busy")
    outcomes.record_spoken(asked(acme, "7.1", "b"), acme.bob, "07700 900778", "busy")
    with pytest.raises(TakenBefore):
        outcomes.record_spoken(asked(acme, "7.1", "c"), acme.bob, "07700 900779", "busy")
    assert [one.taken_as for one in acme.all(TakenRequest)] == ["b"]
    acme.clock.tick(days=2, microseconds=1)
    retention.nightly(acme.deps)
    assert acme.all(TakenRequest) == []
