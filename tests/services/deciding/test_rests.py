"""Background work rests four times as long as each piece took, and stops when its tick ends."""

from bot.services.deciding.rulebook_change import Rests


class Watch:
    """A clock that moves only when told to, or during a rest."""

    def __init__(self) -> None:
        self.now = 1_000.25
        self.rested: list[float] = []

    def __call__(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        self.rested.append(round(seconds, 6))
        self.now += seconds


def test_it_rests_four_times_as_long_as_it_worked() -> None:
    watch = Watch()
    rests = Rests(watch, watch.rest)
    for worked in (0.03, 0.2, 0.0075):
        watch.now += worked
        assert rests() is True
    assert watch.rested == [0.12, 0.8, 0.03], "by the piece before alone, whatever came before that"


def test_it_stops_when_its_tick_ends() -> None:
    watch = Watch()
    rests, pieces, begun = Rests(watch, watch.rest), 0, watch.now
    is_time = True
    while is_time:
        watch.now += 0.0625
        is_time, pieces = rests(), pieces + 1
    assert (pieces, watch.now - begun) == (13, 4.0), "a fifth of four seconds, in pieces of a sixteenth"


def test_a_piece_longer_than_the_tick_is_the_last() -> None:
    watch = Watch()
    rests = Rests(watch, watch.rest)
    watch.now += 4.5
    assert (rests(), watch.rested) == (False, [])
