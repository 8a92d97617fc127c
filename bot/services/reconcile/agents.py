"""Who is meant by the extension or name in a call record."""

import re
from collections import Counter
from collections.abc import Iterable

from storage.models import Agent

_PARTS = re.compile(r"[()<>\"]|\s-\s")  # Alice (101); 101 - Alice; "Alice" <101>


class AgentNames:
    """Agents by what the phone system calls them, ignoring case: their extensions, else their names.

    What several agents have in common names nobody.
    """

    def __init__(self, agents: Iterable[Agent]) -> None:
        every = list(agents)
        extensions = [(_folded(one), agent.id or 0) for agent in every for one in agent.extension.split(",")]
        names = [(_folded(agent.name), agent.id or 0) for agent in every if agent.is_active]
        self._known = _unique(names) | _unique(extensions)
        self._met: dict[str, int | None] = {"": None}

    def find(self, said: str) -> int | None:
        """The id of the agent meant; None if nobody is, or several are."""
        if said not in self._met:
            parts = [said, *_PARTS.split(said)]
            found = {self._known[one] for one in map(_folded, parts) if one in self._known}
            self._met[said] = found.pop() if len(found) == 1 else None
        return self._met[said]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _unique(named: list[tuple[str, int]]) -> dict[str, int]:
    times = Counter(name for name, _ in named)
    return {name: agent_id for name, agent_id in named if name and times[name] == 1}
