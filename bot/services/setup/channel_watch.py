"""Watches whether the app may post in the channels of teams. Each process keeps what it last saw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.deps import Deps
from bot.services.ports import DirectoryUnread
from storage.queries import setup as setup_queries

LOOKS_AGAIN_AFTER = timedelta(minutes=30)
_AFTER_A_FAULT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Seen:
    fault: str
    at: datetime

    def is_due(self, at: datetime) -> bool:
        return at - self.at >= (_AFTER_A_FAULT if self.fault else LOOKS_AGAIN_AFTER)


class _Known(dict[str, _Seen]):
    """What was last seen, by channel."""


def look(deps: Deps) -> int:
    """Look at channels not seen for half an hour, or for a minute after a fault. Returns how many it looked at."""
    known, at = deps.kept.of(_Known), deps.clock()
    return _look(deps, [one for one in _channels(deps) if one not in known or known[one].is_due(at)])


def look_at_all(deps: Deps) -> int:
    """Look at every channel now."""
    return _look(deps, _channels(deps))


def note_open(deps: Deps, channel: str) -> None:
    """Note that the app may post there, which a caller has just seen."""
    deps.kept.of(_Known)[channel] = _Seen("", deps.clock())


def fault_of(deps: Deps, channel: str) -> str:
    """Slack's error code if the app may not post there; empty if it may, or if nobody has looked yet."""
    seen = deps.kept.of(_Known).get(channel)
    return seen.fault if seen else ""


def _look(deps: Deps, channels: Iterable[str]) -> int:
    known, seen = deps.kept.of(_Known), 0
    for channel in channels:
        at = deps.clock()
        try:
            known[channel] = _Seen(deps.directory.channel_fault(channel, at), at)
        except DirectoryUnread:
            return seen
        seen += 1
    return seen


def _channels(deps: Deps) -> list[str]:
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup_queries.organisation(uow.session)
        if organisation is None:
            return []
        channels = [one.channel for one in setup_queries.teams(uow.session, organisation.id or 0)]
    return list(dict.fromkeys(filter(None, channels)))
