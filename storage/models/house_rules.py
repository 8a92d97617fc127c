"""Proposals to change an organisation's own limits. A row is never deleted: it says who did what and when."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Index

from storage.models.columns import OrganisationRow, Signed, column


class HouseRuleProposal(OrganisationRow, table=True):
    """The limits that one scope (every campaign, or one) is to have from a day on. They replace its earlier ones.

    Approved ones, in the order of approval, say what was, is and will be in force.
    """

    __signed__ = Signed(at="drafted_at", ends="decided_at", settled="decided_at")
    __about__ = "the business: its own limits, counts of what they mean, and the admins who proposed and approved"
    __table_args__ = (Index("houseruleproposal_stage", "organisation_id", "stage"),)

    # None: every campaign
    campaign_id: int | None = column(default=None, foreign_key="campaign.id", index=True, signed=True)
    limits: dict[str, Any] = column(default_factory=dict, signed=True)
    effective_on: date = column(signed=True)
    zone: str = column(signed=True)  # in which that day begins
    effective_at: datetime = column(signed=True)  # when it begins there
    # draft | proposed | approved | declined | superseded | withdrawn
    stage: str = column(signed="changing")
    drafted_by: str = column(signed=True)  # a Slack user id; "command line"
    drafted_at: datetime = column(signed=True)
    proposed_at: datetime | None = column(default=None, signed="changing")
    # as `drafted_by`; empty: nobody yet
    decided_by: str = column(default="", is_later=True, signed="changing")
    decided_at: datetime | None = column(default=None, signed="changing")
    reason: str = column(default="", is_later=True, signed="changing")  # why it was declined, in their words
    # what it means, as rehearsed last
    found: dict[str, Any] = column(default_factory=dict, signed=False)
    rehearsed_at: datetime | None = column(default=None, signed=False)
    is_due: bool = column(default=True, signed=False)  # to be rehearsed, and told to whoever must decide next
    # a process is rehearsing it; taken over if it reports nothing for too long
    taken_at: datetime | None = column(default=None, signed=False)
