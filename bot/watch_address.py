"""NEXTCALL_WATCH: where a running bot says how it is. Imports little: a container's health check reads it."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

DEFAULT: Final = "127.0.0.1:8081"
OFF: Final = "off"
_LOOPBACK: Final = "127.0.0.1"
_HIGHEST_PORT: Final = 65535


def fault_of(value: str) -> str:
    """What is wrong with the setting; empty if nothing is."""
    try:
        address_of(value)
    except ValueError:
        return f"must be a port, an IP address with a port, such as {DEFAULT}, or {OFF}."
    return ""


def address_of(value: str) -> tuple[str, int] | None:
    """The address and port; of a port alone, on this machine's loopback. None: off. Raises ValueError."""
    if value == OFF:
        return None
    parts = urlsplit(f"//{_LOOPBACK}:{value}" if value.isdecimal() else f"//{value}")
    host, port = parts.hostname or "", parts.port
    if not port or port > _HIGHEST_PORT or parts.path or parts.username is not None:
        raise ValueError(value)
    return str(ip_address(host)), port


def asked_at(host: str) -> str:
    """Where this machine reaches a bot that listens at an address: on its loopback, if it listens everywhere."""
    address = ip_address(host or _LOOPBACK)
    if not address.is_unspecified:
        return str(address)
    return _LOOPBACK if address.version == 4 else "::1"
