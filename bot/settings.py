"""Reads the environment and .env into one frozen Settings. Reports every fault at once, each with what to do.

Faults name the variable and the shape it should have, never its value, so no token is shown.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dotenv.parser import parse_stream
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot import watch_address
from policy import BY_PLACE

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_FORMS = ("text", "json")
_EXAMPLES = {"xoxb-your-bot-token", "xapp-your-app-token", "U0000000000"}
_POSTGRESQL = re.compile(r"postgres(ql)?(\+psycopg)?://")
_SQLITE = "sqlite:///"
_SHAPE = "must be sqlite:///file.db or postgresql://user:password@host/name: correct it or leave it out."
_BRACKETS = re.compile(r"\[[0-9A-Fa-f:.]+\](:.*)?")
_PORTS = range(1, 65_536)
_WHERE = ("host", "port")  # the query parameters that may be shown
_PORT_FAULT = "has no readable port: write a number from 1 to 65535 after the host, or leave it out for 5432."
_CONTROL_FAULT = "has a control character: write it again by hand."


class Need(StrEnum):
    """What the command will do, which decides the settings it needs."""

    DATABASE = "database"
    SOCKET_MODE = "socket mode"
    HTTP = "http"


class SettingsRefused(Exception):
    """The settings have faults. Lists each, with what to do."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Tokens stay out of its `repr`."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    api_url: str
    database_url: str = field(repr=False)
    admins: tuple[str, ...]
    house_pack: str
    log_level: str
    log: str  # text or json
    watch: str  # where it says how it is; empty: the usual place

    @property
    def database_shown(self) -> str:
        """The database's address without its password and other secrets."""
        if self.database_url.startswith(_SQLITE):
            return self.database_url
        url = make_url(self.database_url)
        where = {name: value for name, value in url.query.items() if name in _WHERE}
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, where)
        return plain.render_as_string()


def read_settings(need: Need, environ: Mapping[str, str], env_file: Path = Path(".env")) -> Settings:
    """The settings for a need. The environment overrides the file. Raises SettingsRefused with every fault."""
    values, faults = _read(environ, env_file)
    away = f"there is no .env in {env_file.absolute().parent}; copy .env.example to .env and fill it in"
    where = f"set it in {env_file.name}" if env_file.exists() else away
    missing = [name for name in _NEEDED[need] if not values.get(name)]
    faults += [f"{name} is missing: {where}. It is {_FOUND_AT[name]}." for name in missing]
    faults += [f"{name} {fault}" for name, fault in _wrong(values).items()]
    if faults:
        raise SettingsRefused(tuple(faults))
    return _settings(values)


def usable_settings(environ: Mapping[str, str], env_file: Path = Path(".env")) -> tuple[Settings, frozenset[str]]:
    """The valid settings, and the names of the faulty ones left out."""
    values, _ = _read(environ, env_file)
    wrong = _wrong(values)
    return _settings({name: value for name, value in values.items() if name not in wrong}), frozenset(wrong)


def _read(environ: Mapping[str, str], env_file: Path) -> tuple[dict[str, str], list[str]]:
    from_file, faults = _read_file(env_file)
    values = {**from_file, **{name: environ[name] for name in _NAMES if environ.get(name)}}
    return {name: value.strip() for name, value in values.items()}, faults


def _wrong(values: Mapping[str, str]) -> dict[str, str]:
    found = {name: check(values[name]) for name, check in _CHECKS.items() if values.get(name)}
    return {name: fault for name, fault in found.items() if fault}


def _settings(values: Mapping[str, str]) -> Settings:
    return Settings(
        bot_token=values.get("SLACK_BOT_TOKEN", ""),
        app_token=values.get("SLACK_APP_TOKEN", ""),
        signing_secret=values.get("SLACK_SIGNING_SECRET", ""),
        api_url=values.get("SLACK_API_URL", "").rstrip("/") + "/" if values.get("SLACK_API_URL") else DEFAULT_API_URL,
        # with our driver, psycopg; hosts give out `postgres://`
        database_url=_POSTGRESQL.sub("postgresql+psycopg://", values.get("DATABASE_URL") or DEFAULT_DATABASE_URL),
        admins=tuple(_split(values.get("NEXTCALL_ADMINS", ""))),
        house_pack=values.get("NEXTCALL_HOUSE_PACK") or BY_PLACE,
        log_level=(values.get("NEXTCALL_LOG_LEVEL") or "INFO").upper(),
        log=(values.get("NEXTCALL_LOG") or _FORMS[0]).lower(),
        watch=values.get("NEXTCALL_WATCH", ""),
    )


DEFAULT_API_URL = "https://slack.com/api/"
DEFAULT_DATABASE_URL = "sqlite:///nextcall.db"


def _read_file(path: Path) -> tuple[dict[str, str], list[str]]:
    if not path.exists():
        return {}, []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}, [f"{path.name} cannot be read as text: make it a plain UTF-8 file like .env.example."]
    values: dict[str, str] = {}
    faults: list[str] = []
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            faults.append(f"{path.name} line {binding.original.line} is not of the form NAME=value: correct that line.")
        elif binding.key:
            values[binding.key] = binding.value or ""
            faults += _misspelt(binding.key, path.name, binding.original.line)
    return values, faults


def _misspelt(name: str, file: str, line: int) -> list[str]:
    """The fault of a name that looks like one of ours. Without it the line would be silently ignored."""
    if name in _NAMES or not name.upper().startswith(("SLACK_", "NEXTCALL_")):
        return []
    near = difflib.get_close_matches(name.upper(), _NAMES, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "remove it."
    return [f"{file} line {line}: {name} is not a setting of Nextcall; {hint}"]


_NEEDED = {
    Need.DATABASE: (),
    Need.SOCKET_MODE: ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    Need.HTTP: ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
}
_FOUND_AT = {
    "SLACK_BOT_TOKEN": "the Bot User OAuth Token (api.slack.com, your app, OAuth & Permissions)",
    "SLACK_APP_TOKEN": "an app-level token with connections:write (api.slack.com, your app, Basic Information)",
    "SLACK_SIGNING_SECRET": "the Signing Secret (api.slack.com, your app, Basic Information, App Credentials)",
}


def _token(name: str, prefix: str, how: str, value: str) -> str:
    if value in _EXAMPLES:
        return f"is still the example: {how} {_FOUND_AT[name]}."
    return "" if re.fullmatch(rf"{prefix}[\w-]+", value) else f"should begin with {prefix}: copy {_FOUND_AT[name]}."


def _api_url(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        return f"is not a web address: leave it out for Slack's own, {DEFAULT_API_URL}"
    if (parts.scheme == "https" and parts.hostname) or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return ""
    return f"must be https (plain http only to this machine): leave it out for Slack's own, {DEFAULT_API_URL}"


def _admins(value: str) -> str:
    wrong = [part for part in _split(value) if part in _EXAMPLES or not re.fullmatch(r"[UW][A-Z0-9]{2,}", part)]
    if not wrong:
        return ""
    return (
        f"has {', '.join(wrong)}, which is no Slack user id: copy the member id (it begins with U or W) from the "
        "person's Slack profile, several separated by commas."
    )


def _like(shape: str, says: str) -> Callable[[str], str]:
    return lambda value: "" if re.fullmatch(shape, value) else says


def database_fault(address: str) -> str:
    """What is wrong with a database's address and what to do; empty if nothing."""
    if not address.startswith(_SQLITE):
        return _postgresql_fault(address) if _POSTGRESQL.match(address) else _SHAPE
    path = address.removeprefix(_SQLITE)
    if path in ("", ":memory:"):
        return "names no file, and what is kept in memory is lost: name a file, such as sqlite:///nextcall.db."
    if "?" in path:
        return "has a question mark: name the file alone, such as sqlite:///nextcall.db."
    return _CONTROL_FAULT if _has_control(path) else ""


def _postgresql_fault(address: str) -> str:
    if find_spec("psycopg") is None:
        return "needs the extra postgres, which is not installed: pip install 'nextcall[postgres]'."
    before, at, behind = address.rpartition("@")
    if at and ("@" in before or "?" in before):
        return "can be read two ways: in a password write @ as %40, ? as %3F and / as %2F."
    if _has_control(unquote(address)):
        return _CONTROL_FAULT
    server = (behind if at else _POSTGRESQL.sub("", address)).split("/")[0]
    if ("[" in server or "]" in server) and not _BRACKETS.fullmatch(server):
        return "has an unreadable bracket: write an IPv6 address as postgresql://user:password@[::1]:5432/name."
    try:
        url = make_url(address)
    except ArgumentError:
        return _SHAPE
    except ValueError:
        return _PORT_FAULT
    if url.port is not None and url.port not in _PORTS:
        return _PORT_FAULT
    return _unknown_option(url) if url.database else _SHAPE


def _unknown_option(url: URL) -> str:
    """Names a query option PostgreSQL does not know. Otherwise only the driver would notice it."""
    from psycopg.pq import Conninfo  # needed only for PostgreSQL

    known = {one.keyword.decode() for one in Conninfo.get_defaults()}
    unknown = [name for name in url.query if name not in known]
    if not unknown:
        return ""
    return f'has the option "{unknown[0]}", which PostgreSQL does not know: correct its name or remove it.'


def _has_control(text: str) -> bool:
    return any(ord(char) < 32 or ord(char) == 127 for char in text)


_CHECKS: dict[str, Callable[[str], str]] = {
    "SLACK_BOT_TOKEN": partial(_token, "SLACK_BOT_TOKEN", "xoxb-", "copy"),
    "SLACK_APP_TOKEN": partial(_token, "SLACK_APP_TOKEN", "xapp-", "create"),
    "SLACK_SIGNING_SECRET": _like(r"[\w-]{16,}", f"is not a signing secret: copy {_FOUND_AT['SLACK_SIGNING_SECRET']}."),
    "SLACK_API_URL": _api_url,
    "DATABASE_URL": database_fault,
    "NEXTCALL_ADMINS": _admins,
    "NEXTCALL_HOUSE_PACK": _like(
        "[a-z0-9-]+",
        f"must be the name of a house pack, such as gb-house, or {BY_PLACE}: that of each campaign's country.",
    ),
    "NEXTCALL_LOG_LEVEL": lambda value: "" if value.upper() in _LEVELS else f"must be one of {', '.join(_LEVELS)}.",
    "NEXTCALL_LOG": lambda value: "" if value.lower() in _FORMS else f"must be {' or '.join(_FORMS)}.",
    "NEXTCALL_WATCH": watch_address.fault_of,
}
_NAMES = tuple(_CHECKS)


def _split(value: str) -> list[str]:
    return [part for part in re.split(r"[,\s]+", value) if part]
