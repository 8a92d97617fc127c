"""Checks DATABASE_URL and shows it without its password."""

import re
from importlib.util import find_spec
from urllib.parse import unquote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_POSTGRESQL = re.compile(r"postgres(ql)?(\+psycopg)?://")
_SQLITE = "sqlite:///"
_SHAPE = "must be sqlite:///file.db or postgresql://user:password@host/name: correct it or leave it out."
_BRACKETS = re.compile(r"\[[0-9A-Fa-f:.]+\](:.*)?")
_PORTS = range(1, 65_536)
_WHERE = ("host", "port")  # the query parameters that may be shown


def fault_of(address: str) -> str:
    """What is wrong with the address and what to do; empty if nothing."""
    if address.startswith(_SQLITE):
        return _sqlite_fault(address.removeprefix(_SQLITE))
    return _postgresql_fault(address) if _POSTGRESQL.match(address) else _SHAPE


def with_driver(address: str) -> str:
    """The address with our driver, psycopg. Hosts give out `postgres://`."""
    return _POSTGRESQL.sub("postgresql+psycopg://", address)


def shown(address: str) -> str:
    """A valid address without its password and other secrets."""
    if address.startswith(_SQLITE):
        return address
    url = make_url(address)
    where = {name: value for name, value in url.query.items() if name in _WHERE}
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, where)
    return plain.render_as_string()


def _sqlite_fault(path: str) -> str:
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


_PORT_FAULT = "has no readable port: write a number from 1 to 65535 after the host, or leave it out for 5432."
_CONTROL_FAULT = "has a control character: write it again by hand."


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
