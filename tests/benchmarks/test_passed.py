"""Which files a press passes is found by following the threads that answer it."""

from threading import Thread

from benchmarks.road.passed import Trail, files_of
from bot.services.numbers.parsing import mask
from policy.calendar.local_time import latest_zone


def test_it_notes_our_files_in_every_thread_while_it_follows() -> None:
    trail = Trail()
    try:
        latest_zone([], None)  # type: ignore[arg-type]  # before: not followed
        with trail.followed() as passed:
            answering = Thread(target=mask, args=("+442079460123",))
            answering.start()
            answering.join()
        latest_zone([], None)  # type: ignore[arg-type]
    finally:
        trail.end()
    assert files_of(passed) == ["bot/services/numbers/parsing.py"]
