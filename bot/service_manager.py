"""Reports the bot's state to systemd, by the protocol of sd_notify(3). Does nothing without systemd."""

import logging
import os
import socket

log = logging.getLogger("nextcall")
_WITHIN_S = 1.0


def tell(state: str) -> None:
    """Sends lines of KEY=VALUE to $NOTIFY_SOCKET: a path, or after @ a name in Linux's abstract namespace."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(_WITHIN_S)  # the queue of a listener that does not read is soon full
            sender.connect(address)
            sender.sendall(state.encode())
    except OSError as error:  # the bot works without it
        log.warning("event=not_notified error=%s", type(error).__name__)


def tell_alive() -> None:
    """The service's watchdog restarts a bot that stops telling so."""
    tell("WATCHDOG=1")
