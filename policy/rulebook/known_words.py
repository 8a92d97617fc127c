"""Words of facts to which packs alone give a meaning: sectors, codes, registers and kinds of notices.

A word that no pack knows meets no rule: a slip in it would switch a bar off, and say nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from policy.errors import FactsError
from policy.facts import Facts, NoticeFact, ScreeningFact, named, one_of


@dataclass(frozen=True, slots=True)
class KnownWords:
    """What the loaded packs know, each sorted."""

    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    registers: tuple[str, ...]
    notices: tuple[str, ...]

    def check(self, facts: Facts) -> None:
        """Raises FactsError for the first word that no pack knows: it names the field and lists the words there are."""
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
