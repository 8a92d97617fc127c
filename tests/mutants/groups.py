"""What is mutated together, and the tests that are asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns of product files, and files or folders of tests. `on_postgresql`: those asked on that engine, too.
    `too_slow`: those never asked, for they take longer than all that are asked about a change."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    on_postgresql: tuple[str, ...] = ()
    too_slow: tuple[str, ...] = ()

    def files(self, root: Path) -> Sequence[Path]:
        """The files to mutate, each once, in order. Raises ValueError for a pattern of files that are gone."""
        found = {pattern: [*root.glob(pattern)] for pattern in self.sources}
        if gone := [pattern for pattern, paths in found.items() if not paths]:
            raise ValueError(f"no file is called {' or '.join(gone)}; say in tests/mutants/groups.py what is")
        return sorted({path for paths in found.values() for path in paths if path.stat().st_size})


def _services(*names: str) -> tuple[str, ...]:
    return tuple(f"bot/services/{name}.py" for name in names)


def _tests(folder: str, *names: str) -> tuple[str, ...]:
    """Of a folder or those below it."""
    found = {path.stem: path for path in (ROOT / "tests" / folder).rglob("test_*.py")}
    return tuple(found[f"test_{name}"].relative_to(ROOT).as_posix() for name in names)


_AT_WORK = (
    *_tests("services", "calling", "next_call", "outcomes", "undo", "spoken_outcomes", "statements", "suppressions"),
    *_tests(
        "services", "leading", "leaving", "callbacks", "callback_watch", "forbidden_calls", "waiting", "lost_turns"
    ),
    *_tests("services", "waiting_turns", "preferences", "redecide", "together", "shortfall", "whole_records"),
    *_tests("services", "stops_in_time", "quick_hand_out", "own_day", "overrides", "reminders", "locks", "releases"),
    *_tests("services", "suppression_import", "closed_numbers", "minute_from", "proofs", "own_outcomes", "answering"),
    *_tests("services", "outcome_file", "parting", "returning", "call_files", "switching", "promises_pass_on"),
)

_IN_TURN = ("test_locks", "test_stops_in_time")  # who waits for whom shows on PostgreSQL alone

GROUPS = {
    "policy": Group(
        ("policy/[cefgrt]*/**/*.py",),
        ("tests/policy",),
        too_slow=(
            "is_missed_by_a_worked_case",
            "every_smallest_step",
            "evaluator_answer_random_lines",
            "finds_a_false_yes",
        ),
    ),
    "claims": Group(
        ("storage/hand_out/leases.py", *_services("hand_out/hand")),
        (*_tests("storage", "leases", "candidates"), *_AT_WORK),
        on_postgresql=("test_leases", "test_candidates", "test_quick_hand_out", *_IN_TURN),
    ),
    "outcomes": Group(
        _services(
            *(
                f"calls/{name}"
                for name in (
                    "outcomes",
                    "recording",
                    "standing",
                    "statements",
                    "comparing",
                    "callback_changes",
                    "off_list",
                )
            ),
            "own_outcomes",
        ),
        _AT_WORK,
        on_postgresql=_IN_TURN,
    ),
    "suppressions": Group(
        (
            *_services("do_not_call/suppressions", "teams/holds"),
            "storage/queries/compliance.py",
        ),
        (*_tests("storage", "compliance"), *_tests("cli", "import_suppressions", "import_stopped"), *_AT_WORK),
        on_postgresql=("test_compliance", *_IN_TURN),
    ),
    "calling": Group(
        _services("calls/calling", "hand_out/releases"),
        _AT_WORK,
        on_postgresql=_IN_TURN,
    ),
    "moves": Group(_services("teams/moves", "agents", "teams/pauses"), _AT_WORK, on_postgresql=_IN_TURN),
    "boundary": Group(
        (
            "bot/slack/boundary/*.py",
            "bot/request_context.py",
        ),
        (
            *_tests("", "request_context"),
            *_tests("slack", "response_urls"),
            "tests/slack/boundary",
            "tests/slack/scenarios",
        ),
    ),
    "log": Group(
        ("storage/log/*.py", "bot/services/proof/*.py"),
        (
            "tests/storage/log",
            "tests/services/proof",
            *_tests("cli", "evidence_verify"),
            *_tests("services", "proof_pack", "published"),
        ),
        on_postgresql=("test_sequencing", "test_rebuilt"),
        too_slow=("test_killed", "every_planted_tampering"),
    ),
}
