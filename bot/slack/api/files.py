"""The services' SharedFiles: what Slack tells of a file, and its content, however often the download breaks.

Uploads send a file from disk a part at a time: the SDK would hold all of one in memory, and rejects may be many.

The content is at `url_private_download`, for the bearer of a token with the scope files:read. To any other Slack
answers with status 200 and its sign-in page (bolt-js issue 2585), sometimes by a redirect; redirects inside Slack need
the token again, and no other host may see it.
"""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep
from typing import BinaryIO, Final
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from slack_sdk import WebClient

from bot.services.ports import DeliveryFailed, FileUnread, SharedFile, Unread
from bot.slack.api.client import call_slack

log = logging.getLogger(__name__)
PAUSES_S: Final = (0.5, 2.0, 5.0, 15.0, 30.0)  # after each failure in a row; a part that arrives begins them anew
_PART: Final = 1 << 18
_REDIRECTS: Final = 5
_WAITS: Final = urllib3.Timeout(connect=10.0, read=30.0)
_OK, _PARTIAL, _UNSATISFIABLE, _LIMITED, _SERVER_FAULT = 200, 206, 416, 429, 500
_FORBIDDEN = ("missing_scope", "no_permission", "not_allowed_token_type", "access_denied", "invalid_auth", "not_authed")
_BECAUSE: Final = {
    **dict.fromkeys(("file_not_found", "file_deleted", "not_visible"), Unread.GONE),
    **dict.fromkeys(_FORBIDDEN, Unread.NOT_PERMITTED),
}
_GONE_STATUS: Final = frozenset({404, 410})
_HELD_BY_SLACK: Final = frozenset({"hosted", "snippet", "post", "space"})
Progress = Callable[[int, int], None]


class _Broken(Exception):
    """The download broke off; it may go on."""

    def __init__(self, because: Unread, wait_s: float = 0.0) -> None:
        super().__init__(because.value)
        self.because, self.wait_s = because, wait_s


class SlackFiles:
    """Needs the scope files:read."""

    def __init__(self, client: WebClient, pause: Callable[[float], None] = sleep) -> None:
        self._client, self._pause = client, pause

    def described(self, file_id: str) -> SharedFile:
        try:
            file = call_slack(lambda: self._client.files_info(file=file_id))["file"]
        except DeliveryFailed as failed:
            raise FileUnread(_BECAUSE.get(str(failed), Unread.NOT_ANSWERED)) from failed
        mode = file.get("mode") or "hosted"
        if mode == "tombstone":
            raise FileUnread(Unread.GONE)
        if mode == "hidden_by_limit":
            raise FileUnread(Unread.HIDDEN)
        if file.get("is_external") or mode not in _HELD_BY_SLACK:
            raise FileUnread(Unread.ELSEWHERE)
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if not url:
            raise FileUnread(Unread.GONE)
        return SharedFile(
            file_id, str(file.get("name") or file.get("title") or file_id), int(file.get("size") or 0), url
        )

    def fetch(self, file: SharedFile, into: BinaryIO, most: int, progress: Progress) -> None:
        failures = 0
        while True:
            begun = into.tell()
            try:
                # Appends the rest of the file. Raises FileUnread, or _Broken if it may be tried again.
                try:
                    answer = _asked(self._client, file.url, into.tell())
                    try:
                        _take(answer, file, into, most, progress)
                    finally:
                        answer.close()
                except urllib3.exceptions.HTTPError as fault:
                    raise _Broken(Unread.CUT_OFF if into.tell() else Unread.NOT_ANSWERED) from fault
                return
            except _Broken as broken:
                failures = 0 if into.tell() > begun else failures + 1
                log.warning("event=download_broke reason=%s got=%d of=%d", broken, into.tell(), file.size)
                if failures >= len(PAUSES_S):
                    raise FileUnread(broken.because, into.tell(), file.size) from broken
                self._pause(max(PAUSES_S[failures], broken.wait_s))


def _asked(client: WebClient, url: str, begin: int) -> urllib3.BaseHTTPResponse:
    for _ in range(_REDIRECTS):
        headers = {"Accept-Encoding": "identity"}
        if _may_see_token(client.base_url, url):
            headers["Authorization"] = f"Bearer {client.token}"
        if begin:
            headers["Range"] = f"bytes={begin}-"
        ask = partial(connections(url).request, "GET", url, headers=headers)
        answer = ask(redirect=False, retries=False, preload_content=False, timeout=_WAITS)
        if not (where := answer.get_redirect_location()):
            return answer
        answer.close()
        url = urljoin(url, where)
    raise _Broken(Unread.NOT_ANSWERED)


def connections(url: str) -> urllib3.PoolManager:
    """A pool of one download, which ends with it."""
    target = urlsplit(url)
    proxy = "" if proxy_bypass(target.hostname or "") else getproxies().get(target.scheme, "")
    return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()


def _may_see_token(api: str, url: str) -> bool:
    """Whether the URL is at the host of the Web API, or of its domain (files.slack.com), and as well protected."""
    home, target = urlsplit(api), urlsplit(url)
    host, domain = target.hostname or "", home.hostname or ""
    return target.scheme == home.scheme and (host == domain or host.endswith(f".{domain}"))


def _take(answer: urllib3.BaseHTTPResponse, file: SharedFile, into: BinaryIO, most: int, progress: Progress) -> None:
    begin = into.tell()
    status = answer.status
    if status == _UNSATISFIABLE and begin:
        into.seek(0)
        into.truncate()
        raise _Broken(Unread.CUT_OFF)
    if status not in (_OK, _PARTIAL):
        raise _refusal(status, answer.headers.get("Retry-After", ""))
    if status == _OK or not answer.headers.get("Content-Range", "").startswith(f"bytes {begin}-"):
        if status == _PARTIAL:
            raise _Broken(Unread.CUT_OFF)
        into.seek(begin := 0)
        into.truncate()
    size = begin + int(answer.headers.get("Content-Length") or file.size - begin)
    if size != file.size and "html" in answer.headers.get("Content-Type", ""):
        raise FileUnread(Unread.NOT_PERMITTED)
    if size > most:
        raise FileUnread(Unread.TOO_LARGE, 0, size)
    for part in answer.stream(_PART, decode_content=False):
        if into.tell() + len(part) > most:
            raise FileUnread(Unread.TOO_LARGE, 0, size)
        into.write(part)
        progress(into.tell(), size)
    if into.tell() < size:
        raise _Broken(Unread.CUT_OFF)


def _refusal(status: int, retry_after: str) -> Exception:
    if status in _GONE_STATUS:
        return FileUnread(Unread.GONE)
    if status == _LIMITED or status >= _SERVER_FAULT:
        return _Broken(Unread.NOT_ANSWERED, float(retry_after) if retry_after.isdigit() else 0.0)
    return FileUnread(Unread.NOT_PERMITTED)


_WAITS_FOR_UPLOAD = urllib3.Timeout(connect=10.0, read=120.0)  # Slack answers once it has the whole file


def upload(client: WebClient, path: Path, channel: str, thread_ts: str) -> None:
    """Upload a file into a thread. Raises SlackApiError, OSError."""
    size = path.stat().st_size
    ticket = client.files_getUploadURLExternal(filename=path.name, length=size)
    url, headers = str(ticket["upload_url"]), {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    try:
        with path.open("rb") as content, connections(url) as pool:
            answer = pool.request("POST", url, body=content, headers=headers, retries=False, timeout=_WAITS_FOR_UPLOAD)
    except urllib3.exceptions.HTTPError as fault:
        raise OSError(f"the upload of {size:,} bytes broke off") from fault
    if answer.status != _OK:
        raise OSError(f"upload of {size:,} bytes: status {answer.status}")
    files = [{"id": ticket["file_id"], "title": path.name}]
    client.files_completeUploadExternal(files=files, channel_id=channel, thread_ts=thread_ts)
