"""Makes a story that breaks a promise short: steps that are not needed are left out, and what remains is made plain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import process_time

from tests.simulation.chapters import Chapter, Stage
from tests.simulation.oracle.violation import Violation
from tests.simulation.playing import Play
from tests.simulation.steps import Step, Wait

_PLAIN_WAITS = (Wait(), Wait(timedelta(milliseconds=250)), Wait(timedelta(seconds=1)), Wait(timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class Short:
    """The shortest story found that breaks a promise of the same kind."""

    steps: tuple[Step, ...]
    story: tuple[str, ...]
    violation: Violation


class Shrinker:
    """Plays shorter and shorter versions of a chapter until time is up."""

    def __init__(self, stage: Stage, chapter: Chapter, kind: str, patience_s: float) -> None:
        self._stage, self._chapter, self._kind = stage, chapter, kind
        self._until = process_time() + patience_s
        self.best: Short | None = None
        self._wrote: list[bool] = []

    def shrink(self, steps: Sequence[Step], moments: Sequence[datetime]) -> Short | None:
        """`moments`: when each began. None: it does not break a second time."""
        dated = tuple(replace(step, wait=Wait(at=at)) for step, at in zip(steps, moments, strict=False))
        if not self._breaks(dated):
            return None
        self._breaks(tuple(step for step, wrote in zip(self._steps, self._wrote, strict=True) if wrote))
        before = -1
        while before != len(self._steps) and process_time() < self._until:
            before = len(self._steps)
            self._leave_out()
        self._make_plain()
        return self.best

    @property
    def _steps(self) -> tuple[Step, ...]:
        assert self.best is not None
        return self.best.steps

    def _leave_out(self) -> None:
        size = max(1, len(self._steps) // 2)
        while size:
            place = 0
            while place < len(self._steps) and process_time() < self._until:
                if not self._breaks(self._steps[:place] + self._steps[place + size :]):
                    place += size
            size //= 2

    def _make_plain(self) -> None:
        for place in range(len(self._steps)):
            for plainer in _plainer(self._steps[place]):
                if process_time() >= self._until:
                    return
                if self._breaks((*self._steps[:place], plainer, *self._steps[place + 1 :])):
                    break

    def _breaks(self, steps: tuple[Step, ...]) -> bool:
        if not steps:
            return False
        play = self._stage.open_again(self._chapter, lambda kind: kind != self._kind)
        play.audits_each = self._kind.startswith(("audit", "counts", "incident"))
        violation = _played(play, steps)
        play.centre.close()
        if violation is not None:
            self.best = Short(steps[: play.done + 1], tuple(play.centre.story), violation)
            self._wrote = [*play.wrote, True][: len(self.best.steps)]  # the last one has not come to its end
        return violation is not None


def _played(play: Play, steps: tuple[Step, ...]) -> Violation | None:
    try:
        play.play(steps)
    except Violation as violation:
        return violation
    return None


def _plainer(step: Step) -> Iterator[Step]:
    if step.kill or step.meanwhile or step.is_twice:
        yield replace(step, kill=None, meanwhile=None, is_twice=False)
    if step.wait not in _PLAIN_WAITS:
        for wait in _PLAIN_WAITS:
            yield replace(step, wait=wait)
