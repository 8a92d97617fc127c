"""What a campaign said of itself until it was changed, and since when that is kept.

Reason: an audit of an earlier day must not judge its calls by today's purpose, sector or house pack. Of changes before this
migration nothing is known: the audit says so.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("terms_kept_since", UTCDateTime(), nullable=True))
    op.execute(sa.text("UPDATE organisation SET terms_kept_since = CURRENT_TIMESTAMP"))
    op.create_table(
        "earlierterms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("caller_role", sa.String(), nullable=False),
        sa.Column("authorised_for", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("is_number_shown", sa.Boolean(), nullable=True),
        sa.Column("house_pack", sa.String(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("earlierterms_campaign", "earlierterms", ["campaign_id"])
