"""What keeps people in peace and proves it: suppressions, holds, and every decision that was acted on."""

from datetime import datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel

from policy.vocabulary import SuppressionSource, Verdict
from storage.models.columns import word_of


class Suppression(SQLModel, table=True):
    """A number or a person that must not be called. Append-only: it ends by `withdrawn_at` or by its own `until`."""

    __table_args__ = (
        Index("suppression_number", "organisation_id", "number"),
        Index("suppression_person", "organisation_id", "person_id"),
        Index("suppression_recorded", "recorded_by", "since"),  # the opt-outs an agent recorded in a day
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    number: str = ""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    principal: str = ""  # empty: every principal of the organisation
    source: SuppressionSource = Field(sa_type=word_of(SuppressionSource))
    reason: str = "do_not_call"  # a StopFact reason
    note: str = ""
    since: datetime
    until: datetime | None = None
    recorded_by: int | None = Field(default=None, foreign_key="agent.id")
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""


class Hold(SQLModel, table=True):
    """A stop on one contact until a team lead lifts it."""

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    contact_id: int = Field(foreign_key="contact.id", index=True)
    reason: str
    placed_at: datetime
    placed_by: int = Field(foreign_key="agent.id")
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    lifted_at: datetime | None = None
    lifted_by: int | None = Field(default=None, foreign_key="agent.id")
    lifted_because: str = ""


class Override(SQLModel, table=True):
    """A person's approval that one rule gives way on one contact, for a reason the rule allows. Never changed."""

    __table_args__ = (Index("override_day", "organisation_id", "approved_at"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    contact_id: int = Field(foreign_key="contact.id", index=True)
    rule: str
    reason: str  # one of the rule's own
    words: str
    approved_at: datetime
    approved_by: int = Field(foreign_key="agent.id")
    until: datetime | None = None  # None: good for one call


class DecisionRecord(SQLModel, table=True):
    """One decision that handed over a contact, answered Call, or refused it; replayable from `facts`."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_day", "organisation_id", "at"), Index("decision_contact", "contact_id", "at"))

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    lease_id: int | None = Field(default=None, foreign_key="lease.id", index=True)
    asked_for: str  # hand_out | call | callback
    at: datetime
    verdict: Verdict = Field(sa_type=word_of(Verdict))
    callable_from: datetime | None = None
    lawful_until: datetime | None = None
    rulebook: str
    house_pack: str = ""
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
