"""Reads the setup file: organisation, teams, people and campaigns as TOML. Collects every fault with its key."""

import sys
import tomllib
from dataclasses import dataclass, fields, replace
from datetime import time
from pathlib import Path
from typing import Any

from bot.services.answers.own_outcomes import AnswerKind, Question
from bot.services.errors import FileRefused
from bot.services.hand_out import cards
from bot.services.quoting import quoted
from bot.services.setup import caller_numbers
from bot.services.setup import checks as checks
from bot.services.setup.outcome_plan import OutcomeSetup
from bot.services.setup.table import Day, Table, tables_of
from policy.vocabulary import Outcome, Purpose, Role

_SECTIONS = ("organisation", "team", "person", "outcome", "campaign")
_MOST_BYTES = 1 << 20
MOST_WARN_DAYS = 28  # screenings last hardly longer
ORGANISATION_SETTINGS = ("forget_after_months", "open_calls", "warn_days_before")
OWN_OUTCOME_FIELDS = ("own_buttons", "own_outcomes")
CAMPAIGN_DAYS = ("starts_on", "ends_on")
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
    starts_on: Day | None = None
    ends_on: Day | None = None
    caller_numbers: str | None = None  # E.164, separated by spaces


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


def given(entry: TeamSetup | PersonSetup | CampaignSetup) -> dict[str, Any]:
    """The values that the setup gives, without those it leaves open."""
    said = {field.name: getattr(entry, field.name) for field in fields(entry)}
    if said.get("teams") is not None:
        said["teams"] = tuple(sorted(said["teams"]))
    wanted = {key: value for key, value in said.items() if value is not None}
    return {key: None if key in CAMPAIGN_DAYS and value == "" else value for key, value in wanted.items()}


def read_setup(path: Path) -> Setup:
    """Read a setup file. Raises FileRefused if it is missing or not TOML; other faults are in the result."""
    content = _load(path)
    faults: list[str] = [
        f"{key}: {checks.unknown_word(key, _SECTIONS)}" for key in map(quoted, content) if key not in _SECTIONS
    ]
    organisation = Table("[organisation]", content.get("organisation", {}), faults)
    name = organisation.text("name", is_required=False)
    months, calls = organisation.months("forget_after_months"), organisation.open_calls("open_calls")
    warn_days = organisation.days("warn_days_before", MOST_WARN_DAYS)
    organisation.finish()
    teams = [_team(table) for table in tables_of(content, "team", "name", faults)]
    people = [_person(table) for table in tables_of(content, "person", "name", faults)]
    outcomes = [_outcome(table) for table in tables_of(content, "outcome", "name", faults)]
    campaigns = [_campaign(table) for table in tables_of(content, "campaign", "name", faults)]
    _refuse_twins(faults, "[[team]]", "name", [team.name for team in teams])
    _refuse_twins(faults, "[[person]]", "slack_user_id", [person.slack_user_id for person in people])
    _refuse_twins(faults, "[[campaign]]", "name", [campaign.name for campaign in campaigns])
    settings = (tuple(faults), months, calls, warn_days)
    return Setup(name, tuple(teams), tuple(people), tuple(campaigns), *settings, tuple(filter(None, outcomes)))


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


def _team(table: Table) -> TeamSetup:
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


def _person(table: Table) -> PersonSetup:
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


def _campaign(table: Table) -> CampaignSetup:
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
        starts_on=table.day("starts_on"),
        ends_on=table.day("ends_on"),
    )
    campaign = replace(campaign, caller_numbers=_caller_numbers(table, campaign.country))
    table.finish()
    return campaign


def _caller_numbers(table: Table, country: str) -> str | None:
    written = table.words("caller_numbers")
    if written is None:
        return None
    numbers, wrong = caller_numbers.read(written, country)
    for one in wrong:
        table.fault("caller_numbers", f'"{quoted(one)}" is no telephone number: write it with its country code, +44 …')
    if len(numbers) > caller_numbers.MOST:
        table.fault("caller_numbers", f"has {len(numbers)} numbers: name {caller_numbers.MOST} at most")
    return " ".join(numbers)


def _outcome(table: Table) -> OutcomeSetup | None:
    """None: it names no outcome of the closed list, as which it would count."""
    name, counts_as = table.text("name") or "", table.word("counts_as", Outcome)
    was, is_retired = table.text("was", is_required=False), table.flag("retired")
    questions = table.tables("question", "asks")
    found = None if questions is None else tuple(map(_question, questions))
    table.finish()
    return OutcomeSetup(name, counts_as, was, found, is_retired) if counts_as else None


def _question(table: Table) -> Question:
    question = Question(
        table.text("asks") or "",
        table.word("kind", AnswerKind) or AnswerKind.TEXT,
        table.words("choices") or (),
        table.flag("required") or False,
    )
    table.finish()
    return question


def _refuse_twins(faults: list[str], where: str, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name and name.casefold() in seen:
            faults.append(f'{where} {key}: "{name}" stands there twice; keep one')
        seen.add(name.casefold())


def _joined(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else " ".join(words)


def _headings(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else cards.stored_headings(words)


def _offered(words: tuple[str, ...] | None) -> str | None:
    """Add the outcomes that every card must have, so that the plan shows them."""
    return None if words is None else cards.stored_choice(Outcome(one) for one in words if one in set(Outcome))
