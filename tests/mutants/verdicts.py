"""What came of the changes, told as it becomes known, and in the end."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.mutations import Mutant


@dataclass(slots=True)
class Verdicts:
    name: str
    root: Path
    wanted: int
    of: int
    seed: int
    killed: int = 0
    over_time: int = 0
    survivors: list[tuple[Mutant, str]] = field(default_factory=list)

    def add(self, mutant: Mutant, is_killed: bool, *, is_over_time: bool = False, is_unseen: bool = False) -> None:
        if is_killed:
            self.killed += 1
            self.over_time += is_over_time
        else:
            self.survivors.append((mutant, "no test runs it" if is_unseen else "survived"))
            print(self._told(mutant, self.survivors[-1][1]), flush=True)
        if self.judged % 20 == 0:
            print(f"{self.name}: {self.judged} of {self.wanted}, {self.killed} killed", flush=True)

    @property
    def judged(self) -> int:
        return self.killed + len(self.survivors)

    def tell(self) -> None:
        """The survivors, and the score."""
        print("\n".join(self._told(*one) for one in sorted(self.survivors, key=_where)))
        score = 100 * self.killed / max(1, self.judged)
        print(
            f"{self.name}: {self.killed} of {self.judged} killed ({score:.1f} %), {self.over_time} of them over time; "
            f"sample of {self.of}, seed {self.seed}"
        )

    def _told(self, mutant: Mutant, because: str) -> str:
        place = mutant.place
        where = f"{place.path.relative_to(self.root)}:{place.line}"
        return f"{where}: {because}\n    - {mutant.before}\n    + {mutant.after}"


def _where(one: tuple[Mutant, str]) -> tuple[str, int]:
    return str(one[0].place.path), one[0].place.line
