"""Reads the setup file: organisation, teams, people and campaigns as TOML. Collects every fault with its key."""

import sys
import tomllib
from pathlib import Path
from typing import Any

from bot.services.errors import FileRefused
from bot.services.quoting import quoted
from bot.services.setup import checks as checks
from bot.services.setup.fields import Values, read_entry
from bot.services.setup.objects import WITHOUT_TEAM, CampaignView, OrganisationView, PersonView, Setup, TeamView
from bot.services.setup.outcome_plan import OutcomeSetup
from bot.services.setup.table import Table, tables_of

_SECTIONS = ("organisation", "team", "person", "outcome", "campaign")
_MOST_BYTES = 1 << 20


def read_setup(path: Path) -> Setup:
    """Read a setup file. Raises FileRefused if it is missing or not TOML; other faults are in the result."""
    content = _load(path)
    faults: list[str] = [
        f"{key}: {checks.unknown_word(key, _SECTIONS)}" for key in map(quoted, content) if key not in _SECTIONS
    ]
    section = Table("[organisation]", content.get("organisation", {}), faults)
    organisation = read_entry(OrganisationView, section)
    section.finish()
    teams = [_finished(TeamView, table) for table in tables_of(content, "team", "name", faults)]
    people = [_person(table) for table in tables_of(content, "person", "name", faults)]
    outcomes = [_outcome(table) for table in tables_of(content, "outcome", "name", faults)]
    campaigns = [_finished(CampaignView, table) for table in tables_of(content, "campaign", "name", faults)]
    _refuse_twins(faults, "[[team]]", "name", teams)
    _refuse_twins(faults, "[[person]]", "slack_user_id", people)
    _refuse_twins(faults, "[[campaign]]", "name", campaigns)
    found = tuple(filter(None, outcomes))
    return Setup(organisation, tuple(teams), tuple(people), tuple(campaigns), found, tuple(faults))


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


def _finished(table: type, section: Table) -> Values:
    said = read_entry(table, section)
    section.finish()
    return said


def _person(section: Table) -> Values:
    person = read_entry(PersonView, section, first=("role", "teams"))
    if "teams" in person and "team" in person:
        section.fault("teams", "write team or teams, not both")
    if person.get("teams") == () and person.get("role") not in WITHOUT_TEAM:
        section.fault("teams", "name at least one: agents and team leads need a team")
    begins, ends = person.get("shift_from"), person.get("shift_until")
    if begins and ends and begins >= ends:
        section.fault("shift_until", "must be later than shift_from")
    section.finish()
    return person


def _outcome(section: Table) -> OutcomeSetup | None:
    """None: it names no outcome of the closed list, as which it would count."""
    said = read_entry(OutcomeSetup, section, first=("name", "counts_as", "was", "is_retired"))
    section.finish()
    return OutcomeSetup(**{"name": "", **said}) if "counts_as" in said else None


def _refuse_twins(faults: list[str], where: str, key: str, entries: list[Values]) -> None:
    seen: set[str] = set()
    for name in (one.get(key, "") for one in entries):
        if name and name.casefold() in seen:
            faults.append(f'{where} {key}: "{name}" stands there twice; keep one')
        seen.add(name.casefold())
