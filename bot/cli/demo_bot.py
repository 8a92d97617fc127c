"""The demo's bot: a process that `bot.cli.demo` starts. It loads nothing of the demo, so it starts sooner.

The process takes its order on its standard input, then one line for each move of the clock: by how many seconds the
workspace's clock is ahead of the machine's. It stops when its input ends, so it never outlives the demo.
"""

import pickle
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from bot.cli import logs
from bot.clock import system_clock
from bot.running import Bot
from bot.settings import Settings
from bot.wiring import open_installation


class Order(NamedTuple):
    settings: Settings
    log_file: Path


def serve() -> None:
    """Runs the bot until the standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both processes; the demo ends this one
    orders = sys.stdin.buffer
    order: Order = pickle.load(orders)  # noqa: S301 - our own
    logs.configure(order.settings.log_level, order.log_file)
    ahead = timedelta(seconds=float(orders.readline()))  # of the machine's clock, by what the demo said last
    with open_installation(order.settings, lambda: system_clock() + ahead) as installation:
        bot = Bot(installation)
        bot.start_socket_mode()
        for line in orders:
            ahead = timedelta(seconds=float(line))
            threading.Thread(target=bot.tick_once, name="moved").start()
        bot.stop()
