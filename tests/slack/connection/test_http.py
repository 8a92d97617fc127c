"""The HTTP server answers what reached it before it was told to stop."""

import socket
from threading import Thread
from time import sleep

from bot.slack.connection.http import HttpMode
from bot.watching.pages import LIVE, probes

CALLERS = 60


def test_it_answers_everything_that_was_sent_before_it_stopped() -> None:
    """Also what waits in the machine's queue, unread, and connections that it has not taken yet."""
    mode = HttpMode(None, 0, probes(tuple), "s" * 32, host="127.0.0.1")
    stopping = Thread(target=mode.stop, daemon=True)
    callers = [socket.create_connection(("127.0.0.1", mode.port), timeout=60) for _ in range(CALLERS)]
    try:
        for one in callers:
            one.sendall(f"GET {LIVE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        stopping.start()
        sleep(0.1)
        mode.run()
        assert [_first_line(one) for one in callers] == ["HTTP/1.1 200 OK"] * CALLERS
    finally:
        stopping.join(10)
        for one in callers:
            one.close()


def _first_line(caller: socket.socket) -> str:
    """Empty if the connection was cut without an answer."""
    try:
        return caller.recv(4096).decode().partition("\r\n")[0]
    except ConnectionError:
        return ""
