"""What a service may use: handed in, so that tests and the command line use the same services with other parts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.clock import Clock
from bot.services.ports import Directory, NoDirectory, Notifier
from policy import Rulebook
from storage.database import UnitOfWork


class OpensUnitOfWork(Protocol):
    """`with deps.unit_of_work() as uow:` one transaction. Read-only ones never wait for a writer, and must not write."""

    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork: ...


@dataclass(frozen=True, slots=True)
class Deps:
    clock: Clock
    unit_of_work: OpensUnitOfWork
    rulebook: Callable[[], Rulebook]  # the one in force; a reload answers a new one
    notifier: Notifier
    house_pack: str = "gb-house"  # for campaigns that name none
    directory: Directory = field(default_factory=NoDirectory)
