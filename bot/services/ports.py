"""What the services need from outside, and how it can fail. Called only after the commit."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from bot.services.answers.house_rules import ProposalView
from bot.services.answers.intake import ListFileView, MessagePlace
from bot.services.answers.lists import HasFaults
from bot.services.answers.reconciliation import CallFound
from bot.services.answers.reports import Digest


@dataclass(eq=False)
class DeliveryFailed(Exception):
    """A message did not arrive."""

    reason: str
    _: KW_ONLY
    is_permanent: bool  # it never will (the user or channel is gone); otherwise try again later
    retry_after: float = 0.0  # seconds; of one for all, 0 means that an admin must fix something first
    is_for_all: bool = False  # no other message would arrive either, so send none for `retry_after`
    is_unanswered: bool = False  # Slack was out of reach, or failed itself

    @property
    def is_recipient_gone(self) -> bool:
        """Whether this recipient alone can never be reached, so the message may be dropped."""
        return self.is_permanent and not self.is_for_all


class DirectoryUnread(Exception):
    """Slack's directory could not be read. Permanent: not until an admin changes the app or the plan."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


@dataclass(frozen=True, slots=True)
class Member:
    """A Slack user. An empty zone: Slack gives none. A user unknown to Slack is neither a person nor switched off."""

    name: str
    zone: str
    is_person: bool  # neither a bot nor switched off
    is_switched_off: bool


class Directory(Protocol):
    """The members of the workspace, as Slack has them. Each method raises DirectoryUnread."""

    def member(self, slack_user_id: str) -> Member:  # noqa: ARG002
        raise DirectoryUnread("not_connected", is_permanent=False)

    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The active user groups by id, each with its members' Slack user ids."""
        raise DirectoryUnread("not_connected", is_permanent=False)

    def channel_fault(self, channel: str, at: datetime) -> str:  # noqa: ARG002
        """Slack's error code if the app may not post in the channel; empty if it may. `at`: now."""
        raise DirectoryUnread("not_connected", is_permanent=False)


class NoDirectory(Directory):
    """Stands in where Slack is not connected: it knows no members, so nothing changes."""


class Witness(Protocol):
    """Remembers the newest checkpoint of each log outside the database, so that a database put back is noticed."""

    def last(self, origin: str) -> str:
        """The note last kept of the log of this name; empty: none."""
        ...

    def keep(self, origin: str, note: str) -> None: ...

    def others(self, origins: Collection[str]) -> list[str]:
        """The notes last kept of this database's logs of other names: logs that it no longer has."""
        ...


class InMemory:
    """A witness for as long as the process runs."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    def last(self, origin: str) -> str:
        return self._notes.get(origin, "")

    def keep(self, origin: str, note: str) -> None:
        self._notes[origin] = note

    def others(self, origins: Collection[str]) -> list[str]:
        return [note for origin, note in self._notes.items() if origin not in origins]


class LogKeys(Protocol):
    """The private keys that sign logs, kept outside the database: 32 bytes each."""

    def kept(self) -> Sequence[bytes]: ...

    def add(self, private_key: bytes) -> None:
        """Raises OSError."""
        ...

    def drop(self, private_key: bytes) -> None:
        """Raises OSError."""
        ...


class KeysInMemory:
    """Keys for as long as the process runs."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []

    def kept(self) -> Sequence[bytes]:
        return tuple(self._keys)

    def add(self, private_key: bytes) -> None:
        self._keys.append(private_key)

    def drop(self, private_key: bytes) -> None:
        self._keys.remove(private_key)


class Unread(StrEnum):
    """Why a file shared in Slack cannot be read."""

    GONE = "gone"  # deleted, or no longer shared with the app
    HIDDEN = "hidden"  # older than Slack keeps it for this workspace
    ELSEWHERE = "elsewhere"  # a link to a file that another service holds
    TOO_LARGE = "too_large"
    NOT_PERMITTED = "not_permitted"  # the app may not read files: Slack gives its sign-in page instead
    CUT_OFF = "cut_off"  # the download ended before the file did, again and again
    NOT_ANSWERED = "not_answered"  # Slack is away or refuses for now


class FileUnread(Exception):
    """A file shared in Slack cannot be read. `got` and `size`: bytes read of how many."""

    def __init__(self, because: Unread, got: int = 0, size: int = 0) -> None:
        super().__init__(because.value)
        self.because = because
        self.got = got
        self.size = size


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file shared in Slack. `size` in bytes, as Slack tells it; `url` takes the app's token."""

    file_id: str
    name: str
    size: int
    url: str


class SharedFiles(Protocol):
    """The files that people share with the app. Each method raises FileUnread."""

    def described(self, file_id: str) -> SharedFile:  # noqa: ARG002
        raise FileUnread(Unread.NOT_ANSWERED)

    def fetch(self, file: SharedFile, into: BinaryIO, most: int, progress: Callable[[int, int], None]) -> None:  # noqa: ARG002
        """Download the file, at most `most` bytes. `progress` gets the bytes so far and in all; its errors end it."""
        raise FileUnread(Unread.NOT_ANSWERED)


class NoFiles(SharedFiles):
    """Stands in where Slack is not connected."""


class Notifier(Protocol):
    """Messages to people of the organisation. Each method raises DeliveryFailed."""

    def post_digest(self, digest: Digest, chart_png: bytes, evidence_csv: bytes) -> str:
        """Post to the team's channel. Returns Slack's name for the post (its ts)."""

    def knows(self, kind: str) -> bool:
        """Whether there is a screen for messages of this kind."""
        ...

    def tell(self, slack_user_id: str, zone: str, kind: str, values: Mapping[str, Any]) -> None:
        """Tell a person. `kind` names the screen, which is given the values. Sends at once or fails.

        A value `place`: the channel and ts of an earlier message, which says the same from now on.
        Raises ValueError if Slack calls the message too long or malformed. Several things may then be told one by one.
        """

    def show_list_file(self, place: MessagePlace, view: ListFileView) -> MessagePlace:
        """Show how a shared file stands, in the message at `place` or in a new one. Returns where it is shown."""
        ...

    def attach_rejects(self, place: MessagePlace, report: HasFaults, rejects: Path) -> None:
        """Write the rows that could not be imported to `rejects`, and attach it under the message."""
        ...

    def attach_findings(self, place: MessagePlace, found: Iterable[CallFound], path: Path) -> None:
        """Write the findings of call records to `path`, and attach it under the message. Nothing, if there are none."""
        ...

    def house_rules_mean(self, slack_user_ids: tuple[str, ...], view: ProposalView, moved: Path | None) -> None:
        """Tell admins what house rules mean, with the contacts that stand otherwise. Fails if it reaches nobody."""
