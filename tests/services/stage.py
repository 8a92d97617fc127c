"""A stage for what reports on the past: the fixed cast, and rows written directly, as any fault could have left them.

Alice and Bob call for Energy, Dana leads it, Erin is a manager without a team; Charlie calls for Water, another team.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from bot.services.agents import as_who
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.results import Chase, Digest, ReminderBatch, Who
from policy import load_rulebook
from policy.vocabulary import AttemptState, LeaseEnd, LeaseStage, Outcome, Purpose, Role, SuppressionSource, Verdict
from storage import engine as engines
from storage.models import (
    Agent,
    Attempt,
    Campaign,
    CampaignTeam,
    Contact,
    ContactList,
    DecisionRecord,
    Lease,
    Organisation,
    OutcomeRecord,
    Person,
    PersonNumber,
    Suppression,
    Team,
)
from storage.unit_of_work import UnitsOfWork

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)  # an ordinary working day: 10:00 in London too
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULEBOOK = load_rulebook()
Row = TypeVar("Row", bound=SQLModel)


@dataclass
class Outbox:
    """A notifier that keeps what it was given, and fails when told to."""

    reminders: list[ReminderBatch] = field(default_factory=list)
    chases: list[Chase] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    evidence: list[bytes] = field(default_factory=list)
    fails: Exception | None = None

    def _fail(self) -> None:
        if self.fails is not None:
            raise self.fails

    def remind(self, batch: ReminderBatch) -> None:
        self._fail()
        self.reminders.append(batch)

    def chase(self, chase: Chase) -> None:
        self._fail()
        self.chases.append(chase)

    def post_digest(self, digest: Digest, chart_png: bytes, evidence_csv: bytes) -> str:
        self._fail()
        assert chart_png.startswith(b"\x89PNG")
        self.digests.append(digest)
        self.evidence.append(evidence_csv)
        return f"1764000000.{len(self.digests):06d}"

    def card_withdrawn(self, slack_user_id: str, name: str, because: str) -> None: ...

    def alert_team_leads(
        self, slack_user_ids: tuple[str, ...], agent_name: str, contact_name: str, outcome: Outcome
    ) -> None: ...


GONE = DeliveryFailed("channel_not_found", is_permanent=True)
BUSY = DeliveryFailed("ratelimited", is_permanent=False)


class Stage:
    """A fresh SQLite file with the cast on it, a clock that stands where it is put, and rows by hand."""

    def __init__(self, folder: Path) -> None:
        engine = engines.create(f"sqlite:///{folder / 'stage.db'}")
        SQLModel.metadata.create_all(engine)
        self.now = TUESDAY
        self.outbox = Outbox()
        self.units = UnitsOfWork(engine)
        self.deps = Deps(lambda: self.now, self.units, lambda: RULEBOOK, self.outbox)
        self._serial = count(1)
        with self.units() as uow:
            self._cast(uow.session)

    def _cast(self, session: Session) -> None:
        house = self._add(session, Organisation(slack_team_id="T0ACME0001", name="Acme Calls"))
        self.organisation_id = house.id or 0
        self.energy = self._add(session, self._team("Energy", "C0ENERGY001"))
        self.water = self._add(session, self._team("Water", "C0WATER0001"))
        self.alice = self._add(session, self._agent("Alice", Role.AGENT, self.energy))
        self.bob = self._add(session, self._agent("Bob", Role.AGENT, self.energy))
        self.charlie = self._add(session, self._agent("Charlie", Role.AGENT, self.water))
        self.dana = self._add(session, self._agent("Dana", Role.TEAM_LEAD, self.energy))
        self.erin = self._add(session, self._agent("Erin", Role.MANAGER, None))
        self.campaign = self._add(session, self._campaign("Energy switch", "Bright Energy"))
        self.other_campaign = self._add(session, self._campaign("Water rates", "Clear Water"))
        session.add(CampaignTeam(campaign_id=self.campaign.id or 0, team_id=self.energy.id or 0))
        session.add(CampaignTeam(campaign_id=self.other_campaign.id or 0, team_id=self.water.id or 0))
        self.lists = {
            campaign.id: self._add(
                session,
                ContactList(
                    organisation_id=self.organisation_id,
                    campaign_id=campaign.id or 0,
                    name="November",
                    source="november.csv",
                    imported_at=TUESDAY - 30 * DAY,
                ),
            )
            for campaign in (self.campaign, self.other_campaign)
        }

    def _team(self, name: str, channel: str) -> Team:
        return Team(
            organisation_id=self.organisation_id, name=name, channel=channel, zone="Europe/London", digest_at=time(18)
        )

    def _agent(self, name: str, role: Role, team: Team | None) -> Agent:
        return Agent(
            organisation_id=self.organisation_id,
            slack_user_id=f"U0{name.upper()}",
            name=name,
            role=role,
            team_id=None if team is None else team.id,
            zone="Europe/London",
        )

    def _campaign(self, name: str, principal: str) -> Campaign:
        return Campaign(
            organisation_id=self.organisation_id, name=name, purpose=Purpose.SERVICE, principal=principal, country="GB"
        )

    def _add(self, session: Session, row: Row) -> Row:
        session.add(row)
        session.flush()
        return row

    def add(self, row: Row) -> Row:
        """Write one row and commit."""
        with self.units() as uow:
            return self._add(uow.session, row)

    def change(self, row: SQLModel, **values: Any) -> None:
        with self.units() as uow:
            for name, value in values.items():
                setattr(row, name, value)
            uow.session.add(row)

    def rows(self, table: type[Row]) -> list[Row]:
        with self.units(is_read_only=True) as uow:
            return list(uow.session.exec(select(table)))

    def who(self, agent: Agent) -> Who:
        return as_who(agent)

    def contact(self, campaign: Campaign | None = None, **values: Any) -> Contact:
        """One contact in England; its cached verdict is callable all Tuesday unless said otherwise."""
        serial = next(self._serial)
        campaign = campaign or self.campaign
        number = values.pop("number", f"+4420794600{serial:02d}")
        person = values.pop("person_id", None)
        with self.units() as uow:
            if person is None:
                made = Person(organisation_id=self.organisation_id, key=f"p{serial}", name=f"Person {serial}")
                person = self._add(uow.session, made).id
                assert isinstance(number, str)
                uow.session.add(
                    PersonNumber(organisation_id=self.organisation_id, person_id=person or 0, number=number)
                )
            row = Contact(
                organisation_id=self.organisation_id,
                campaign_id=campaign.id or 0,
                list_id=self.lists[campaign.id].id or 0,
                person_id=person,
                number=number,
                name=f"Person {serial}",
                places="GB-ENG",
                zones="Europe/London",
                verdict=Verdict.CALLABLE,
                callable_from=TUESDAY - HOUR,
                callable_until=TUESDAY + 10 * HOUR,
            )
            for name, value in values.items():
                setattr(row, name, value)
            return self._add(uow.session, row)

    def lease(self, contact: Contact, agent: Agent, at: datetime, **values: Any) -> Lease:
        row = Lease(
            organisation_id=self.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            number=contact.number or "",
            agent_id=agent.id or 0,
            offered_at=at,
            leased_until=at + 30 * MINUTE,
            lawful_until=at + 8 * HOUR,
        )
        for name, value in values.items():
            setattr(row, name, value)
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
        """A call as the product writes it: offered, decided, opened, and, with an outcome, over `after` a while."""
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
        row = Attempt(
            organisation_id=self.organisation_id,
            contact_id=contact.id,
            person_id=contact.person_id,
            number=contact.number or "",
            campaign_id=campaign.id,
            principal=campaign.principal,
            agent_id=agent.id or 0,
            opened_at=at,
        )
        for name, value in values.items():
            setattr(row, name, value)
        return self.add(row)

    def say(self, attempt: Attempt, outcome: Outcome | None, at: datetime) -> None:
        """One statement about an attempt, with what is derived from it."""
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
        row = DecisionRecord(
            organisation_id=self.organisation_id,
            contact_id=contact.id,
            campaign_id=contact.campaign_id,
            agent_id=agent.id,
            asked_for="call",
            at=at,
            verdict=Verdict.CALLABLE,
            rulebook=RULEBOOK.version,
        )
        for name, value in values.items():
            setattr(row, name, value)
        return row

    def suppress(self, contact: Contact, since: datetime, **values: Any) -> Suppression:
        row = Suppression(
            organisation_id=self.organisation_id,
            number=contact.number or "",
            person_id=contact.person_id,
            principal="Bright Energy",
            source=SuppressionSource.REQUEST,
            since=since,
        )
        for name, value in values.items():
            setattr(row, name, value)
        return self.add(row)
