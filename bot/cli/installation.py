"""What commands open before they work, and always close."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta

import typer
from sqlalchemy import Engine

from bot.cli import logs
from bot.cli.terminal import Refused
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import NotEnrolled
from bot.settings import Need, Settings, read_settings
from bot.wiring import Installation, open_engine, open_installation
from policy.calendar import local_time
from policy.vocabulary import Role
from storage.database.rows import CLOCKS_DIFFER
from storage.queries import attempts, setup

COMMAND_LINE = "command line"  # who changes what a command changes
AFTER_IT = timedelta(minutes=1)  # what was said in the newest call is on record by then


def settings_for(need: Need) -> Settings:
    """This machine's settings. Sets the log's level. Raises SettingsRefused."""
    settings = read_settings(need, os.environ)
    logs.configure(settings.log_level, logs.LOG_FILE, settings.log)
    return settings


@contextmanager
def opened_installation() -> Iterator[Installation]:
    """The installation of a command that needs the database but not Slack."""
    with open_installation(settings_for(Need.DATABASE)) as installation:
        yield replace(installation, deps=replace(installation.deps, by=COMMAND_LINE))


def opened_database() -> AbstractContextManager[Engine]:
    """The database alone, at any revision."""
    return open_engine(settings_for(Need.DATABASE))


def as_of(installation: Installation, day: date | None, option: str) -> Deps:
    """What reads the record of a day. A database can be ahead of this machine's clock, as that of the demo is: its
    calls are then left out, and this says so, unless a day from today on is asked for (by `option`)."""
    deps = installation.deps
    with deps.unit_of_work(is_read_only=True) as uow:
        newest, now = attempts.newest_at(uow.session), deps.clock()
    if newest is None or newest <= now + CLOCKS_DIFFER:
        return deps
    if day is not None and day >= now.date():
        return replace(deps, clock=lambda: newest + AFTER_IT)
    if day is None:
        at, said = f"{now:%Y-%m-%d %H:%M} UTC", f"{newest:%Y-%m-%d %H:%M} UTC"
        shows = f"The newest call is of {said}: {option} {newest.date()} shows it."
        typer.echo(f"This machine's clock stands at {at}. {shows}", err=True)
    return deps


def refuse_days_ahead(last: date, zones: Iterable[str], deps: Deps) -> None:
    """Raises Refused if the last day has not begun in any of the time zones. Zeros would read as if all were well."""
    if zones := [*zones]:
        today = max(local_time.date_in(one, deps.clock()) for one in zones)
        if last > today:
            raise Refused(f"{last} has not begun: choose an earlier day.")


def operator_actor(installation: Installation) -> Actor:
    """The actor of commands on the server: an admin of the organisation. Raises NotEnrolled if there is none yet."""
    with installation.deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
    if organisation is None:
        raise NotEnrolled
    key = organisation.id or 0
    return Actor(0, key, slack_user_id="", name="operator", role=Role.ADMIN, team_id=None, zone="UTC")
