"""Proposals to change an organisation's own limits. A row is never deleted: it says who did what and when."""

from datetime import date, datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index

from storage.models.columns import EMPTY, OrganisationRow


class HouseRuleProposal(OrganisationRow, table=True):
    """The limits that one scope is to have from a day on: every campaign, or one. They replace the scope's earlier ones.

    Approved ones, in the order of approval, say what was, is and will be in force.
    """

    __table_args__ = (Index("houseruleproposal_stage", "organisation_id", "stage"),)

    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)  # None: every campaign
    limits: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    effective_on: date
    zone: str  # in which that day begins
    effective_at: datetime  # when it begins there
    # draft | proposed | approved | declined | superseded | withdrawn
    stage: str
    drafted_by: str  # a Slack user id; "command line"
    drafted_at: datetime
    proposed_at: datetime | None = None
    decided_by: str = Field(default="", sa_column_kwargs=EMPTY)  # as `drafted_by`; empty: nobody yet
    decided_at: datetime | None = None
    reason: str = Field(default="", sa_column_kwargs=EMPTY)  # why it was declined, in their words
    # what it means, as rehearsed last
    found: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rehearsed_at: datetime | None = None
    is_due: bool = True  # to be rehearsed, and told to whoever must decide next
    taken_at: datetime | None = None  # a process is rehearsing it; taken over if it reports nothing for too long
