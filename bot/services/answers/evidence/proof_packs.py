"""The proof pack: everything on record about one number, and what Nextcall finds in it. It names no person.

A *statement* is one row of the record, in the columns that may be shown. A *review* is what Nextcall works out from the
statements when the pack is made. Times are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from policy import Citation, Finding
from policy.vocabulary import Role, Status, Verdict


@dataclass(frozen=True, slots=True)
class ColumnOpening:
    """Opens what a leaf commits to for one column: SHA-256 of `key` and the text in UTF-8."""

    column: str
    key: bytes
    text: str


@dataclass(frozen=True, slots=True)
class StatementProof:
    """The newest leaf that speaks of a row, and its way to the root of the checkpoint (RFC 9162), nearest first."""

    number: int
    leaf: str
    statement: str  # what a leaf that bundles many rows says of this one by its hash; empty: the leaf itself holds it
    openings: tuple[ColumnOpening, ...]
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PublishedBefore:
    """A checkpoint from a digest or kept by a person, and the proof that the pack's log continues it."""

    size: int
    on: date | None  # the first day on which it was shown; None: on none
    hashed: bytes  # of the last leaf that the log then had
    path: tuple[bytes, ...]  # of that leaf, nearest first


@dataclass(frozen=True, slots=True)
class LogState:
    """The newest checkpoint as a signed note, and the key that verifies it."""

    note: str = ""
    public_key: str = ""
    size: int = 0
    at: datetime | None = None
    fault: str = ""  # empty | key: neither can be given
    published: tuple[PublishedBefore, ...] = ()
    key_changes: tuple[str, ...] = ()  # the notes of checkpoints that name another key, oldest first


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of the record.

    Once joined with the log, `values` are what the leaf commits to, and `beside` the other columns.
    """

    kind: str  # the table's name
    id: int
    at: datetime
    zone: str  # the clock of the person called, IANA; empty: unknown
    values: Mapping[str, Any]  # its columns that may be shown, as JSON holds them, instants in UTC
    left_out: tuple[str, ...] = ()  # columns that hold words or names
    beside: Mapping[str, Any] = field(default_factory=dict)
    proof: StatementProof | None = None
    unproven: str = ""  # why it has no proof: not_stated (the log leaves such rows out) | waiting | differs | no_log

    @property
    def shown(self) -> Mapping[str, Any]:
        """Every column shown, proven or not."""
        return {**self.values, **self.beside}


@dataclass(frozen=True, slots=True)
class Count:
    """What one cap counted when a decision was made: `made` of at most `most` attempts. `limit`: the cap in English."""

    rule: str
    limit: str
    status: Status
    made: int
    most: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """One rule that was asked."""

    rule: str
    pack: str
    title: str
    status: Status
    citation: Citation


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules asked about some decisions. `is_todays_text`: the rulebook that decided is the one in use."""

    rulebook: str
    house_pack: str
    rules: tuple[RuleInForce, ...]
    is_todays_text: bool


@dataclass(frozen=True, slots=True)
class DecisionReview:
    """One stored decision."""

    id: int
    at: datetime
    asked_for: str  # hand_out | call | callback
    verdict: Verdict
    callable_from: datetime | None
    lawful_until: datetime | None
    findings: tuple[Finding, ...]
    lease_id: int | None
    replay: str  # same | different | forgotten | unreadable | no_house_pack
    counts: tuple[Count, ...] = ()
    rule_set: int | None = None  # its place in `ProofPack.rule_sets`; None where the facts are no longer on record

    @property
    def is_yes(self) -> bool:
        return self.verdict is Verdict.CALLABLE


@dataclass(frozen=True, slots=True)
class CallReview:
    """One attempt: the decision that allowed it, and what the audit finds against it."""

    attempt_id: int
    decision_id: int | None  # None: a call off the list, or one that no decision allowed
    is_off_list: bool
    against: tuple[Finding, ...] = ()  # empty: it was lawful
    lacks: tuple[str, ...] = ()  # decision | outcome
    caller_numbers: tuple[str, ...] = ()  # named by the campaign at the call: the agent was to show one of them

    @property
    def is_clean(self) -> bool:
        return not self.against and not self.lacks


@dataclass(frozen=True, slots=True)
class StopReview:
    """How one stop was honoured: every statement of it, such as of the number and of the person, made in one act."""

    suppressions: tuple[int, ...]
    since: datetime
    ended_at: datetime | None
    cards: int  # other cards of the number that agents held when it was recorded
    cards_left: int
    gone_after: timedelta | None  # until the last of them was gone; None: there was none, or one is not gone yet
    said_after: timedelta | None  # from the beginning of the call in which it was said
    attempts_after: tuple[int, ...]  # calls while it was in force

    @property
    def is_honoured(self) -> bool:
        return not self.attempts_after and not self.cards_left


@dataclass(frozen=True, slots=True)
class Campaigned:
    """A campaign, as the pack names it."""

    name: str
    principal: str


@dataclass(frozen=True, slots=True)
class ProofPack:
    """Everything on record about one number, oldest first, as known at `at`."""

    organisation: str
    number: str  # E.164, as asked
    recorded: str  # as on record, where an erased number is its keyed hash
    at: datetime
    zone: str  # the clock of the person called
    erased_at: datetime | None  # set if the number was erased at a person's request
    people: int
    elsewhere: int  # attempts to the same people at other numbers: limits count them too, this pack leaves them out
    rulebook: str
    statements: tuple[Statement, ...]
    decisions: tuple[DecisionReview, ...]
    calls: tuple[CallReview, ...]
    stops: tuple[StopReview, ...]
    rule_sets: tuple[RuleSet, ...]
    agents: Mapping[int, Role] = field(default_factory=dict)  # by id
    campaigns: Mapping[int, Campaigned] = field(default_factory=dict)
    # attempts before this moment are judged by what their campaign said then; None: so are all
    terms_kept_since: datetime | None = None
    log: LogState = LogState(fault="empty")
    signature: str = ""  # by the log's key, of everything else in the pack's JSON; empty: the log has no checkpoint

    def of_kind(self, *kinds: str) -> tuple[Statement, ...]:
        return tuple(one for one in self.statements if one.kind in kinds)

    def unproven(self, *why: str) -> int:
        """How many statements have no proof for one of these reasons."""
        return sum(one.unproven in why for one in self.statements)

    @property
    def proven(self) -> int:
        return sum(one.proof is not None for one in self.statements)

    @property
    def refusals(self) -> tuple[DecisionReview, ...]:
        return tuple(one for one in self.decisions if not one.is_yes)

    @property
    def broken(self) -> int:
        """Calls against which the audit finds something, and stops that were not honoured."""
        return sum(not one.is_clean for one in self.calls) + sum(not one.is_honoured for one in self.stops)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`mood`: plain | faint | good | bad."""

    text: str
    mood: str = "plain"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures at the top of the first page."""

    label: str
    value: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. `note`: a line across the table below it; empty: none."""

    cells: tuple[str, ...]
    note: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    heads: tuple[str, ...]
    widths: tuple[int, ...]  # as shares of the page
    rows: tuple[Row, ...]
    is_of_figures: bool = False  # close rows, with all but the first column to the right


class Text(NamedTuple):
    """`y`: of the line that the letters stand on. `align`: which part of the text is at `x`: left | middle | right."""

    x: float
    y: float
    text: str
    size: int
    colour: str
    align: str = "left"
    is_bold: bool = False


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    colour: str


class Drawing(NamedTuple):
    """`marks`: in the order in which they cover each other."""

    width: int
    height: int
    marks: tuple[Text | Box, ...]


Block = Heading | Paragraph | Figures | Table | Drawing


@dataclass(frozen=True, slots=True)
class Document:
    """`page_of`: the foot of each page, with gaps {page} and {pages}; empty: none. `language`: empty if not known."""

    title: str
    subtitle: str
    language: str
    page_of: str
    blocks: tuple[Block, ...]
