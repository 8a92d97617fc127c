"""The words in facts that only packs define: sectors, codes, registers and kinds of notices.

An unknown word matches no rule, so a misspelling would switch off a bar without a message.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from policy.errors import FactsError
from policy.facts import Facts, NoticeFact, ScreeningFact, named, one_of


@dataclass(frozen=True, slots=True)
class KnownWords:
    """The words of the loaded packs, each list sorted."""

    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    registers: tuple[str, ...]
    notices: tuple[str, ...]

    def check(self, facts: Facts) -> None:
        """Raises FactsError for the first word that no pack knows; it names the field and lists the known words."""
        for field, word, known in self._words(facts):
            if word not in known:
                raise FactsError(field, f"no pack knows {named(word)}; write {one_of(known, word)}")

    def _words(self, facts: Facts) -> Iterator[tuple[str, str, Collection[str]]]:
        if facts.call.sector:
            yield "call.sector", facts.call.sector, self.sectors
        for code in sorted(facts.call.codes):
            yield "call.codes", code, self.codes
        for index, event in enumerate(facts.events):
            if isinstance(event, ScreeningFact):
                yield f"events[{index}].register", event.register, self.registers
            elif isinstance(event, NoticeFact):
                yield f"events[{index}].kind", event.kind, self.notices
