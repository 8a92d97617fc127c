"""Decides stored contacts by the thousand.

Contacts that are alike, as most of a fresh list are, share one decision.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlmodel import Session

from bot.services.deciding.decisions import Cached, decide_batch, rules_key, to_cache
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps
from storage.record import alike
from storage.record.stored import StoredContact
from storage.record.whole_record import Said, record_from_json, said_of

_SHARED_FOR = timedelta(minutes=1)
_MOST_SHARED = 10_000  # for a list whose rows were screened one by one, to limit memory


Changed = list[tuple[StoredContact, Cached]]


class StoredDecisions:
    """Decides stored contacts and finds those whose cached verdict differs."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._shared: dict[alike.Key, Cached] = {}
        self._terms: dict[tuple[str, int], Sequence[Any]] = {}  # rows of the campaigns and lists that they depend on
        self._since: datetime | None = None
        self._until: datetime | None = None

    @property
    def rules(self) -> int:
        """The key of the rules it decides by."""
        return rules_key(self._deps)

    def changed(self, session: Session, batch: Sequence[StoredContact], at: datetime) -> Changed:
        """The contacts whose cached verdict, reason or window differs from now, each with the new one."""
        found: Changed = []
        for _, group in groupby(batch, key=attrgetter("organisation_id")):
            same = list(group)
            for contact, decided in zip(same, self.decide(session, same, at), strict=True):
                if fresh := if_different(contact, decided, at):
                    found.append((contact, fresh))
        return found

    def decide(self, session: Session, batch: Sequence[StoredContact], at: datetime) -> list[Cached]:
        """Decide contacts of one organisation, in order.

        Where the window is open, `callable_from` is the moment of the decision: see `Cached.opens_at`.
        """
        said = said_of(session, batch, alike.NO_FACTS)
        self._forget(said, at)
        keys = alike.keys_of(batch, said)
        shared = self._shared
        unknown = {key: place for place, key in enumerate(keys) if key is not None and key not in shared}
        asked = sorted([*unknown.values(), *(place for place, key in enumerate(keys) if key is None)])
        answers = dict(zip(asked, self._ask([batch[place] for place in asked], said, at), strict=True))
        for key, place in unknown.items():
            self._share(key, answers[place], at)
        return [answers[place] if key is None else shared[key] for place, key in enumerate(keys)]

    def _ask(self, batch: Sequence[StoredContact], said: Said, at: datetime) -> list[Cached]:
        if not batch:
            return []
        record = record_from_json(alike.about(said, batch))
        decided = decide_batch(self._deps, batch, record, at, COUNT_NO_OFFERS)
        return [to_cache(self._deps, one.facts, one.decision, one.house_pack) for one in decided]

    def _share(self, key: alike.Key, decided: Cached, at: datetime) -> None:
        """Share a decision until the first moment at which a shared one may change: a window opens or closes."""
        self._shared[key] = decided
        ahead = [edge for edge in (decided.callable_from, decided.callable_until, self._until) if edge and edge > at]
        self._until = min(ahead, default=None)

    def _forget(self, said: Said, at: datetime) -> None:
        """Forget shared decisions after a minute, at a window's edge, or when a campaign or list has changed."""
        since, until = self._since, self._until
        is_good = since is not None and since <= at < since + _SHARED_FOR and (until is None or at < until)
        terms = {(name, row[0]): row for name in ("campaigns", "lists") for row in said[name]}
        is_same = all(self._terms.get(key, row) == row for key, row in terms.items())
        if not is_good or not is_same or len(self._shared) > _MOST_SHARED:
            self._shared.clear()
            self._terms.clear()
            self._since, self._until = at, None
        self._terms.update(terms)


def if_different(contact: StoredContact, decided: Cached, at: datetime) -> Cached | None:
    """What to cache on the contact; None if it already has that."""
    since, until = contact.callable_from, contact.callable_until
    opens = decided.opens_at(since, until, at)
    if (
        contact.decided_at is not None
        and contact.verdict == decided.verdict
        and since == opens
        and until == decided.callable_until
        and contact.because == decided.because
        and contact.sentence == decided.sentence
        and contact.rule == decided.rule
    ):
        return None
    return decided._replace(callable_from=opens)
