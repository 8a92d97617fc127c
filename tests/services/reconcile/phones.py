"""A day of calls for Alice, extension 101: one recorded, one that nobody recorded, one call in, and a stranger's."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.services.answers.calls import CallOpened
from bot.services.answers.reconciliation import Reconciled
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.reconciling import reconcile
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, CallFinding, Contact, Lease, PhoneCall
from tests.fakes import TUESDAY, SampleOrganisation

SAMPLES = Path(__file__).parents[2] / "data" / "calls"
RECORDED, UNRECORDED, CALLED_IN = "+447700900501", "+447700900502", "+447700900503"
HEADING = "call_id,direction,external_number,target,date_started,date_connected,date_ended\n"  # Dialpad's
EVENING = TUESDAY + timedelta(hours=8)


@dataclass
class Phones:
    """The organisation, and files of calls by its phone system."""

    acme: SampleOrganisation
    folder: Path
    contacts: dict[str, Contact] = field(default_factory=dict)
    serial: Any = field(default_factory=lambda: count(1))

    def meet(self, *numbers: str) -> None:
        self.contacts.update(zip(numbers, self.acme.add_numbers(*numbers), strict=True))

    def call(self, number: str, outcome: Outcome | None = Outcome.CONVERSATION, lasting: float = 80) -> Attempt:
        """Alice presses Call on the number now; after `lasting` seconds she records the outcome."""
        contact_id = self.contacts[number].id or 0
        next_call.hand_out_these(self.acme.deps, self.acme.alice, (contact_id,))
        lease = next(one for one in self.acme.all(Lease) if one.contact_id == contact_id and one.ended_at is None)
        opened = calling.call(self.acme.deps, self.acme.alice, lease.id or 0)
        assert isinstance(opened, CallOpened), opened
        attempt_id = opened.attempt_id
        self.acme.clock.tick(seconds=lasting)
        if outcome is not None:
            outcomes.record(self.acme.deps, self.acme.alice, attempt_id, outcome, is_confirmed=True)
        return self.acme.one(Attempt, attempt_id)

    def row(
        self,
        number: str,
        start: datetime,
        *,
        ring: float = 12,
        talk: float | None = 60,
        agent: str = "Alice",
        direction: str = "outbound",
        call_id: str = "",
    ) -> str:
        began = round(start.timestamp() * 1000)
        answered = "" if talk is None else str(began + round(ring * 1000))
        ended = began + round((ring + (talk or 0)) * 1000)
        return f"{call_id or next(self.serial)},{direction},{number},{agent},{began},{answered},{ended}\n"

    def write(self, *rows: str, name: str = "calls.csv") -> Path:
        path = self.folder / name
        path.write_text(HEADING + "".join(rows))
        return path

    def read(self, *rows: str, **named: Any) -> Reconciled:
        return self.take(self.write(*rows), **named)

    def take(self, path: Path, timezone: str = "", chosen: dict[str, str] | None = None, **named: Any) -> Reconciled:
        return reconcile(self.acme.deps, Order(path, timezone, chosen=chosen), **named)

    def found(self) -> list[Attempt]:
        return [one for one in self.acme.all(Attempt) if one.found_at is not None]

    def findings(self) -> list[tuple[int, str]]:
        return sorted((one.attempt_id, one.kind) for one in self.acme.all(CallFinding))

    def calls(self) -> list[PhoneCall]:
        return self.acme.all(PhoneCall)

    def give_alice(self, extension: str) -> None:
        self.acme.change(Agent, self.acme.alice.agent_id, extension=extension)
