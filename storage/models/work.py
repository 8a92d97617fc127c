"""Campaigns, their lists, the people on them and their numbers."""

from datetime import date, datetime

from sqlalchemy import false as sql_false
from sqlmodel import JSON, Column, Field, Index, SQLModel, UniqueConstraint, text

from policy.vocabulary import Purpose, Verdict
from storage.models.columns import EMPTY, ZERO, OrganisationRow, partial_index, word_of

# Statements that are to use the index must repeat these words: SQLite compares the text.
WAITING = "finished_at IS NULL AND callable_from IS NOT NULL AND leased_until IS NULL"


class Campaign(OrganisationRow, table=True):
    """A purpose for calling. Its fields decide which law applies; no rules are picked by hand."""

    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: str
    purpose: Purpose = Field(sa_type=word_of(Purpose))
    sector: str = ""
    principal: str  # the client on whose behalf the calls are made
    subject: str = ""
    country: str  # ISO 3166: how numbers without a country code are read
    priority: int = 2  # 0 first .. 4 last
    house_pack: str = ""  # empty: the organisation's default
    caller_role: str = "creditor"
    authorised_for: str = ""  # space-separated sectors
    codes: str = ""  # space-separated codes adhered to
    is_number_shown: bool | None = None
    # the numbers that agents show when they call for it: E.164, separated by spaces; empty: not stated
    caller_numbers: str = Field(default="", sa_column_kwargs=EMPTY)
    script: str = ""
    # the outcomes its cards offer, separated by spaces; empty: all
    outcomes: str = Field(default="", sa_column_kwargs=EMPTY)
    # ids of own outcomes that its cards offer, in order, separated by spaces: as buttons, and first in the menu
    own_buttons: str = Field(default="", sa_column_kwargs=EMPTY)
    own_outcomes: str = Field(default="", sa_column_kwargs=EMPTY)
    # headings of its lists whose cells stand on its cards, one a line; and those of them that are links
    card_details: str = Field(default="", sa_column_kwargs=EMPTY)
    card_links: str = Field(default="", sa_column_kwargs=EMPTY)
    is_active: bool = True
    # the first and the last day on which people are called for it, each where the person is; None: no limit
    starts_on: date | None = None
    ends_on: date | None = None


class EarlierTerms(OrganisationRow, table=True):
    """What a campaign said of itself until it was changed. Earlier calls rested on this."""

    __table_args__ = (Index("earlierterms_campaign", "campaign_id"),)

    campaign_id: int = Field(foreign_key="campaign.id")
    purpose: Purpose = Field(sa_type=word_of(Purpose))  # from here on as on the campaign
    sector: str
    caller_role: str
    authorised_for: str
    codes: str
    is_number_shown: bool | None = None
    house_pack: str
    # empty on rows of before they were kept
    country: str = Field(default="", sa_column_kwargs=EMPTY)
    caller_numbers: str = Field(default="", sa_column_kwargs=EMPTY)
    until: datetime
    changed_by: str  # a Slack user id; "command line"


class CampaignTeam(SQLModel, table=True):
    """Which teams work a campaign."""

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    team_id: int = Field(foreign_key="team.id", primary_key=True)


class ContactList(OrganisationRow, table=True):
    """Contacts imported together, with their source."""

    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    name: str
    source: str  # the file's name
    imported_at: datetime
    # consent | legitimate_interest | contract: legal basis for using the data; empty: not stated
    basis: str = Field(default="", sa_column_kwargs=EMPTY)
    # people were told when their number was collected that they would be called
    is_told_of_calls: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})
    # a legitimate-interest assessment is on record
    is_interest_assessed: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})
    # given | directory | public | bought | referral | random; empty: not stated
    numbers_from: str = Field(default="", sa_column_kwargs=EMPTY)
    paused_at: datetime | None = None  # set: none of its contacts is handed out until the pause ends
    expires_on: date | None = None  # the last day on which it is worked, where its campaign's first team is
    priority: int | None = None  # 0 first .. 4 last; None: the campaign's, or the rows' own


class ContactDetails(OrganisationRow, table=True):
    """What else a list says of a person, for one campaign: its other columns. Personal, like the name."""

    __table_args__ = (UniqueConstraint("campaign_id", "person_id"), Index("contactdetails_person", "person_id"))

    campaign_id: int = Field(foreign_key="campaign.id")
    person_id: int = Field(foreign_key="person.id")
    cells: str = ""  # a JSON object, text by heading; empty: forgotten


class ListMapping(OrganisationRow, table=True):
    """What a person said the columns of a file mean, for the next file with the same headings."""

    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: str
    headings: str  # what files with the same headings, in any order, have in common
    columns: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # heading, meaning
    saved_at: datetime


class Person(OrganisationRow, table=True):
    """A human being who may be called, on any lists and numbers.

    Two rows are the same person when they have the same reference (the customer's number in the organisation's own
    system) or, without one, the same folded name on the same number. `key` holds whichever was used.
    """

    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    key: str
    name: str


class PersonNumber(OrganisationRow, table=True):
    """A number at which a person may be reached, until it proves dead or another person's."""

    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", "number"),
        # numbers that an outcome closed, which its undo opens again: few of many
        partial_index("personnumber_closed_by", "closed_attempt_id", where=text("closed_attempt_id IS NOT NULL")),
    )

    person_id: int = Field(foreign_key="person.id")
    number: str = Field(index=True)  # E.164
    rank: int = 0  # the lowest is called first
    kind: str = ""  # mobile | home | work
    line: str = "consumer"  # consumer | business
    known_since: datetime | None = None  # when the list that brought it was imported; None: unknown
    closed_at: datetime | None = None
    closed_because: str = ""  # not_in_service | wrong_number
    closed_attempt_id: int | None = Field(default=None, foreign_key="attempt.id")  # the attempt whose outcome closed it


class CorrectedLine(OrganisationRow, table=True):
    """The kind of line a person's number counted as until a list corrected it. Earlier calls rested on this kind."""

    __table_args__ = (Index("correctedline_person", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    number: str  # E.164
    line: str  # consumer | business | company
    until: datetime


class ListMove(OrganisationRow, table=True):
    """The list a contact was on until a later list had better facts. Earlier calls rested on this list."""

    __table_args__ = (Index("listmove_contact", "contact_id"),)

    contact_id: int = Field(foreign_key="contact.id")
    list_id: int = Field(foreign_key="contactlist.id")
    until: datetime


class CorrectedPlace(OrganisationRow, table=True):
    """Where a contact counted as being until an agent corrected it. Earlier calls rested on this."""

    __table_args__ = (Index("correctedplace_contact", "contact_id"),)

    contact_id: int = Field(foreign_key="contact.id")
    places: str  # as on the contact
    zones: str
    known_by: str = Field(default="", sa_column_kwargs=EMPTY)
    until: datetime
    corrected_by: int = Field(foreign_key="agent.id")
    said: str  # what the agent wrote of the new place


class ReopenedNumber(OrganisationRow, table=True):
    """A person's number that was closed by an outcome later taken back. Decisions in between knew it as closed."""

    __table_args__ = (Index("reopenednumber_person", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    number: str  # E.164
    closed_at: datetime
    closed_because: str  # not_in_service | wrong_number
    attempt_id: int = Field(foreign_key="attempt.id")  # the attempt whose outcome had closed it
    reopened_at: datetime


class Contact(OrganisationRow, table=True):
    """One person in one list: one row.

    `verdict`, `because`, `callable_from` and `callable_until` cache the last decision, as a sieve for the hand-out and
    for counts; they never decide whether a call is lawful. [callable_from, callable_until) is the next window in which
    a call may be lawful. `leased_until` caches the lease in force; only leases decide who holds the contact.
    """

    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        # hand-out by campaign, priority and window; contacts that are finished, leased or without a window leave the
        # index
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

    campaign_id: int = Field(foreign_key="campaign.id")
    list_id: int = Field(foreign_key="contactlist.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    number: str | None = Field(default=None, index=True)  # the person's first open number; None: none left
    name: str
    places: str = ""  # space-separated ISO 3166 codes, every candidate; empty: unknown
    zones: str = ""  # space-separated IANA names, every candidate; empty: unknown
    # the places and zones that each source points to, the strongest source first, also what others overrule, as in
    # `postcode=US-CO;America/Denver number=US;America/New_York`; empty: not recorded
    known_by: str = Field(default="", sa_column_kwargs=EMPTY)
    priority: int = 2  # 0 first .. 4 last; the campaign's unless the list row has its own
    owner_id: int | None = Field(default=None, foreign_key="agent.id")
    verdict: Verdict = Field(default=Verdict.HELD, sa_type=word_of(Verdict))
    because: str = ""  # the strictest finding's sentence
    rule: str = ""  # and its rule
    callable_from: datetime | None = None
    callable_until: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int = Field(default=0, sa_column_kwargs=ZERO)  # key of the rules that decided it; 0: unknown
    leased_until: datetime | None = None
    finished_at: datetime | None = None
    finished_because: str = ""  # the final outcome
    finished_attempt_id: int | None = None  # its attempt; no foreign key, which would close a circle of tables
    added_at: datetime | None = None  # when it came to its campaign; None: unknown, with its list or later
