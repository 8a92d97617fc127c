"""What came of the changes, told as it becomes known, and in the end; and a record of it, so that a run can go on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.mutations import Mutant

_UNSEEN, _SURVIVED, _KILLED, _OVER_TIME = "no test runs it", "survived", "killed", "over time"


@dataclass(slots=True)
class Verdicts:
    """`record`: a line of JSON for each change that was judged."""

    name: str
    root: Path
    record: Path
    wanted: int
    of: int
    seed: int
    killed: int = 0
    over_time: int = 0
    survivors: list[tuple[Mutant, str]] = field(default_factory=list)

    def go_on(self, mutants: Sequence[Mutant], *, is_new_only: bool) -> list[Mutant]:
        """Counts what earlier runs judged; what is left. A survivor is asked about again, for tests are added, unless
        only what is new is wanted."""
        known: dict[str, str] = {}
        if self.record.exists():
            rows = map(json.loads, self.record.read_text().splitlines())
            known = {row["key"]: row["verdict"] for row in rows}
        left = []
        for mutant in mutants:
            verdict = known.get(mutant.place.key, "")
            if verdict in (_KILLED, _OVER_TIME):
                self.killed += 1
                self.over_time += verdict == _OVER_TIME
            elif verdict and is_new_only:
                self.survivors.append((mutant, verdict))
            else:
                left.append(mutant)
        return left

    def add(self, mutant: Mutant, is_killed: bool, *, is_over_time: bool = False, is_unseen: bool = False) -> None:
        if is_killed:
            self.killed += 1
            self.over_time += is_over_time
            self._keep(mutant, _OVER_TIME if is_over_time else _KILLED)
        else:
            self.survivors.append((mutant, _UNSEEN if is_unseen else _SURVIVED))
            self._keep(mutant, self.survivors[-1][1])
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

    def _keep(self, mutant: Mutant, verdict: str) -> None:
        self.record.parent.mkdir(parents=True, exist_ok=True)
        with self.record.open("a") as record:
            record.write(json.dumps({"key": mutant.place.key, "verdict": verdict, "at": self._told(mutant, "")}) + "\n")

    def _told(self, mutant: Mutant, because: str) -> str:
        place = mutant.place
        where = f"{place.path.relative_to(self.root)}:{place.line}"
        return f"{where}: {because}\n    - {mutant.before}\n    + {mutant.after}"


def _where(one: tuple[Mutant, str]) -> tuple[str, int]:
    return str(one[0].place.path), one[0].place.line
