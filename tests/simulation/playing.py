"""Plays a story: step by step, with kills, repeats and two bots at once, watched after each."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from traceback import extract_tb
from typing import Any

from bot.services import deps as asking_again
from bot.services.errors import Deactivated, NextcallError, NotEnrolled
from bot.services.files import write_pace
from bot.services.hand_out import next_call
from storage.errors import DatabaseTrouble
from tests.simulation import agents_work, clockwork, files_work, leads_work
from tests.simulation.bots import Bot, Interruption
from tests.simulation.centre import Centre, Delivery
from tests.simulation.oracle import audits, counting, promises
from tests.simulation.oracle.journal import Journal
from tests.simulation.oracle.violation import Violation
from tests.simulation.oracle.watching import Watch
from tests.simulation.steps import WEIGHTS, Step

Prepare = Callable[[Centre, Journal, Random], Delivery | None]
PREPARES: dict[str, Prepare] = {
    **{kind: getattr(agents_work, kind) for kind in ("hand_out", "call", "outcome", "callback", "undo", "correct")},
    **{kind: getattr(agents_work, kind) for kind in ("speak", "stop", "stop_again", "undo_stop")},
    **{kind: getattr(agents_work, kind) for kind in ("second_word", "release", "keep")},
    **{kind: getattr(leads_work, kind) for kind in ("switch_off_held", "move_holder")},
    **{kind: getattr(leads_work, kind) for kind in ("take_back", "move", "reassign", "hold", "lift", "pause")},
    **{
        kind: getattr(leads_work, kind)
        for kind in ("end_pause", "override", "withdraw_list", "pause_list", "take_up_list")
    },
    **{kind: getattr(leads_work, kind) for kind in ("change_person", "change_campaign", "status", "check", "part")},
    "import_stops": files_work.import_stops,
    "order_by_court": files_work.order_by_court,
    "import_contacts": files_work.import_people,
    "screen": files_work.screen_numbers,
    "read_records": files_work.read_records,
    "tick": clockwork.tick,
    "run_ahead": clockwork.run_ahead,
    "change_rules": clockwork.change_rules,
    "forget": clockwork.forget,
}
assert PREPARES.keys() == WEIGHTS.keys()
WHOLE_EVERY, AUDIT_EVERY = 10, 60  # steps
TEAMS = ("Energy", "Water", "Abroad")
AUDIT_REACHES = (timedelta(hours=30), timedelta(hours=30), timedelta(days=10))
_TROUBLE = "database busy"
_MOMENT = timedelta(microseconds=1)


Known = Callable[[str], bool]  # whether a kind of violation is known, and passed over


def nothing_known(_kind: str) -> bool:
    return False


class Refused:
    """An answer of its own: the step was not done, and why."""

    def __init__(self, why: str) -> None:
        self.why = why


@contextmanager
def without_waiting() -> Iterator[None]:
    """Time is moved here, and nobody else is at work: no service has anything to wait for."""
    modules = (write_pace, next_call, asking_again)
    waits = [module.sleep for module in modules]
    for module in modules:
        module.sleep = lambda _seconds: None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module, wait in zip(modules, waits, strict=True):
            module.sleep = wait  # type: ignore[attr-defined]


@dataclass
class Play:
    """One story being played. `is_thorough`: every check after every step, as a short story is worth."""

    centre: Centre
    known: Known = nothing_known
    is_thorough: bool = False
    audits_each: bool = True  # where it is thorough
    watch: Watch = field(init=False)
    done: int = 0
    moments: list[datetime] = field(default_factory=list)  # when each step began
    wrote: list[bool] = field(default_factory=list)  # whether it left something in the database; where it is thorough
    kinds: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.journal = Journal(self.centre.raw)
        self.watch = Watch(self.centre, self.journal)
        self._since: datetime = self.centre.now

    def play(self, steps: Sequence[Step], progress: Callable[[int], None] = lambda _done: None) -> None:
        """Raises Violation at the first promise that is broken."""
        for step in steps:
            before = self.centre.raw.version() if self.is_thorough else None
            self._guarded(lambda step=step: self._step(step))  # type: ignore[misc]
            if self.is_thorough:
                self.wrote.append(before != self.centre.raw.version())
            self.done += 1
            self._guarded(self.watch.after_step)
            if self.is_thorough or self.done % WHOLE_EVERY == 0:
                self._guarded(self.watch.whole)
            if (self.is_thorough and self.audits_each) or self.done % AUDIT_EVERY == 0:
                self._guarded(self._audit)
            progress(self.done)
        self._guarded(self.watch.whole)
        self._guarded(lambda: self._audit(is_whole=True))
        self._guarded(lambda: promises.come(self.centre))

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Violation as found:
            if not self.known(found.kind):
                raise
            self.passed_over[found.kind] += 1

    def _audit(self, *, is_whole: bool = False) -> None:
        turn = self.done // AUDIT_EVERY
        counting.compare(self.centre, TEAMS[turn % len(TEAMS)])
        reach = AUDIT_REACHES[turn % len(AUDIT_REACHES)]
        audits.compare(
            self.watch, self._since if is_whole or self.is_thorough else max(self._since, self.centre.now - reach)
        )

    def _step(self, step: Step) -> None:
        centre = self.centre
        centre.now = step.wait.after(centre.now)
        self.moments.append(centre.now)
        self.kinds[step.kind] += 1
        delivery = PREPARES[step.kind](centre, self.journal, step.rolls())
        if delivery is None:
            return
        bot = centre.bots[step.bot]
        later: list[Delivery] = []
        meanwhile = None
        if step.meanwhile is not None:
            now = step.meanwhile
            meanwhile = Interruption(now.nth, now.is_between, lambda: self._inner(step, later))
        bot.arm(step.kill, meanwhile)
        answer = self._deliver(bot, delivery)
        if bot.is_dead or meanwhile is not None:
            gc.collect()  # frames that live on in an error keep cursors open, and with them what a connection sees
        if bot.is_dead:
            centre.note(f"[{bot.name} bot dies: {step.kill}]")
            bot.restart()
            if step.kill is not None and step.kill.is_repeated:
                again = centre.bots[1 - step.bot] if step.kill.is_by_other else bot
                self._finish(delivery, self._deliver(again, delivery))
            else:
                delivery.doubt()
        else:
            self._finish(delivery, answer)
        if step.is_twice and not isinstance(answer, Refused):
            self._repeat(centre.bots[1 - step.bot], delivery)
        if later:
            self.watch.after_step()  # the one thing is over before the other begins
        for postponed in later:
            self._finish(postponed, self._deliver(centre.bots[1 - step.bot], postponed))

    def _inner(self, outer: Step, later: list[Delivery]) -> None:
        """A step of the other bot in the midst of one; where it meets a lock it is done afterwards."""
        assert outer.meanwhile is not None
        if outer.meanwhile.step.kind == "change_rules":
            return  # both bots have one set of rules here: a call is opened by those it was decided by
        if outer.meanwhile.step.kind == "order_by_court" and not outer.meanwhile.is_between:
            return  # it takes no lock: a call that has read the stops by then cannot know of it
        step = replace(outer.meanwhile.step, bot=1 - outer.bot)
        centre = self.centre
        centre.now = step.wait.after(centre.now)
        delivery = PREPARES[step.kind](centre, self.journal, step.rolls())
        if delivery is None:
            return
        centre.note("  [meanwhile]")
        answer = self._deliver(centre.bots[step.bot], delivery, may_be_busy=True)
        if isinstance(answer, Refused) and answer.why == _TROUBLE:
            later.append(delivery)
        else:
            self._finish(delivery, answer)
            self.watch.after_step(is_within_another=True)

    def _deliver(self, bot: Bot, delivery: Delivery, *, may_be_busy: bool = False) -> Any:
        centre = self.centre
        try:
            answer = delivery.run(bot)
        except NextcallError as refused:
            answer = Refused(f"{type(refused).__name__} {refused}".strip())
            if delivery.must_be_taken and not bot.is_dead and not isinstance(refused, Deactivated | NotEnrolled):
                raise Violation("fact refused", f"{delivery.says}: {answer.why}") from refused
        except DatabaseTrouble as trouble:
            answer = Refused(_TROUBLE)
            if not may_be_busy and not bot.is_dead:
                raise Violation(_incident(trouble), f"{delivery.says}: {trouble}") from trouble
        except BaseException as error:
            if not bot.is_dead or isinstance(error, KeyboardInterrupt):
                if isinstance(error, Violation | KeyboardInterrupt):
                    raise
                raise Violation(_incident(error), f"{delivery.says}: {error}") from error
            answer = None
        finally:
            bot.disarm()
        said = f"refused: {answer.why}" if isinstance(answer, Refused) else type(answer).__name__
        centre.note(f"{delivery.says}  ->  {'(no answer)' if bot.is_dead else said}")
        centre.now += _MOMENT  # no two things happen at the very same one
        centre.refusals += isinstance(answer, Refused)
        centre.answers += not isinstance(answer, Refused)
        return answer

    def _finish(self, delivery: Delivery, answer: Any) -> None:
        if answer is not None and not isinstance(answer, Refused):
            delivery.confirm(answer)

    def _repeat(self, bot: Bot, delivery: Delivery) -> None:
        before = self.watch.counts()
        self._finish(delivery, self._deliver(bot, delivery))
        after = self.watch.counts()
        if before != after:
            grown = {table: (before[table], after[table]) for table in before if before[table] != after[table]}
            raise Violation("a repeat changes something", f"{delivery.says}: {grown}")


def _incident(error: BaseException) -> str:
    """What broke, and in which file: two of the same are one fault."""
    files = [Path(frame.filename).name for frame in extract_tb(error.__traceback__)]
    return f"incident ({type(error).__name__} in {files[-1] if files else 'nowhere'})"
