"""`nextcall doctor`: checks settings, packs, time zones, database and Slack before the bot starts."""

import os
import shlex
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from bot.cli.about import described
from bot.cli.app_manifest import SCOPES
from bot.cli.commands import command
from bot.cli.evidence.checking import KEY_AWAY, KEY_DAMAGED
from bot.cli.evidence.checking import age as log_age
from bot.cli.logs import LOG_FILE
from bot.cli.terminal import counted, counted_each, progress, say, say_json
from bot.clock import system_clock
from bot.services.calls import comparing
from bot.services.proof import notes
from bot.services.proof.proving import progress_of
from bot.services.setup import readiness
from bot.services.setup.readiness import Gap, Lack
from bot.settings import Need, Settings, SettingsRefused, read_settings, usable_settings
from bot.slack.api import directory
from bot.slack.api.client import background_client, code_of
from bot.wiring import CannotStart, deps_of, key_file_of, load_rules, open_engine
from policy import BY_PLACE, Rulebook
from policy.calendar.local_time import time_in, zone_data_fault, zone_data_version
from policy.vocabulary import Role
from storage.database.database_files import are_open_to_all, copies_of, files_of
from storage.database.unit_of_work import UnitsOfWork
from storage.errors import SchemaOutOfDate, StorageError
from storage.migrations import head, require_current
from storage.models import Agent, Team
from storage.queries import reminders, setup

TO_DO = "before agents can work"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    is_ok: bool
    says: str


Members = tuple[Sequence[Team], Sequence[Agent]]


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
    yield Check("version", True, described())
    try:
        read_settings(need, os.environ)
        yield Check("settings", True, f"complete for {need}")
    except SettingsRefused as error:
        yield from (Check("settings", False, fault) for fault in error.faults)
    settings, wrong = usable_settings(os.environ)
    rulebook = yield from _packs(settings.house_pack)
    yield _zones()
    read = None if "DATABASE_URL" in wrong else (yield from _database(settings, rulebook))
    teams, people = read or ((), ())
    # Reports admins of NEXTCALL_ADMINS whom the database knows in another role: for them the setup file decides.
    roles = {one.slack_user_id: one.role for one in people}
    others = [f"{user} ({roles[user]})" for user in settings.admins if roles.get(user, Role.ADMIN) is not Role.ADMIN]
    if others:
        says = f'named in NEXTCALL_ADMINS but not admins: {", ".join(others)}; write role = "admin" in the setup file'
        yield Check("admins", False, says)
    is_led = any(one.is_active and one.role is Role.ADMIN for one in people)
    if read and "NEXTCALL_ADMINS" not in wrong and not settings.admins and not is_led:
        says = "there are none, so nobody can set up Nextcall in Slack. Write your own member id (Slack profile, Copy "
        yield Check("admins", False, f"{says}member ID) into NEXTCALL_ADMINS, and start the bot again")
    if "SLACK_API_URL" not in wrong:
        yield from check_slack(settings, need, teams, people)


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


def _database(settings: Settings, rulebook: Rulebook | None) -> Generator[Check, None, Members | None]:
    """Checks the database. Returns whom it knows; None if it could not be read."""
    read = None
    try:
        # A SQLite file that does not exist yet: looking must not create it.
        path = settings.database_url.removeprefix("sqlite:///")
        if path != settings.database_url and not Path(path).exists() and Path(path).absolute().parent.is_dir():
            yield Check("database", True, f"{settings.database_shown} will be created at the first start")
            return (), ()
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
            read = (teams, people)
            yield _set_up(teams, people)
            if rulebook is not None:
                yield from _log(settings, engine, rulebook, key)
                # Columns that an earlier version left otherwise than people said in calls.
                with progress("Comparing columns with the recorded calls") as report:
                    differing = comparing.count(deps_of(settings, engine, rulebook), report)
                if differing:
                    says = f"columns differ from the recorded calls ({counted_each(differing)}): run nextcall migrate"
                    yield Check("outcomes", False, says)
                # What is missing before agents can work. Channels have checks of their own.
                for gap in readiness.every_gap(deps_of(settings, engine, rulebook)):
                    yield Check(TO_DO, True, _supply(gap))
        if unsent:
            says = f"{counted(unsent, 'reminder')} did not arrive: turn on the app's Messages tab (App Home, at "
            says += "api.slack.com), and check below that everyone is still in the workspace; the log has each reason"
            yield Check("reminders", False, says)
    except (CannotStart, StorageError) as error:
        yield Check("database", False, str(error))
    return read


def _log(settings: Settings, engine: Engine, rulebook: Rulebook, key: int) -> Iterator[Check]:
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


# What is missing, and what to do at this machine; Home has a button for each.
_SUPPLIED_BY = {
    Lack.FIRST_DAY: "{name} starts on {on}: agents get none of its contacts before",
    Lack.LAST_DAY: "{name}: its last day was {on}; write a later ends_on, or active = false, and run nextcall apply",
    Lack.CALLER_NUMBERS: "{name}: people must see your number; write caller_numbers, and run nextcall apply",
    Lack.AGENTS: '{name} has no agents: write [[person]] with team = "{name}", and run nextcall apply',
    Lack.CAMPAIGN: '{name} has no campaign: write [[campaign]] with teams = ["{name}"], and run nextcall apply',
    Lack.TEAM: "no team works {name}: write teams under the campaign, and run nextcall apply",
    Lack.RULES: ("{name}: no rule pack covers such calls in {detail}; write one, as policy/packs/README.md says"),
    Lack.LIST: "{name} has no contacts: nextcall import-contacts FILE --campaign {quoted}",
    Lack.SCREENING: (
        "{held}; screen them against {detail}: nextcall import-suppressions FILE --register {register} --obtained DATE "
        "--campaign {quoted}"
    ),
    Lack.NUMBER_SHOWN: "{held}; once they see your number, write shows_number = true, and run nextcall apply",
}


def _supply(one: Gap) -> str:
    says = _SUPPLIED_BY.get(one.lack, "{held}; missing: {detail}; add it and import the list again")
    held = f"{one.name}: {counted(one.contacts, 'contact')} on hold"
    return says.format(held=held, quoted=shlex.quote(one.name), **asdict(one))


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


def _set_up(teams: list[Team], people: list[Agent]) -> Check:
    active = [one for one in people if one.is_active]
    if not teams or not active:
        lack = "there is no team yet" if not teams else "there is nobody yet"
        return Check(TO_DO, True, f"{lack}: open Nextcall's Home, or run `nextcall apply setup.toml`")
    return Check("setup", True, f"{counted(len(teams), 'team')}, {counted(len(active), 'person', 'people')}")


GROUPS, WRITTEN = "usergroups:read", "im:history"
OPTIONAL = frozenset({GROUPS, WRITTEN})
_TOKENS = {
    "invalid_auth": "Slack does not know it: copy it again from api.slack.com, OAuth & Permissions",
    "not_authed": "it is empty: copy it from api.slack.com, OAuth & Permissions",
    "account_inactive": "the app was removed from the workspace: install it again",
    "token_revoked": "it was revoked: install the app again and copy the new token",
    "token_expired": "it has expired: install the app again and copy the new token",
    "not_allowed_token_type": "it is the wrong kind of token: copy the one that this setting needs",
}
_CHANNELS = {
    "not_in_channel": "the app is not a member: type `/invite @Nextcall` in the channel",
    "channel_not_found": (
        "there is no such channel, or it is private and the app is not a member: `/invite @Nextcall` there"
    ),
    "is_archived": "the channel is archived: restore it, or name another in the setup file",
    "restricted_action": "posting there is restricted: allow the app to post",
}
_MESSAGES = {
    "messages_tab_disabled": "reminders do not arrive: switch the Messages Tab on at api.slack.com, App Home",
    "missing_scope": "reminders do not arrive: update the app from manifest.yml (chat:write) and install it again",
}
_GROUPS = {
    "missing_scope": "update the app from manifest.yml (usergroups:read) and install it again",
    "plan_upgrade_required": "the workspace's plan has no user groups; add people by hand",
    "paid_teams_only": "the workspace's plan has no user groups; add people by hand",
}


def check_slack(settings: Settings, need: Need, teams: Sequence[Team], people: Sequence[Agent]) -> Iterator[Check]:
    """All checks that need Slack; one line if Slack cannot be reached."""
    try:
        if settings.bot_token:
            yield from _bot(background_client(settings.bot_token, settings.api_url), teams, people)
        if need is Need.SOCKET_MODE and settings.app_token:
            yield _socket(background_client(settings.app_token, settings.api_url))
    except OSError as error:  # URLError included
        yield Check("Slack", False, f"{settings.api_url} cannot be reached ({error}): check the network")


def _bot(client: WebClient, teams: Sequence[Team], people: Sequence[Agent]) -> Iterator[Check]:
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield Check("SLACK_BOT_TOKEN", False, _TOKENS.get(code_of(error), f"Slack says {code_of(error)}"))
        return
    yield Check("SLACK_BOT_TOKEN", True, f"{answer.get('user')} in {answer.get('team')}")
    headers = answer.headers or {}
    found = next((value for name, value in headers.items() if name.casefold() == "x-oauth-scopes"), "")
    text = found if isinstance(found, str) else ",".join(found)
    scopes = frozenset(scope.strip() for scope in text.split(",") if scope.strip())
    if missing := ", ".join(sorted(SCOPES - OPTIONAL - scopes)):
        yield Check("scopes", False, f"{missing} not granted: update the app from manifest.yml and install it again")
    else:
        yield Check("scopes", True, f"{', '.join(sorted(SCOPES & scopes))} granted")
    if WRITTEN not in scopes:
        yield Check("messages to the bot", True, f"{WRITTEN} is not granted, so the bot does not answer them")
    yield from _groups(client, teams, scopes)
    for team in teams:
        code = directory.refused(client, team.channel, system_clock())
        says = f"{team.channel}: {_CHANNELS.get(code, f'Slack says {code}')}"
        yield Check(f"channel of {team.name}", not code, says if code else f"the app may post in {team.channel}")
    active = [one for one in people if one.is_active]
    members = yield from _people(client, active)
    # Whether reminders can be sent. Tests one person: only the app's settings decide.
    if not members:
        return
    code = directory.refused(client, members[0].slack_user_id, system_clock())
    says = f"{members[0].name}: {_MESSAGES.get(code, f'Slack says {code}')}"
    yield Check("messages", not code, says if code else "the app may write to people")


def _groups(client: WebClient, teams: Sequence[Team], scopes: frozenset[str]) -> Iterator[Check]:
    """User groups are optional, unless a team follows one: otherwise an admin adds people by hand."""
    following = [team.name for team in teams if team.agents_group or team.leads_group]
    if not following:
        if GROUPS not in scopes:
            yield Check("user groups", True, f"{GROUPS} is not granted: add people by hand")
        return
    try:
        known = {group["id"] for group in client.usergroups_list()["usergroups"]}
    except SlackApiError as error:
        why = _GROUPS.get(code_of(error), f"Slack says {code_of(error)}")
        yield Check("user groups", False, f"{', '.join(following)} cannot follow a user group: {why}")
        return
    gone = [team.name for team in teams if {team.agents_group, team.leads_group} - {""} - known]
    if gone:
        yield Check("user groups", False, f"the group of {', '.join(gone)} was deleted: choose another on Home, Teams")
    else:
        yield Check("user groups", True, f"followed by {', '.join(following)}")


def _people(client: WebClient, people: Sequence[Agent]) -> Generator[Check, None, Sequence[Agent]]:
    """Checks the people. Returns those who are in the workspace."""
    unknown: list[str] = []
    members: list[Agent] = []
    for one in people:
        try:
            user = client.users_info(user=one.slack_user_id)["user"]
        except SlackApiError as error:
            if code_of(error) == "missing_scope":
                return people  # already reported with the scopes
            user = {"deleted": True}
        if user.get("deleted"):
            unknown.append(f"{one.name} ({one.slack_user_id})")
        else:
            members.append(one)
    if unknown:
        says = f"not in this workspace: {', '.join(unknown)}; correct the setup file, or set active = false"
        yield Check("people", False, says)
    elif people:
        says = f"all {len(people)} are members" if people[1:] else f"{people[0].name} is a member"
        yield Check("people", True, f"{says} of the workspace")
    return members


def _socket(client: WebClient) -> Check:
    try:
        client.apps_connections_open(app_token=client.token or "")
    except SlackApiError as error:
        code = code_of(error)
        says = _TOKENS.get(code, f"Slack says {code}")
        if code == "missing_scope":
            says = "it lacks connections:write: create an app-level token with that scope (Basic Information)"
        return Check("SLACK_APP_TOKEN", False, says)
    return Check("SLACK_APP_TOKEN", True, "Socket Mode opens")
