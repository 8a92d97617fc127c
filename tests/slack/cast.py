"""Plausible answers of the services for tests of screens; fields can be changed by name."""

from datetime import UTC, date, datetime, timedelta

from bot.services.answers.calls import CallingCard, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from policy import Citation, Finding
from policy.templates.sentence import Said
from policy.vocabulary import ContactState, Effect, Mode, Outcome, Role, Status

NOW = datetime(2026, 11, 25, 14, 5, 0, 208_009, tzinfo=UTC)
LONDON = "Europe/London"
SOURCE = Citation("The 2003 Regulations", "regulation 21", "https://example.org/pecr", date(2026, 11, 24))
HOUSE = Citation("Calling policy", "3", "", date(2026, 11, 24))


def finding(says: str = "No call within 72 hours of the last attempt.", status: Status = Status.HOUSE) -> Finding:
    return Finding(
        rule="gb-house.wait",
        pack="gb-house",
        kind="cool_off",
        effect=Effect.LOCK,
        until=NOW + timedelta(hours=72),
        status=status,
        mode=Mode.BLOCK,
        citation=HOUSE if status is Status.HOUSE else SOURCE,
        says=Said(says),
    )


def actor(role: Role = Role.AGENT, team_id: int | None = 1) -> Actor:
    return Actor(1, 1, "U0ALICE", "Alice", role, team_id, LONDON)


def offer(lease_id: int = 12, name: str = "Grace Hopper", zone: str = LONDON, note: str = "") -> OfferCard:
    return OfferCard(
        lease_id=lease_id,
        contact_id=7,
        name=name,
        masked_number="•••• 123",
        campaign="Energy switch",
        list_name="November",
        zone=zone,
        leased_until=NOW + timedelta(minutes=30),
        lawful_until=NOW + timedelta(hours=5),
        attempts_made=2,
        attempts_left=1,
        last_outcome=Outcome.NO_ANSWER,
        last_attempt_at=NOW - timedelta(days=3),
        callback_due_at=None,
        note=note,
        warnings=(),
        attempts_left_in="in 7 days",
    )


def calling(attempt_id: int = 34, lease_id: int = 12, name: str = "Grace Hopper") -> CallingCard:
    return CallingCard(offer(lease_id, name), attempt_id, "+442079460123", "020 7946 0123", "tel:+442079460123")


def done(outcome: Outcome = Outcome.NO_ANSWER, state: ContactState = ContactState.LOCKED) -> OutcomeRecorded:
    return OutcomeRecorded(
        attempt_id=34,
        name="Grace Hopper",
        masked_number="•••• 123",
        outcome=outcome,
        is_repeat=False,
        is_correction=False,
        state=state,
        callable_from=NOW + timedelta(hours=72),
        because=(finding(),),
        zone=LONDON,
        undo_until=NOW + timedelta(minutes=10),
        callback_due_at=None,
        withdrawn_from=(),
        alert_team_lead=False,
        note_may_be_stop=False,
    )
