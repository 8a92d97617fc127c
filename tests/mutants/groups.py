"""What is mutated together, and the tests that are asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns of product files, and files or folders of tests. `on_postgresql`: those asked on that engine, too."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    on_postgresql: tuple[str, ...] = ()

    def files(self, root: Path) -> Sequence[Path]:
        """The files to mutate, each once, in order."""
        return sorted({path for pattern in self.sources for path in root.glob(pattern) if path.stat().st_size})


def _services(*names: str) -> tuple[str, ...]:
    return tuple(f"bot/services/{name}.py" for name in names)


_AT_WORK = ("tests/services",)
_IN_SLACK = tuple(f"tests/slack/scenarios/test_{name}.py" for name in ("agent_day", "lead_work", "leads"))

GROUPS = {
    "policy": Group(("policy/**/*.py",), ("tests/policy",)),
    "claims": Group(
        ("storage/claims.py", "storage/leases.py", *_services("claiming")),
        ("tests/storage/test_leases.py", "tests/storage/test_candidates.py", *_AT_WORK),
        on_postgresql=("test_leases", "test_candidates"),
    ),
    "outcomes": Group(
        _services("outcomes", "recording", "effects", "promises", "off_list", "unlisted", "outcome_words"), _AT_WORK
    ),
    "suppressions": Group(
        (*_services("suppressions", "suppression_lists", "holds"), "storage/queries/compliance.py"),
        ("tests/cli/test_import_suppressions.py", "tests/cli/test_import_stopped.py", *_IN_SLACK, *_AT_WORK),
    ),
    "calling": Group(_services("calling", "releases", "renewals", "lease_times"), _AT_WORK),
    "moves": Group(_services("moves", "leading", "leaving", "pauses"), (*_IN_SLACK, *_AT_WORK)),
    "boundary": Group(
        tuple(
            f"bot/slack/{name}.py"
            for name in (
                *("ack_first", "boundary", "command_text", "identity", "languages", "late_forms", "payloads"),
                *("replies", "response_urls", "taken"),
            )
        ),
        ("tests/slack", "tests/sandbox/test_http_mode.py"),
    ),
}
