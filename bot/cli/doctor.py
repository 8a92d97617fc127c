"""`nextcall doctor`: checks settings, packs, time zones, database and Slack before the bot starts."""

import os
import shlex
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from bot.cli.about import described
from bot.cli.commands import command
from bot.cli.evidence.checkpoint import KEY_AWAY, KEY_DAMAGED
from bot.cli.evidence.checkpoint import age as log_age
from bot.cli.logs import LOG_FILE
from bot.cli.slack_checks import Check, check_slack
from bot.cli.terminal import counted, counted_each, progress, say, say_json
from bot.clock import system_clock
from bot.services.calls import comparing
from bot.services.local_time import time_in
from bot.services.proof import notes
from bot.services.proof.proving import progress_of
from bot.services.setup import readiness
from bot.services.setup.readiness import Gap, Lack
from bot.settings import Need, Settings, SettingsRefused, read_settings, usable_settings
from bot.wiring import CannotStart, deps_of, key_file_of, load_rules, open_engine
from policy import BY_PLACE, Rulebook
from policy.calendar.local_time import zone_data_fault, zone_data_version
from policy.vocabulary import Role
from storage.database.database_files import are_open_to_all, copies_of, files_of
from storage.database.unit_of_work import UnitsOfWork
from storage.errors import SchemaOutOfDate, StorageError
from storage.migrations import head, require_current
from storage.models import Agent, Team
from storage.queries import reminders, setup

TO_DO = "before agents can work"


@dataclass(frozen=True, slots=True)
class _Members:
    teams: tuple[Team, ...] = ()
    people: tuple[Agent, ...] = ()


@command
def doctor(
    http: Annotated[bool, typer.Option("--http", help="Check for HTTP mode, not Socket Mode.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check everything the bot needs, one line each, and say what to do. Exit status 1 if a check fails.

    Lines marked todo: what is missing before agents can work. The bot starts without it.
    """
    found: list[Check] = []
    for check in _checks(Need.HTTP if http else Need.SOCKET_MODE):
        found.append(check)
        if not as_json:
            mark = "todo" if check.name == TO_DO else "ok  " if check.is_ok else "FAIL"
            say(f"{mark}  {check.name}: {check.says}")
    failed = sum(not check.is_ok for check in found)
    to_do = sum(check.name == TO_DO for check in found)
    if as_json:
        say_json([{"check": check.name, "ok": check.is_ok, "says": check.says} for check in found])
    else:
        say("All is well." if not failed else f"{counted(failed, 'problem')} to fix.")
        if to_do:
            say(f"Still to do: {counted(to_do, 'thing')}.")
    if failed:
        raise typer.Exit(1)


def _checks(need: Need) -> Iterator[Check]:
    """All checks. Skips those that depend on a faulty setting."""
    yield Check("version", True, described())
    yield from _settings(need)
    settings, wrong = usable_settings(os.environ)
    rulebook = yield from _packs(settings.house_pack)
    yield _zones()
    read = None if "DATABASE_URL" in wrong else (yield from _database(settings, rulebook))
    organisation = read or _Members()
    # Reports admins of NEXTCALL_ADMINS whom the database knows in another role: for them the setup file decides.
    roles = {one.slack_user_id: one.role for one in organisation.people}
    others = [f"{user} ({roles[user]})" for user in settings.admins if roles.get(user, Role.ADMIN) is not Role.ADMIN]
    if others:
        says = f'named in NEXTCALL_ADMINS but not admins: {", ".join(others)}; write role = "admin" in the setup file'
        yield Check("admins", False, says)
    if read and "NEXTCALL_ADMINS" not in wrong:
        yield from _first_admin(settings, organisation.people)
    if "SLACK_API_URL" not in wrong:
        yield from check_slack(settings, need, organisation.teams, organisation.people)


def _settings(need: Need) -> list[Check]:
    try:
        read_settings(need, os.environ)
    except SettingsRefused as error:
        return [Check("settings", False, fault) for fault in error.faults]
    return [Check("settings", True, f"complete for {need}")]


def _packs(house_pack: str) -> Generator[Check, None, Rulebook | None]:
    try:
        rulebook = load_rules(house_pack)
    except CannotStart as error:
        yield Check("packs", False, str(error))
        return None
    on = system_clock().date()
    late = sorted(pack.id for pack in rulebook.packs.values() if pack.review_by < on)
    house = "house packs by country" if house_pack == BY_PLACE else f"house pack {house_pack}"
    yield Check("packs", True, f"{', '.join(rulebook.packs)}; {house}; rulebook {rulebook.version}")
    if late:
        yield Check("packs", False, f"past their review date: {', '.join(late)}; install a newer version of Nextcall")
    return rulebook


def _zones() -> Check:
    if fault := zone_data_fault():
        return Check("time zones", False, f"tzdata {fault}")
    try:
        time_in("Europe/London", system_clock())
    except Exception as error:  # any fault of the zone data becomes one line
        return Check("time zones", False, f"Europe/London cannot be read ({error}): install the package tzdata again")
    return Check("time zones", True, f"tzdata {zone_data_version()}")


def _database(settings: Settings, rulebook: Rulebook | None) -> Generator[Check, None, _Members | None]:
    """Checks the database. Returns whom it knows; None if it could not be read."""
    read = None
    try:
        # A SQLite file that does not exist yet: looking must not create it.
        path = settings.database_url.removeprefix("sqlite:///")
        if path != settings.database_url and not Path(path).exists() and Path(path).absolute().parent.is_dir():
            says = f"{settings.database_shown} will be created at the first start"
            yield Check("database", True, says)
            return _Members()
        with open_engine(settings) as engine:
            # Reports files that every user of this machine can read: earlier versions created such files.
            if found := are_open_to_all((*files_of(engine), *copies_of(engine), key_file_of(engine), LOG_FILE)):
                names = " ".join(map(str, found))
                yield Check("files", False, f"every user of this machine can read them: run chmod 600 {names}")
            yield _schema(engine)
            with UnitsOfWork(engine)(is_read_only=True) as uow:
                organisation = setup.organisation(uow.session)
                key = organisation.id or 0 if organisation else 0
                teams, people = setup.teams(uow.session, key), setup.agents(uow.session, key)
                unsent = reminders.undelivered(uow.session, key, system_clock())
            read = _Members(tuple(teams), tuple(people))
            yield _set_up(teams, people)
            if rulebook is not None:
                yield from _log(settings, engine, rulebook, key)
                yield from _differing(settings, engine, rulebook)
                # What is missing before agents can work. Channels have checks of their own.
                for gap in readiness.every_gap(deps_of(settings, engine, rulebook)):
                    yield Check(TO_DO, True, _supply(gap))
        if unsent:
            yield Check("reminders", False, _unsent(unsent))
    except (CannotStart, StorageError) as error:
        yield Check("database", False, str(error))
    return read


def _log(settings: Settings, engine: Engine, rulebook: Rulebook, key: int) -> Iterator[Check]:
    """How far the transparency log has come, and whether it still grows."""
    try:
        found = progress_of(deps_of(settings, engine, rulebook), key)
    except notes.KeyDamaged:
        yield Check("log", False, KEY_DAMAGED)
        return
    if found is None:
        return
    if not found.is_signed:
        says = "its newest checkpoint is not signed with the key on record: one of the two was changed"
        yield Check("log", False, f"{says}. Run nextcall evidence verify, and put them back from a backup")
    elif found.is_late and not found.is_key_here:
        yield Check("log", False, f"{log_age(found)} {KEY_AWAY.format(file=key_file_of(engine))}")
    elif found.is_late:
        do = "no bot takes it in. Start it (nextcall run); if it runs, its log says why"
        yield Check("log", False, f"{log_age(found)} The bound is 10 seconds: {do}")
    else:
        yield Check("log", True, log_age(found))


def _differing(settings: Settings, engine: Engine, rulebook: Rulebook) -> Iterator[Check]:
    """Reports columns that an earlier version left otherwise than people said in calls."""
    with progress("Comparing columns with the recorded calls") as report:
        found = comparing.count(deps_of(settings, engine, rulebook), report)
    if found:
        says = f"columns differ from the recorded calls ({counted_each(found)}): run nextcall migrate"
        yield Check("outcomes", False, says)


_IN_FILE = {
    Lack.FIRST_DAY: "{name} starts on {on}: agents get none of its contacts before",
    Lack.LAST_DAY: "{name}: its last day was {on}; write a later ends_on, or active = false, and run nextcall apply",
    Lack.CALLER_NUMBERS: "{name}: people must see your number; write caller_numbers, and run nextcall apply",
}


def _supply(one: Gap) -> str:
    """What is missing, and what to do at this machine; Home has a button for each."""
    on_hold = f"{one.name}: {counted(one.contacts, 'contact')} on hold"
    if one.lack in _IN_FILE:
        return _IN_FILE[one.lack].format(name=one.name, on=one.on)
    match one.lack:
        case Lack.AGENTS:
            return f'{one.name} has no agents: write [[person]] with team = "{one.name}", and run nextcall apply'
        case Lack.CAMPAIGN:
            return f'{one.name} has no campaign: write [[campaign]] with teams = ["{one.name}"], and run nextcall apply'
        case Lack.TEAM:
            return f"no team works {one.name}: write teams under the campaign, and run nextcall apply"
        case Lack.RULES:
            return (
                f"{one.name}: no rule pack covers such calls in {one.detail}; write one, as policy/packs/README.md says"
            )
        case Lack.LIST:
            return f"{one.name} has no contacts: nextcall import-contacts FILE --campaign {shlex.quote(one.name)}"
        case Lack.SCREENING:
            order = f"nextcall import-suppressions FILE --register {one.register} --obtained DATE"
            return f"{on_hold}; screen them against {one.detail}: {order} --campaign {shlex.quote(one.name)}"
        case Lack.NUMBER_SHOWN:
            return f"{on_hold}; once they see your number, write shows_number = true, and run nextcall apply"
    return f"{on_hold}; missing: {one.detail}; add it and import the list again"


def _first_admin(settings: Settings, people: tuple[Agent, ...]) -> Iterator[Check]:
    """Reports that nobody may set anything up in Slack."""
    if not settings.admins and not any(one.is_active and one.role is Role.ADMIN for one in people):
        says = "there is none, so nobody can set Nextcall up in Slack: write your own member id (Slack profile, Copy "
        yield Check("admins", False, f"{says}member ID) into NEXTCALL_ADMINS, and start the bot again")


def _schema(engine: Engine) -> Check:
    try:
        require_current(engine)
    except SchemaOutOfDate as error:
        if not error.found:
            raise CannotStart(
                "The database is empty: run `nextcall migrate`, then `nextcall apply setup.toml`."
            ) from error
        raise
    return Check("database", True, f"reachable, at revision {head()}")


def _unsent(count: int) -> str:
    return (
        f"{counted(count, 'reminder')} did not arrive: turn on the app's Messages tab (App Home, at api.slack.com), "
        "and check below that everyone is still in the workspace; the log has each reason"
    )


def _set_up(teams: list[Team], people: list[Agent]) -> Check:
    active = [one for one in people if one.is_active]
    if not teams or not active:
        lack = "there is no team yet" if not teams else "there is nobody yet"
        return Check(TO_DO, True, f"{lack}: open Nextcall's Home, or run `nextcall apply setup.toml`")
    return Check("setup", True, f"{counted(len(teams), 'team')}, {counted(len(active), 'person', 'people')}")
