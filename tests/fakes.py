"""Stand-ins for tests: a clock that stands still, a notifier that keeps messages, an organisation with its people.

Alice and Bob call for team Energy, Dana leads it; Charlie calls for team Water and may touch nothing of theirs; Erin is
a manager without a team. Everything else is the real thing, on a fresh SQLite file.
"""

import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, select

from bot.services import messages
from bot.services.agents import as_actor
from bot.services.answers.callbacks import ReminderLine
from bot.services.answers.house_rules import ProposalView
from bot.services.answers.intake import ListFileView, MessagePlace
from bot.services.answers.lists import HasFaults
from bot.services.answers.people import Actor
from bot.services.answers.reconciliation import CallFound
from bot.services.answers.reports import Digest
from bot.services.deciding import refresh
from bot.services.deps import Deps, Kept
from bot.services.files.row_faults import write_rejects
from bot.services.ports import DeliveryFailed
from bot.slack.blocks.home.messages import SCREENS
from bot.slack.wording.labels import Reader
from policy import Rulebook
from policy.vocabulary import Purpose, Role, Verdict
from storage.database.unit_of_work import UnitsOfWork
from storage.hand_out import leases
from storage.models import (
    Agent,
    Callback,
    Campaign,
    CampaignTeam,
    Contact,
    ContactList,
    Lease,
    Organisation,
    Person,
    PersonNumber,
    Team,
)

FRACTION = 417_003  # microseconds: real clocks never stand on a whole second
TUESDAY = datetime(2026, 11, 24, 10, 0, 0, FRACTION, tzinfo=UTC)  # an ordinary working day; 10:00 in London too
WORKSPACE = "T0ACME0001"
Row = TypeVar("Row", bound=SQLModel)


def next_second(moment: datetime) -> datetime:
    """The first whole second not before a moment: where the engine lets a wait end."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


class FakeClock:
    """Stands where it was put until it is moved; never on a whole second: put on one, it stands a fraction later."""

    def __init__(self, now: datetime = TUESDAY) -> None:
        self.at(now)

    def __call__(self) -> datetime:
        return self.now

    def at(self, now: datetime) -> None:
        self.now = now if now.microsecond else now.replace(microsecond=FRACTION)

    def tick(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


class Reminded(NamedTuple):
    """Who was reminded of which contacts, in one message."""

    slack_user_id: str
    lines: tuple[ReminderLine, ...]


@dataclass
class FakeNotifier:
    """Keeps what it was given; raises `fails` instead where that is set."""

    told: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)  # user, kind, values
    digests: list[Digest] = field(default_factory=list)
    files_shown: list[ListFileView] = field(default_factory=list)
    rejects: list[bytes] = field(default_factory=list)
    call_findings: list[tuple[CallFound, ...]] = field(default_factory=list)
    house_rules: list[tuple[tuple[str, ...], ProposalView, str]] = field(default_factory=list)
    fails: DeliveryFailed | None = None

    def knows(self, kind: str) -> bool:
        return kind in SCREENS

    def post_digest(self, digest: Digest, chart_png: bytes, evidence_csv: bytes) -> str:
        self._keep(self.digests.append, digest)
        return f"1764000000.{len(self.digests):06d}"

    def tell(self, slack_user_id: str, zone: str, kind: str, values: Mapping[str, Any]) -> None:
        """As the screens take it: what is not kept here by its kind, `told` has."""
        ZoneInfo(zone)  # times are written in it
        SCREENS[kind](Reader(zone, TUESDAY), **values)
        told = (slack_user_id, kind, dict(values))
        if kind == "digest_not_posted":  # a person hears what a channel does not
            self.told.append(told)
        else:
            self._keep(self.told.append, told)

    def told_of(self, kind: str, *names: str) -> list[tuple[Any, ...]]:
        """Who was sent messages of one kind, with some of their values."""
        return [(user, *(values.get(one, "") for one in names)) for user, told, values in self.told if told == kind]

    @property
    def reminders(self) -> list[Reminded]:
        return [Reminded(*one) for one in self.told_of("callable_again", "several")]

    @property
    def withdrawn(self) -> list[tuple[Any, ...]]:
        return self.told_of("card_withdrawn", "name", "because")

    @property
    def alerts(self) -> list[tuple[Any, ...]]:
        return self.told_of("outcome_alert", "agent", "name", "outcome")

    @property
    def alerts_told(self) -> list[tuple[Any, ...]]:
        return [*self.told_of("lead_alert", "several"), *self.told_of("promise_broken", "several")]

    @property
    def breaches_told(self) -> list[tuple[str, Any]]:
        return [(user, one) for user, several in self.told_of("promise_broken", "several") for one in several]

    @property
    def troubled(self) -> list[tuple[Any, ...]]:
        return [*self.told_of("callback_trouble", "several"), *self.told_of("callback_waits", "several")]

    @property
    def soon(self) -> list[tuple[Any, ...]]:
        return self.told_of("callbacks_soon", "several")

    @property
    def chases(self) -> list[tuple[Any, ...]]:
        return [*self.told_of("outcomes_owed", "several"), *self.told_of("outcome_asked", "several")]

    @property
    def ages(self) -> list[tuple[Any, ...]]:
        return self.told_of("screening_ages", "several")

    def show_list_file(self, place: MessagePlace, view: ListFileView) -> MessagePlace:
        self._keep(self.files_shown.append, view)
        return MessagePlace(place.slack_user_id, "D0DIRECT001", place.ts or f"1764000000.{view.file_id:06d}")

    def attach_rejects(self, place: MessagePlace, report: HasFaults, rejects: Path) -> None:
        write_rejects(report, rejects)
        self._keep(self.rejects.append, rejects.read_bytes())

    def attach_findings(self, place: MessagePlace, found: Iterable[CallFound], path: Path) -> None:
        self._keep(self.call_findings.append, tuple(found))

    def house_rules_mean(self, slack_user_ids: tuple[str, ...], view: ProposalView, moved: Path | None) -> None:
        self._keep(self.house_rules.append, (slack_user_ids, view, "" if moved is None else moved.read_text("utf-8")))

    def _keep(self, keep: Callable[[Any], None], what: object) -> None:
        if self.fails is not None:
            raise self.fails
        keep(what)


def _at_once(deps: Deps) -> None:
    messages.send_due(deps)


class SampleOrganisation:
    """Acme Calls: an organisation with its people, two campaigns of different principals, and contacts added by a
    test."""

    def __init__(self, units: UnitsOfWork, rulebook: Rulebook, clock: FakeClock, rows: bytes = b"") -> None:
        """`rows`: those of another one, of which the database is a copy; without them it stores its own."""
        self.units, self.clock, self.notifier = units, clock, FakeNotifier()
        kept = Kept(lambda: clock.now.timestamp())
        self.deps = Deps(clock, units, lambda: rulebook, self.notifier, kept=kept, has_news=_at_once)
        self.log_keys, self.serial = self.deps.log_keys, 0  # the serial number of the last person
        if rows:
            vars(self).update(pickle.loads(rows))
            self.deps = replace(self.deps, log_keys=self.log_keys)
            return
        with units() as uow:  # at once: most tests begin with all of it
            self._set_up(uow.session)

    def rows(self) -> bytes:
        """What it keeps of its rows and the log's keys, for others with a copy of the database."""
        parts = ("units", "clock", "notifier", "deps")
        return pickle.dumps({name: value for name, value in vars(self).items() if name not in parts})

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def put(self, row: Row) -> Row:
        """Store a row, by hand."""
        with self.units() as uow:
            return _stored(uow.session, row)

    def change(self, kind: type[Row], row_id: int | None, **values: Any) -> None:
        with self.units() as uow:
            row = uow.session.get_one(kind, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def allow_open_calls(self, how_many: int) -> None:
        """Let each agent have so many calls open at a time."""
        self.change(Organisation, self.organisation_id, open_calls=how_many)

    def all(self, kind: type[Row]) -> list[Row]:
        """Every row of a table as it stands in the database."""
        with self.units(is_read_only=True) as uow:
            return sorted(uow.session.exec(select(kind)), key=lambda row: getattr(row, "id", 0))

    def one(self, kind: type[Row], row_id: int | None) -> Row:
        with self.units(is_read_only=True) as uow:
            return uow.session.get_one(kind, row_id)

    def add_campaign(self, name: str, principal: str, team: Team, **values: Any) -> Campaign:
        with self.units() as uow:
            return self._campaign(uow.session, name, principal, team, **values)

    def add_person(self, name: str, *numbers: str) -> Person:
        with self.units() as uow:
            return self._person(uow.session, name, *numbers)

    def add_contact(
        self,
        name: str = "",
        number: str = "",
        campaign: Campaign | None = None,
        person: Person | None = None,
        **values: Any,
    ) -> Contact:
        """A contact of a campaign's list, decided as an import would decide it."""
        return self._add({"name": name, "number": number, "campaign": campaign, "person": person, **values})[0]

    def add_contacts(self, how_many: int) -> list[Contact]:
        return self.add_numbers(*[""] * how_many)

    def add_numbers(self, *numbers: str) -> list[Contact]:
        """A contact for each number, all in one transaction."""
        return self._add(*({"number": one} for one in numbers))

    def _add(self, *asked: dict[str, Any]) -> list[Contact]:
        with self.units() as uow:
            rows = [self._contact(uow.session, **one) for one in asked]
            uow.session.add_all(rows)
            uow.session.flush()
            refresh.refresh(self.deps, uow.session, rows, self.clock())
        return rows

    def _contact(self, session: Session, number: str, **values: Any) -> Contact:
        serial = self._next()
        number = number or f"+447700900{serial:03d}"
        name, chosen = values.pop("name", "") or f"Contact {serial}", values.pop("campaign", None) or self.campaign
        actor = values.pop("person", None) or self._person(session, name, number)
        return Contact(
            organisation_id=self.organisation_id,
            campaign_id=chosen.id or 0,
            list_id=session.exec(select(ContactList.id).where(ContactList.campaign_id == chosen.id)).first() or 0,
            person_id=actor.id or 0,
            number=number,
            name=actor.name,
            **{"places": "GB-ENG", "zones": "Europe/London", **values},
        )

    def add_crowd(self, how_many: int) -> list[Actor]:
        """More agents of team Energy."""
        with self.units() as uow:
            return [self._agent(uow.session, f"Crowd{one}", Role.AGENT, self.energy) for one in range(how_many)]

    def add_callback(self, contact: Contact, agent_id: int | None, due_at: datetime) -> Callback:
        """A callback agreed with the contact; None: with whichever agent."""
        row = Callback(
            organisation_id=self.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            principal="Bright Energy",
            agent_id=agent_id,
            asked_at=due_at - timedelta(days=1),
            due_at=due_at,
        )
        return self.put(row)

    def _set_up(self, session: Session) -> None:
        self.organisation_id = _stored(session, Organisation(slack_team_id=WORKSPACE, name="Acme Calls")).id or 0
        self.energy = self._team(session, "Energy", "C0ENERGY001")
        self.water = self._team(session, "Water", "C0WATER0001")
        self.alice = self._agent(session, "Alice", Role.AGENT, self.energy)
        self.bob = self._agent(session, "Bob", Role.AGENT, self.energy)
        self.charlie = self._agent(session, "Charlie", Role.AGENT, self.water)
        self.dana = self._agent(session, "Dana", Role.TEAM_LEAD, self.energy)
        self.erin = self._agent(session, "Erin", Role.MANAGER, None)
        self.campaign = self._campaign(session, "Energy switch", "Bright Energy", self.energy, priority=1)
        self.water_campaign = self._campaign(session, "Water meters", "Clear Water", self.water)

    def _team(self, session: Session, name: str, channel: str) -> Team:
        team = Team(
            organisation_id=self.organisation_id,
            name=name,
            channel=channel,
            zone="Europe/London",
            digest_at=time(18),
        )
        return _stored(session, team)

    def _agent(self, session: Session, name: str, role: Role, team: Team | None) -> Actor:
        agent = Agent(
            organisation_id=self.organisation_id,
            slack_user_id=f"U0{name.upper()}",
            name=name,
            role=role,
            team_id=None if team is None else team.id,
            zone="Europe/London",
        )
        return as_actor(_stored(session, agent))

    def _campaign(self, session: Session, name: str, principal: str, team: Team, **values: Any) -> Campaign:
        row = Campaign(
            organisation_id=self.organisation_id,
            name=name,
            principal=principal,
            **{"purpose": Purpose.SERVICE, "country": "GB", "is_number_shown": True, **values},
        )
        campaign = _stored(session, row)
        session.add(CampaignTeam(campaign_id=campaign.id or 0, team_id=team.id or 0))
        session.add(self._list(campaign))
        return campaign

    def _person(self, session: Session, name: str, *numbers: str) -> Person:
        row = Person(organisation_id=self.organisation_id, key=f"ref:{self._next()}", name=name)
        person = _stored(session, row)
        for rank, number in enumerate(numbers):
            session.add(
                PersonNumber(
                    organisation_id=self.organisation_id,
                    person_id=person.id or 0,
                    number=number,
                    rank=rank,
                    kind="mobile",
                    known_since=self.clock(),
                )
            )
        return person

    def _list(self, campaign: Campaign) -> ContactList:
        return ContactList(
            organisation_id=self.organisation_id,
            campaign_id=campaign.id or 0,
            name=f"{campaign.name} list",
            source="list.csv",
            imported_at=self.clock(),
        )


def lease_to(
    session: Session,
    contact: Contact,
    agent_id: int,
    at: datetime,
    leased_until: datetime,
    lawful_until: datetime | None = None,
    callback_id: int | None = None,
) -> Lease | None:
    """Claim a contact as a hand-out does, with a decision of which only the fields are right."""
    until = lawful_until or leased_until
    decision: dict[str, Any] = {
        "organisation_id": contact.organisation_id,
        "contact_id": contact.id,
        "campaign_id": contact.campaign_id,
        "at": at,
        "verdict": Verdict.CALLABLE,
        "callable_from": at,
        "lawful_until": until,
        "rulebook": "",
        "house_pack": "",
        "findings": [],
        "sentences": [],
        "facts": {},
    }
    wish = leases.Wish(agent_id, contact, leased_until, until, decision, callback_id)
    found = leases.claim_all(session, [wish]).values()
    return next((session.get_one(Lease, one.id) for one in found), None)


def _stored(session: Session, row: Row) -> Row:
    """With its id."""
    session.add(row)
    session.flush()
    return row
