"""The first migration: every table of version 0.9.0.

Reason: sixty steps led to the first version. The last of them, 0060, gave exactly this schema: a database at 0060 is
recognised (`storage.migrations.earlier`). Numbers begin at 0100, so that no number means two schemas.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None

_KINDS: dict[str, Any] = {
    "text": sa.String(),
    "word": sa.String(32),  # of a closed list
    "number": sa.Integer(),
    "real": sa.Float(),
    "flag": sa.Boolean(),
    "moment": sa.DateTime(timezone=True),
    "date": sa.Date(),
    "time": sa.Time(),
    "json": sa.JSON(),
    "binary": sa.LargeBinary(),
}
_SAID = {"true": sa.true(), "false": sa.false()}  # defaults that each database writes in its own way
# The columns of each table but its id: name and kind, with `?` if it may be NULL. A kind that is a table is a foreign
# key; with `~`, PostgreSQL does not check it (`storage.models` says why). Then what is the primary key in place
# of an id, what is unique together, and what has an index of its own.
# Defaults: rows that an earlier program writes while several are upgraded one after the other lack newer columns.
_TABLES = {
    "evidencechange": "table_name text, row_id number",
    "organisation": (
        "slack_team_id text, name text, forget_after_months number = 0, erasure_key text = '', open_calls number = 1, "
        "warn_days_before number = 5, terms_kept_since moment?, checkpoint_channel text = '', "
        "changes_kept_since moment?; unique: slack_team_id"
    ),
    "redeciderun": (
        "rulebook text, house_pack text, started_at moment, last_contact_id number, decided number, changed number, "
        "taken_at moment?, finished_at moment?, is_whole flag = true"
    ),
    "callrecords": (
        "organisation_id organisation, system text, first_call_at moment, last_call_at moment, read_at moment, "
        "skew_seconds number?; unique: organisation_id, system, first_call_at, last_call_at"
    ),
    "callslookedat": "organisation_id organisation, until moment; unique: organisation_id",
    "campaign": (
        "organisation_id organisation, name text, purpose word, sector text, principal text, subject text, "
        "country text, priority number, house_pack text, caller_role text, authorised_for text, codes text, "
        "is_number_shown flag?, script text, is_active flag, outcomes text = '', card_details text = '', "
        "card_links text = '', own_buttons text = '', own_outcomes text = '', starts_on date?, ends_on date?, "
        "caller_numbers text = ''; unique: organisation_id, name"
    ),
    "checkpointpost": (
        "organisation_id organisation, channel text, on_date date, at moment, size number, note text, "
        "taken_at moment?, posted_at moment?, message_ts text, told_of text; unique: organisation_id, channel, on_date"
    ),
    "erasure": (
        "organisation_id organisation, at moment, erased_by text, people number, numbers number, rows number, "
        "stops number"
    ),
    "evidencecheckpoint": (
        "organisation_id organisation, size number, at moment, note text; unique: organisation_id, size"
    ),
    "evidenceleaf": (
        "organisation_id organisation, number number, kind text, table_name text, row_id number, last_row_id number, "
        "at moment, said text, hashed binary, salts binary; unique: organisation_id, number"
    ),
    "evidencelog": (
        "organisation_id organisation, origin text, private_key binary, begun_at moment, turn number, size number, "
        "peaks binary, marks json; unique: organisation_id"
    ),
    "evidencenode": (
        "organisation_id organisation, level number, number number, hashed binary; unique: organisation_id, level, "
        "number"
    ),
    "listmapping": (
        "organisation_id organisation, name text, headings text, columns json, saved_at moment; "
        "unique: organisation_id, name"
    ),
    "ownoutcome": (
        "organisation_id organisation, name text, key text, counts_as word, questions json, retired_at moment?; "
        "unique: organisation_id, key"
    ),
    "person": "organisation_id ~organisation, key text, name text; unique: organisation_id, key",
    "recordedchange": (
        "organisation_id organisation, at moment, changed_by text, table_name text, row_id number, before text, "
        "after text"
    ),
    "retentionrun": (
        "organisation_id organisation, on_date date, months number, taken_at moment?, finished_at moment?, "
        "people number, notes number; unique: organisation_id, on_date"
    ),
    "team": (
        "organisation_id organisation, name text, channel text, zone text, digest_at time, "
        "editions text = 'day week month', agents_group text = '', leads_group text = '', group_fault text = '', "
        "daily_since moment?; unique: organisation_id, name"
    ),
    "agent": (
        "organisation_id organisation, slack_user_id text, name text, role word, team_id team?, zone text, "
        "shift_from time, shift_until time, is_active flag, deactivated_at moment?, paused_at moment?, "
        "paused_by number?, paused_because text = '', reminders text = 'shift', language text = '', locale text = '', "
        "locale_read_at moment?, dial_with text = '', extension text = '', desk text = 'home', desk_message text = '', "
        "admin_since moment?; unique: organisation_id, slack_user_id; indexed: team_id"
    ),
    "callrequest": (
        "organisation_id organisation, person_id person, principal text, at moment, due_at moment?, is_complete flag, "
        "recorded_at moment"
    ),
    "campaignteam": "campaign_id campaign, team_id team; key: campaign_id, team_id",
    "consent": (
        "organisation_id organisation, person_id person, number text, principal text, kind text, given_at moment, "
        "wording text, source text, is_proved flag, is_third_party flag, is_express flag, from_creditor flag, "
        "ends_at moment?, first_used_at moment?, withdrawn_at moment?, recorded_at moment, "
        "withdrawal_recorded_at moment?"
    ),
    "contactdetails": (
        "organisation_id organisation, campaign_id campaign, person_id person, cells text; unique: campaign_id, "
        "person_id"
    ),
    "contactlist": (
        "organisation_id organisation, campaign_id campaign, name text, source text, imported_at moment, "
        "basis text = '', is_told_of_calls flag = false, is_interest_assessed flag = false, numbers_from text = '', "
        "paused_at moment?, expires_on date?, priority number?; indexed: campaign_id"
    ),
    "correctedline": "organisation_id organisation, person_id person, number text, line text, until moment",
    "digestrun": (
        "organisation_id organisation, team_id team, on_date date, taken_at moment?, posted_at moment?, "
        "message_ts text, content json, edition text = 'day'; unique: team_id, edition, on_date"
    ),
    "earlierterms": (
        "organisation_id organisation, campaign_id campaign, purpose word, sector text, caller_role text, "
        "authorised_for text, codes text, is_number_shown flag?, house_pack text, until moment, changed_by text, "
        "country text = '', caller_numbers text = ''"
    ),
    "erasedkey": (
        "organisation_id organisation, erasure_id erasure, kind text, hashed text, person_id person?; "
        "unique: organisation_id, hashed"
    ),
    "houseruleproposal": (
        "organisation_id organisation, campaign_id campaign?, limits json, effective_on date, zone text, "
        "effective_at moment, stage text, drafted_by text, drafted_at moment, proposed_at moment?, "
        "decided_by text = '', decided_at moment?, reason text = '', found json, rehearsed_at moment?, is_due flag, "
        "taken_at moment?; indexed: campaign_id"
    ),
    "personalhours": (
        "organisation_id organisation, person_id person, blocked_days text, blocked_from time?, blocked_until time?, "
        "ends_on date?, source text, at moment, recorded_at moment"
    ),
    "relationship": (
        "organisation_id organisation, person_id person, principal text, kind text, from_on date, ended_on date?, "
        "is_related flag, is_opt_out_offered flag, recorded_at moment, end_recorded_at moment?"
    ),
    "screening": (
        "organisation_id organisation, register_name text, number text, obtained_at moment, is_listed flag, "
        "listed_on date?, campaign_id campaign?, recorded_at moment"
    ),
    "withdrawal": (
        "organisation_id organisation, person_id person, principal text, kind text, at moment, recorded_at moment"
    ),
    "alerttolead": (
        "organisation_id organisation, team_id team, kind text, subject_id number, agent_id agent, taken_at moment?, "
        "told_at moment?; unique: team_id, kind, subject_id, agent_id; indexed: agent_id"
    ),
    "auditrun": (
        "organisation_id organisation, agent_id agent, first_on date, last_on date, channel text, message_ts text, "
        "alive_at moment"
    ),
    "breaktaken": "organisation_id organisation, agent_id agent, reason text, began_at moment, ended_at moment?",
    "contact": (
        "organisation_id ~organisation, campaign_id ~campaign, list_id ~contactlist, person_id ~person, number text?, "
        "name text, places text, zones text, priority number, owner_id agent?, verdict word, because text, rule text, "
        "callable_from moment?, callable_until moment?, decided_at moment?, finished_at moment?, "
        "finished_because text, finished_attempt_id number?, leased_until moment?, decided_by number = 0, "
        "added_at moment?, known_by text = ''; unique: campaign_id, person_id; indexed: number, person_id"
    ),
    "earlierteam": "organisation_id organisation, agent_id agent, team_id team, until moment; indexed: team_id",
    "forbiddencalls": (
        "organisation_id organisation, team_id team, system text, first_call_at moment, last_call_at moment, "
        "count number, worst json, caller_id agent?, found_at moment, due_at moment, closed_at moment?"
    ),
    "listfile": (
        "organisation_id organisation, agent_id agent, shared_as text, file_id text, name text, slack_user_id text, "
        "message_ts text, channel text, campaign_id campaign?, answers json, columns json, stage text, because text, "
        "tries number, shared_at moment, changed_at moment, taken_at moment?; unique: organisation_id, shared_as"
    ),
    "membership": "agent_id agent, team_id team; key: agent_id, team_id; indexed: team_id",
    "personmerge": (
        "organisation_id ~organisation, person_id ~person, campaign_id ~campaign, contact_id number?, why text, "
        "name text, reference text, numbers text, brought text, places text, zones text, source text, line number, "
        "earlier_line number, says text, merged_at moment, parted_from ~person?, parted_at moment?, parted_by agent?, "
        "parted_because text = '', known_by text = ''"
    ),
    "screeningwarning": (
        "organisation_id organisation, campaign_id campaign, register_name text, held_from date, is_last flag, "
        "agent_id agent, taken_at moment?, told_at moment?; unique: campaign_id, register_name, held_from, is_last, "
        "agent_id; indexed: agent_id"
    ),
    "correctedplace": (
        "organisation_id organisation, contact_id contact, places text, zones text, until moment, corrected_by agent, "
        "said text, known_by text = ''"
    ),
    "lease": (
        "organisation_id ~organisation, contact_id ~contact, person_id ~person, number text, agent_id ~agent, "
        "stage word, offered_at moment, leased_until moment, lawful_until moment, callback_id number?, "
        "ended_at moment?, ended_because text, release_reason text, release_words text"
    ),
    "listmove": "organisation_id organisation, contact_id contact, list_id contactlist, until moment",
    "override": (
        "organisation_id organisation, contact_id contact, rule text, reason text, words text, approved_at moment, "
        "approved_by agent, until moment?; indexed: contact_id"
    ),
    "reminder": (
        "organisation_id organisation, agent_id agent, contact_id contact, due_at moment, taken_at moment?, "
        "closed_at moment?, closed_because text, failed number = 0, scheduled_at moment?; unique: agent_id, "
        "contact_id, due_at; indexed: contact_id"
    ),
    "attempt": (
        "organisation_id organisation, contact_id contact?, person_id person?, number text, number_kind text, "
        "campaign_id campaign?, principal text, subject text, agent_id agent, lease_id lease?, direction text, "
        "channel text, opened_at moment, closed_at moment?, state word, outcome word?, chased_at moment?, "
        "own_outcome_id number?, found_at moment?; unique: lease_id; indexed: campaign_id, contact_id"
    ),
    "decision": (
        "organisation_id ~organisation, contact_id ~contact?, campaign_id ~campaign?, agent_id ~agent?, "
        "lease_id ~lease?, asked_for text, at moment, verdict word, callable_from moment?, lawful_until moment?, "
        "rulebook text, house_pack text, findings json, facts json; indexed: lease_id"
    ),
    "shownnumber": (
        "organisation_id organisation, agent_id agent, lease_id lease, message text, response_url text, "
        "expires_at moment, taken_at moment?; unique: agent_id, message, lease_id; indexed: lease_id"
    ),
    "callback": (
        "organisation_id organisation, contact_id contact, person_id person, principal text, agent_id agent?, "
        "asked_at moment, due_at moment, is_hour_named flag, attempt_id attempt?, closed_at moment?, "
        "closed_because text, closed_attempt_id attempt?, told_at moment?, told_of text = '', told_until moment?, "
        "unheard_by text = '', ahead_taken_at moment?, ahead_told_at moment?; indexed: attempt_id, closed_attempt_id, "
        "contact_id, person_id"
    ),
    "callfinding": (
        "organisation_id organisation, attempt_id attempt, kind text, found_at moment, seconds real?, rule text = ''; "
        "unique: attempt_id, kind"
    ),
    "hold": (
        "organisation_id organisation, contact_id contact, reason text, placed_at moment, placed_by agent?, "
        "attempt_id attempt?, lifted_at moment?, lifted_by agent?, lifted_because text, is_taken_back flag = false, "
        "note text = ''; indexed: attempt_id, contact_id"
    ),
    "outcomerecord": (
        "organisation_id organisation, attempt_id attempt, outcome word?, recorded_at moment, recorded_by agent, "
        "note text, supersedes_id outcomerecord?, taken_back_at moment?, is_typed flag = false, "
        "own_outcome_id number?, own_name text = '', answers text = ''; indexed: attempt_id"
    ),
    "personnumber": (
        "organisation_id ~organisation, person_id ~person, number text, rank number, kind text, line text, "
        "closed_at moment?, closed_because text, closed_attempt_id attempt?, known_since moment?; "
        "unique: organisation_id, person_id, number; indexed: number"
    ),
    "phonecall": (
        "organisation_id organisation, key text, system text, direction text, number text, person_id person?, "
        "agent_id agent?, attempt_id attempt?, started_at moment, ended_at moment, ring_seconds real?, result text, "
        "found_at moment; indexed: attempt_id"
    ),
    "reopenednumber": (
        "organisation_id organisation, person_id person, number text, closed_at moment, closed_because text, "
        "attempt_id attempt, reopened_at moment"
    ),
    "sharedattempt": "organisation_id organisation, attempt_id attempt, person_id person",
    "suppression": (
        "organisation_id organisation, number text, person_id person?, principal text, source word, reason text, "
        "note text, since moment, until moment?, recorded_by agent?, attempt_id attempt?, withdrawn_at moment?, "
        "withdrawn_because text, told_by text = ''; indexed: attempt_id"
    ),
    "mistakenstop": (
        "organisation_id organisation, suppression_id suppression, reason text, asked_by text, asked_at moment, "
        "is_withdrawn flag, decided_by text, decided_at moment?; indexed: suppression_id"
    ),
}
# The other indexes: of which table and columns, and of which rows.
_INDEXES = {
    "callrecords_read": "callrecords: organisation_id, read_at",
    "evidencecheckpoint_at": "evidencecheckpoint: organisation_id, at",
    "evidenceleaf_row": "evidenceleaf: organisation_id, table_name, row_id",
    "callrequest_person": "callrequest: organisation_id, person_id",
    "consent_person": "consent: organisation_id, person_id",
    "contactdetails_person": "contactdetails: person_id",
    "correctedline_person": "correctedline: person_id",
    "earlierterms_campaign": "earlierterms: campaign_id",
    "erasedkey_person": "erasedkey: person_id",
    "houseruleproposal_stage": "houseruleproposal: organisation_id, stage",
    "personalhours_person": "personalhours: organisation_id, person_id",
    "relationship_person": "relationship: organisation_id, person_id",
    "screening_number": "screening: organisation_id, number",
    "withdrawal_person": "withdrawal: organisation_id, person_id",
    "auditrun_agent": "auditrun: agent_id",
    "breaktaken_agent": "breaktaken: agent_id, began_at",
    "contact_claim": (
        "contact: campaign_id, priority, callable_until, callable_from, id WHERE finished_at IS NULL "
        "AND callable_from IS NOT NULL AND leased_until IS NULL"
    ),
    "contact_leased": "contact: leased_until WHERE leased_until IS NOT NULL",
    "contact_reason": "contact: campaign_id, verdict, finished_because, rule, callable_from",
    "contact_sweep": "contact: callable_until WHERE finished_at IS NULL AND callable_until IS NOT NULL",
    "earlierteam_agent": "earlierteam: agent_id, until",
    "forbiddencalls_open": "forbiddencalls: team_id, system, first_call_at, last_call_at WHERE closed_at IS NULL",
    "listfile_open": "listfile: stage WHERE stage IN ('reading', 'importing') OR taken_at IS NOT NULL",
    "personmerge_parted": "personmerge: parted_from WHERE parted_from IS NOT NULL",
    "personmerge_person": "personmerge: person_id",
    "correctedplace_contact": "correctedplace: contact_id",
    "lease_agent": "lease: agent_id WHERE ended_at IS NULL",
    "lease_contact": "lease: organisation_id, contact_id WHERE ended_at IS NULL",
    "lease_day": "lease: organisation_id, offered_at",
    "lease_given_back": "lease: contact_id, agent_id",
    "lease_lapse": "lease: leased_until WHERE ended_at IS NULL",
    "lease_number": "lease: organisation_id, number WHERE ended_at IS NULL",
    "lease_person": "lease: organisation_id, person_id WHERE ended_at IS NULL",
    "listmove_contact": "listmove: contact_id",
    "override_day": "override: organisation_id, approved_at",
    "reminder_agent": "reminder: agent_id, due_at WHERE closed_at IS NULL",
    "reminder_due": "reminder: due_at WHERE closed_at IS NULL",
    "reminder_ended": "reminder: closed_at WHERE closed_at IS NOT NULL",
    "attempt_agent": "attempt: agent_id, opened_at",
    "attempt_number": "attempt: organisation_id, number, opened_at",
    "attempt_person": "attempt: organisation_id, person_id, opened_at",
    "attempt_waiting": "attempt: agent_id, opened_at WHERE state IN ('open', 'unreported')",
    "decision_contact": "decision: contact_id, at",
    "decision_day": "decision: organisation_id, at",
    "callback_called_off": "callback: closed_at WHERE closed_because = 'cancelled' AND told_of <> 'cancelled'",
    "callback_due": "callback: due_at WHERE closed_at IS NULL",
    "callback_owed": "callback: told_at WHERE unheard_by <> ''",
    "callfinding_day": "callfinding: organisation_id, found_at",
    "outcome_day": "outcomerecord: organisation_id, recorded_at",
    "personnumber_closed_by": "personnumber: closed_attempt_id WHERE closed_attempt_id IS NOT NULL",
    "phonecall_in": "phonecall: organisation_id, found_at WHERE direction = 'in'",
    "phonecall_key": "phonecall: organisation_id, key WHERE key <> ''",
    "phonecall_number": "phonecall: organisation_id, number, started_at",
    "phonecall_person": "phonecall: organisation_id, person_id",
    "reopenednumber_person": "reopenednumber: person_id",
    "sharedattempt_attempt": "sharedattempt: attempt_id",
    "sharedattempt_person": "sharedattempt: organisation_id, person_id",
    "suppression_number": "suppression: organisation_id, number",
    "suppression_person": "suppression: organisation_id, person_id",
    "suppression_recorded": "suppression: recorded_by, since",
}
_UNIQUE = ("forbiddencalls_open", "lease_contact", "lease_number", "lease_person", "phonecall_key")


def upgrade() -> None:
    for name, said in _TABLES.items():
        columns, *others = said.split("; ")
        also = {kind: names.split(", ") for kind, names in (one.split(": ") for one in others)}
        _create(name, columns.split(", "), also.get("key"), also.get("unique"))
        for column in also.get("indexed", ()):
            op.create_index(f"ix_{name}_{column}", name, [column])
    for name, said in _INDEXES.items():
        of, _, where = said.partition(" WHERE ")
        table, columns = of.split(": ")
        rows = sa.text(where) if where else None
        op.create_index(
            name, table, columns.split(", "), unique=name in _UNIQUE, sqlite_where=rows, postgresql_where=rows
        )
    if op.get_bind().dialect.name == "postgresql":
        # Leases leave dead entries at the head of an index: they go when a hundredth of the rows has changed, not a
        # fifth.
        op.execute("ALTER TABLE contact SET (autovacuum_vacuum_scale_factor = 0.01)")
        # Few leases of many are in force: after each thousand changes the planner counts them again, not after a tenth.
        op.execute("ALTER TABLE lease SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000)")


def _create(table: str, columns: list[str], primary: list[str] | None, unique: list[str] | None) -> None:
    made = [] if primary else [sa.Column("id", sa.Integer(), primary_key=True)]
    keys = {}
    for one in columns:
        said, _, default = one.partition(" = ")
        name, kind = said.split()
        plain = kind.strip("~?")
        made.append(
            sa.Column(
                name,
                _KINDS.get(plain, sa.Integer()),
                nullable=kind.endswith("?"),
                server_default=_SAID.get(default, sa.text(default)) if default else None,
            )
        )
        if plain not in _KINDS:
            keys[name] = kind
    rest = [_key(name, keys[name]) for name in sorted(keys)]
    rest += [sa.PrimaryKeyConstraint(*primary)] if primary else []
    rest += [sa.UniqueConstraint(*unique)] if unique else []
    op.create_table(table, *made, *rest)


def _key(column: str, kind: str) -> sa.ForeignKeyConstraint:
    key = sa.ForeignKeyConstraint([column], [f"{kind.strip('~?')}.id"])
    if kind.startswith("~"):
        key.ddl_if(dialect="sqlite")
    return key
