"""Posts the log's checkpoint once a day to the channel that the organisation chose for it, beside the digests'.

The day ends when the digest of the oldest team is due. A channel gets its first checkpoint as soon as it is chosen, and
after a time without a bot the newest alone: it contains all before. A post is a row, taken by conditional update and
marked after the post: a crash may repeat a post, but never loses one.
"""

import logging
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.evidence import CheckpointToKeep
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from storage.log import posts, tree
from storage.models import DIGEST_AT, CheckpointPost
from storage.queries import admins
from storage.queries import setup as setup_queries

TAKEN_FOR = timedelta(minutes=2)  # a process that took a post and did not mark it for so long has died
_TRY_AGAIN_AFTER = timedelta(seconds=30)
_REPAIRED_AFTER = timedelta(minutes=10)  # a channel that does not take it needs a person
_log = logging.getLogger("nextcall.checkpoints")


class _Due(NamedTuple):
    organisation_id: int
    channel: str
    on: date


def post_due(deps: Deps) -> int:
    """Post the checkpoint if it is due. Returns how many were posted."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = _due(uow.session, at)
    return 0 if due is None else int(_post_once(deps, due, at))


def _due(session: Session, at: datetime) -> _Due | None:
    organisation = setup_queries.organisation(session)
    if organisation is None or not organisation.checkpoint_channel:
        return None
    key, channel = organisation.id or 0, organisation.checkpoint_channel
    on = _last_day(session, key, at)
    known = posts.post_of(session, key, channel, on)
    if (known is not None and known.posted_at is not None) or tree.newest_checkpoint(session, key) is None:
        return None
    return _Due(key, channel, on)


def _last_day(session: Session, organisation_id: int, at: datetime) -> date:
    """The newest day that is over."""
    first = next(iter(setup_queries.teams(session, organisation_id)), None)
    zone, ends_at = (first.zone, first.digest_at) if first else ("UTC", DIGEST_AT)
    return local_time.date_in(zone, local_time.last_at(zone, at, ends_at))


def _post_once(deps: Deps, due: _Due, at: datetime) -> bool:
    with deps.unit_of_work() as uow:
        newest = tree.newest_checkpoint(uow.session, due.organisation_id)
        if newest is None:
            return False
        post = posts.ensure_post(uow.session, due.channel, due.on, newest)
        if not posts.take_post(uow.session, post, at, at - TAKEN_FOR):
            return False
    try:
        message_ts = deps.notifier.post_checkpoint(CheckpointToKeep(post.channel, post.note, post.size, post.at))
    except DeliveryFailed as failed:
        _put_off(deps, post, at, failed)
        return False
    with deps.unit_of_work() as uow:
        posts.change_post(uow.session, post, posted_at=at, message_ts=message_ts)
    _log.info("event=checkpoint_posted channel=%s on=%s size=%d", post.channel, post.on_date, post.size)
    return True


def _put_off(deps: Deps, post: CheckpointPost, at: datetime, failed: DeliveryFailed) -> None:
    """Try again: in seconds after a passing fault; where a person must repair it, the admins are told once a day."""
    _log.error("event=checkpoint_failed channel=%s permanent=%s reason=%s", post.channel, failed.is_permanent, failed)
    wait = _REPAIRED_AFTER if failed.is_permanent else max(_TRY_AGAIN_AFTER, timedelta(seconds=failed.retry_after))
    told_of = str(failed) if failed.is_permanent and _tell(deps, post, str(failed)) else post.told_of
    with deps.unit_of_work() as uow:
        posts.change_post(uow.session, post, taken_at=at + wait - TAKEN_FOR, told_of=told_of)


def _tell(deps: Deps, post: CheckpointPost, reason: str) -> bool:
    """Tell the admins, unless they were told of this cause. Returns whether they know."""
    if post.told_of == reason:
        return True
    with deps.unit_of_work(is_read_only=True) as uow:
        told = tuple(one.slack_user_id for one in admins(uow.session, post.organisation_id))
    try:
        deps.notifier.checkpoint_not_posted(told, post.channel, reason)
    except DeliveryFailed as untold:
        _log.error("event=checkpoint_trouble_untold reason=%s", untold)
        return False
    return bool(told)
