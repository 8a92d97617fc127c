"""Downloads of files that people share: whole, or refused with a reason; never a sign-in page taken for a list."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from slack_sdk import WebClient

from bot.sandbox import Manifest, Member, Person, SandboxServer, Workspace
from bot.services.ports import FileUnread, Unread
from bot.slack.api.client import background_client
from bot.slack.api.files import PAUSES_S, SlackFiles, _may_see_token

MOST = 1 << 20
CONTENT = b"Name,Phone\n" + b"Grace Hopper,07700900111\n" * 20_000


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    manifest = Manifest(events=frozenset({"file_shared"}))
    with SandboxServer(Workspace(people=[Person("U0DANA", "dana", "Dana")], manifest=manifest)) as server:
        yield server


@pytest.fixture
def dana(server: SandboxServer) -> Member:
    return server.person("U0DANA")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def files(server: SandboxServer, pauses: list[float]) -> SlackFiles:
    return SlackFiles(background_client(server.workspace.bot_token, server.api_url), pauses.append)


def _ignored(_got: int, _of: int) -> None: ...


def _unread(files: SlackFiles, file_id: str, most: int = MOST) -> Unread:
    with pytest.raises(FileUnread) as caught:
        files.fetch(files.described(file_id), BytesIO(), most, _ignored)
    return caught.value.because


def test_it_reads_a_shared_file_and_reports_progress(files: SlackFiles, dana: Member) -> None:
    file = files.described(dana.upload("leads.csv", CONTENT).file_id)
    into, told = BytesIO(), []
    files.fetch(file, into, MOST, lambda got, of: told.append((got, of)))
    assert (file.name, file.size, into.getvalue()) == ("leads.csv", len(CONTENT), CONTENT)
    assert told[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize("fault", ["cut", "http_503", "ratelimited", "reset"])
def test_a_broken_download_resumes_where_it_stopped(
    files: SlackFiles, dana: Member, server: SandboxServer, fault: str, pauses: list[float]
) -> None:
    file = files.described(dana.upload("leads.csv", CONTENT).file_id)
    server.fail_next("download", with_=fault, times=2, retry_after=4, hangs_for=0)
    into, told = BytesIO(), []
    files.fetch(file, into, MOST, lambda got, _of: told.append(got))
    assert into.getvalue() == CONTENT
    assert told == sorted(told), "what has arrived is not asked for again"
    assert len(pauses) == 2
    assert min(pauses) >= (4 if fault == "ratelimited" else PAUSES_S[0])


def test_it_gives_up_when_no_more_bytes_arrive(files: SlackFiles, dana: Member, server: SandboxServer) -> None:
    shared = dana.upload("leads.csv", CONTENT)
    server.fail_next("download", with_="http_500", times=99)
    assert _unread(files, shared.file_id) is Unread.NOT_ANSWERED


def test_a_sign_in_page_is_not_read_as_a_list(files: SlackFiles, dana: Member, server: SandboxServer) -> None:
    file = files.described(dana.upload("leads.csv", CONTENT).file_id)
    server.workspace.manifest = replace(server.workspace.manifest, scopes=frozenset({"chat:write"}))
    into = BytesIO()
    with pytest.raises(FileUnread, match="not_permitted"):
        files.fetch(file, into, MOST, _ignored)
    assert not into.getvalue()
    with pytest.raises(FileUnread, match="not_permitted"):
        files.described(file.file_id)


def test_an_html_file_that_a_person_shared_is_read_as_it_is(files: SlackFiles, dana: Member) -> None:
    """Some systems return an error page instead of an export; the table reader reports it."""
    file = files.described(dana.upload("export.html", b"<html>Session expired</html>").file_id)
    into = BytesIO()
    files.fetch(file, into, MOST, _ignored)
    assert into.getvalue() == b"<html>Session expired</html>"


def test_it_says_why_a_file_is_not_there(files: SlackFiles, dana: Member, server: SandboxServer) -> None:
    gone, old = dana.upload("gone.csv", CONTENT), dana.upload("old.csv", CONTENT)
    before = files.described(gone.file_id)
    dana.delete_file(gone.file_id)
    assert _unread(files, gone.file_id) is Unread.GONE
    with pytest.raises(FileUnread, match="gone"):
        files.fetch(before, BytesIO(), MOST, _ignored)
    server.workspace.files.every[old.file_id].mode = "hidden_by_limit"
    assert _unread(files, old.file_id) is Unread.HIDDEN
    assert _unread(files, "F0NOTHING01") is Unread.GONE


def test_it_reads_no_more_than_the_allowed_size(files: SlackFiles, dana: Member) -> None:
    shared = dana.upload("leads.csv", CONTENT)
    assert _unread(files, shared.file_id, len(CONTENT) - 1) is Unread.TOO_LARGE


def test_an_exception_in_the_progress_callback_ends_the_download(files: SlackFiles, dana: Member) -> None:
    def stop(_got: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.fetch(files.described(dana.upload("leads.csv", CONTENT).file_id), BytesIO(), MOST, stop)


@pytest.mark.parametrize(
    ("url", "may_see"),
    [
        ("https://files.slack.com/files-pri/T1-F1/leads.csv", True),
        ("https://slack.com/files", True),
        ("http://files.slack.com/files-pri/T1-F1/leads.csv", False),
        ("https://notslack.com/", False),
        ("https://slack.com.example.org/", False),
        ("https://storage.example.org/leads.csv", False),
    ],
)
def test_no_other_host_sees_the_token(url: str, may_see: bool) -> None:
    assert _may_see_token(WebClient().base_url, url) is may_see
