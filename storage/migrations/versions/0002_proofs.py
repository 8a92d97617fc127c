"""What must be on record before a call: screenings, consents, relationships, requests, personal hours, a list's basis.

Reason: the law of unsolicited marketing holds every contact for whom these are not on record.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contactlist", sa.Column("basis", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("contactlist", sa.Column("is_told_of_calls", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "screening",
        *_head(),
        sa.Column("register_name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("obtained_at", UTCDateTime(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        *_foot(),
    )
    op.create_index("screening_number", "screening", ["organisation_id", "number"])
    op.create_table(
        "consent",
        *_head(),
        _person(),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_proved", sa.Boolean(), nullable=False),
        sa.Column("is_third_party", sa.Boolean(), nullable=False),
        sa.Column("is_express", sa.Boolean(), nullable=False),
        sa.Column("from_creditor", sa.Boolean(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("first_used_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        *_foot("person"),
    )
    op.create_index("consent_person", "consent", ["organisation_id", "person_id"])
    op.create_table(
        "relationship",
        *_head(),
        _person(),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("is_related", sa.Boolean(), nullable=False),
        sa.Column("is_opt_out_offered", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        *_foot("person"),
    )
    op.create_index("relationship_person", "relationship", ["organisation_id", "person_id"])
    op.create_table(
        "callrequest",
        *_head(),
        _person(),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        *_foot("person"),
    )
    op.create_index("callrequest_person", "callrequest", ["organisation_id", "person_id"])
    op.create_table(
        "personalhours",
        *_head(),
        _person(),
        sa.Column("blocked_days", sa.String(), nullable=False),
        sa.Column("blocked_from", sa.Time(), nullable=True),
        sa.Column("blocked_until", sa.Time(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        *_foot("person"),
    )
    op.create_index("personalhours_person", "personalhours", ["organisation_id", "person_id"])


def _head() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
    )


def _person() -> sa.Column:
    return sa.Column("person_id", sa.Integer(), nullable=False)


def _foot(*owners: str) -> tuple[sa.Constraint, ...]:
    keys = [sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"]) for owner in ("organisation", *owners)]
    return (*keys, sa.PrimaryKeyConstraint("id"))
