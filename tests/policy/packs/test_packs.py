"""Every worked case of every pack, from its data file."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from policy import Decision, Rulebook, load_rulebook
from tests.every import every
from tests.policy.cases import FOLDER, Ask, aware, every_ask

FILES = sorted(FOLDER.glob("*.toml"))


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_engine_gives_the_answer_of_every_case(path: Path, rulebook: Rulebook) -> None:
    every(every_ask(path), lambda ask: assert_answered(ask, rulebook), name=lambda ask: ask.name)


def assert_answered(ask: Ask, rulebook: Rulebook) -> None:
    expected = ask.expected
    if "house" in expected:
        decision = ask.decide(rulebook, ask.house_pack)
        assert_answer(decision, ask.zone, expected, "house")
    if "law" in expected:
        decision = ask.decide(rulebook, None)
        assert_answer(decision, ask.zone, expected, "law")
    assert "house" in expected or "law" in expected, "a case asks something"


def assert_answer(decision: Decision, zone: ZoneInfo, expected: dict[str, object], side: str) -> None:
    is_leading = side == "house" or "house" not in expected
    said = "\n".join(f"{one.rule} {one.effect} until {one.until}: {one.says}" for one in decision.findings)
    assert decision.verdict == expected[side], f"{side}: {decision.verdict}\n{said}"
    nxt = expected.get("next") if is_leading else expected.get("law_next")
    if nxt is not None:
        assert isinstance(nxt, datetime)
        assert decision.callable_from == aware(nxt, zone), f"{side}: from {shown(decision.callable_from, zone)}\n{said}"
    until = expected.get("until") if is_leading else expected.get("law_until")
    if until is not None:
        assert isinstance(until, datetime)
        assert decision.lawful_until == aware(until, zone), (
            f"{side}: until {shown(decision.lawful_until, zone)}\n{said}"
        )
    speaks = expected.get("speaks", []) if is_leading else expected.get("law_speaks", [])
    assert isinstance(speaks, list)
    assert set(speaks) <= {one.rule for one in decision.findings}, said
    if is_leading:
        silent, missing = expected.get("silent", []), expected.get("missing", [])
        assert isinstance(silent, list)
        assert not set(silent) & {one.rule for one in decision.findings}, said
        assert isinstance(missing, list)
        assert set(missing) <= set(decision.missing), f"missing {decision.missing}"


def shown(at: datetime | None, zone: ZoneInfo) -> str:
    return "never" if at is None else f"{at.astimezone(zone):%a %d %b %Y %H:%M:%S} ({at.astimezone(UTC):%H:%M}Z)"
