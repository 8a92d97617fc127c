"""Roads walked in a real browser with the real bot, as `make screens` pictures them: what they leave on record."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import col, select

from bot.cli.demo import cast
from bot.services.deciding import refresh
from policy.vocabulary import AttemptState, Outcome, Verdict
from screens import browser as drawing
from screens.browser import Browser, NoBrowser, browser
from screens.roads import desk_road, house_road, lead_road, list_road, manager_road, message_road
from screens.sitting import Album
from screens.stage import Holds, album_of
from storage.models import (
    Attempt,
    Callback,
    Contact,
    HouseRuleProposal,
    ListFile,
    ListMapping,
    OutcomeRecord,
    PersonNumber,
)

Row = TypeVar("Row")
pytestmark = pytest.mark.long
MIDNIGHT = datetime(2026, 12, 2, tzinfo=UTC)  # in London too


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    """A headless Chromium. Its tests are skipped where there is none."""
    try:
        with browser() as found:
            yield found
    except NoBrowser as missing:
        pytest.skip(str(missing))


@pytest.fixture(autouse=True)
def coarse_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on them counts, and not how well they look."""
    monkeypatch.setattr(drawing, "_DENSITY", 0.5)
    monkeypatch.setattr(drawing, "_in_fewer_colours", lambda png: png)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK picks these up for loopback too."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.night
def test_an_agents_day_from_home_only(window: Browser, tmp_path: Path) -> None:
    with album_of(tmp_path, window) as album:
        desk_road.picture(album)
        attempts = _all(album, Attempt)
        assert [one.outcome for one in attempts] == [
            Outcome.CONVERSATION,
            Outcome.CALLBACK_AGREED,
            Outcome.DO_NOT_CALL,
            Outcome.VOICEMAIL_HEARD,
        ]
        assert {one.state for one in attempts} == {AttemptState.REPORTED}
        assert [one.note for one in _all(album, OutcomeRecord) if one.note] == ["Wants the tariff by post"]
        commands = [one for one in album.stage.server.delivered if "command" in one.envelope.payload]
        assert commands == [], "the agent typed none"
        assert _pictured(album) >= {"desk-1-cards", "desk-2-calling-dark-phone", "desk-8-day"}


def test_a_call_from_the_desk_in_messages(window: Browser, tmp_path: Path) -> None:
    with album_of(tmp_path, window) as album:
        message_road.picture(album)
        assert [one.outcome for one in _all(album, Attempt)] == [Outcome.CONVERSATION]
        assert [one.note for one in _all(album, OutcomeRecord)] == ["Wants the tariff by post"]


def test_a_lead_answers_three_alerts(window: Browser, tmp_path: Path) -> None:
    with album_of(tmp_path, window, Holds.ORGANISATION) as album:
        lead_road.picture(album)
        assert [one.stage for one in _all(album, ListFile)] == ["imported"]
        assert len(_all(album, Contact)) == 5
        [callback] = _all(album, Callback)
        alice = next(one.agent_id for one in _all(album, Attempt) if one.outcome is Outcome.NO_ANSWER)
        assert callback.agent_id == alice
        assert _pictured(album) >= {"alert-1-dry", "alert-3-overdue-phone", "alert-5-long"}


@pytest.mark.night
def test_a_lead_brings_a_workbook_in_and_an_agent_calls(window: Browser, tmp_path: Path) -> None:
    with album_of(tmp_path, window, Holds.ORGANISATION) as album:
        list_road.picture(album)
        [file] = _all(album, ListFile)
        assert (file.name, file.stage) == (list_road.FILE, "imported")
        assert [one.columns for one in _all(album, ListMapping)] == [{"Best reached at": "mobile"}]
        verdicts = {one.name: one.verdict for one in _all(album, Contact)}
        assert sorted(verdicts) == ["Grace Lopez", "Nina Patel", "Sam Reed", "Tom Baker"]
        assert verdicts["Nina Patel"] == "suppressed"
        numbers = {one.number for one in _all(album, PersonNumber)}
        assert numbers == {"+441134960311", "+447700900312", "+441134960313", "+447700900313", "+447700900314"}
        [attempt] = _all(album, Attempt)
        assert (attempt.number, attempt.outcome) == ("+441134960311", Outcome.CONVERSATION)
        assert _pictured(album) >= {"list-1-preview-phone", "list-5-complete-dark-phone", "list-8-call"}


def test_a_manager_makes_and_downloads_a_report(window: Browser, tmp_path: Path) -> None:
    """The road itself looks at what was downloaded."""
    with album_of(tmp_path, window) as album:
        manager_road.picture(album)
        assert _pictured(album) >= {"report-2-form", "report-3-message-phone", "report-4-files-dark"}


def test_two_admins_change_the_house_rules_and_contacts_lock_at_midnight(window: Browser, tmp_path: Path) -> None:
    """Of a contact called in vain 80 hours before, the 72 hours of the house pack are over, the admins' 96 are not."""
    with album_of(tmp_path, window) as album:
        house_road.propose_and_approve(album)
        [row] = _all(album, HouseRuleProposal)
        assert (row.stage, row.drafted_by, row.decided_by) == ("approved", cast.ERIN, cast.DANA)
        assert (row.effective_at, row.limits["waits"]) == (MIDNIGHT, {"no_answer": 96})
        contact = _called_in_vain(album, MIDNIGHT - timedelta(hours=80))
        for moment, verdict in (
            (MIDNIGHT - timedelta(milliseconds=100), Verdict.CALLABLE),
            (MIDNIGHT, Verdict.LOCKED),
            (MIDNIGHT + timedelta(microseconds=1), Verdict.LOCKED),
        ):
            album.stage.clock.set(moment)
            assert _decided(album, contact) is verdict, moment
        house_road.see_in_force(album)
        assert _pictured(album) >= {"house-2-form-phone", "house-3-meaning", "house-4-approve", "house-5-in-force"}


def _called_in_vain(album: Album, at: datetime) -> int:
    """A contact whom nobody called, moved to where it is noon at midnight in London, with one attempt of that
    moment."""
    called = {one.contact_id for one in _all(album, Attempt)}
    with album.stage.installation.deps.unit_of_work() as uow:
        fresh = select(Contact).where(Contact.verdict == Verdict.CALLABLE).order_by(col(Contact.id))
        contact = next(one for one in uow.session.exec(fresh) if one.id not in called)
        contact.zones = "Pacific/Auckland"
        attempt = Attempt(
            organisation_id=contact.organisation_id,
            contact_id=contact.id,
            person_id=contact.person_id,
            number=contact.number or "",
            campaign_id=contact.campaign_id,
            principal="Bright Energy",
            agent_id=1,
            opened_at=at,
            closed_at=at + timedelta(seconds=20),
            state=AttemptState.REPORTED,
            outcome=Outcome.NO_ANSWER,
        )
        uow.session.add(attempt)
        return contact.id or 0


def _decided(album: Album, contact_id: int) -> Verdict:
    deps = album.stage.installation.deps
    with deps.unit_of_work() as uow:
        [found] = refresh.refresh(deps, uow.session, [uow.session.get_one(Contact, contact_id)], deps.clock())
        return found.decision.verdict


def _all(album: Album, model: type[Row]) -> list[Row]:
    with album.stage.installation.deps.unit_of_work(is_read_only=True) as uow:
        found = list(uow.session.exec(select(model)))
        uow.session.expunge_all()
        return found


def _pictured(album: Album) -> set[str]:
    return {one.stem for one in album.folder.glob("*.png") if one.stat().st_size > 1000}
