"""Answers about a file shared in Slack on its way to an imported list."""

from dataclasses import dataclass
from enum import StrEnum

from bot.services.answers.lists import ImportReport, ListPreview, Meaning
from bot.services.answers.reconciliation import Reconciled
from bot.services.answers.registers import NOT_SAID, FileUse, ScreeningReport, SuppressionReport


class Stage(StrEnum):
    """Where a shared file stands."""

    READING = "reading"  # to be read, or being read
    ASKING = "asking"  # waits for its campaign, or for what it is
    SHOWN = "shown"  # its preview waits for the person
    IMPORTING = "importing"  # to be imported, or being imported
    IMPORTED = "imported"
    FAILED = "failed"


class NotImported(StrEnum):
    """Why a file was not read or imported, beside `ports.Unread`."""

    REFUSED = "refused"  # it is no list; `reason` says why
    NO_ROOM = "no_room"  # the machine has no disk space for it
    NO_CAMPAIGN = "no_campaign"  # the person has no campaign to import it into
    CAMPAIGN_GONE = "campaign_gone"
    OTHER_CLOCK = "other_clock"  # its times are of another time zone; `reason`: minutes, below 0 if they are earlier
    ORDER_OF_DAYS = "order_of_days"  # its dates have two readings; `reason`: the line of one
    BROKE = "broke"  # the bot's own fault, several times


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """A message in a person's direct messages. Without `ts` it is not posted yet."""

    slack_user_id: str
    channel: str = ""
    ts: str = ""


# The columns of call records, each by its heading, with what it means: a word of `reconcile.CALL_COLUMNS`, or nothing.
CallColumns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListFileView:
    """What the one message about a shared file shows.

    `done` of `total`: bytes while it is downloaded, rows (`is_in_rows`) while it is checked or imported, stored numbers
    (`is_in_numbers`) while they are screened; `total` 0: not begun.
    """

    file_id: int
    name: str
    stage: Stage
    campaign_id: int = 0
    campaign: str = ""
    campaigns: tuple[tuple[int, str], ...] = ()  # those the person may choose, by id
    because: str = ""  # a word of `NotImported` or `ports.Unread`
    reason: str = ""
    done: int = 0
    total: int = 0
    is_in_rows: bool = False
    preview: ListPreview | None = None
    report: ImportReport | None = None
    has_columns: bool = False  # whether its headings are known, so that they can be corrected
    begun_before: bool = False  # an interrupted import: its report counts contacts stored before as known
    is_waiting: bool = False  # another file is being read first
    is_late: bool = False  # nothing of it has come from Slack for seconds
    use: FileUse = NOT_SAID
    register_names: tuple[str, ...] = ()  # of the use, or of what it looks like
    reports: tuple[ScreeningReport | SuppressionReport, ...] = ()  # of a register's file, or the own list, or previews
    is_in_numbers: bool = False
    zone: str = ""  # of the sender's team: how call records are read unless they say otherwise
    calls: Reconciled | None = None  # what call records say, or would say
    call_columns: CallColumns = ()  # of call records whose system is not known, until a person says
    is_own_list: bool = False  # its import made a list, which its sender may withdraw, instead of joining another


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column of the file."""

    heading: str
    meaning: Meaning
    is_asked: bool = False  # the file raises a question about it, which a person answers: `meaning` is what is offered
    has_two_orders: bool = False  # its dates have two readings
