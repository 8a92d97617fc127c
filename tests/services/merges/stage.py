"""Ann and Ben, whom two clients' lists call customer 1001; and what a team lead and an agent do about it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.services.answers.lists import ListProofs
from bot.services.answers.privacy import Parted
from bot.services.audit.auditing import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.merges import parting
from policy.vocabulary import Outcome
from storage.models import (
    Attempt,
    Contact,
    Lease,
    PersonMerge,
    PersonNumber,
)
from tests.fakes import SampleOrganisation

ANN, BEN, BOTH = "+441174960001", "+447700900321", "+442079460009"
BOILERS = "Boiler care"
HEADING, NO_PROOFS = "reference,name,phone,phone 2", ListProofs()


class Stage:
    """Ann and Ben, whom two clients' lists call customer 1001."""

    def __init__(self, acme: SampleOrganisation, folder: Path) -> None:
        self.acme, self.deps, self.folder = acme, acme.deps, folder
        self.boilers = acme.add_campaign(BOILERS, "Bright Energy", acme.energy)

    def take(
        self,
        rows: str,
        campaign: str = "Energy switch",
        heading: str = HEADING,
        proofs: ListProofs = NO_PROOFS,
    ) -> Any:
        path = self.folder / f"{campaign}.csv"
        path.write_text(f"{heading}\n{rows}\n")
        self.acme.clock.tick(seconds=1)
        return import_contacts(self.deps, ListOrder(path, campaign, "GB", proofs=proofs))

    def mistaken(self, ann: str = ANN, ben: str = BEN) -> int:
        self.take(f"1001,Ann Lee,{ann},")
        self.take(f"1001,Ben Kay,{ben},", BOILERS)
        return self.merges()[-1].id or 0

    def merges(self) -> list[PersonMerge]:
        return self.acme.all(PersonMerge)

    def part(self, merge_id: int | None = None, **values: Any) -> Parted:
        chosen = merge_id if merge_id is not None else self.merges()[-1].id or 0
        return parting.part(self.deps, values.get("actor", self.acme.dana), chosen, "two clients, one number")

    def contact(self, name: str) -> Contact:
        return next(one for one in self.acme.all(Contact) if one.name == name)

    def person(self, name: str) -> int:
        return self.contact(name).person_id

    def call(self, name: str, outcome: Outcome | None = Outcome.NO_ANSWER, *, number: str = "") -> Attempt:
        """Alice calls somebody by name, at a number that stands on the contact by then."""
        contact = self.contact(name)
        if number:
            self.acme.change(Contact, contact.id, number=number)
        next_call.hand_out_these(self.deps, self.acme.alice, (contact.id or 0,))
        lease = self.acme.all(Lease)[-1]
        assert lease.contact_id == contact.id
        calling.call(self.deps, self.acme.alice, lease.id or 0)
        self.acme.clock.tick(minutes=1)
        attempt = self.acme.all(Attempt)[-1]
        if outcome is not None:
            outcomes.record(self.deps, self.acme.alice, attempt.id or 0, outcome)
            self.acme.clock.tick(minutes=1)
        return attempt

    def numbers(self, person_id: int) -> set[str]:
        return {one.number for one in self.acme.all(PersonNumber) if one.person_id == person_id}

    def broken(self) -> dict[str, tuple[str, ...]]:
        """What the audit finds wrong with the day so far."""
        with self.acme.units(is_read_only=True) as uow:
            span = Span(self.acme.energy, self.acme.clock() - timedelta(days=1), self.acme.clock(), self.acme.clock())
            found = audit(uow.session, span, self.deps.rulebook(), self.deps.house_pack)
        return {check.name: check.details for check in found.checks if check.broken}
