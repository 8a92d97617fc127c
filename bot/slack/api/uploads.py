"""Uploads files from disk a part at a time; the SDK would hold all of one in memory, and a file of rejects may be
large."""

from pathlib import Path

import urllib3
from slack_sdk import WebClient

from bot.slack.api.files import connections

_WAITS = urllib3.Timeout(connect=10.0, read=120.0)  # Slack answers once it has the whole file
_OK = 200


def upload(client: WebClient, path: Path, channel: str, thread_ts: str) -> None:
    """Upload a file into a thread. Raises SlackApiError, OSError."""
    size = path.stat().st_size
    ticket = client.files_getUploadURLExternal(filename=path.name, length=size)
    url, headers = str(ticket["upload_url"]), {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    try:
        with path.open("rb") as content, connections(url) as pool:
            answer = pool.request("POST", url, body=content, headers=headers, retries=False, timeout=_WAITS)
    except urllib3.exceptions.HTTPError as fault:
        raise OSError(f"the upload of {size:,} bytes broke off") from fault
    if answer.status != _OK:
        raise OSError(f"upload of {size:,} bytes: status {answer.status}")
    files = [{"id": ticket["file_id"], "title": path.name}]
    client.files_completeUploadExternal(files=files, channel_id=channel, thread_ts=thread_ts)
