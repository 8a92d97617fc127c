"""What commands open before they work, and always close."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from bot.cli import logs
from bot.services.answers.people import Actor
from bot.services.errors import NotEnrolled
from bot.settings import Need, Settings, read_settings
from bot.wiring import Installation, open_engine, open_installation
from policy.vocabulary import Role
from storage.queries import setup

COMMAND_LINE = "command line"  # who changes what a command changes


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


@contextmanager
def opened_database() -> Iterator[Engine]:
    """The database alone, at any revision."""
    with open_engine(settings_for(Need.DATABASE)) as engine:
        yield engine


def operator_actor(installation: Installation) -> Actor:
    """The actor of commands on the server: an admin of the organisation. Raises NotEnrolled if there is none yet."""
    with installation.deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
    if organisation is None:
        raise NotEnrolled
    return Actor(
        agent_id=0,
        organisation_id=organisation.id or 0,
        slack_user_id="",
        name="operator",
        role=Role.ADMIN,
        team_id=None,
        zone="UTC",
    )
