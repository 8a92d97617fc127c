"""Which tables are statements, and what of each row a leaf says.

A test reads each table and column: one that is not named here fails it.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel

from storage.models import (
    Agent,
    Attempt,
    Callback,
    CallRecords,
    CallRequest,
    Campaign,
    Consent,
    Contact,
    ContactList,
    CorrectedLine,
    CorrectedPlace,
    DecisionRecord,
    DigestRun,
    EarlierTeam,
    EarlierTerms,
    Erasure,
    Hold,
    HouseRuleProposal,
    Lease,
    ListMove,
    MistakenStop,
    Organisation,
    OutcomeRecord,
    Override,
    OwnOutcome,
    PersonalHours,
    PersonMerge,
    PhoneCall,
    RecordedChange,
    RedecideRun,
    Relationship,
    ReopenedNumber,
    RetentionRun,
    Screening,
    SharedAttempt,
    Suppression,
    Team,
    Withdrawal,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One table whose rows are statements. Each column but `id` and `organisation_id` is in one of four places.

    `fixed`: said openly, never changed. `changing`: said openly; each change is a new leaf. `sealed`: personal, said as a
    salted commitment; `sealed_later`: those of them that are written or changed after the row was. `left`: not said, since
    it can be worked out from other statements or only says what is going on.
    """

    table: type[SQLModel]
    # the column that says when the row was written, where it is written at that very moment; empty: none does
    at: str
    fixed: tuple[str, ...] = ()
    changing: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    sealed_later: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    # those of `changing` that say when the row came to its end, and are written at that very moment
    ends: tuple[str, ...] = ()
    # those of `changing` that nothing in the product changes; and the moment after which none of them changes any more
    never: tuple[str, ...] = ()
    settled: str = ""
    # those of `changing` and `sealed_later` whose change no statement explains: the row itself says what happened, or other
    # rows do; each change of any other is a RecordedChange
    itself: tuple[str, ...] = ()
    told_in: str = ""  # the table whose rows explain changes of `itself`, and its column with the row's id
    owner: str = "organisation_id"  # the column that says whose row it is; empty: it is the only organisation's

    name: str = ""  # the table's

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", str(self.table.__tablename__))

    @property
    def watched(self) -> tuple[str, ...]:
        """Columns whose change makes a new leaf. Personal ones too: an erasure or a return changes them."""
        return (*self.changing, *self.sealed)

    @property
    def recorded(self) -> tuple[str, ...]:
        """Columns of which each change is a statement of its own."""
        return tuple(name for name in (*self.changing, *self.sealed_later) if name not in self.itself)

    @property
    def lasting(self) -> tuple[str, ...]:
        """Personal columns that never change, but for an erasure or a return."""
        return tuple(name for name in self.sealed if name not in self.sealed_later)


def _stated(table: type[SQLModel], at: str, **columns: str) -> Stated:
    words: dict[str, Any] = {
        key: value if key in ("owner", "settled", "told_in") else tuple(value.split()) for key, value in columns.items()
    }
    return Stated(table, at, **words)


# In the order in which they are read: a row stands before those that speak of it, where both are new.
STATED: tuple[Stated, ...] = (
    _stated(
        Organisation,
        "",
        fixed="changes_kept_since",
        changing="name slack_team_id forget_after_months warn_days_before open_calls terms_kept_since checkpoint_channel",
        left="erasure_key",  # a secret
        owner="id",
    ),
    _stated(
        Team,
        "",
        changing="name channel zone digest_at editions agents_group leads_group",
        left="group_fault daily_since",
    ),
    _stated(
        Agent,
        "",
        fixed="slack_user_id",
        changing="role team_id zone shift_from shift_until is_active deactivated_at paused_at paused_by extension",
        # what people choose for themselves
        left="name paused_because reminders language locale locale_read_at dial_with desk desk_message admin_since",
    ),
    _stated(EarlierTeam, "until", fixed="agent_id team_id until"),
    _stated(OwnOutcome, "", changing="name key counts_as questions retired_at"),
    _stated(
        Campaign,
        "",
        changing="name purpose sector principal subject country house_pack caller_role authorised_for codes"
        " is_number_shown is_active starts_on ends_on caller_numbers",
        left="priority script outcomes own_buttons own_outcomes card_details card_links",  # what cards look like
    ),
    _stated(
        EarlierTerms,
        "",
        fixed="campaign_id purpose sector caller_role authorised_for codes is_number_shown house_pack until changed_by",
        left="country caller_numbers",  # each change of these is a leaf of the campaign's own
    ),
    _stated(
        HouseRuleProposal,
        "drafted_at",
        fixed="campaign_id limits effective_on zone effective_at drafted_by drafted_at",
        changing="stage proposed_at decided_by decided_at reason",
        ends="decided_at",
        settled="decided_at",
        left="found rehearsed_at is_due taken_at",  # counts of what it would mean, and work under way
    ),
    _stated(
        RedecideRun,
        "",
        fixed="rulebook house_pack started_at is_whole",
        changing="finished_at",
        itself="finished_at",
        left="last_contact_id decided changed taken_at",
        owner="",
    ),
    _stated(
        ContactList,
        "",
        fixed="campaign_id imported_at",
        changing="name source basis is_told_of_calls is_interest_assessed numbers_from paused_at expires_on priority",
    ),
    # Millions come in one file: a leaf says of each that it is there. What a call rested on, its decision says.
    _stated(
        Contact,
        "",
        changing="campaign_id",  # with its list, to another campaign
        itself="campaign_id",
        told_in="listmove contact_id",
        left="list_id person_id number name places zones known_by priority owner_id verdict because rule callable_from"
        " callable_until decided_at decided_by leased_until finished_at finished_because finished_attempt_id added_at",
    ),
    _stated(ListMove, "", fixed="contact_id list_id until"),
    _stated(
        PersonMerge,
        "",
        fixed="campaign_id why source line earlier_line merged_at",
        changing="person_id contact_id says places zones known_by parted_from parted_at parted_by",
        sealed="name reference numbers brought parted_because",
        sealed_later="brought parted_because",
    ),
    _stated(CorrectedLine, "", fixed="line until", changing="person_id", sealed="number"),
    _stated(
        CorrectedPlace,
        "until",
        fixed="places zones until corrected_by",
        changing="contact_id known_by",  # a bundle of before the latter was added says without it what never changes
        sealed="said",
    ),
    _stated(
        ReopenedNumber,
        "",
        fixed="closed_at closed_because attempt_id reopened_at",
        changing="person_id",
        sealed="number",
    ),
    _stated(
        Screening,
        "recorded_at",
        fixed="register_name obtained_at is_listed listed_on campaign_id recorded_at",
        sealed="number",
    ),
    _stated(
        Consent,
        "recorded_at",
        fixed="principal kind given_at is_proved is_third_party is_express from_creditor recorded_at",
        changing="person_id ends_at first_used_at withdrawn_at withdrawal_recorded_at",
        ends="withdrawal_recorded_at",
        never="ends_at",
        itself="first_used_at",
        sealed="number wording source",
    ),
    _stated(Withdrawal, "", fixed="principal kind at recorded_at", changing="person_id"),
    _stated(
        Relationship,
        "recorded_at",
        fixed="principal kind from_on recorded_at",
        changing="person_id ended_on is_related is_opt_out_offered end_recorded_at",
        ends="end_recorded_at",
    ),
    _stated(CallRequest, "recorded_at", fixed="principal at due_at is_complete recorded_at", changing="person_id"),
    _stated(
        PersonalHours,
        "",
        fixed="blocked_days blocked_from blocked_until source at recorded_at",
        changing="person_id ends_on",
    ),
    _stated(
        Lease,
        "offered_at",
        fixed="offered_at callback_id",
        changing="contact_id person_id agent_id lawful_until ended_at ended_because release_reason",
        ends="ended_at",
        sealed="number release_words",
        sealed_later="release_words",
        itself="lawful_until ended_at ended_because release_reason release_words",
        left="stage leased_until",
    ),  # the attempt and the end say it
    _stated(
        DecisionRecord,
        "at",
        fixed="campaign_id agent_id lease_id asked_for at verdict callable_from lawful_until rulebook house_pack",
        changing="contact_id",
        sealed="findings facts",
    ),
    _stated(
        Attempt,
        "opened_at",
        fixed="number_kind campaign_id principal subject agent_id lease_id direction channel opened_at found_at",
        changing="contact_id person_id closed_at state outcome own_outcome_id",
        itself="closed_at state outcome own_outcome_id",
        sealed="number",
        left="chased_at",
    ),
    _stated(SharedAttempt, "", fixed="attempt_id", changing="person_id"),
    _stated(
        OutcomeRecord,
        "recorded_at",
        fixed="attempt_id outcome recorded_at recorded_by own_outcome_id own_name is_typed supersedes_id",
        changing="taken_back_at",
        ends="taken_back_at",
        sealed="note answers",
        sealed_later="note answers",
    ),
    _stated(
        Suppression,
        "",
        fixed="principal source reason since recorded_by told_by attempt_id",
        changing="person_id until withdrawn_at withdrawn_because",
        ends="withdrawn_at",
        never="until",
        sealed="number note",
    ),
    _stated(
        MistakenStop,
        "asked_at",
        fixed="suppression_id asked_by asked_at",
        changing="is_withdrawn decided_by decided_at",
        ends="decided_at",
        settled="decided_at",
        sealed="reason",
    ),
    _stated(
        Hold,
        "",
        fixed="placed_at placed_by attempt_id",
        changing="contact_id lifted_at lifted_by is_taken_back",
        ends="lifted_at",
        sealed="reason note lifted_because",
        sealed_later="lifted_because",
    ),
    _stated(
        Override,
        "approved_at",
        fixed="rule reason approved_at approved_by until",
        changing="contact_id",
        sealed="words",
    ),
    _stated(
        Callback,
        "",
        fixed="principal asked_at is_hour_named attempt_id",
        # its end may be corrected to an earlier call: that correction is a statement, with its author and moment
        changing="contact_id person_id agent_id due_at closed_at closed_because closed_attempt_id",
        left="told_at told_of told_until unheard_by ahead_taken_at ahead_told_at",
    ),
    _stated(
        PhoneCall,
        "",
        fixed="system direction started_at ended_at ring_seconds result found_at",
        changing="person_id agent_id attempt_id",
        sealed="key number",
        sealed_later="key",
        itself="person_id agent_id attempt_id key",  # worked out anew with each file
    ),
    _stated(
        CallRecords,
        "",
        fixed="system",
        changing="first_call_at last_call_at read_at skew_seconds",
        itself="first_call_at last_call_at read_at skew_seconds",
    ),
    _stated(
        DigestRun,
        "",
        fixed="team_id on_date edition",
        changing="posted_at message_ts",
        sealed="content",
        sealed_later="content",
        left="taken_at",
    ),
    _stated(
        RetentionRun,
        "",
        fixed="on_date months",
        changing="finished_at people notes",
        settled="finished_at",
        itself="finished_at people notes",
        left="taken_at",
    ),
    _stated(RecordedChange, "at", fixed="at changed_by table_name row_id before after"),
    _stated(Erasure, "at", fixed="at erased_by people numbers rows stops"),
)

BY_NAME = {one.name: one for one in STATED}
# Tables of which retention forgets words and names, beside the erasures that people ask for.
FORGOTTEN = (OutcomeRecord, PersonMerge)
