"""What a day of twenty calls costs in presses; a calling card and /teamstatus in words. What a press is: see
`counted`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.services.answers.calls import Detail, OpenAttempt
from bot.services.answers.teams import (
    AgentNow,
    Doing,
    Forecast,
    HeldContact,
    HeldFor,
    OpenCallback,
    TeamStatus,
    Waiting,
)
from bot.slack import ids
from bot.slack.blocks.agent.cards import calling_card
from bot.slack.blocks.lead import status_pages
from bot.slack.wording.labels import Reader
from policy.vocabulary import AttemptState, ContactState, Outcome
from storage.models import Attempt, Callback, Campaign, ContactDetails, Lease, OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.slack import cast
from tests.slack.scenarios.counted import Hand, Screen, words_shown
from tests.slack.scenarios.town import NUMBER, Town, reads, types

MODE = "socket"
MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
# Twenty calls: the outcome of each. One more contact is skipped.
DAY = (
    *("no_answer", "no_answer", "voicemail_heard", "refused:asks for a letter", "no_answer", "callback"),
    *("no_answer", "busy", "third_party", "no_answer", "do_not_call", "voicemail_heard", "not_now"),
    *("no_answer", "success:wants the small box", "no_answer", "callback", "voicemail_heard", "refused", "no_answer"),
)
SKIPPED_BEFORE = 7  # the call before which one contact is skipped
MOST_PRESSES_A_CALL = 2.4
MOST_WORDS = 45
OURS = "+442079460321"
MOST_WORDS_OF_STATUS = 120


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    acme.clock.at(MORNING)
    return acme


@pytest.mark.long
def test_presses_for_a_day_of_twenty_calls(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """From Home only."""
    for one in range(21):
        town.acme.add_contact(f"Person {one}")
    hand = Hand(town.alice)
    town.alice.open_home()
    screen: Screen = hand.member.wait_for(lambda seen: seen.home)
    for turn, said in enumerate(DAY):
        screen = _next_card(hand, screen)
        if turn == SKIPPED_BEFORE:
            screen = _next_card(hand, _skips(hand, screen))
        screen = _calls(town, hand, screen, *said.partition(":")[::2])
    _everything_is_recorded(town)
    a_call = hand.presses / len(DAY)
    with capsys.disabled():
        print(f"\npresses: {a_call:.2f} a call ({hand.presses} for {len(DAY)}: {hand.counts}), and a link each")
    assert hand.links == len(DAY)
    assert a_call <= MOST_PRESSES_A_CALL


def _next_card(hand: Hand, screen: Screen) -> Screen:
    """The screen with a card to call; asks for more if there is none."""
    if any(one.action_id == "call" for one in screen.buttons):
        return screen
    hand.press(screen, "next_contacts")
    return _sees(hand, lambda now: any(one.action_id == "call" for one in now.buttons))


def _skips(hand: Hand, screen: Screen) -> Screen:
    hand.press(screen, "give_back")
    return _sees(hand, lambda now: "given back" in now.words)


def _calls(town: Town, hand: Hand, screen: Screen, outcome: str, note: str) -> Screen:
    """Call, dial, talk for a minute, and say what came of it."""
    made = len(town.acme.all(Attempt))
    hand.press(screen, "call")
    screen = _sees(hand, lambda now: NUMBER in now.words)
    assert len(town.acme.all(Attempt)) == made + 1
    assert hand.dial(screen).startswith("tel:+44")
    town.move(minutes=1)
    if outcome == "callback":
        hand.choose(screen, "callback_at", "15:00")
        return _sees(hand, lambda now: NUMBER not in now.words)
    attempt = town.acme.all(Attempt)[-1].id or 0
    if note:
        hand.write(screen, ids.note_on(attempt), note)
    if any(one.action_id == f"outcome_{outcome}" for one in screen.buttons):
        hand.press(screen, f"outcome_{outcome}")
    else:
        hand.choose(screen, "outcome_more", f"{attempt}:{outcome}")
    return _sees(hand, lambda now: NUMBER not in now.words)


def _sees(hand: Hand, is_there: Callable[[Screen], bool]) -> Screen:
    """Home, drawn anew."""
    return hand.member.wait_for(lambda seen: seen.home if seen.home and is_there(seen.home) else None)


def _everything_is_recorded(town: Town) -> None:
    made = town.acme.all(Attempt)
    assert [one.state for one in made] == [AttemptState.REPORTED] * len(DAY)
    assert len(town.acme.all(Callback)) == 2
    assert sum(bool(one.note) for one in town.acme.all(OutcomeRecord)) == 2
    assert sum(one.outcome is Outcome.DO_NOT_CALL for one in made) == 1
    assert sum(bool(one.release_reason) for one in town.acme.all(Lease)) == 1


@pytest.mark.long
def test_words_on_a_calling_card(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """A person called before, with a note of that call, a company and a town; the campaign has a script and a
    number."""
    acme = town.acme
    script = "I am calling from Acme Calls on behalf of Bright Energy about your electricity tariff."
    acme.change(Campaign, acme.campaign.id, script=script, card_details="Company", caller_numbers=OURS)
    contact = acme.add_contact("Grace Hopper")
    town.acme.put(
        ContactDetails(
            organisation_id=acme.organisation_id,
            campaign_id=acme.campaign.id or 0,
            person_id=contact.person_id,
            cells='{"Company": "Miller", "Town": "Leeds"}',
        )
    )
    town.alice.press(types(town.alice, "/nextcall 1", "Grace Hopper"), "call")
    town.move(minutes=1)
    types(town.alice, "/outcome no answer wants the small box", "*No answer* recorded")
    acme.clock.at(MORNING + timedelta(days=8))
    town.server.workspace.clock.set(acme.clock.now)
    town.alice.press(types(town.alice, "/nextcall 1", "Grace Hopper", "wants the small box"), "call")
    shown = reads(town.alice, NUMBER, "Grace Hopper", "wants the small box")
    blocks = [one for one in shown.blocks if script not in str(one)]
    start = next(at for at, one in enumerate(blocks) if NUMBER in str(one))
    words = words_shown(blocks[start:])
    with capsys.disabled():
        print(f"\nwords on a calling card beside the script: {len(words)}: {' '.join(words)}")
    assert len(words) <= MOST_WORDS


def test_own_words_on_the_fullest_calling_card(capsys: pytest.CaptureFixture[str]) -> None:
    """All that a card can have at once: six details, a note, a callback, another time zone, a lease that is nearly
    over.

    What stands on record about the person is the list's and the campaign's, and is not counted.
    """
    record = ("Grace Hopper", "Miller", "(303) 555-0123", "Energy switch", "Autumn fair", "wants the small box")
    ours = "+1 303 555 0100"
    cells = (("Town", "Denver"), ("Product", "Solar"), ("Renewal", "3 May"), ("Source", "Fair"), ("Size", "12"))
    details = (*(Detail(*one) for one in cells), Detail("CRM", "https://crm.example/1", is_link=True))
    name, company, number, campaign, list_name, note = record
    offer = replace(
        cast.offer(name=name, zone="America/Denver", note=note),
        company=company,
        campaign=campaign,
        list_name=list_name,
        details=details,
        callback_due_at=cast.NOW,
        leased_until=cast.NOW + timedelta(minutes=10),
        lawful_until=cast.NOW + timedelta(minutes=50),
    )
    card = replace(cast.calling(), offer=offer, number_shown=number, numbers_to_show=(ours,))
    words = words_shown(calling_card(card, Reader(cast.LONDON, cast.NOW)))
    of_record = len(" ".join((*record, ours, *(part for one in cells for part in one), "CRM")).split())
    with capsys.disabled():
        print(
            f"\nwords on the fullest calling card: {len(words)}, {len(words) - of_record} of them ours: "
            f"{' '.join(words)}"
        )
    assert of_record < len(words) - 20
    assert len(words) - of_record <= MOST_WORDS


def test_words_on_a_teams_status(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a team with nine agents at work, and with more that needs a person than fits, of every sort."""
    shown = status_pages.team_status(_busy(), Reader("Europe/London", MORNING)).blocks
    words = words_shown(shown)
    with capsys.disabled():
        print(f"\nwords of /teamstatus: {len(words)}: {' '.join(words)}")
    assert not {"Grace", "Henry", "Ivy"} & {*words}
    assert str(shown).count("more.") == 2, "what does not fit is counted"
    assert len(words) <= MOST_WORDS_OF_STATUS


def _busy() -> TeamStatus:
    before = MORNING - timedelta(minutes=40)
    call = OpenAttempt(1, "Ada Lovelace", "•••• 123", before, AttemptState.OPEN, "Alice")
    held = HeldContact(2, "Amelia Hughes", "•••• 088", "Energy switch", "Held for a team lead", before)
    late = OpenCallback(3, "Rhys Quinn", "Energy switch", before, "Europe/London", "Bob")
    names = ("Alice", "Bob", "Carol", "Dan", "Erin", "Frank", "Grace", "Henry", "Ivy")
    return TeamStatus(
        team="Energy",
        at=MORNING,
        total=191,
        by_state=tuple((state, 17) for state in ContactState),
        rows=(),
        held_by=(),
        unreported=(),
        overdue_callbacks=1,
        agents=(),
        next_opens_at=MORNING,
        team_id=1,
        waiting=Waiting((held, held), 0, (HeldFor("Not screened", 4, "register"),), (held,)),
        forecast=Forecast("Europe/London", (), (), 20, MORNING, None),
        dry_soon_at=MORNING + timedelta(minutes=45),
        overdue=(late,),
        leads=True,
        long_calls=(call,),
        now=tuple(AgentNow(name, Doing.CALLING, before, 6, 4) for name in names),
    )
