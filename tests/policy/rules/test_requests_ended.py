"""What ends a request to be called; from then on a call is unsolicited."""

from datetime import timedelta
from pathlib import Path

import pytest

from policy import Event, RequestFact, StopFact, Verdict, WithdrawalFact
from tests.policy.small_packs import ask, head, rule, rulebook_of, utc

SAID = utc("2026-11-24 10:00")
REQUEST = RequestFact(SAID, "Bright")
MOMENT = timedelta(microseconds=1)
UNASKED = rule(
    "hours", "windows = { every_day = [[09:00:00, 10:00:00]] }", applies_when="{ solicited = false }", name="unasked"
)


def is_solicited(folder: Path, *events: Event) -> bool:
    """Whether a call at noon, barred if unsolicited, is callable."""
    decision = ask(rulebook_of(folder, UNASKED), "2026-11-24 12:00", events)
    return "small.unasked" not in {one.rule for one in decision.findings}


def test_a_request_of_this_principal_makes_a_call_solicited(tmp_path: Path) -> None:
    assert not is_solicited(tmp_path)
    assert is_solicited(tmp_path, REQUEST)
    assert not is_solicited(tmp_path, RequestFact(SAID, "Other"))
    assert not is_solicited(tmp_path, RequestFact(SAID, "Bright", is_complete=False))


@pytest.mark.parametrize(("reason", "ends"), [("do_not_call", True), ("cease", True), ("dispute", False)])
def test_a_stop_ends_the_requests_made_before_it(tmp_path: Path, reason: str, ends: bool) -> None:
    assert is_solicited(tmp_path, REQUEST, StopFact(SAID, reason, person="P")) is not ends
    assert is_solicited(tmp_path, REQUEST, StopFact(SAID - MOMENT, reason, person="P"))
    assert is_solicited(tmp_path, REQUEST, StopFact(SAID, reason, person="P", principal="Other"))


@pytest.mark.parametrize(("kind", "ends"), [("calls", True), ("written", True), ("hours", False)])
def test_a_withdrawn_consent_ends_the_requests_made_before_it(tmp_path: Path, kind: str, ends: bool) -> None:
    now = utc("2026-11-24 12:00") + timedelta(microseconds=417_003)
    for at in (SAID, now, now + MOMENT):  # as a stop does, it counts from the beginning of its second
        assert is_solicited(tmp_path, REQUEST, WithdrawalFact(at, kind)) is not ends
    for at in (SAID - MOMENT, now + timedelta(seconds=1)):
        assert is_solicited(tmp_path, REQUEST, WithdrawalFact(at, kind))


@pytest.mark.parametrize(
    ("stale", "verdict", "missing"),
    [("hold", Verdict.HELD, ("a fresh request to be called",)), ("unsolicited", Verdict.SUPPRESSED, ())],
)
def test_a_request_too_old_to_rely_on_holds_what_it_would_have_freed_where_a_pack_says_so(
    tmp_path: Path, stale: str, verdict: Verdict, missing: tuple[str, ...]
) -> None:
    beginning = head() + f'request_max_age_days = 30\nstale_request = "{stale}"\n'
    unasked = rule("ban", "", applies_when="{ solicited = false }")
    rulebook = rulebook_of(tmp_path, unasked, beginning=beginning)
    assert ask(rulebook, "2026-12-24 12:00", [REQUEST]).verdict is Verdict.CALLABLE
    old = ask(rulebook, "2026-12-25 12:00", [REQUEST])
    assert (old.verdict, old.missing) == (verdict, missing)
    says = "The request to be called is too old to rely on. rule: house policy" if missing else "rule: house policy"
    assert [finding.says for finding in old.findings] == [says]
    assert ask(rulebook, "2026-12-25 12:00").verdict is Verdict.SUPPRESSED, "nothing was asked for"
