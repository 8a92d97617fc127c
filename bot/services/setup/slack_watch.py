"""Keeps people and channels as Slack has them: user groups, accounts switched off, channels of digests.

A group says who is in a team, and in which role. A person in the groups of several teams may work for each, and keeps
the role of the one they work for now. A person who leaves a group leaves its team and, if it was their last, gives back
what they hold; a group switches no account off or on. Admins and managers keep their role. A group that is unreadable,
gone or empty changes nothing: a fault never empties a team.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import notices
from bot.services.deps import Deps
from bot.services.hand_out import releases
from bot.services.ports import DirectoryUnread
from bot.services.setup import checks, plan
from bot.services.setup.fields import Values, entry
from bot.services.setup.file import Standing
from bot.services.setup.objects import PersonView, Setup
from policy.vocabulary import Role
from storage.models import Agent, Team
from storage.queries import agents as rows

BY = "group"  # who changed it, in the log
EMPTY_GROUP, GONE = "empty_group", "no_such_subteam"
TOLD_FOR = timedelta(days=1)  # while Slack takes no message
_NEW_AT_ONCE = 50  # people looked up in one turn; the rest follow in the next
_SLOTS = 60  # each person is checked in one minute of the hour
_IN_A_TEAM = (Role.AGENT, Role.TEAM_LEAD)
_log = logging.getLogger("nextcall.setup")
Groups = Mapping[str, tuple[str, ...]]
_Place = tuple[Team, Role]


def follow(deps: Deps) -> int:
    """Bring teams that follow a user group in line with it. Returns how many people changed."""
    now = _everyone(deps)
    following = [team for team in now.teams.values() if team.agents_group or team.leads_group]
    for team in (one for one in now.teams.values() if one.group_fault and one not in following):
        with deps.unit_of_work() as uow:
            rows.set_group_fault(uow.session, team.id or 0, "")
    if not following:
        return 0
    try:
        groups = deps.directory.groups()
    except DirectoryUnread as unread:
        _log.warning("event=groups_not_read reason=%s permanent=%s", unread, unread.is_permanent)
        if unread.is_permanent:
            _note(deps, now, dict.fromkeys([team.id or 0 for team in following], str(unread)))
        return 0
    faults = {team.id or 0: _fault(team, groups) for team in following}
    _note(deps, now, faults)
    changes = tuple(_changes(deps, now, [team for team in following if not faults[team.id or 0]], groups))
    if changes:
        plan.apply(deps, Setup(people=changes), BY)
    return len(changes)


def look_for_leavers(deps: Deps) -> int:
    """Switch off people whose Slack account was switched off. Checks a part each minute, each person once an hour."""
    at, now = deps.clock(), _everyone(deps)
    last_admin = now.admins if len(now.admins) == 1 else ()
    mine = [one for one in now.agents.values() if one.is_active and (one.id or 0) % _SLOTS == at.minute]
    left = 0
    for one in mine:
        if one in last_admin:
            continue
        try:
            member = deps.directory.member(one.slack_user_id)
        except DirectoryUnread as unread:
            _log.info("event=people_not_read reason=%s", unread)
            return left
        left += member.is_switched_off and _leaves(deps, now, one, at)
    return left


def _everyone(deps: Deps) -> Standing:
    with deps.unit_of_work(is_read_only=True) as uow:
        return Standing(uow.session)


def _leaves(deps: Deps, now: Standing, one: Agent, at: datetime) -> bool:
    with deps.unit_of_work() as uow:
        if not rows.switch_off(uow.session, one.id or 0, at):
            return False
        contacts = releases.hand_back(uow.session, one, at, is_gone=True)
        news = {"agent": one.id, "contacts": contacts}
        others = [admin for admin in now.admins if admin.id != one.id]
        notices.tell(uow.session, others, "person_left", at, news, lasts=TOLD_FOR)
    _log.info("event=person_left user=%s contacts=%d", one.slack_user_id, contacts)
    return True


def _fault(team: Team, groups: Groups) -> str:
    followed = [groups.get(one) for one in (team.agents_group, team.leads_group) if one]
    return GONE if None in followed else "" if all(followed) else EMPTY_GROUP


def _note(deps: Deps, now: Standing, faults: Mapping[int, str]) -> None:
    for team in now.teams.values():
        code = faults.get(team.id or 0)
        if code is None or team.group_fault == code:
            continue
        with deps.unit_of_work() as uow:
            is_news = bool(rows.set_group_fault(uow.session, team.id or 0, code) and code)
            news = {"team": team.id, "reason": code}
            readers = now.admins if is_news else []
            notices.tell(uow.session, readers, "group_not_followed", deps.clock(), news, lasts=TOLD_FOR)
        if is_news:
            _log.warning("event=group_not_followed team=%s reason=%s", team.id, code)


def _changes(deps: Deps, now: Standing, teams: Sequence[Team], groups: Groups) -> Iterator[Values]:
    wanted = _wanted(now, teams, groups)
    yield from _newcomers(deps, now, wanted)
    followed = {team.id or 0: team for team in teams}
    for user, one in now.agents.items():
        if not one.is_active:
            continue
        theirs = now.teams_of[one.id or 0]
        places = wanted.get(user, ())
        # their teams that no group decides: not followed, or followed only for another role than theirs
        by_hand = [key for key in theirs if key not in followed or not _was_followed(one, followed[key])]
        role, every = one.role, dict.fromkeys(by_hand)
        if places:
            role = _role(one, *places[0])
            every = dict.fromkeys([*(team.id or 0 for team, _ in places), *(by_hand if len(theirs) > 1 else ())])
        if (set(theirs), one.role) != (set(every), role):
            in_teams = tuple(now.team_names[key] for key in every)
            yield entry(PersonView, slack_user_id=user, name=one.name, role=role, teams=in_teams)


def _wanted(now: Standing, teams: Sequence[Team], groups: Groups) -> dict[str, tuple[_Place, ...]]:
    """The teams of each member with their role there: first the one they work for now, then those they lead."""
    found: dict[str, dict[int, _Place]] = {}
    for team in teams:
        for group, role in ((team.leads_group, Role.TEAM_LEAD), (team.agents_group, Role.AGENT)):
            for user in groups.get(group, ()):
                found.setdefault(user, {}).setdefault(team.id or 0, (team, role))
    present = {user: one.team_id for user, one in now.agents.items()}
    return {
        user: tuple(sorted(places.values(), key=lambda place: place[0].id != present.get(user)))
        for user, places in found.items()
    }


def _role(one: Agent, team: Team, role: Role) -> Role:
    """The role to give. If the team has no leads' group, a lead named by hand stays lead, even in the agents' group."""
    is_lead_by_hand = one.role is Role.TEAM_LEAD and one.team_id == team.id and not team.leads_group
    return one.role if one.role not in _IN_A_TEAM or is_lead_by_hand else role


def _was_followed(one: Agent, team: Team) -> bool:
    """Whether they are in the team only because they were in its group."""
    return one.role in _IN_A_TEAM and bool(team.agents_group if one.role is Role.AGENT else team.leads_group)


def _newcomers(deps: Deps, now: Standing, wanted: Mapping[str, tuple[_Place, ...]]) -> Iterator[Values]:
    for user in [one for one in wanted if one not in now.agents][:_NEW_AT_ONCE]:
        try:
            member = deps.directory.member(user)
        except DirectoryUnread as unread:
            _log.warning("event=people_not_read reason=%s", unread)
            return
        if member.is_person:
            teams, (role, *_) = zip(*wanted[user], strict=True)
            zone = member.zone if checks.is_zone(member.zone) else None
            known = {"slack_user_id": user, "name": member.name or user, "role": role, "zone": zone}
            yield entry(PersonView, **known, teams=tuple(team.name for team in teams))


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


def look(deps: Deps, *, at_all: bool = False) -> int:
    """Look at channels not seen for half an hour, or for a minute after a fault. Returns how many it looked at."""
    known, now, seen = deps.kept.of(_Known), deps.clock(), 0
    channels = dict.fromkeys(one.channel for one in _everyone(deps).teams.values() if one.channel)
    for channel in [one for one in channels if at_all or one not in known or known[one].is_due(now)]:
        at = deps.clock()
        try:
            known[channel] = _Seen(deps.directory.channel_fault(channel, at), at)
        except DirectoryUnread:
            return seen
        seen += 1
    return seen


def note_open(deps: Deps, channel: str) -> None:
    """Note that the app may post there, which a caller has just seen."""
    deps.kept.of(_Known)[channel] = _Seen("", deps.clock())


def fault_of(deps: Deps, channel: str) -> str:
    """Slack's error code if the app may not post there; empty if it may, or if nobody has looked yet."""
    seen = deps.kept.of(_Known).get(channel)
    return seen.fault if seen else ""
