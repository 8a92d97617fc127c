"""The town as a fixture. Most tests use HTTP, which is faster; a file with
`MODE = "socket"` uses the socket, and the main scenario both."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox import Member
from bot.slack.api import files, incidents
from bot.slack.boundary import answers, boundary
from policy.vocabulary import Role
from storage.models import Agent
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import Town
from tests.slack.scenarios.town import town as opened


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK picks these up for loopback too."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits longer than in production, because a busy machine is slow; slow answers have tests of their own."""
    monkeypatch.setattr(answers, "_LOCALE_WITHIN_S", 30)
    if request.path.name != "test_late_forms.py":
        monkeypatch.setattr(boundary, "WAITS_FOR_S", 8.0)


@pytest.fixture(autouse=True)
def whole(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test in which our side logs an error, unless the test causes it."""
    yield
    if request.node.get_closest_marker("incident") is None:
        logged = [*caplog.get_records("call"), *caplog.get_records("teardown")]
        assert [one.getMessage() for one in logged if one.name == incidents.log.name] == []


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that breaks is tried again at once."""
    monkeypatch.setattr(files, "PAUSES_S", (0.0,) * len(files.PAUSES_S))


@pytest.fixture(autouse=True)
def no_leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails if a shared file stays on the disk after it was read."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert not list(folder.glob("nextcall-list-*"))


@pytest.fixture
def town(acme: SampleOrganisation, request: pytest.FixtureRequest) -> Iterator[Town]:
    with opened(acme, getattr(request.module, "MODE", "http")) as made:
        yield made


@pytest.fixture
def erin(town: Town) -> Member:
    """The manager of the cast, made an admin."""
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN)
    return town.erin
