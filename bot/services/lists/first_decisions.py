"""Makes the first decision on imported contacts.

Contacts about whom nothing else is recorded share answers, because the decision depends only on campaign, list, place,
zone, kind of number, screening and what the row says against calls.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.services.answers.lists import ListProofs
from bot.services.deciding.decisions import Cached, decide_facts, to_cache
from bot.services.deciding.facts import call_facts
from bot.services.deps import Deps
from bot.services.do_not_call.screenings import Screened
from bot.services.files.bars import RowBar
from bot.services.lists.proofs import Screener, events_of
from bot.services.lists.rows import ContactRow
from bot.services.lists.stops import stops_of
from bot.services.numbers.parsing import line_and_subscriber
from policy import ContactFacts, Facts, Prepared, WithdrawalFact
from policy.vocabulary import Verdict
from storage.models import Campaign


class First(NamedTuple):
    """What a contact caches; and the verdict, what it lacks if it is held, and why it cannot be called."""

    values: Cached
    answer: tuple[Verdict, tuple[str, ...], str]


class FirstDecisions:
    """First decisions for one campaign at one moment, on the proofs of one list."""

    def __init__(
        self, deps: Deps, campaign: Campaign, proofs: ListProofs, imported_at: datetime, screener: Screener
    ) -> None:
        self._deps = deps
        self._campaign = campaign
        self._at = screener.at
        self._proofs = proofs
        self._imported_at = imported_at
        self._screener = screener
        self._found: dict[tuple[object, ...], First] = {}
        self._weighed: dict[tuple[object, ...], bool] = {}

    def screenings_of(self, rows: Iterable[ContactRow]) -> list[Screened]:
        """The screenings that the rows prove."""
        is_silent, said = self._screener.is_silent, self._screener.screenings
        return [
            found
            for row in rows
            if not is_silent(row.proofs)
            for one in row.numbers
            for found in said(row.proofs, one.number)
        ]

    def of(self, row: ContactRow) -> First:
        """The decision on the row's contact, if nothing else is known of its person and numbers."""
        number = row.numbers[0]
        if self._screener.is_silent(row.proofs):
            screened: tuple[Screened, ...] = ()
            key: tuple[object, ...] = (row.places, row.zones, number.kind, row.line_kind)
        else:
            screened = self._screener.screenings(row.proofs, number.number)
            key = (row.places, row.zones, number.kind, row.line_kind, *[one[1:] for one in screened])
        if row.proofs.bars:
            key = (*key, *[bar.meaning for bar in self.bars_of(row)])
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._decide(row, screened)
        return found

    def is_changed(self, campaign: Campaign) -> bool:
        """Whether the campaign no longer says what the first decisions rest on."""
        now, then = ((call_facts(one), self._deps.house_pack_of(one)) for one in (campaign, self._campaign))
        return now != then

    def bars_of(self, row: ContactRow) -> tuple[RowBar, ...]:
        """What the row says against calls, without a dated withdrawal that a rule weighs against later consents."""
        bars = row.proofs.bars
        if any(bar.is_dated for bar in bars) and self._weighs_withdrawals(row):
            return tuple(bar for bar in bars if not bar.is_dated)
        return bars

    def _weighs_withdrawals(self, row: ContactRow) -> bool:
        """Whether a rule suppresses a contact like this once a consent is withdrawn. Elsewhere a withdrawal is a
        stop."""
        key = (row.places, row.zones, row.numbers[0].kind, row.line_kind)
        found = self._weighed.get(key)
        if found is None:
            withdrawn = WithdrawalFact(self._at - timedelta(seconds=1), principal=self._campaign.principal)
            facts = Prepared(Facts(call_facts(self._campaign), self._someone(row), (withdrawn,)))
            decision = decide_facts(self._deps, facts, self._at, self._deps.house_pack_of(self._campaign))
            found = self._weighed[key] = decision.verdict is Verdict.SUPPRESSED
        return found

    def _someone(self, row: ContactRow) -> ContactFacts:
        number, (line, whose) = row.numbers[0], line_and_subscriber(row.line_kind)
        return ContactFacts(
            person="somebody new",
            number=number.number,
            places=tuple(row.places.split()),
            zones=tuple(row.zones.split()),
            number_kind=number.kind,
            line=line,
            subscriber=whose,
            source=self._proofs.numbers_from or "",
        )

    def _decide(self, row: ContactRow, screened: tuple[Screened, ...]) -> First:
        call = call_facts(self._campaign)
        events = events_of(self._proofs, self._imported_at, call.principal, screened)
        someone = self._someone(row)
        stops = stops_of(self.bars_of(row), someone.person, someone.number, call.principal, self._at)
        facts = Prepared(Facts(call, someone, (*events, *stops)))
        pack = self._deps.house_pack_of(self._campaign)
        decision = decide_facts(self._deps, facts, self._at, pack)
        missing = decision.missing if decision.verdict is Verdict.HELD else ()
        values = to_cache(self._deps, facts, decision, pack)
        because = "" if decision.verdict is Verdict.CALLABLE else values.because
        return First(values, (decision.verdict, missing, because))
