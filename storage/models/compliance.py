"""What protects people from calls and proves it: suppressions, holds, overrides, stored decisions and erasures."""

from datetime import datetime
from typing import Any

from sqlmodel import JSON, Field, Index, UniqueConstraint

from policy.vocabulary import SuppressionSource, Verdict
from storage.models.columns import About, OrganisationRow, Signed, column, word_of


class Suppression(OrganisationRow, table=True):
    """One statement that a number or a person must not be called. All statements in force apply together.

    Append-only: ends by `withdrawn_at` or by its own `until`.
    """

    __signed__ = Signed(ends="withdrawn_at")
    __about__ = About("Stops: do-not-call requests", 130, "person_id", "number")
    __table_args__ = (
        Index("suppression_number", "organisation_id", "number"),
        Index("suppression_person", "organisation_id", "person_id"),
        Index("suppression_recorded", "recorded_by", "since"),  # the opt-outs an agent recorded in a day
    )

    number: str = column(default="", personal="hash", signed=True)
    person_id: int | None = column(default=None, foreign_key="person.id", signed="changing")
    principal: str = column(default="", personal="keep", signed=True)  # empty: every principal of the organisation
    source: SuppressionSource = column(sa_type=word_of(SuppressionSource), personal="keep", signed=True)
    reason: str = column(default="do_not_call", personal="keep", signed=True)  # a StopFact reason
    note: str = column(default="", personal="empty", signed=True)
    since: datetime = column(signed=True)
    until: datetime | None = column(default=None, signed="never")
    recorded_by: int | None = column(default=None, foreign_key="agent.id", signed=True)
    # Slack user id of the person who said so, if they do not use Nextcall; also empty for an imported list
    told_by: str = column(default="", is_later=True, personal="keep", signed=True)
    attempt_id: int | None = column(default=None, foreign_key="attempt.id", index=True, signed=True)
    withdrawn_at: datetime | None = column(default=None, signed="changing")
    withdrawn_because: str = column(default="", personal="keep", signed="changing")


class MistakenStop(OrganisationRow, table=True):
    """One admin's claim that a stop was a mistake or came with a wrong file, and what a second person decided."""

    __signed__ = Signed(at="asked_at", ends="decided_at", settled="decided_at")
    __about__ = About("Stops that an admin called a mistake", 140, "suppression_id")

    suppression_id: int = column(foreign_key="suppression.id", index=True, signed=True)
    reason: str = column(personal="empty", signed=True)
    asked_by: str = column(personal="keep", signed=True)  # a Slack user id; "command line"
    asked_at: datetime = column(signed=True)
    is_withdrawn: bool = column(default=False, signed="changing")  # the second person agreed, and the stop ended
    decided_by: str = column(default="", personal="keep", signed="changing")  # as `asked_by`; empty: nobody yet
    decided_at: datetime | None = column(default=None, signed="changing")


class Hold(OrganisationRow, table=True):
    """One statement that a contact waits for a team lead to lift it."""

    __signed__ = Signed(ends="lifted_at")
    __about__ = About("Holds", 150, "contact_id")

    contact_id: int = column(foreign_key="contact.id", index=True, signed="changing")
    # an outcome, by which rules go and which stays, or a team lead's own words
    reason: str = column(personal="rewrite", signed=True)
    placed_at: datetime = column(signed=True)
    placed_by: int | None = column(default=None, foreign_key="agent.id", signed=True)  # None: an imported list says so
    # of a list: its file and column, and the key of a text
    note: str = column(default="", is_later=True, personal="empty", signed=True)
    attempt_id: int | None = column(default=None, foreign_key="attempt.id", index=True, signed=True)
    lifted_at: datetime | None = column(default=None, signed="changing")
    lifted_by: int | None = column(default=None, foreign_key="agent.id", signed="changing")
    lifted_because: str = column(default="", personal="empty", signed="changing")
    # ended with the outcome that placed it, not by a team lead: other statements about the person stand
    is_taken_back: bool = column(default=False, is_later=True, signed="changing")


class Override(OrganisationRow, table=True):
    """An approval that one rule gives way for one contact, for a reason that the rule allows. Never changed."""

    __signed__ = Signed(at="approved_at")
    __about__ = About("Overrides of a rule", 160, "contact_id")
    __table_args__ = (Index("override_day", "organisation_id", "approved_at"),)

    contact_id: int = column(foreign_key="contact.id", index=True, signed="changing")
    rule: str = column(personal="keep", signed=True)
    reason: str = column(personal="keep", signed=True)  # one that the rule lists
    words: str = column(personal="empty", signed=True)
    approved_at: datetime = column(signed=True)
    approved_by: int = column(foreign_key="agent.id", signed=True)
    until: datetime | None = column(default=None, signed=True)  # None: good for one call


class DecisionRecord(OrganisationRow, table=True):
    """One decision that handed out a contact, allowed Call, or refused it. `facts` suffice to replay it."""

    __signed__ = Signed(at="at")
    __about__ = About("Decisions whether a call was lawful", 270, "contact_id")
    __tablename__ = "decision"
    __table_args__ = (Index("decision_day", "organisation_id", "at"), Index("decision_contact", "contact_id", "at"))

    contact_id: int | None = column(default=None, foreign_key="contact.id", signed="changing")
    campaign_id: int | None = column(default=None, foreign_key="campaign.id", signed=True)
    agent_id: int | None = column(default=None, foreign_key="agent.id", signed=True)
    lease_id: int | None = column(default=None, foreign_key="lease.id", index=True, signed=True)
    asked_for: str = column(personal="keep", signed=True)  # hand_out | call | callback
    at: datetime = column(signed=True)
    verdict: Verdict = column(sa_type=word_of(Verdict), personal="keep", signed=True)
    callable_from: datetime | None = column(default=None, signed=True)
    lawful_until: datetime | None = column(default=None, signed=True)
    rulebook: str = column(personal="keep", signed=True)
    house_pack: str = column(default="", personal="keep", signed=True)
    findings: list[dict[str, Any]] = column(default_factory=list, personal="rewrite", signed=True)
    # template and values of each finding, to say it in other languages; None: said in English alone
    sentences: list[str] | None = column(default=None, sa_type=JSON, personal="rewrite", exported=False, signed=False)
    facts: dict[str, Any] = column(default_factory=dict, personal="rewrite", signed=True)


class Erasure(OrganisationRow, table=True):
    """One erasure at a person's request. Never changed."""

    __signed__ = Signed(at="at")
    __about__ = "counts, and the admin who erased"

    at: datetime = column(signed=True)
    erased_by: str = column(signed=True)  # Slack user id of the admin; empty: on the server's command line
    people: int = column(signed=True)
    numbers: int = column(signed=True)  # replaced by their hash
    rows: int = column(signed=True)  # from which something was removed
    stops: int = column(signed=True)  # that stay in force


class ErasedKey(OrganisationRow, table=True):
    """The keyed hash of something by which a list would name an erased person again."""

    __signed__ = "hashes; the erasure is a statement"
    __about__ = "hashes, left by erasures"
    __table_args__ = (
        UniqueConstraint("organisation_id", "hashed"),
        Index("erasedkey_person", "person_id"),  # a person erased again by another number
    )

    erasure_id: int = Field(foreign_key="erasure.id")
    kind: str  # number | reference | name: the name at a number that others share
    hashed: str  # HMAC-SHA-256 under the organisation's key
    person_id: int | None = Field(default=None, foreign_key="person.id")  # of a reference or name; None: a number
