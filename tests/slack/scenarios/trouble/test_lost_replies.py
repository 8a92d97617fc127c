"""A reply that Slack does not accept is tried again while its URL lives; then the agent gets a message."""

from collections.abc import Callable
from time import monotonic, sleep

import pytest

from bot.sandbox import VisibleMessage
from bot.services.calls import outcomes
from bot.slack.boundary import answers
from storage.models import Attempt, Lease, OutcomeRecord
from tests.slack.scenarios.town import NUMBER, Town, home, presses, reads, types

URL = "response_url"
HICCUPS = ("ratelimited", "http_500", "http_503", "reset", "lost_reply")
AS_EVER = 10_000


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens all waits to a third."""
    monkeypatch.setattr(answers, "WORD_AFTER_S", answers.WORD_AFTER_S / 3)
    monkeypatch.setattr(answers, "_LONGEST_PAUSE_S", 1.0)


def _card(town: Town) -> VisibleMessage:
    return town.cards("Grace", channel="C0ENERGY001")


def _calling(town: Town) -> VisibleMessage:
    return presses(town.alice, _card(town), "call", NUMBER)


def _tries(town: Town) -> int:
    return AS_EVER - town.server.workspace.faults.left(URL)


def _until(is_so: Callable[[], object]) -> None:
    until = monotonic() + 60
    while not is_so():
        assert monotonic() < until
        sleep(0.1)


def _told(town: Town, *words: str) -> VisibleMessage:
    """The message that was sent instead; it lasts, so it contains no number."""
    told = town.alice.wait_for(
        lambda seen: next(
            (one for one in seen.messages if not one.is_ephemeral and all(word in one.words for word in words)), None
        )
    )
    assert NUMBER not in told.words
    return told


@pytest.mark.night
@pytest.mark.parametrize("hiccup", HICCUPS)
def test_cards_arrive_after_a_failed_first_try(town: Town, hiccup: str) -> None:
    town.server.fail_next(URL, with_=hiccup, times=2)
    _card(town)
    assert len(town.acme.all(Lease)) == 1
    assert town.alice.direct_messages == (), "no word is needed where the cards come"


@pytest.mark.night
@pytest.mark.parametrize("hiccup", HICCUPS)
def test_the_number_arrives_after_a_failed_first_try(town: Town, hiccup: str) -> None:
    card = _card(town)
    town.server.fail_next(URL, with_=hiccup, times=2)
    shown = presses(town.alice, card, "call", NUMBER)
    assert shown.ts == card.ts
    assert len(town.acme.all(Attempt)) == 1


def test_other_answers_are_tried_again_as_well(town: Town) -> None:
    town.server.fail_next(URL, with_="http_503")
    town.alice.command("/callcheck 07700 900999", channel="C0ENERGY001")
    assert reads(town.alice, "•••").is_ephemeral


def test_slack_is_not_called_for_as_long_as_it_asked(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.server.fail_next(URL, with_="ratelimited", retry_after=3)
    before = monotonic()
    types(town.alice, "/nextcall 1", "Grace", channel="C0ENERGY001")
    assert 3 <= monotonic() - before < 20


@pytest.mark.parametrize("hiccup", ["http_503", "reset"])
def test_the_agent_gets_a_message_with_a_button_if_the_cards_do_not_arrive(town: Town, hiccup: str) -> None:
    town.acme.add_contact("Grace")
    town.server.fail_next(URL, with_=hiccup, times=AS_EVER)
    before = monotonic()
    town.alice.command("/nextcall 1", channel="C0ENERGY001")
    told = _told(town, "did not take our answer")
    assert monotonic() - before < 20, "within seconds, not at the end of the URL's life"
    assert 3 <= _tries(town) <= 10, "tried again, and not in a hurry"
    town.server.end_faults()
    assert "Grace" in presses(town.alice, told, "see_cards", "1 contact", "Grace").words


def test_the_agent_gets_a_message_if_the_number_does_not_arrive(town: Town) -> None:
    card = _card(town)
    town.server.fail_next(URL, with_="http_503", times=AS_EVER)
    town.alice.press(card, "call")
    told = _told(town, "did not take our answer")
    town.server.end_faults()
    presses(town.alice, told, "see_cards", NUMBER)
    assert len(town.acme.all(Attempt)) == 1


def test_the_message_comes_at_once_if_slack_asks_for_a_long_wait(town: Town) -> None:
    card = _card(town)
    town.server.fail_next(URL, with_="ratelimited", retry_after=600)
    before = monotonic()
    town.alice.press(card, "call")
    _told(town, "did not take our answer")
    assert monotonic() - before < 60


@pytest.mark.night
def test_the_message_is_tried_again_and_sent_once(town: Town) -> None:
    card = _card(town)
    town.server.fail_next(URL, with_="http_503", times=AS_EVER)
    town.server.fail_next("chat.postMessage", with_="ratelimited", times=2, retry_after=2)
    town.alice.press(card, "call")
    _told(town, "did not take our answer")
    before = _tries(town)
    _until(lambda: _tries(town) > before)  # the screen itself may still come
    assert len([one for one in town.alice.direct_messages if one.is_from_app]) == 1


def test_outcome_is_told_by_message_once_when_its_reply_does_not_arrive(town: Town) -> None:
    shown = _calling(town)
    town.move(minutes=2, seconds=0.3)
    town.server.fail_next(URL, with_="http_503", times=AS_EVER)
    town.alice.press(shown, "outcome_refused")
    _told(town, "*Not interested* recorded")
    assert len(town.acme.all(OutcomeRecord)) == 1


def test_a_late_reply_does_not_repeat_what_was_undone_meanwhile(town: Town) -> None:
    shown = _calling(town)
    town.move(minutes=2, seconds=0.3)
    town.server.fail_next(URL, with_="http_503", times=AS_EVER)
    town.alice.press(shown, "outcome_conversation")
    _told(town, "*Spoke* recorded")
    outcomes.undo(town.deps, town.acme.alice, town.acme.all(Attempt)[0].id or 0)
    town.server.end_faults()
    late = town.alice.wait_for(
        lambda seen: next((one for one in seen.messages if one.ts == shown.ts and one.words != shown.words), None)
    )
    assert "recorded" not in late.words


def test_a_late_reply_shows_the_current_state(town: Town) -> None:
    """A requested number is no longer shown once its call is over."""
    card = _card(town)
    town.server.fail_next(URL, with_="http_503", times=3)
    town.alice.press(card, "call")
    _until(lambda: town.acme.all(Attempt))
    town.move(minutes=2, seconds=0.3)
    outcomes.record_spoken(town.deps, town.acme.alice, "", "busy")
    late = town.alice.wait_for(
        lambda seen: next((one for one in seen.messages if one.ts == card.ts and one.words != card.words), None)
    )
    assert NUMBER not in late.words
    assert "next_contacts" in [one.action_id for one in late.buttons]


def test_nothing_is_tried_once_the_url_has_run_out(town: Town) -> None:
    card = _card(town)
    town.server.fail_next(URL, with_="http_503", times=AS_EVER)
    town.alice.press(card, "call")
    _told(town, "did not take our answer")
    town.move(minutes=31)
    before = _tries(town)
    assert town.tries.finish(60) == 0
    assert _tries(town) == before


@pytest.mark.night
def test_lost_replies_delay_no_other_user(town: Town) -> None:
    """There are more lost replies than workers."""
    card = _card(town)
    town.acme.add_contact("Ada")
    town.server.limit(URL, 20)
    for _ in range(40):
        town.alice.press(card, "keep")
    before = monotonic()
    home(town.bob)
    assert monotonic() - before < 15
