"""An organisation that calls for marketing, where everything must be proved: files imported, and who is handed out."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.services.answers.calls import OfferCard
from bot.services.answers.lists import Basis, ImportReport, ListProofs
from bot.services.answers.registers import ScreeningReport, SuppressionReport
from bot.services.deciding import walk
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.reading import Reading
from policy import Verdict
from policy.vocabulary import Purpose
from storage.models import Campaign, Contact
from tests.fakes import TUESDAY, SampleOrganisation

TODAY = TUESDAY.date()
TOLD = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
PROVED = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True, screened=(("tps", TODAY),))


class Marketing:
    """Campaign "Energy switch" of Bright Energy, with its number shown; nothing else is proved."""

    def __init__(self, acme: SampleOrganisation, folder: Path) -> None:
        self.acme, self.deps, self.folder = acme, acme.deps, folder
        acme.change(Campaign, acme.campaign.id, purpose=Purpose.MARKETING)

    def write(self, content: str, name: str) -> Path:
        path = self.folder / name
        path.write_text(content)
        return path

    def take(
        self, content: str, proofs: ListProofs = PROVED, name: str = "leads.csv", details: Sequence[str] = ()
    ) -> ImportReport:
        """Import a list. `details`: headings of which a person said that they mean nothing."""
        reading = Reading(dict.fromkeys(details, "detail"))
        path = self.write(content, name)
        return import_contacts(self.deps, ListOrder(path, "Energy switch", proofs=proofs, reading=reading))

    def screen(self, content: str, on: date = TODAY, **order: object) -> ScreeningReport:
        """Screen all numbers against the TPS; `content` is the file of those found on it."""
        given = ScreeningOrder(self.write(content, "tps.csv"), "tps", on, **order)  # type: ignore[arg-type]
        return screen(self.deps, given)

    def suppress(self, content: str, **order: str) -> SuppressionReport:
        """Import the organisation's own do-not-call list."""
        return import_list(self.deps, SuppressionOrder(self.write(content, "stop.csv"), **order))

    def verdicts(self) -> dict[str, Verdict]:
        """Verdicts by name; deciding all contacts again must not change any."""
        found = {one.name: one.verdict for one in self.acme.all(Contact)}
        walk.redecide_all(self.deps)
        assert {one.name: one.verdict for one in self.acme.all(Contact)} == found
        return found

    def handed_out(self) -> set[str]:
        """The names on Alice's cards when she asks for as many as she may."""
        cards = next_call.hand_out(self.deps, self.acme.alice, 10).cards
        return {card.name if isinstance(card, OfferCard) else card.offer.name for card in cards}
