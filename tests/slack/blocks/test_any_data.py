"""Every screen, with generated data: within Slack's limits, markup escaped, no number where none is allowed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.languages import languages
from bot.services.answers import callbacks, calls, people, reports, teams
from bot.services.errors import NextcallError
from bot.slack.blocks.agent import call_check, contact_pages, happened
from bot.slack.blocks.agent.cards import hand_out
from bot.slack.blocks.home import messages
from bot.slack.blocks.home.home_page import Shown, render
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Reader, section
from bot.slack.blocks.lead import status_pages
from bot.slack.blocks.report import digest
from bot.slack.boundary import replies
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording import language, refusals
from bot.slack.wording.say import shown
from policy.vocabulary import Outcome
from tests.slack import strategies as some
from tests.slack import strict
from tests.slack.cast import LONDON, NOW
from tests.slack.checks import numbers_checked
from tests.slack.wording.test_wording import FACTS, every_refusal, made

readers = st.sampled_from((Reader(LONDON, NOW), Reader("", NOW), Reader("America/New_York", NOW)))
spoken = st.sampled_from(languages())
generated = settings(max_examples=15, suppress_health_check=list(HealthCheck))


@pytest.mark.night
@generated
@given(some.hand_outs, readers, spoken)
def test_it_hands_out_any_cards_within_the_limits(handed: calls.HandOut, reader: Reader, spoken: str) -> None:
    with language.speaking(spoken):
        reply = hand_out(handed, reader)
    strict.message(reply.blocks, reply.text)
    assert reply.blocks


@pytest.mark.night
@generated
@given(some.recorded, some.hand_outs, readers)
def test_it_says_what_was_recorded_within_the_limits(
    done: calls.OutcomeRecorded, handed: calls.HandOut, reader: Reader
) -> None:
    line = happened.recorded(done, reader)
    strict.message(line)
    strict.message(hand_out(handed, reader, line).blocks)


@pytest.mark.long
@generated
@given(some.call_refusals, some.gone, some.released, some.undone, readers)
def test_it_reports_the_end_of_a_card_within_the_limits(
    refused: calls.CallRefused,
    gone: calls.CardGone,
    released: calls.Released,
    undone: calls.Undone,
    reader: Reader,
) -> None:
    lines = (
        happened.refused(refused, reader),
        happened.gone(gone),
        happened.released(released, reader),
        happened.undone(undone),
        happened.too_soon(1),
    )
    for line in lines:
        strict.message(line)


@pytest.mark.long
@generated
@given(some.statuses(), readers, spoken)
def test_it_shows_any_team_within_the_limits(status: teams.TeamStatus, reader: Reader, spoken: str) -> None:
    with language.speaking(spoken):
        reply = status_pages.team_status(status, reader)
    strict.message(reply.blocks, reply.text)


@pytest.mark.night
@generated
@given(numbers_checked, some.suppressed, readers)
def test_it_checks_and_stops_any_number_within_the_limits(
    checked: calls.NumberChecked, stopped: calls.Suppressed, reader: Reader
) -> None:
    for reply in (call_check.number_checked(checked, reader), call_check.suppressed(stopped)):
        strict.message(reply.blocks, reply.text)


@pytest.mark.night
@generated
@given(some.digests(), spoken)
def test_it_reports_any_day_within_the_limits(day: reports.Digest, spoken: str) -> None:
    with language.speaking(spoken):
        replies = (digest.digest(day), digest.digest(day, is_private=True), digest.cut_short(day))
    for reply in replies:
        strict.message(reply.blocks, reply.text)


@generated
@given(some.texts, st.sampled_from(reports.Edition), some.texts | st.just("is_archived"), spoken)
def test_it_tells_an_admin_of_any_trouble_within_the_limits(
    team: str, edition: reports.Edition, reason: str, spoken: str
) -> None:
    with language.speaking(spoken):
        reply = digest.not_posted(Reader("UTC", NOW), team, edition, NOW.date(), reason)
    strict.message(reply.blocks, reply.text)


@pytest.mark.long
@generated
@given(some.reminders(), st.lists(some.attempts, max_size=60).map(tuple), readers)
def test_it_writes_to_people_within_the_limits(
    lines: tuple[callbacks.ReminderLine, ...], attempts: tuple[calls.OpenAttempt, ...], reader: Reader
) -> None:
    for reply in (
        messages.reminder(reader, lines),
        messages.open_attempts(attempts, reader),
        messages.card_withdrawn(reader, "suppressed", lines[0].name),
        messages.outcome_alert(reader, lines[0].name, lines[0].campaign, Outcome.COMPLAINT),
        messages.contacts_taken(reader),
    ):
        strict.message(reply.blocks, reply.text)


@pytest.mark.long
@generated
@given(some.texts, some.zones, some.moments, st.sampled_from(Outcome), some.texts, spoken)
def test_it_asks_by_forms_within_the_limits(
    name: str, zone: str, first: object, chosen: Outcome, note: str, spoken: str
) -> None:
    metadata = Asking("T1", "U1", "34", Surface.CARDS, "https://hooks.slack.com/" + "a" * 200).remembered(34)
    with language.speaking(spoken):
        strict.modal(contact_pages.release_form(metadata))
        strict.modal(contact_pages.outcome_form(shown(name), metadata, chosen))
        strict.modal(contact_pages.callback_form(name, zone, first, NOW, metadata, note[:1000]))  # type: ignore[arg-type]
        strict.modal(kit.loading_modal(name or "x"))
        strict.modal(kit.message_modal("Outcome", shown(name)))


@pytest.mark.night
@generated
@given(some.people, some.homes(), readers, spoken)
def test_it_draws_any_home_within_the_limits(actor: people.Actor, what: Shown, reader: Reader, spoken: str) -> None:
    with language.speaking(spoken):
        blocks = render(actor, what, reader)
    strict.home({"type": "home", "blocks": blocks})


@generated
@given(
    st.sampled_from(sorted(every_refusal(), key=lambda one: one.__name__)),
    st.sampled_from(some.NASTY),
    st.sampled_from(languages()),
)
def test_every_refusal_is_within_the_limits(kind: type[NextcallError], words: str, spoken: str) -> None:
    ours = ("needed", "extra")
    facts = {name: words if type(fact) is str and name not in ours else fact for name, fact in FACTS.items()}
    facts |= {"known": (words,) * 300, "names": (words,) * 40, "candidates": ("no_answer",) * 30}
    with language.speaking(spoken):
        said = refusals.refusal(made(kind, facts))
    strict.message([section(said)], said)
    assert 0 < len(replies.field_error(said)) <= 2000
