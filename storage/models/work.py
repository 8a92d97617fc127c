"""Campaigns, their lists, the people on them, whom a list may merge, and their numbers; the list of a call, as SQL."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Field, Index, UniqueConstraint, col, text

from policy.vocabulary import Purpose, Verdict
from storage.models.calls import Attempt
from storage.models.columns import About, OrganisationRow, Row, Signed, column, partial_index, word_of

# Statements that are to use the index must repeat these words: SQLite compares the text.
WAITING = "finished_at IS NULL AND callable_from IS NOT NULL AND leased_until IS NULL"


class Campaign(OrganisationRow, table=True):
    """A purpose for calling. Its fields decide which law applies; no rules are picked by hand."""

    __signed__ = Signed()
    __about__ = "the business"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: str = column(signed="changing")
    purpose: Purpose = column(sa_type=word_of(Purpose), signed="changing")
    sector: str = column(default="", signed="changing")
    principal: str = column(signed="changing")  # the client on whose behalf the calls are made
    subject: str = column(default="", signed="changing")
    country: str = column(signed="changing")  # ISO 3166: how numbers without a country code are read
    priority: int = column(default=2, signed=False)  # 0 first .. 4 last
    house_pack: str = column(default="", signed="changing")  # empty: the organisation's default
    caller_role: str = column(default="creditor", signed="changing")
    authorised_for: str = column(default="", signed="changing")  # space-separated sectors
    codes: str = column(default="", signed="changing")  # space-separated codes adhered to
    is_number_shown: bool | None = column(default=None, signed="changing")
    # the numbers that agents show when they call for it: E.164, separated by spaces; empty: not stated
    caller_numbers: str = column(default="", is_later=True, signed="changing")
    script: str = column(default="", signed=False)
    # the outcomes its cards offer, separated by spaces; empty: all
    outcomes: str = column(default="", is_later=True, signed=False)
    # ids of own outcomes that its cards offer, in order, separated by spaces: as buttons, and first in the menu
    own_buttons: str = column(default="", is_later=True, signed=False)
    own_outcomes: str = column(default="", is_later=True, signed=False)
    # headings of its lists whose cells stand on its cards, one a line; and those of them that are links
    card_details: str = column(default="", is_later=True, signed=False)
    card_links: str = column(default="", is_later=True, signed=False)
    is_active: bool = column(default=True, signed="changing")
    # the first and the last day on which people are called for it, each where the person is; None: no limit
    starts_on: date | None = column(default=None, signed="changing")
    ends_on: date | None = column(default=None, signed="changing")
    # since a change of what decides: the windows of its contacts up to this id are closed; None: of all
    closed_upto: int | None = column(default=None, signed=False)


class EarlierTerms(OrganisationRow, table=True):
    """What a campaign said of itself until it was changed. Earlier calls rested on this."""

    __signed__ = Signed()
    __about__ = "the business"
    __table_args__ = (Index("earlierterms_campaign", "campaign_id"),)

    campaign_id: int = column(foreign_key="campaign.id", signed=True)
    purpose: Purpose = column(sa_type=word_of(Purpose), signed=True)  # from here on as on the campaign
    sector: str = column(signed=True)
    caller_role: str = column(signed=True)
    authorised_for: str = column(signed=True)
    codes: str = column(signed=True)
    is_number_shown: bool | None = column(default=None, signed=True)
    house_pack: str = column(signed=True)
    # empty on rows of before they were kept; each change of these is a leaf of the campaign's own
    country: str = column(default="", is_later=True, signed=False)
    caller_numbers: str = column(default="", is_later=True, signed=False)
    until: datetime = column(signed=True)
    changed_by: str = column(signed=True)  # a Slack user id; "command line"


class CampaignTeam(Row, table=True):
    """Which teams work a campaign."""

    __signed__ = "who works a campaign now"
    __about__ = "the business"

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    team_id: int = Field(foreign_key="team.id", primary_key=True)


class ContactList(OrganisationRow, table=True):
    """Contacts imported together, with their source."""

    __signed__ = Signed()
    __about__ = "a file's name and its legal basis"

    campaign_id: int = column(foreign_key="campaign.id", index=True, signed=True)
    name: str = column(signed="changing")
    source: str = column(signed="changing")  # the file's name
    imported_at: datetime = column(signed=True)
    # consent | legitimate_interest | contract: legal basis for using the data; empty: not stated
    basis: str = column(default="", is_later=True, signed="changing")
    # people were told when their number was collected that they would be called
    is_told_of_calls: bool = column(default=False, is_later=True, signed="changing")
    # a legitimate-interest assessment is on record
    is_interest_assessed: bool = column(default=False, is_later=True, signed="changing")
    # given | directory | public | bought | referral | random; empty: not stated
    numbers_from: str = column(default="", is_later=True, signed="changing")
    # set: none of its contacts is handed out until the pause ends
    paused_at: datetime | None = column(default=None, signed="changing")
    # the last day on which it is worked, where its campaign's first team is
    expires_on: date | None = column(default=None, signed="changing")
    # 0 first .. 4 last; None: the campaign's, or the rows' own
    priority: int | None = column(default=None, signed="changing")


class ListWithdrawal(OrganisationRow, table=True):
    """One withdrawal of a list: none of the contacts that it had by then is handed out until it is taken up again."""

    __signed__ = Signed(at="at", ends="taken_up_at")
    __about__ = "a list, and why an admin withdrew it"

    list_id: int = column(foreign_key="contactlist.id", index=True, signed=True)
    at: datetime = column(signed=True)
    because: str = column(signed=True)  # as the contacts keep it
    taken_up_at: datetime | None = column(default=None, signed="changing")


class ContactDetails(OrganisationRow, table=True):
    """What else a list says of a person, for one campaign: its other columns. Personal, like the name."""

    __signed__ = "cells of a list"
    __about__ = About("What else lists say of the person", 40, "person_id")
    __table_args__ = (UniqueConstraint("campaign_id", "person_id"), Index("contactdetails_person", "person_id"))

    campaign_id: int = Field(foreign_key="campaign.id")
    person_id: int = Field(foreign_key="person.id")
    # a JSON object, text by heading; empty: forgotten
    cells: str = column(default="", personal="empty", forgotten=True)


class ListMapping(OrganisationRow, table=True):
    """What a person said the columns of a file mean, for the next file with the same headings."""

    __signed__ = "headings"
    __about__ = "headings of files, and what people said they mean; of notes only hashes"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: str
    headings: str  # what files with the same headings, in any order, have in common
    columns: dict[str, str] = column(default_factory=dict)  # heading, meaning
    saved_at: datetime


class Person(OrganisationRow, table=True):
    """A human being who may be called, on any lists and numbers.

    Two rows are the same person when they have the same reference (the customer's number in the organisation's own
    system) or, without one, the same folded name on the same number. `key` holds whichever was used.
    """

    __signed__ = "a name; what is said of the person is in other tables"
    __about__ = About("Person", 10, "id")
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    key: str = column(personal="empty", forgotten=True)
    name: str = column(personal="empty", forgotten=True)


class PersonNumber(OrganisationRow, table=True):
    """A number at which a person may be reached, until it proves dead or another person's."""

    __signed__ = "a name's numbers; those that were called or stopped are in other tables"
    __about__ = About("Telephone numbers", 20, "person_id", "number")
    __table_args__ = (UniqueConstraint("organisation_id", "person_id", "number"),)

    person_id: int = Field(foreign_key="person.id")
    number: str = column(index=True, personal="hash")  # E.164
    rank: int = 0  # the lowest is called first
    kind: str = column(default="", personal="keep")  # mobile | home | work
    line: str = column(default="consumer", personal="keep")  # consumer | business
    known_since: datetime | None = None  # when the list that brought it was imported; None: unknown
    closed_at: datetime | None = None
    closed_because: str = column(default="", personal="keep")  # an outcome that closes numbers
    closed_attempt_id: int | None = Field(default=None, foreign_key="attempt.id")  # the attempt whose outcome closed it


class CorrectedLine(OrganisationRow, table=True):
    """The kind of line a person's number counted as until a list corrected it. Earlier calls rested on this kind."""

    __signed__ = Signed()
    __about__ = About("Corrected kinds of line", 230, "person_id")
    __table_args__ = (Index("correctedline_person", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    number: str = column(personal="hash", signed=True)  # E.164
    line: str = column(personal="keep", signed=True)  # consumer | business | company
    until: datetime = column(signed=True)


class ListMove(OrganisationRow, table=True):
    """The list a contact was on until a later list had better facts. Earlier calls rested on this list."""

    __signed__ = Signed()
    __about__ = About("Earlier lists", 250, "contact_id")
    __table_args__ = (Index("listmove_contact", "contact_id"),)

    contact_id: int = column(foreign_key="contact.id", signed=True)
    list_id: int = column(foreign_key="contactlist.id", signed=True)
    until: datetime = column(signed=True)


class CorrectedPlace(OrganisationRow, table=True):
    """Where a contact counted as being until an agent corrected it. Earlier calls rested on this."""

    __signed__ = Signed(at="until")
    __about__ = About("Corrected places", 260, "contact_id")
    __table_args__ = (Index("correctedplace_contact", "contact_id"),)

    contact_id: int = column(foreign_key="contact.id", signed="changing")
    places: str = column(personal="keep", signed=True)  # as on the contact
    zones: str = column(personal="keep", signed=True)
    # "changing", though nothing changes it: bundles of before it was added say without it what never changes
    known_by: str = column(default="", is_later=True, personal="keep", signed="changing")
    until: datetime = column(signed=True)
    corrected_by: int = column(foreign_key="agent.id", signed=True)
    said: str = column(personal="empty", signed=True)  # what the agent wrote of the new place


class ReopenedNumber(OrganisationRow, table=True):
    """A person's number that was closed by an outcome later taken back. Decisions in between knew it as closed."""

    __signed__ = Signed()
    __about__ = About("Numbers closed and opened again", 240, "person_id")
    __table_args__ = (Index("reopenednumber_person", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    number: str = column(personal="hash", signed=True)  # E.164
    closed_at: datetime = column(signed=True)
    closed_because: str = column(personal="keep", signed=True)  # an outcome that closes numbers
    attempt_id: int = column(foreign_key="attempt.id", signed=True)  # the attempt whose outcome had closed it
    reopened_at: datetime = column(signed=True)


class Contact(OrganisationRow, table=True):
    """One person in one list: one row.

    `verdict`, `because`, `callable_from` and `callable_until` cache the last decision, as a sieve for the hand-out and
    for counts; they never decide whether a call is lawful. [callable_from, callable_until) is the next window in which
    a call may be lawful. `leased_until` caches the lease in force; only leases decide who holds the contact.
    """

    # Millions come in one file: a leaf says of each that it is there. What a call rested on, its decision says.
    __signed__ = Signed(told_in="listmove contact_id")
    __about__ = About("Contacts: the person on lists", 30, "person_id")
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        # hand-out by campaign, priority and window; contacts that are finished, leased or without a window leave it
        partial_index(
            "contact_claim", "campaign_id", "priority", "callable_until", "callable_from", "id", where=text(WAITING)
        ),
        # leased contacts: few of many
        partial_index("contact_leased", "leased_until", where=text("leased_until IS NOT NULL")),
        # counts of closed contacts by reason, and which opens first
        Index("contact_reason", "campaign_id", "verdict", "finished_because", "rule", "callable_from"),
        # the sweep of closed windows
        partial_index(
            "contact_sweep", "callable_until", where=text("finished_at IS NULL AND callable_until IS NOT NULL")
        ),
    )

    campaign_id: int = column(foreign_key="campaign.id", signed="itself")  # it may move there with its list
    list_id: int = column(foreign_key="contactlist.id", signed=False)
    person_id: int = column(foreign_key="person.id", index=True, signed=False)
    # the person's first open number; None: none left
    number: str | None = column(default=None, index=True, personal="hash", signed=False)
    name: str = column(personal="empty", forgotten=True, signed=False)
    # space-separated ISO 3166 codes, every candidate; empty: unknown; kept by an erasure, to judge past calls by them
    places: str = column(default="", personal="keep", signed=False)
    # space-separated IANA names, every candidate; empty: unknown
    zones: str = column(default="", personal="keep", signed=False)
    # the places and zones that each source points to, the strongest source first, also what others overrule, as in
    # `postcode=US-CO;America/Denver number=US;America/New_York`; empty: not recorded
    known_by: str = column(default="", is_later=True, personal="keep", signed=False)
    priority: int = column(default=2, signed=False)  # 0 first .. 4 last; the campaign's unless the list row has its own
    owner_id: int | None = column(default=None, foreign_key="agent.id", signed=False)
    verdict: Verdict = column(default=Verdict.HELD, sa_type=word_of(Verdict), personal="keep", signed=False)
    because: str = column(default="", personal="rewrite", signed=False)  # the strictest finding's sentence
    # its template and values, to say it in other languages
    sentence: str = column(default="", is_later=True, personal="rewrite", exported=False, signed=False)
    rule: str = column(default="", personal="keep", signed=False)  # and its rule
    callable_from: datetime | None = column(default=None, signed=False)
    callable_until: datetime | None = column(default=None, signed=False)
    decided_at: datetime | None = column(default=None, signed=False)
    # key of the rules that decided it; 0: unknown
    decided_by: int = column(default=0, is_later=True, signed=False)
    leased_until: datetime | None = column(default=None, signed=False)
    finished_at: datetime | None = column(default=None, signed=False)
    finished_because: str = column(default="", personal="keep", signed=False)  # the final outcome
    # its attempt; no foreign key, which would close a circle of tables
    finished_attempt_id: int | None = column(default=None, signed=False)
    # when it came to its campaign; None: unknown, with its list or later
    added_at: datetime | None = column(default=None, signed=False)


def list_then() -> ColumnElement[int]:
    """SQL: the list on which the contact of an attempt stood when it was opened. Asks of Attempt and Contact."""
    left = (
        select(col(ListMove.list_id))
        .where(col(ListMove.contact_id) == col(Contact.id), col(ListMove.until) > col(Attempt.opened_at))
        .order_by(col(ListMove.until))
        .limit(1)
        .correlate(Contact, Attempt)
    )
    return func.coalesce(left.scalar_subquery(), col(Contact.list_id))


class PersonMerge(OrganisationRow, table=True):
    """One row of a list, merged into a person on record or named earlier in the file. Only a parting changes it.

    A row that repeats what is on record merges nothing and leaves no statement. `person_id`: whose row it is now; once
    parted, the person it is parted as.
    """

    __signed__ = Signed()
    __about__ = About("Rows of lists taken for the person", 50, "person_id")
    __table_args__ = (
        Index("personmerge_person", "person_id"),
        # what an import must not merge again: few of many
        partial_index("personmerge_parted", "parted_from", where=text("parted_from IS NOT NULL")),
    )

    person_id: int = column(foreign_key="person.id", signed="changing")
    campaign_id: int = column(foreign_key="campaign.id", signed=True)
    # the contact that the row made; None: the person was in the campaign already
    contact_id: int | None = column(default=None, signed="changing")
    why: str = column(personal="keep", signed=True)  # reference | name_and_number
    name: str = column(personal="empty", forgotten=True, signed=True)  # as in the row, as is all that follows
    reference: str = column(personal="empty", forgotten=True, signed=True)
    numbers: str = column(personal="empty", signed=True)  # E.164, space-separated
    brought: str = column(personal="empty", signed="changing")  # those of them that the person did not have before
    places: str = column(personal="keep", signed="changing")
    zones: str = column(personal="keep", signed="changing")
    known_by: str = column(default="", is_later=True, personal="keep", signed="changing")
    source: str = column(personal="keep", signed=True)  # the file's name
    line: int = column(signed=True)
    # the line of the file that named the person first; 0: another file or list did
    earlier_line: int = column(signed=True)
    # whether the row says stops or proofs: alone | together: another row of theirs did at the moment | ""
    says: str = column(personal="keep", signed="changing")
    merged_at: datetime = column(signed=True)
    parted_from: int | None = column(default=None, foreign_key="person.id", signed="changing")
    parted_at: datetime | None = column(default=None, signed="changing")
    parted_by: int | None = column(default=None, foreign_key="agent.id", signed="changing")
    parted_because: str = column(default="", is_later=True, personal="empty", signed="changing")


class SharedAttempt(OrganisationRow, table=True):
    """An attempt that counts for another person too: they were parted, and it is unknown whom it reached."""

    __signed__ = Signed()
    __about__ = About("Calls that may have reached the person or another", 70, "person_id")
    __table_args__ = (
        Index("sharedattempt_person", "organisation_id", "person_id"),
        Index("sharedattempt_attempt", "attempt_id"),
    )

    attempt_id: int = column(foreign_key="attempt.id", signed=True)
    person_id: int = column(foreign_key="person.id", signed="changing")
