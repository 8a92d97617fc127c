"""Reads the setup file: organisation, teams, people and campaigns as TOML. Collects every fault with its key."""

import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.services.answers.own_outcomes import AnswerKind, Question
from bot.services.errors import FileRefused
from bot.services.hand_out import card_details, card_outcomes
from bot.services.quoting import quoted
from bot.services.setup import checks as checks
from bot.services.setup import retention
from bot.services.setup import words as setup_words
from bot.services.setup.outcome_plan import OutcomeSetup
from policy.vocabulary import Outcome, Purpose, Role

_SECTIONS = ("organisation", "team", "person", "outcome", "campaign")
_MOST_BYTES = 1 << 20
OPEN_CALLS = range(1, 4)  # how many of one agent's calls may be open at a time
MOST_WARN_DAYS = 28  # screenings last hardly longer
_WITHOUT_TEAM = {Role.MANAGER, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class TeamSetup:
    """A team's settings; None: not given, so it stays as it is."""

    name: str
    channel: str
    zone: str
    digest_at: time | None = None
    editions: str | None = None  # day | week | month, space-separated
    agents_group: str | None = None  # a Slack user group; empty: none
    leads_group: str | None = None


@dataclass(frozen=True, slots=True)
class PersonSetup:
    """A person's settings; None: not given, so it stays as it is. `team`: their only one; `teams`: all, if several."""

    slack_user_id: str
    name: str
    role: Role
    team: str | None = None
    zone: str | None = None
    shift_from: time | None = None
    shift_until: time | None = None
    is_active: bool | None = None
    extension: str | None = None  # what the phone system calls them; several between commas
    teams: tuple[str, ...] | None = None

    @property
    def every_team(self) -> tuple[str, ...] | None:
        """The teams they are to be in; None: as they are."""
        if self.teams is not None or self.team is None:
            return self.teams
        return (self.team,) if self.team else ()


@dataclass(frozen=True, slots=True)
class CampaignSetup:
    """A campaign's settings; None: not given, so it stays as it is."""

    name: str
    purpose: Purpose
    principal: str
    country: str
    teams: tuple[str, ...] | None = None
    sector: str | None = None
    subject: str | None = None
    priority: int | None = None
    house_pack: str | None = None
    caller_role: str | None = None
    authorised_for: str | None = None
    codes: str | None = None
    is_number_shown: bool | None = None
    script: str | None = None
    outcomes: str | None = None
    own_buttons: tuple[str, ...] | None = None  # names of own outcomes, in order
    own_outcomes: tuple[str, ...] | None = None
    card_details: str | None = None  # headings, one a line
    card_links: str | None = None  # those of them that are links
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """What a file or a form sets. `faults`: those the file alone shows; `plan` adds those that the database shows."""

    organisation: str | None = None
    teams: tuple[TeamSetup, ...] = ()
    people: tuple[PersonSetup, ...] = ()
    campaigns: tuple[CampaignSetup, ...] = ()
    faults: tuple[str, ...] = ()
    forget_after_months: int | None = None
    open_calls: int | None = None  # of one agent at a time
    warn_days_before: int | None = None  # a screening grows too old; 0: never
    outcomes: tuple[OutcomeSetup, ...] = ()
    checkpoint_channel: str | None = None  # empty: none


def read_setup(path: Path) -> Setup:
    """Read a setup file. Raises FileRefused if it is missing or not TOML; other faults are in the result."""
    content = _load(path)
    faults: list[str] = [
        f"{key}: {checks.unknown_word(key, _SECTIONS)}" for key in map(quoted, content) if key not in _SECTIONS
    ]
    organisation = _Table("[organisation]", content.get("organisation", {}), faults)
    name = organisation.text("name", is_required=False)
    months, calls = organisation.months("forget_after_months"), organisation.open_calls("open_calls")
    warn_days = organisation.days("warn_days_before", MOST_WARN_DAYS)
    channel = organisation.text("checkpoint_channel", checks.channel_fault, is_required=False)
    organisation.finish()
    teams = [_team(table) for table in _tables(content, "team", "name", faults)]
    people = [_person(table) for table in _tables(content, "person", "name", faults)]
    outcomes = [_outcome(table) for table in _tables(content, "outcome", "name", faults)]
    campaigns = [_campaign(table) for table in _tables(content, "campaign", "name", faults)]
    _refuse_twins(faults, "[[team]]", "name", [team.name for team in teams])
    _refuse_twins(faults, "[[person]]", "slack_user_id", [person.slack_user_id for person in people])
    _refuse_twins(faults, "[[campaign]]", "name", [campaign.name for campaign in campaigns])
    settings = (tuple(faults), months, calls, warn_days)
    return Setup(name, tuple(teams), tuple(people), tuple(campaigns), *settings, tuple(filter(None, outcomes)), channel)


def _load(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(_read(path).decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise FileRefused(f"There is no file {path}: check the name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"{path.name} cannot be read as UTF-8 text: check what file it is.") from error
    except tomllib.TOMLDecodeError as error:
        hint = " Times need seconds and no quotation marks: 18:00:00."
        raise FileRefused(f"{path.name} is not valid TOML: {quoted(error)}.{hint}") from error
    except RecursionError as error:
        raise FileRefused(f"{path.name} is nested too deeply: write sections and plain values only.") from error
    except ValueError as error:  # of these, only digits beyond what Python reads
        most = sys.get_int_max_str_digits()
        raise FileRefused(f"{path.name} has a whole number of more than {most:,} digits: correct it.") from error
    if not content:
        raise FileRefused(f"{path.name} is empty: write [[team]], [[person]] and [[campaign]] sections into it.")
    return content


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise FileRefused(f"{path.name} is larger than 1 MiB, which no setup file is: check what file it is.")
    return content


def _team(table: "_Table") -> TeamSetup:
    team = TeamSetup(
        name=table.text("name") or "",
        channel=table.text("channel", checks.channel_fault) or "",
        zone=table.text("zone", checks.zone_fault) or "",
        digest_at=table.moment("digest_at"),
        editions=_joined(table.words("editions", checks.edition_fault)),
        agents_group=table.text("agents_group", checks.group_fault, is_required=False),
        leads_group=table.text("leads_group", checks.group_fault, is_required=False),
    )
    table.finish()
    return team


def _person(table: "_Table") -> PersonSetup:
    role, teams = table.word("role", Role) or Role.AGENT, table.words("teams")
    person = PersonSetup(
        slack_user_id=table.text("slack_user_id", checks.slack_user_fault) or "",
        name=table.text("name") or "",
        role=role,
        team=table.text("team", is_required=role not in _WITHOUT_TEAM and teams is None),
        zone=table.text("zone", checks.zone_fault, is_required=False),
        shift_from=table.moment("shift_from"),
        shift_until=table.moment("shift_until"),
        is_active=table.flag("active"),
        extension=table.text("extension", is_required=False),
        teams=teams,
    )
    if teams is not None and person.team is not None:
        table.fault("teams", "write team or teams, not both")
    if teams == () and role not in _WITHOUT_TEAM:
        table.fault("teams", "name at least one: agents and team leads need a team")
    if person.shift_from and person.shift_until and person.shift_from >= person.shift_until:
        table.fault("shift_until", "must be later than shift_from")
    table.finish()
    return person


def _campaign(table: "_Table") -> CampaignSetup:
    campaign = CampaignSetup(
        name=table.text("name") or "",
        purpose=table.word("purpose", Purpose) or Purpose.MARKETING,
        principal=table.text("principal") or "",
        country=table.text("country", checks.country_fault) or "",
        teams=table.words("teams"),
        sector=table.text("sector", is_required=False),
        subject=table.text("subject", is_required=False),
        priority=table.priority("priority"),
        house_pack=table.text("house_pack", is_required=False),
        caller_role=table.text("caller_role", checks.caller_role_fault, is_required=False),
        authorised_for=_joined(table.words("authorised_for")),
        codes=_joined(table.words("codes")),
        is_number_shown=table.flag("shows_number"),
        script=table.text("script", checks.script_fault, is_required=False),
        outcomes=_offered(table.words("outcomes", checks.outcome_fault)),
        own_buttons=table.words("own_buttons"),
        own_outcomes=table.words("own_outcomes"),
        card_details=_headings(table.words("card_details")),
        card_links=_headings(table.words("card_links")),
        is_active=table.flag("active"),
    )
    table.finish()
    return campaign


def _outcome(table: "_Table") -> OutcomeSetup | None:
    """None: it names no outcome of the closed list, as which it would count."""
    name, counts_as = table.text("name") or "", table.word("counts_as", Outcome)
    was, is_retired = table.text("was", is_required=False), table.flag("retired")
    questions = table.tables("question", "asks")
    found = None if questions is None else tuple(map(_question, questions))
    table.finish()
    return OutcomeSetup(name, counts_as, was, found, is_retired) if counts_as else None


def _question(table: "_Table") -> Question:
    question = Question(
        table.text("asks") or "",
        table.word("kind", AnswerKind) or AnswerKind.TEXT,
        table.words("choices") or (),
        table.flag("required") or False,
    )
    table.finish()
    return question


class _Table:
    """One section of the file, read key by key; faults go to the list."""

    def __init__(self, where: str, values: object, faults: list[str]) -> None:
        self._where = where
        self._faults = faults
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self._read: set[str] = set()
        if not isinstance(values, dict):
            faults.append(f"{where}: must be a section with keys of its own")

    def fault(self, key: str, says: str) -> None:
        self._faults.append(f"{self._where} {key}: {says}")

    def _take(self, key: str, kind: type, says: str, is_required: bool = False) -> Any:
        self._read.add(key)
        value = self._values.get(key)
        if value is None and is_required:
            self.fault(key, f"is missing: write {says}")
        elif value is not None and not (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            self.fault(key, f"must be {says}, not {setup_words.quoted_value(value)}")
            return None
        return value

    def text(self, key: str, check: Callable[[str], str] | None = None, is_required: bool = True) -> str | None:
        found = self._take(key, str, 'text in quotation marks, "like this"', is_required)
        if found is None:
            return None
        value = str(found).strip()
        if says := setup_words.fault_of(value):
            self.fault(key, says)
            return None
        if is_required and not value:
            self.fault(key, "is empty")
        elif value and check and (says := check(value)):
            self.fault(key, says)
        return value

    def word(self, key: str, kind: type[StrEnum]) -> Any:
        words = [str(word) for word in kind]
        value = self.text(key)
        if value and value not in words:
            self.fault(key, checks.unknown_word(value, words))
            return None
        return kind(value) if value else None

    def moment(self, key: str, is_required: bool = False) -> time | None:
        value = self._take(
            key, time, "a local time with seconds and without quotation marks, such as 18:00:00", is_required
        )
        return value if isinstance(value, time) else None

    def flag(self, key: str) -> bool | None:
        value = self._take(key, bool, "true or false")
        return value if isinstance(value, bool) else None

    def priority(self, key: str) -> int | None:
        return self._within(key, range(5), "from 0 (first) to 4 (last)")

    def open_calls(self, key: str) -> int | None:
        return self._within(key, OPEN_CALLS, f"from {OPEN_CALLS[0]} to {OPEN_CALLS[-1]}")

    def _within(self, key: str, allowed: range, says: str) -> int | None:
        value = self._take(key, int, f"a number {says}")
        if isinstance(value, int) and value not in allowed:
            self.fault(key, f"must be {says}, not {setup_words.quoted_value(value)}")
            return None
        return value if isinstance(value, int) else None

    def months(self, key: str) -> int | None:
        least, most = retention.LEAST_MONTHS, retention.MOST_MONTHS
        value = self._take(key, int, f"a number of months, {least} at least, or 0 for never")
        if isinstance(value, int) and value and value < least:
            because = "because rules look back, or 0 for never"
            self.fault(key, f"must be {least} at least, {because}, not {setup_words.quoted_value(value)}")
        elif isinstance(value, int) and value > most:
            self.fault(key, f"must be {most:,} at most, or 0 for never, not {setup_words.quoted_value(value)}")
        return value if isinstance(value, int) else None

    def days(self, key: str, most: int) -> int | None:
        value = self._take(key, int, f"a number of days, {most} at most, or 0 for never")
        if isinstance(value, int) and not 0 <= value <= most:
            self.fault(key, f"must be from 0 (never) to {most}, not {setup_words.quoted_value(value)}")
        return value if isinstance(value, int) else None

    def words(self, key: str, check: Callable[[str], str] | None = None) -> tuple[str, ...] | None:
        value = self._take(key, list, 'a list of texts, such as ["Energy"]')
        if not isinstance(value, list):
            return None
        if not all(isinstance(word, str) and word.strip() for word in value):
            self.fault(key, 'must be a list of texts, such as ["Energy"]')
            return None
        found = tuple(dict.fromkeys(word.strip() for word in value))
        if says := next(filter(None, map(setup_words.fault_of, found)), ""):
            self.fault(key, says)
            return None
        for says in filter(None, map(check, found) if check else ()):
            self.fault(key, says)
        return found

    def tables(self, key: str, named_by: str) -> list["_Table"] | None:
        """The sections inside this one; None: it has none."""
        self._read.add(key)
        return list(_tables(self._values, key, named_by, self._faults, self._where)) if key in self._values else None

    def finish(self) -> None:
        """Report keys that nothing read, which would otherwise be ignored silently."""
        for key in self._values:
            if key not in self._read:
                self.fault(quoted(key), checks.unknown_word(quoted(key), sorted(self._read)))


def _tables(
    content: Mapping[str, Any], key: str, named_by: str, faults: list[str], inside: str = ""
) -> Iterable[_Table]:
    found = content.get(key, [])
    if not isinstance(found, list):
        faults.append(f"{key}: write [[{key}]] with two brackets, once for each")
        return
    for number, values in enumerate(found, start=1):
        name = values.get(named_by) if isinstance(values, dict) else None
        yield _Table(
            f"{inside} [[{key}]] {number}{f' ({quoted(name)})' if isinstance(name, str) and name else ''}".strip(),
            values,
            faults,
        )


def _refuse_twins(faults: list[str], where: str, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name and name.casefold() in seen:
            faults.append(f'{where} {key}: "{name}" stands there twice; keep one')
        seen.add(name.casefold())


def _joined(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else " ".join(words)


def _headings(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else card_details.stored_headings(words)


def _offered(words: tuple[str, ...] | None) -> str | None:
    """Add the outcomes that every card must have, so that the plan shows them."""
    return None if words is None else card_outcomes.stored_choice(Outcome(one) for one in words if one in set(Outcome))
