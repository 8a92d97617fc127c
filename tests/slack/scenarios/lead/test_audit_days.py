"""A manager checks any days over the socket: under way, then every promise with its findings and a file; nobody else
may."""

from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from bot.sandbox import VisibleMessage, VisibleView
from bot.services.evidence import span_audit as audit_runs
from bot.slack import ids
from bot.slack.blocks.kit.kit import Reply
from bot.slack.blocks.report import activity
from bot.slack.delivery import notifier
from policy.vocabulary import Outcome
from storage.models import AuditRun
from tests.fakes import SampleOrganisation
from tests.rows import a_call
from tests.slack.scenarios.town import Town, given, home, opens, reads

MODE = "socket"
NUMBER = "+447700900801"
DAYS = {"from": "2026-11-18", "until": "2026-11-22"}


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    """A call at 03:00:07.4 that nobody decided, and that was reported."""
    contact = acme.add_contact("Grace", NUMBER)
    acme.put(
        a_call(acme.alice, contact, datetime(2026, 11, 20, 3, 0, 7, 417_003, tzinfo=UTC), outcome=Outcome.NO_ANSWER)
    )
    return acme


def asked(town: Town) -> VisibleView:
    return opens(town.erin, home(town.erin, "Check any days"), "audit_form", ids.FROM)


def answered(town: Town, **chosen: str) -> VisibleMessage:
    assert not town.erin.submit(asked(town), given(**DAYS, **chosen)).errors
    return reads(town.erin, "Audit of Wednesday 18 November 2026 to Sunday 22 November 2026")


@pytest.mark.long
def test_a_manager_gets_every_promise_and_the_findings_as_a_file(town: Town) -> None:
    message = answered(town)
    for said in (
        "broken promise",
        "*Energy*: 1 attempt",
        "*1* call outside hours",
        "9 other promises kept.",
        "11 promises kept.",
        "*Water*: 0 attempts",
        "The file in the thread has every finding.",
    ):
        assert said in message.words, said
    assert reads(town.erin, "audit-2026-11-18-2026-11-22.csv").thread_ts == message.ts
    [file] = [one for one in town.server.workspace.files.every.values() if one.name.startswith("audit-")]
    lines = (file.content or b"").decode("utf-8-sig").splitlines()
    assert lines[0] == "Team,Promise,Broken,Details"
    assert "Energy,call outside hours,1," in lines
    [found] = [one for one in lines if one.startswith('Energy,call outside hours,1,"') or "03:00" in one][-1:]
    assert "2026-11-20" in found
    assert "••• 801" in found
    assert NUMBER not in "".join(lines)
    assert town.server.workspace.refusals == ()


def test_one_team_alone_holds_every_promise(town: Town) -> None:
    message = answered(town, team=str(town.acme.water.id))
    assert "*Audit: every promise kept.*" in message.words
    assert "Energy" not in message.words


@pytest.mark.long
def test_it_says_how_far_it_is_in_the_message_that_becomes_the_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "DRAW_EVERY_S", 0.0)
    seen = list[str]()
    real = activity.under_way

    def noted(*given: Any) -> Reply:
        drawn = real(*given)
        seen.append(drawn.text)
        return drawn

    monkeypatch.setattr(activity, "under_way", noted)
    answered(town)
    assert seen[0].endswith("…")
    assert [one.rpartition("… ")[2] for one in seen[1:]] == [f"{done} of 10 days" for done in range(1, 11)]
    assert len([one for one in town.erin.direct_messages if one.is_from_app and not one.thread_ts]) == 1


@pytest.mark.incident
def test_a_check_that_breaks_off_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(audit_runs, "audit_days", broken)
    town.erin.submit(asked(town), given(**DAYS))
    reads(town.erin, "The check of 18 November 2026 to 22 November 2026 failed. Start it again.")


def test_days_in_the_wrong_order_are_refused_in_the_form(town: Town) -> None:
    refused = town.erin.submit(asked(town), given(**{"from": "2026-11-22", "until": "2026-11-18"}))
    assert refused.errors == {ids.UNTIL: "The last day is before the first one. Choose another."}


def test_a_team_lead_is_not_offered_it(town: Town) -> None:
    assert "Check any days" not in home(town.dana, "Report").words


def saying(town: Town, what: str) -> list[VisibleMessage]:
    return [one for one in town.erin.direct_messages if what in one.words]


@pytest.mark.long
@pytest.mark.incident
def test_a_manager_hears_that_the_bot_was_stopped_and_asks_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check never ends: its process says nothing any more. Another bot tells, in the message too, with a button."""
    began, killed = Event(), Event()

    def stopped(*_given: object) -> None:
        began.set()
        killed.wait(60)
        raise RuntimeError("the process is long gone")

    with monkeypatch.context() as patch:
        patch.setattr(audit_runs, "audit_days", stopped)
        town.erin.submit(asked(town), given(**DAYS))
        assert began.wait(30)
    under = reads(town.erin, "Checking the calls of 18 November 2026 to 22 November 2026")
    town.move(minutes=2)
    assert audit_runs.tell_stopped(town.deps) == 1
    assert audit_runs.tell_stopped(town.deps) == 0
    told = "The check of 18 November 2026 to 22 November 2026 was stopped, because Nextcall was restarted."
    both = town.erin.wait_for(lambda _seen: found if len(found := saying(town, told)) == 2 else None)
    assert both[0].ts == under.ts
    assert not town.erin.submit(opens(town.erin, both[-1], "audit_form", ids.FROM), given(**DAYS)).errors
    reads(town.erin, "Audit of Wednesday 18 November 2026 to Sunday 22 November 2026")
    town.erin.wait_for(lambda _seen: not town.acme.all(AuditRun) or None)
    killed.set()
