"""A stage for tests of reports: the usual organisation, and rows written by hand, as any fault could have left them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import SQLModel

from bot.services.agents import as_actor
from bot.services.answers.people import Actor
from bot.services.answers.reports import Digest
from bot.services.audit.auditing import Audit, Span, audit
from bot.services.ports import DeliveryFailed
from policy import load_rulebook
from policy.vocabulary import AttemptState, LeaseEnd, LeaseStage, Outcome, Verdict
from storage.models import (
    Agent,
    Attempt,
    Campaign,
    Contact,
    ContactList,
    DecisionRecord,
    Lease,
    OutcomeRecord,
    Suppression,
)
from tests.fakes import TUESDAY, FakeNotifier, Row, SampleOrganisation
from tests.rows import a_call, a_stop

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULEBOOK = load_rulebook()


@dataclass
class Outbox(FakeNotifier):
    """Also keeps the chart and the evidence that came with each digest."""

    charts: list[bytes] = field(default_factory=list)
    evidence: list[bytes] = field(default_factory=list)

    def post_digest(self, digest: Digest, chart_png: bytes, evidence_csv: bytes) -> str:
        message_ts = super().post_digest(digest, chart_png, evidence_csv)
        self.charts.append(chart_png)
        self.evidence.append(evidence_csv)
        return message_ts


GONE = DeliveryFailed("channel_not_found", is_permanent=True)
BUSY = DeliveryFailed("ratelimited", is_permanent=False)


class Stage:
    """The usual organisation with rows by hand: what happened, and what never should have."""

    def __init__(self, acme: SampleOrganisation) -> None:
        self.acme, self.outbox, self.units = acme, Outbox(), acme.units
        self.deps = replace(acme.deps, notifier=self.outbox)
        self.organisation_id = acme.organisation_id
        self.energy, self.water = acme.energy, acme.water
        self.alice, self.bob, self.charlie, self.dana, self.erin = acme.all(Agent)[:5]  # in the order of `acme`
        self.campaign, self.other_campaign = acme.campaign, acme.water_campaign
        self._serial = count(acme.serial + 1)

    @property
    def now(self) -> datetime:
        return self.acme.clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.acme.clock.at(moment)

    def add(self, row: Row) -> Row:
        """Write one row and commit."""
        return self.acme.put(row)

    def change(self, row: SQLModel, **values: Any) -> None:
        with self.units() as uow:
            for name, value in values.items():
                setattr(row, name, value)
            uow.session.add(row)

    def rows(self, table: type[Row]) -> list[Row]:
        return self.acme.all(table)

    def actor(self, agent: Agent) -> Actor:
        return as_actor(agent)

    def contact(self, campaign: Campaign | None = None, **values: Any) -> Contact:
        """One contact in England; its cached verdict is callable all Tuesday unless said otherwise."""
        serial = next(self._serial)
        chosen = campaign or self.campaign
        number = values.pop("number", f"+4420794600{serial:02d}")
        person_id = values.pop("person_id", None) or self.acme.add_person(f"Person {serial}", number).id
        source = next(row for row in self.rows(ContactList) if row.campaign_id == chosen.id)
        cached = {
            "verdict": Verdict.CALLABLE,
            "callable_from": TUESDAY - HOUR,
            "callable_until": TUESDAY.replace(hour=20, microsecond=0),
            "places": "GB-ENG",
            "zones": "Europe/London",
        }
        row = Contact(
            organisation_id=self.organisation_id,
            campaign_id=chosen.id or 0,
            list_id=source.id or 0,
            person_id=person_id or 0,
            number=number,
            name=f"Person {serial}",
            **{**cached, **values},
        )
        return self.add(row)

    def lease(self, contact: Contact, agent: Agent, at: datetime, **values: Any) -> Lease:
        row = Lease(
            organisation_id=self.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            number=contact.number or "",
            agent_id=agent.id or 0,
            offered_at=at,
            **{"leased_until": at + 30 * MINUTE, "lawful_until": at + 8 * HOUR, **values},
        )
        return self.add(row)

    def call(
        self,
        contact: Contact,
        agent: Agent,
        at: datetime,
        outcome: Outcome | None = None,
        *,
        after: timedelta = 2 * MINUTE,
        is_decided: bool = True,
    ) -> Attempt:
        """A call as the product writes it: offered, decided, opened and, with an outcome, closed `after` it."""
        over = at + after
        lease = self.lease(
            contact,
            agent,
            at - MINUTE,
            stage=LeaseStage.CALLING,
            leased_until=at + HOUR,
            ended_at=over if outcome else None,
            ended_because=LeaseEnd.OUTCOME.value if outcome else "",
        )
        if is_decided:
            self.add(self.decision(contact, agent, at, lease_id=lease.id))
        attempt = self.attempt(contact, agent, at, lease_id=lease.id)
        if outcome is not None:
            self.say(attempt, outcome, over)
        return attempt

    def attempt(self, contact: Contact, agent: Agent, at: datetime, **values: Any) -> Attempt:
        campaign = next(one for one in (self.campaign, self.other_campaign) if one.id == contact.campaign_id)
        return self.add(a_call(agent, contact, at, **{"principal": campaign.principal, **values}))

    def say(self, attempt: Attempt, outcome: Outcome | None, at: datetime) -> None:
        """One statement about an attempt, with the fields derived from it."""
        self.add(
            OutcomeRecord(
                organisation_id=self.organisation_id,
                attempt_id=attempt.id or 0,
                outcome=outcome,
                recorded_at=at,
                recorded_by=attempt.agent_id,
            )
        )
        state = AttemptState.NOT_DIALLED if outcome is Outcome.NOT_DIALLED else AttemptState.REPORTED
        self.change(attempt, outcome=outcome, state=AttemptState.OPEN if outcome is None else state, closed_at=at)

    def decision(self, contact: Contact, agent: Agent, at: datetime, **values: Any) -> DecisionRecord:
        return DecisionRecord(
            organisation_id=self.organisation_id,
            contact_id=contact.id,
            campaign_id=contact.campaign_id,
            agent_id=agent.id,
            at=at,
            **{"asked_for": "call", "verdict": Verdict.CALLABLE, "rulebook": RULEBOOK.version, **values},
        )

    def suppress(self, contact: Contact, since: datetime, **values: Any) -> Suppression:
        both = {"number": contact.number or "", "person_id": contact.person_id, "principal": "Bright Energy"}
        return self.add(a_stop(self, since, **{**both, **values}))


def audited(
    stage: Stage,
    since: datetime = TUESDAY - HOUR,
    until: datetime = TUESDAY + 8 * HOUR,
    house_choice: str = "gb-house",
) -> Audit:
    with stage.units(is_read_only=True) as uow:
        return audit(uow.session, Span(stage.energy, since, until, until), RULEBOOK, house_choice)


def broken(stage: Stage, since: datetime = TUESDAY - HOUR, until: datetime = TUESDAY + 8 * HOUR) -> dict[str, int]:
    """The audit's faults by kind, with their counts; only kinds that occur."""
    return {check.name: check.broken for check in audited(stage, since, until).checks if check.broken}
