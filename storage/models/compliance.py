"""What protects people from calls and proves it: suppressions, holds, overrides, and every decision acted on."""

from datetime import datetime
from typing import Any

from sqlalchemy import false as sql_false
from sqlmodel import JSON, Column, Field, Index

from policy.vocabulary import SuppressionSource, Verdict
from storage.models.columns import EMPTY, OrganisationRow, word_of


class Suppression(OrganisationRow, table=True):
    """One statement that a number or a person must not be called. All statements in force apply together.

    Append-only: ends by `withdrawn_at` or by its own `until`.
    """

    __table_args__ = (
        Index("suppression_number", "organisation_id", "number"),
        Index("suppression_person", "organisation_id", "person_id"),
        Index("suppression_recorded", "recorded_by", "since"),  # the opt-outs an agent recorded in a day
    )

    number: str = ""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    principal: str = ""  # empty: every principal of the organisation
    source: SuppressionSource = Field(sa_type=word_of(SuppressionSource))
    reason: str = "do_not_call"  # a StopFact reason
    note: str = ""
    since: datetime
    until: datetime | None = None
    recorded_by: int | None = Field(default=None, foreign_key="agent.id")
    # Slack user id of the person who said so, if they do not use Nextcall; also empty for an imported list
    told_by: str = Field(default="", sa_column_kwargs=EMPTY)
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""


class MistakenStop(OrganisationRow, table=True):
    """One admin's claim that a stop was typed by mistake or came with a wrong file, and what a second person decided."""

    suppression_id: int = Field(foreign_key="suppression.id", index=True)
    reason: str
    asked_by: str  # a Slack user id; "command line"
    asked_at: datetime
    is_withdrawn: bool = False  # the second person agreed, and the stop ended
    decided_by: str = ""  # as `asked_by`; empty: nobody yet
    decided_at: datetime | None = None


class Hold(OrganisationRow, table=True):
    """One statement that a contact waits for a team lead to lift it."""

    contact_id: int = Field(foreign_key="contact.id", index=True)
    reason: str
    placed_at: datetime
    placed_by: int | None = Field(default=None, foreign_key="agent.id")  # None: an imported list says so
    note: str = Field(default="", sa_column_kwargs=EMPTY)  # of a list: its file and column, and the key of a text
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    lifted_at: datetime | None = None
    lifted_by: int | None = Field(default=None, foreign_key="agent.id")
    lifted_because: str = ""
    # ended with the outcome that placed it, not by a team lead: other statements about the person stand
    is_taken_back: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})


class Override(OrganisationRow, table=True):
    """An approval that one rule gives way for one contact, for a reason that the rule allows. Never changed."""

    __table_args__ = (Index("override_day", "organisation_id", "approved_at"),)

    contact_id: int = Field(foreign_key="contact.id", index=True)
    rule: str
    reason: str  # one that the rule lists
    words: str
    approved_at: datetime
    approved_by: int = Field(foreign_key="agent.id")
    until: datetime | None = None  # None: good for one call


class DecisionRecord(OrganisationRow, table=True):
    """One decision that handed out a contact, allowed Call, or refused it. `facts` suffice to replay it."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_day", "organisation_id", "at"), Index("decision_contact", "contact_id", "at"))

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
