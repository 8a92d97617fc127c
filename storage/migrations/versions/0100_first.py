"""The first migration: every table of version 0.9.0.

Reason: sixty steps led to the first version. The last of them, 0060, gave exactly this schema: a database at 0060 is
recognised (`storage.migrations.earlier`). Numbers begin at 0100, so that no number means two schemas.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None

# Rows that an earlier program writes while several are upgraded one after the other lack newer columns.
_EMPTY = sa.text("''")
_ZERO = sa.text("0")


def _column(kind: Any, name: str, *, nullable: bool = False, default: Any = None) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable, server_default=default)


_text = partial(_column, sa.String())
_word = partial(_column, sa.String(32))  # of a closed list
_number = partial(_column, sa.Integer())
_real = partial(_column, sa.Float())
_flag = partial(_column, sa.Boolean())
_moment = partial(_column, sa.DateTime(timezone=True))
_date = partial(_column, sa.Date())
_time = partial(_column, sa.Time())
_json = partial(_column, sa.JSON())
_binary = partial(_column, sa.LargeBinary())


def _id() -> sa.Column:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _key(column: str, table: str, *, is_checked_on_postgresql: bool = True) -> sa.ForeignKeyConstraint:
    """A foreign key. `storage.models.parents` says why PostgreSQL checks some not."""
    key = sa.ForeignKeyConstraint([column], [f"{table}.id"])
    if not is_checked_on_postgresql:
        key.ddl_if(dialect="sqlite")
    return key


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index of some rows."""
    rows = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=rows, postgresql_where=rows)


def upgrade() -> None:
    op.create_table(
        "evidencechange",
        _id(),
        _text("table_name"),
        _number("row_id"),
    )
    op.create_table(
        "organisation",
        _id(),
        _text("slack_team_id"),
        _text("name"),
        _number("forget_after_months", default=_ZERO),
        _text("erasure_key", default=_EMPTY),
        _number("open_calls", default=sa.text("1")),
        _number("warn_days_before", default=sa.text("5")),
        _moment("terms_kept_since", nullable=True),
        _text("checkpoint_channel", default=_EMPTY),
        _moment("changes_kept_since", nullable=True),
        sa.UniqueConstraint("slack_team_id"),
    )
    op.create_table(
        "redeciderun",
        _id(),
        _text("rulebook"),
        _text("house_pack"),
        _moment("started_at"),
        _number("last_contact_id"),
        _number("decided"),
        _number("changed"),
        _moment("taken_at", nullable=True),
        _moment("finished_at", nullable=True),
        _flag("is_whole", default=sa.true()),
    )
    op.create_table(
        "callrecords",
        _id(),
        _number("organisation_id"),
        _text("system"),
        _moment("first_call_at"),
        _moment("last_call_at"),
        _moment("read_at"),
        _number("skew_seconds", nullable=True),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "system", "first_call_at", "last_call_at"),
    )
    op.create_index("callrecords_read", "callrecords", ["organisation_id", "read_at"])
    op.create_table(
        "callslookedat",
        _id(),
        _number("organisation_id"),
        _moment("until"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id"),
    )
    op.create_table(
        "campaign",
        _id(),
        _number("organisation_id"),
        _text("name"),
        _word("purpose"),
        _text("sector"),
        _text("principal"),
        _text("subject"),
        _text("country"),
        _number("priority"),
        _text("house_pack"),
        _text("caller_role"),
        _text("authorised_for"),
        _text("codes"),
        _flag("is_number_shown", nullable=True),
        _text("script"),
        _flag("is_active"),
        _text("outcomes", default=_EMPTY),
        _text("card_details", default=_EMPTY),
        _text("card_links", default=_EMPTY),
        _text("own_buttons", default=_EMPTY),
        _text("own_outcomes", default=_EMPTY),
        _date("starts_on", nullable=True),
        _date("ends_on", nullable=True),
        _text("caller_numbers", default=_EMPTY),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "name"),
    )
    op.create_table(
        "checkpointpost",
        _id(),
        _number("organisation_id"),
        _text("channel"),
        _date("on_date"),
        _moment("at"),
        _number("size"),
        _text("note"),
        _moment("taken_at", nullable=True),
        _moment("posted_at", nullable=True),
        _text("message_ts"),
        _text("told_of"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "channel", "on_date"),
    )
    op.create_table(
        "erasure",
        _id(),
        _number("organisation_id"),
        _moment("at"),
        _text("erased_by"),
        _number("people"),
        _number("numbers"),
        _number("rows"),
        _number("stops"),
        _key("organisation_id", "organisation"),
    )
    op.create_table(
        "evidencecheckpoint",
        _id(),
        _number("organisation_id"),
        _number("size"),
        _moment("at"),
        _text("note"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "size"),
    )
    op.create_index("evidencecheckpoint_at", "evidencecheckpoint", ["organisation_id", "at"])
    op.create_table(
        "evidenceleaf",
        _id(),
        _number("organisation_id"),
        _number("number"),
        _text("kind"),
        _text("table_name"),
        _number("row_id"),
        _number("last_row_id"),
        _moment("at"),
        _text("said"),
        _binary("hashed"),
        _binary("salts"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "number"),
    )
    op.create_index("evidenceleaf_row", "evidenceleaf", ["organisation_id", "table_name", "row_id"])
    op.create_table(
        "evidencelog",
        _id(),
        _number("organisation_id"),
        _text("origin"),
        _binary("private_key"),
        _moment("begun_at"),
        _number("turn"),
        _number("size"),
        _binary("peaks"),
        _json("marks"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id"),
    )
    op.create_table(
        "evidencenode",
        _id(),
        _number("organisation_id"),
        _number("level"),
        _number("number"),
        _binary("hashed"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "level", "number"),
    )
    op.create_table(
        "listmapping",
        _id(),
        _number("organisation_id"),
        _text("name"),
        _text("headings"),
        _json("columns"),
        _moment("saved_at"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "name"),
    )
    op.create_table(
        "ownoutcome",
        _id(),
        _number("organisation_id"),
        _text("name"),
        _text("key"),
        _word("counts_as"),
        _json("questions"),
        _moment("retired_at", nullable=True),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_table(
        "person",
        _id(),
        _number("organisation_id"),
        _text("key"),
        _text("name"),
        _key("organisation_id", "organisation", is_checked_on_postgresql=False),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_table(
        "recordedchange",
        _id(),
        _number("organisation_id"),
        _moment("at"),
        _text("changed_by"),
        _text("table_name"),
        _number("row_id"),
        _text("before"),
        _text("after"),
        _key("organisation_id", "organisation"),
    )
    op.create_table(
        "retentionrun",
        _id(),
        _number("organisation_id"),
        _date("on_date"),
        _number("months"),
        _moment("taken_at", nullable=True),
        _moment("finished_at", nullable=True),
        _number("people"),
        _number("notes"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "on_date"),
    )
    op.create_table(
        "team",
        _id(),
        _number("organisation_id"),
        _text("name"),
        _text("channel"),
        _text("zone"),
        _time("digest_at"),
        _text("editions", default=sa.text("'day week month'")),
        _text("agents_group", default=_EMPTY),
        _text("leads_group", default=_EMPTY),
        _text("group_fault", default=_EMPTY),
        _moment("daily_since", nullable=True),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "name"),
    )
    op.create_table(
        "agent",
        _id(),
        _number("organisation_id"),
        _text("slack_user_id"),
        _text("name"),
        _word("role"),
        _number("team_id", nullable=True),
        _text("zone"),
        _time("shift_from"),
        _time("shift_until"),
        _flag("is_active"),
        _moment("deactivated_at", nullable=True),
        _moment("paused_at", nullable=True),
        _number("paused_by", nullable=True),
        _text("paused_because", default=_EMPTY),
        _text("reminders", default=sa.text("'shift'")),
        _text("language", default=_EMPTY),
        _text("locale", default=_EMPTY),
        _moment("locale_read_at", nullable=True),
        _text("dial_with", default=_EMPTY),
        _text("extension", default=_EMPTY),
        _text("desk", default=sa.text("'home'")),
        _text("desk_message", default=_EMPTY),
        _moment("admin_since", nullable=True),
        _key("organisation_id", "organisation"),
        _key("team_id", "team"),
        sa.UniqueConstraint("organisation_id", "slack_user_id"),
    )
    op.create_index("ix_agent_team_id", "agent", ["team_id"])
    op.create_table(
        "callrequest",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("principal"),
        _moment("at"),
        _moment("due_at", nullable=True),
        _flag("is_complete"),
        _moment("recorded_at"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("callrequest_person", "callrequest", ["organisation_id", "person_id"])
    op.create_table(
        "campaignteam",
        _number("campaign_id"),
        _number("team_id"),
        sa.PrimaryKeyConstraint("campaign_id", "team_id"),
        _key("campaign_id", "campaign"),
        _key("team_id", "team"),
    )
    op.create_table(
        "consent",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("number"),
        _text("principal"),
        _text("kind"),
        _moment("given_at"),
        _text("wording"),
        _text("source"),
        _flag("is_proved"),
        _flag("is_third_party"),
        _flag("is_express"),
        _flag("from_creditor"),
        _moment("ends_at", nullable=True),
        _moment("first_used_at", nullable=True),
        _moment("withdrawn_at", nullable=True),
        _moment("recorded_at"),
        _moment("withdrawal_recorded_at", nullable=True),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("consent_person", "consent", ["organisation_id", "person_id"])
    op.create_table(
        "contactdetails",
        _id(),
        _number("organisation_id"),
        _number("campaign_id"),
        _number("person_id"),
        _text("cells"),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
        sa.UniqueConstraint("campaign_id", "person_id"),
    )
    op.create_index("contactdetails_person", "contactdetails", ["person_id"])
    op.create_table(
        "contactlist",
        _id(),
        _number("organisation_id"),
        _number("campaign_id"),
        _text("name"),
        _text("source"),
        _moment("imported_at"),
        _text("basis", default=_EMPTY),
        _flag("is_told_of_calls", default=sa.false()),
        _flag("is_interest_assessed", default=sa.false()),
        _text("numbers_from", default=_EMPTY),
        _moment("paused_at", nullable=True),
        _date("expires_on", nullable=True),
        _number("priority", nullable=True),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("ix_contactlist_campaign_id", "contactlist", ["campaign_id"])
    op.create_table(
        "correctedline",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("number"),
        _text("line"),
        _moment("until"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("correctedline_person", "correctedline", ["person_id"])
    op.create_table(
        "digestrun",
        _id(),
        _number("organisation_id"),
        _number("team_id"),
        _date("on_date"),
        _moment("taken_at", nullable=True),
        _moment("posted_at", nullable=True),
        _text("message_ts"),
        _json("content"),
        _text("edition", default=sa.text("'day'")),
        _key("organisation_id", "organisation"),
        _key("team_id", "team"),
        sa.UniqueConstraint("team_id", "edition", "on_date"),
    )
    op.create_table(
        "earlierterms",
        _id(),
        _number("organisation_id"),
        _number("campaign_id"),
        _word("purpose"),
        _text("sector"),
        _text("caller_role"),
        _text("authorised_for"),
        _text("codes"),
        _flag("is_number_shown", nullable=True),
        _text("house_pack"),
        _moment("until"),
        _text("changed_by"),
        _text("country", default=_EMPTY),
        _text("caller_numbers", default=_EMPTY),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("earlierterms_campaign", "earlierterms", ["campaign_id"])
    op.create_table(
        "erasedkey",
        _id(),
        _number("organisation_id"),
        _number("erasure_id"),
        _text("kind"),
        _text("hashed"),
        _number("person_id", nullable=True),
        _key("erasure_id", "erasure"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
        sa.UniqueConstraint("organisation_id", "hashed"),
    )
    op.create_index("erasedkey_person", "erasedkey", ["person_id"])
    op.create_table(
        "houseruleproposal",
        _id(),
        _number("organisation_id"),
        _number("campaign_id", nullable=True),
        _json("limits"),
        _date("effective_on"),
        _text("zone"),
        _moment("effective_at"),
        _text("stage"),
        _text("drafted_by"),
        _moment("drafted_at"),
        _moment("proposed_at", nullable=True),
        _text("decided_by", default=_EMPTY),
        _moment("decided_at", nullable=True),
        _text("reason", default=_EMPTY),
        _json("found"),
        _moment("rehearsed_at", nullable=True),
        _flag("is_due"),
        _moment("taken_at", nullable=True),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("houseruleproposal_stage", "houseruleproposal", ["organisation_id", "stage"])
    op.create_index("ix_houseruleproposal_campaign_id", "houseruleproposal", ["campaign_id"])
    op.create_table(
        "personalhours",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("blocked_days"),
        _time("blocked_from", nullable=True),
        _time("blocked_until", nullable=True),
        _date("ends_on", nullable=True),
        _text("source"),
        _moment("at"),
        _moment("recorded_at"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("personalhours_person", "personalhours", ["organisation_id", "person_id"])
    op.create_table(
        "relationship",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("principal"),
        _text("kind"),
        _date("from_on"),
        _date("ended_on", nullable=True),
        _flag("is_related"),
        _flag("is_opt_out_offered"),
        _moment("recorded_at"),
        _moment("end_recorded_at", nullable=True),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("relationship_person", "relationship", ["organisation_id", "person_id"])
    op.create_table(
        "screening",
        _id(),
        _number("organisation_id"),
        _text("register_name"),
        _text("number"),
        _moment("obtained_at"),
        _flag("is_listed"),
        _date("listed_on", nullable=True),
        _number("campaign_id", nullable=True),
        _moment("recorded_at"),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("screening_number", "screening", ["organisation_id", "number"])
    op.create_table(
        "withdrawal",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("principal"),
        _text("kind"),
        _moment("at"),
        _moment("recorded_at"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("withdrawal_person", "withdrawal", ["organisation_id", "person_id"])
    op.create_table(
        "alerttolead",
        _id(),
        _number("organisation_id"),
        _number("team_id"),
        _text("kind"),
        _number("subject_id"),
        _number("agent_id"),
        _moment("taken_at", nullable=True),
        _moment("told_at", nullable=True),
        _key("agent_id", "agent"),
        _key("organisation_id", "organisation"),
        _key("team_id", "team"),
        sa.UniqueConstraint("team_id", "kind", "subject_id", "agent_id"),
    )
    op.create_index("ix_alerttolead_agent_id", "alerttolead", ["agent_id"])
    op.create_table(
        "auditrun",
        _id(),
        _number("organisation_id"),
        _number("agent_id"),
        _date("first_on"),
        _date("last_on"),
        _text("channel"),
        _text("message_ts"),
        _moment("alive_at"),
        _key("agent_id", "agent"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("auditrun_agent", "auditrun", ["agent_id"])
    op.create_table(
        "breaktaken",
        _id(),
        _number("organisation_id"),
        _number("agent_id"),
        _text("reason"),
        _moment("began_at"),
        _moment("ended_at", nullable=True),
        _key("agent_id", "agent"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("breaktaken_agent", "breaktaken", ["agent_id", "began_at"])
    op.create_table(
        "contact",
        _id(),
        _number("organisation_id"),
        _number("campaign_id"),
        _number("list_id"),
        _number("person_id"),
        _text("number", nullable=True),
        _text("name"),
        _text("places"),
        _text("zones"),
        _number("priority"),
        _number("owner_id", nullable=True),
        _word("verdict"),
        _text("because"),
        _text("rule"),
        _moment("callable_from", nullable=True),
        _moment("callable_until", nullable=True),
        _moment("decided_at", nullable=True),
        _moment("finished_at", nullable=True),
        _text("finished_because"),
        _number("finished_attempt_id", nullable=True),
        _moment("leased_until", nullable=True),
        _number("decided_by", default=_ZERO),
        _moment("added_at", nullable=True),
        _text("known_by", default=_EMPTY),
        _key("campaign_id", "campaign", is_checked_on_postgresql=False),
        _key("list_id", "contactlist", is_checked_on_postgresql=False),
        _key("organisation_id", "organisation", is_checked_on_postgresql=False),
        _key("owner_id", "agent"),
        _key("person_id", "person", is_checked_on_postgresql=False),
        sa.UniqueConstraint("campaign_id", "person_id"),
    )
    _partial(
        "contact_claim",
        "contact",
        ["campaign_id", "priority", "callable_until", "callable_from", "id"],
        "finished_at IS NULL AND callable_from IS NOT NULL AND leased_until IS NULL",
    )
    _partial("contact_leased", "contact", ["leased_until"], "leased_until IS NOT NULL")
    op.create_index(
        "contact_reason", "contact", ["campaign_id", "verdict", "finished_because", "rule", "callable_from"]
    )
    _partial("contact_sweep", "contact", ["callable_until"], "finished_at IS NULL AND callable_until IS NOT NULL")
    op.create_index("ix_contact_number", "contact", ["number"])
    op.create_index("ix_contact_person_id", "contact", ["person_id"])
    op.create_table(
        "earlierteam",
        _id(),
        _number("organisation_id"),
        _number("agent_id"),
        _number("team_id"),
        _moment("until"),
        _key("agent_id", "agent"),
        _key("organisation_id", "organisation"),
        _key("team_id", "team"),
    )
    op.create_index("earlierteam_agent", "earlierteam", ["agent_id", "until"])
    op.create_index("ix_earlierteam_team_id", "earlierteam", ["team_id"])
    op.create_table(
        "forbiddencalls",
        _id(),
        _number("organisation_id"),
        _number("team_id"),
        _text("system"),
        _moment("first_call_at"),
        _moment("last_call_at"),
        _number("count"),
        _json("worst"),
        _number("caller_id", nullable=True),
        _moment("found_at"),
        _moment("due_at"),
        _moment("closed_at", nullable=True),
        _key("caller_id", "agent"),
        _key("organisation_id", "organisation"),
        _key("team_id", "team"),
    )
    _partial(
        "forbiddencalls_open",
        "forbiddencalls",
        ["team_id", "system", "first_call_at", "last_call_at"],
        "closed_at IS NULL",
        unique=True,
    )
    op.create_table(
        "listfile",
        _id(),
        _number("organisation_id"),
        _number("agent_id"),
        _text("shared_as"),
        _text("file_id"),
        _text("name"),
        _text("slack_user_id"),
        _text("message_ts"),
        _text("channel"),
        _number("campaign_id", nullable=True),
        _json("answers"),
        _json("columns"),
        _text("stage"),
        _text("because"),
        _number("tries"),
        _moment("shared_at"),
        _moment("changed_at"),
        _moment("taken_at", nullable=True),
        _key("agent_id", "agent"),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "shared_as"),
    )
    _partial("listfile_open", "listfile", ["stage"], "stage IN ('reading', 'importing') OR taken_at IS NOT NULL")
    op.create_table(
        "membership",
        _number("agent_id"),
        _number("team_id"),
        sa.PrimaryKeyConstraint("agent_id", "team_id"),
        _key("agent_id", "agent"),
        _key("team_id", "team"),
    )
    op.create_index("ix_membership_team_id", "membership", ["team_id"])
    op.create_table(
        "personmerge",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _number("campaign_id"),
        _number("contact_id", nullable=True),
        _text("why"),
        _text("name"),
        _text("reference"),
        _text("numbers"),
        _text("brought"),
        _text("places"),
        _text("zones"),
        _text("source"),
        _number("line"),
        _number("earlier_line"),
        _text("says"),
        _moment("merged_at"),
        _number("parted_from", nullable=True),
        _moment("parted_at", nullable=True),
        _number("parted_by", nullable=True),
        _text("parted_because", default=_EMPTY),
        _text("known_by", default=_EMPTY),
        _key("campaign_id", "campaign", is_checked_on_postgresql=False),
        _key("organisation_id", "organisation", is_checked_on_postgresql=False),
        _key("parted_by", "agent"),
        _key("parted_from", "person", is_checked_on_postgresql=False),
        _key("person_id", "person", is_checked_on_postgresql=False),
    )
    _partial("personmerge_parted", "personmerge", ["parted_from"], "parted_from IS NOT NULL")
    op.create_index("personmerge_person", "personmerge", ["person_id"])
    op.create_table(
        "screeningwarning",
        _id(),
        _number("organisation_id"),
        _number("campaign_id"),
        _text("register_name"),
        _date("held_from"),
        _flag("is_last"),
        _number("agent_id"),
        _moment("taken_at", nullable=True),
        _moment("told_at", nullable=True),
        _key("agent_id", "agent"),
        _key("campaign_id", "campaign"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("campaign_id", "register_name", "held_from", "is_last", "agent_id"),
    )
    op.create_index("ix_screeningwarning_agent_id", "screeningwarning", ["agent_id"])
    op.create_table(
        "correctedplace",
        _id(),
        _number("organisation_id"),
        _number("contact_id"),
        _text("places"),
        _text("zones"),
        _moment("until"),
        _number("corrected_by"),
        _text("said"),
        _text("known_by", default=_EMPTY),
        _key("contact_id", "contact"),
        _key("corrected_by", "agent"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("correctedplace_contact", "correctedplace", ["contact_id"])
    op.create_table(
        "lease",
        _id(),
        _number("organisation_id"),
        _number("contact_id"),
        _number("person_id"),
        _text("number"),
        _number("agent_id"),
        _word("stage"),
        _moment("offered_at"),
        _moment("leased_until"),
        _moment("lawful_until"),
        _number("callback_id", nullable=True),
        _moment("ended_at", nullable=True),
        _text("ended_because"),
        _text("release_reason"),
        _text("release_words"),
        _key("agent_id", "agent", is_checked_on_postgresql=False),
        _key("contact_id", "contact", is_checked_on_postgresql=False),
        _key("organisation_id", "organisation", is_checked_on_postgresql=False),
        _key("person_id", "person", is_checked_on_postgresql=False),
    )
    _partial("lease_agent", "lease", ["agent_id"], "ended_at IS NULL")
    _partial("lease_contact", "lease", ["organisation_id", "contact_id"], "ended_at IS NULL", unique=True)
    op.create_index("lease_day", "lease", ["organisation_id", "offered_at"])
    op.create_index("lease_given_back", "lease", ["contact_id", "agent_id"])
    _partial("lease_lapse", "lease", ["leased_until"], "ended_at IS NULL")
    _partial("lease_number", "lease", ["organisation_id", "number"], "ended_at IS NULL", unique=True)
    _partial("lease_person", "lease", ["organisation_id", "person_id"], "ended_at IS NULL", unique=True)
    op.create_table(
        "listmove",
        _id(),
        _number("organisation_id"),
        _number("contact_id"),
        _number("list_id"),
        _moment("until"),
        _key("contact_id", "contact"),
        _key("list_id", "contactlist"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("listmove_contact", "listmove", ["contact_id"])
    op.create_table(
        "override",
        _id(),
        _number("organisation_id"),
        _number("contact_id"),
        _text("rule"),
        _text("reason"),
        _text("words"),
        _moment("approved_at"),
        _number("approved_by"),
        _moment("until", nullable=True),
        _key("approved_by", "agent"),
        _key("contact_id", "contact"),
        _key("organisation_id", "organisation"),
    )
    op.create_index("ix_override_contact_id", "override", ["contact_id"])
    op.create_index("override_day", "override", ["organisation_id", "approved_at"])
    op.create_table(
        "reminder",
        _id(),
        _number("organisation_id"),
        _number("agent_id"),
        _number("contact_id"),
        _moment("due_at"),
        _moment("taken_at", nullable=True),
        _moment("closed_at", nullable=True),
        _text("closed_because"),
        _number("failed", default=_ZERO),
        _moment("scheduled_at", nullable=True),
        _key("agent_id", "agent"),
        _key("contact_id", "contact"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("agent_id", "contact_id", "due_at"),
    )
    op.create_index("ix_reminder_contact_id", "reminder", ["contact_id"])
    _partial("reminder_agent", "reminder", ["agent_id", "due_at"], "closed_at IS NULL")
    _partial("reminder_due", "reminder", ["due_at"], "closed_at IS NULL")
    _partial("reminder_ended", "reminder", ["closed_at"], "closed_at IS NOT NULL")
    op.create_table(
        "attempt",
        _id(),
        _number("organisation_id"),
        _number("contact_id", nullable=True),
        _number("person_id", nullable=True),
        _text("number"),
        _text("number_kind"),
        _number("campaign_id", nullable=True),
        _text("principal"),
        _text("subject"),
        _number("agent_id"),
        _number("lease_id", nullable=True),
        _text("direction"),
        _text("channel"),
        _moment("opened_at"),
        _moment("closed_at", nullable=True),
        _word("state"),
        _word("outcome", nullable=True),
        _moment("chased_at", nullable=True),
        _number("own_outcome_id", nullable=True),
        _moment("found_at", nullable=True),
        _key("agent_id", "agent"),
        _key("campaign_id", "campaign"),
        _key("contact_id", "contact"),
        _key("lease_id", "lease"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
        sa.UniqueConstraint("lease_id"),
    )
    op.create_index("attempt_agent", "attempt", ["agent_id", "opened_at"])
    op.create_index("attempt_number", "attempt", ["organisation_id", "number", "opened_at"])
    op.create_index("attempt_person", "attempt", ["organisation_id", "person_id", "opened_at"])
    _partial("attempt_waiting", "attempt", ["agent_id", "opened_at"], "state IN ('open', 'unreported')")
    op.create_index("ix_attempt_campaign_id", "attempt", ["campaign_id"])
    op.create_index("ix_attempt_contact_id", "attempt", ["contact_id"])
    op.create_table(
        "decision",
        _id(),
        _number("organisation_id"),
        _number("contact_id", nullable=True),
        _number("campaign_id", nullable=True),
        _number("agent_id", nullable=True),
        _number("lease_id", nullable=True),
        _text("asked_for"),
        _moment("at"),
        _word("verdict"),
        _moment("callable_from", nullable=True),
        _moment("lawful_until", nullable=True),
        _text("rulebook"),
        _text("house_pack"),
        _json("findings"),
        _json("facts"),
        _key("agent_id", "agent", is_checked_on_postgresql=False),
        _key("campaign_id", "campaign", is_checked_on_postgresql=False),
        _key("contact_id", "contact", is_checked_on_postgresql=False),
        _key("lease_id", "lease", is_checked_on_postgresql=False),
        _key("organisation_id", "organisation", is_checked_on_postgresql=False),
    )
    op.create_index("decision_contact", "decision", ["contact_id", "at"])
    op.create_index("decision_day", "decision", ["organisation_id", "at"])
    op.create_index("ix_decision_lease_id", "decision", ["lease_id"])
    op.create_table(
        "shownnumber",
        _id(),
        _number("organisation_id"),
        _number("agent_id"),
        _number("lease_id"),
        _text("message"),
        _text("response_url"),
        _moment("expires_at"),
        _moment("taken_at", nullable=True),
        _key("agent_id", "agent"),
        _key("lease_id", "lease"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("agent_id", "message", "lease_id"),
    )
    op.create_index("ix_shownnumber_lease_id", "shownnumber", ["lease_id"])
    op.create_table(
        "callback",
        _id(),
        _number("organisation_id"),
        _number("contact_id"),
        _number("person_id"),
        _text("principal"),
        _number("agent_id", nullable=True),
        _moment("asked_at"),
        _moment("due_at"),
        _flag("is_hour_named"),
        _number("attempt_id", nullable=True),
        _moment("closed_at", nullable=True),
        _text("closed_because"),
        _number("closed_attempt_id", nullable=True),
        _moment("told_at", nullable=True),
        _text("told_of", default=_EMPTY),
        _moment("told_until", nullable=True),
        _text("unheard_by", default=_EMPTY),
        _moment("ahead_taken_at", nullable=True),
        _moment("ahead_told_at", nullable=True),
        _key("agent_id", "agent"),
        _key("attempt_id", "attempt"),
        _key("closed_attempt_id", "attempt"),
        _key("contact_id", "contact"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    _partial(
        "callback_called_off", "callback", ["closed_at"], "closed_because = 'cancelled' AND told_of <> 'cancelled'"
    )
    _partial("callback_due", "callback", ["due_at"], "closed_at IS NULL")
    _partial("callback_owed", "callback", ["told_at"], "unheard_by <> ''")
    op.create_index("ix_callback_attempt_id", "callback", ["attempt_id"])
    op.create_index("ix_callback_closed_attempt_id", "callback", ["closed_attempt_id"])
    op.create_index("ix_callback_contact_id", "callback", ["contact_id"])
    op.create_index("ix_callback_person_id", "callback", ["person_id"])
    op.create_table(
        "callfinding",
        _id(),
        _number("organisation_id"),
        _number("attempt_id"),
        _text("kind"),
        _moment("found_at"),
        _real("seconds", nullable=True),
        _text("rule", default=_EMPTY),
        _key("attempt_id", "attempt"),
        _key("organisation_id", "organisation"),
        sa.UniqueConstraint("attempt_id", "kind"),
    )
    op.create_index("callfinding_day", "callfinding", ["organisation_id", "found_at"])
    op.create_table(
        "hold",
        _id(),
        _number("organisation_id"),
        _number("contact_id"),
        _text("reason"),
        _moment("placed_at"),
        _number("placed_by", nullable=True),
        _number("attempt_id", nullable=True),
        _moment("lifted_at", nullable=True),
        _number("lifted_by", nullable=True),
        _text("lifted_because"),
        _flag("is_taken_back", default=sa.false()),
        _text("note", default=_EMPTY),
        _key("attempt_id", "attempt"),
        _key("contact_id", "contact"),
        _key("lifted_by", "agent"),
        _key("organisation_id", "organisation"),
        _key("placed_by", "agent"),
    )
    op.create_index("ix_hold_attempt_id", "hold", ["attempt_id"])
    op.create_index("ix_hold_contact_id", "hold", ["contact_id"])
    op.create_table(
        "outcomerecord",
        _id(),
        _number("organisation_id"),
        _number("attempt_id"),
        _word("outcome", nullable=True),
        _moment("recorded_at"),
        _number("recorded_by"),
        _text("note"),
        _number("supersedes_id", nullable=True),
        _moment("taken_back_at", nullable=True),
        _flag("is_typed", default=sa.false()),
        _number("own_outcome_id", nullable=True),
        _text("own_name", default=_EMPTY),
        _text("answers", default=_EMPTY),
        _key("attempt_id", "attempt"),
        _key("organisation_id", "organisation"),
        _key("recorded_by", "agent"),
        _key("supersedes_id", "outcomerecord"),
    )
    op.create_index("ix_outcomerecord_attempt_id", "outcomerecord", ["attempt_id"])
    op.create_index("outcome_day", "outcomerecord", ["organisation_id", "recorded_at"])
    op.create_table(
        "personnumber",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("number"),
        _number("rank"),
        _text("kind"),
        _text("line"),
        _moment("closed_at", nullable=True),
        _text("closed_because"),
        _number("closed_attempt_id", nullable=True),
        _moment("known_since", nullable=True),
        _key("closed_attempt_id", "attempt"),
        _key("organisation_id", "organisation", is_checked_on_postgresql=False),
        _key("person_id", "person", is_checked_on_postgresql=False),
        sa.UniqueConstraint("organisation_id", "person_id", "number"),
    )
    op.create_index("ix_personnumber_number", "personnumber", ["number"])
    _partial("personnumber_closed_by", "personnumber", ["closed_attempt_id"], "closed_attempt_id IS NOT NULL")
    op.create_table(
        "phonecall",
        _id(),
        _number("organisation_id"),
        _text("key"),
        _text("system"),
        _text("direction"),
        _text("number"),
        _number("person_id", nullable=True),
        _number("agent_id", nullable=True),
        _number("attempt_id", nullable=True),
        _moment("started_at"),
        _moment("ended_at"),
        _real("ring_seconds", nullable=True),
        _text("result"),
        _moment("found_at"),
        _key("agent_id", "agent"),
        _key("attempt_id", "attempt"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("ix_phonecall_attempt_id", "phonecall", ["attempt_id"])
    _partial("phonecall_in", "phonecall", ["organisation_id", "found_at"], "direction = 'in'")
    _partial("phonecall_key", "phonecall", ["organisation_id", "key"], "key <> ''", unique=True)
    op.create_index("phonecall_number", "phonecall", ["organisation_id", "number", "started_at"])
    op.create_index("phonecall_person", "phonecall", ["organisation_id", "person_id"])
    op.create_table(
        "reopenednumber",
        _id(),
        _number("organisation_id"),
        _number("person_id"),
        _text("number"),
        _moment("closed_at"),
        _text("closed_because"),
        _number("attempt_id"),
        _moment("reopened_at"),
        _key("attempt_id", "attempt"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("reopenednumber_person", "reopenednumber", ["person_id"])
    op.create_table(
        "sharedattempt",
        _id(),
        _number("organisation_id"),
        _number("attempt_id"),
        _number("person_id"),
        _key("attempt_id", "attempt"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
    )
    op.create_index("sharedattempt_attempt", "sharedattempt", ["attempt_id"])
    op.create_index("sharedattempt_person", "sharedattempt", ["organisation_id", "person_id"])
    op.create_table(
        "suppression",
        _id(),
        _number("organisation_id"),
        _text("number"),
        _number("person_id", nullable=True),
        _text("principal"),
        _word("source"),
        _text("reason"),
        _text("note"),
        _moment("since"),
        _moment("until", nullable=True),
        _number("recorded_by", nullable=True),
        _number("attempt_id", nullable=True),
        _moment("withdrawn_at", nullable=True),
        _text("withdrawn_because"),
        _text("told_by", default=_EMPTY),
        _key("attempt_id", "attempt"),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
        _key("recorded_by", "agent"),
    )
    op.create_index("ix_suppression_attempt_id", "suppression", ["attempt_id"])
    op.create_index("suppression_number", "suppression", ["organisation_id", "number"])
    op.create_index("suppression_person", "suppression", ["organisation_id", "person_id"])
    op.create_index("suppression_recorded", "suppression", ["recorded_by", "since"])
    op.create_table(
        "mistakenstop",
        _id(),
        _number("organisation_id"),
        _number("suppression_id"),
        _text("reason"),
        _text("asked_by"),
        _moment("asked_at"),
        _flag("is_withdrawn"),
        _text("decided_by"),
        _moment("decided_at", nullable=True),
        _key("organisation_id", "organisation"),
        _key("suppression_id", "suppression"),
    )
    op.create_index("ix_mistakenstop_suppression_id", "mistakenstop", ["suppression_id"])
    if op.get_bind().dialect.name == "postgresql":
        # Leases leave dead entries at the head of an index: they go when a hundredth of the rows has changed, not a fifth.
        op.execute("ALTER TABLE contact SET (autovacuum_vacuum_scale_factor = 0.01)")
        # Few leases of many are in force: after each thousand changes the planner counts them again, not after a tenth.
        op.execute("ALTER TABLE lease SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000)")
