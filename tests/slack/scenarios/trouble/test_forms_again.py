"""A form whose `views.update` Slack does not take: it comes a little later, and until then says what to do."""

from time import monotonic

import pytest

from bot.sandbox import VisibleMessage, VisibleView
from bot.slack import ids
from bot.slack.boundary import replies
from tests.slack.scenarios.town import Town, given, opens, owed, page_reads, reads, types

UPDATE = "views.update"
HICCUPS = ("ratelimited", "http_500", "http_502", "http_503", "reset", "internal_error")
AS_EVER = 10_000


def _calling(town: Town) -> VisibleMessage:
    town.calling(channel="C0ENERGY001", minutes=2, seconds=0.3)
    return owed(town.alice)


def _modal_says(town: Town, words: str) -> VisibleView:
    return page_reads(town.alice, words)


@pytest.mark.night
@pytest.mark.parametrize("hiccup", HICCUPS)
def test_form_comes_though_slack_did_not_take_it_at_once(town: Town, hiccup: str) -> None:
    shown = _calling(town)
    town.server.fail_next(UPDATE, with_=hiccup, times=3)
    town.alice.submit(opens(town.alice, shown, "outcome_form", ids.NOTE), given(outcome_chosen="refused"))
    reads(town.alice, "*Not interested* recorded")


def test_form_that_never_comes_says_what_to_do(town: Town) -> None:
    shown = _calling(town)
    town.server.fail_next(UPDATE, with_="http_503", times=AS_EVER)
    town.alice.press(shown, "outcome_form")
    _modal_says(town, "close this and press the button again")
    town.server.end_faults()


@pytest.mark.incident
def test_form_that_slack_refuses_says_so(town: Town) -> None:
    """The fault is ours: the modal stops waiting, and the log records it."""
    shown = _calling(town)
    town.server.fail_next(UPDATE, with_="invalid_arguments")
    town.alice.press(shown, "outcome_form")
    _modal_says(town, "Something broke on our side, so the form cannot open")
    reads(town.alice, "incident")


def test_form_closed_meanwhile_is_forgotten(town: Town) -> None:
    shown = _calling(town)
    town.server.fail_next(UPDATE, with_="http_503", times=2)
    town.alice.press(shown, "outcome_form")
    town.alice.close(_modal_says(town, "One moment"))
    assert town.tries.finish(60) == 0
    assert town.alice.seen.modal is None


@pytest.mark.long
def test_forms_that_wait_keep_nobody_else_waiting(town: Town) -> None:
    """There are more forms than workers, and Slack asks for a pause."""
    shown = _calling(town)
    town.acme.add_contact("Ada")
    town.server.limit(UPDATE, 20)
    for _ in range(35):
        town.alice.press(shown, "outcome_form")
        town.alice.close(_modal_says(town, "One moment"))
    before = monotonic()
    types(town.bob, "/nextcall 1", "Ada", channel="C0ENERGY001")
    assert monotonic() - before < 15
    assert replies.FORM_TRIED_FOR_S > 60
