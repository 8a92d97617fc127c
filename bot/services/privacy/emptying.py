"""Empties rows about people: what of each goes, what stays, and how much that is.

The words of consents stay for a while: the law asks for the proof of a consent after it has ended.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, SQLModel, col

from bot.services.answers.privacy import Erased
from bot.services.blanking import blank_about
from bot.services.calls.standing import is_in_force
from bot.services.deps import Deps
from bot.services.erased_numbers import Hashes
from bot.services.numbers.parsing import ERASED_IN_FACTS, is_erased
from bot.services.privacy.subjects import Meant
from policy import Rulebook
from policy.facts.types import ConsentFact
from policy.rules.kinds.basis import Basis
from policy.rules.rule import any_within
from policy.vocabulary import DATA_COMPLAINT, POSSIBLE_NO, Outcome
from storage import models
from storage.database.rows import every
from storage.log.changes import forget_salts
from storage.queries import list_imports
from storage.queries import proofs as proof_rows
from storage.subject.subject_rows import HELD, Held, persons_at, rows_of, scope_of

Found = Mapping[type[SQLModel], Sequence[Any]]
# What rules count by number, whoever has it: where others have the number too, these rows keep it.
_OF_THE_NUMBER: Final = (models.Attempt, models.Suppression, models.Screening)
_DIGITS: Final = 11


def empty(session: Session, meant: Meant, hashes: Hashes, proofs: frozenset[int] = frozenset()) -> None:
    """Remove names, words and numbers from every row about these people; and their numbers from rows about others.

    `proofs`: the ids of consents whose words stay, without names and numbers.
    """
    found = rows_of(session, meant.scope)
    emptied = _Emptied(meant, proofs)
    named = sorted(one for one in meant.numbers if not is_erased(one))
    words = words_of(found[models.Hold])
    for run, content in in_digests(session, meant.organisation_id, found[models.Hold], found[models.Override]):
        run.content = content
        forget_salts(session, {models.DigestRun: [run.id or 0]})
    _Facts({one: stand_in(hashes, one) for one in named}, words).rewrite(found[models.DecisionRecord])
    for contact in found[models.Contact]:
        left = without_words(words, contact.because)
        if left != contact.because:
            contact.because, contact.sentence = left, ""
    for hold in found[models.Hold]:
        hold.reason = ERASED_WORDS if hold.reason in words else hold.reason
    for held in HELD:
        for row in found[held.table]:
            _empty_row(held, row, emptied, hashes)
    _take_from_others(session, meant, hashes)
    session.flush()
    forget_salts(session, {table: [row.id for row in rows] for table, rows in found.items()})


def counted(
    session: Session, meant: Meant, found: Found, at: datetime, proofs: frozenset[int], *, is_stop_added: bool = False
) -> Erased:
    """What emptying these rows removes and keeps."""
    emptied = _Emptied(meant, proofs)
    reasons = words_of(found[models.Hold])
    facts = _Facts(dict.fromkeys((one for one in meant.numbers if not is_erased(one)), ""), reasons)
    digests = in_digests(session, meant.organisation_id, found[models.Hold], found[models.Override])
    words = [
        word
        for held in HELD
        if held.table not in (models.Person, models.Contact)
        for row in found[held.table]
        for word in emptied.words(held, row)
    ]
    decisions = sum(facts.rewritten(one) != [one.facts, one.findings] for one in found[models.DecisionRecord])
    changed = sum(_is_changed(held, row, emptied) for held in HELD for row in found[held.table])
    return Erased(
        people=len(meant.people),
        numbers=sum(not is_erased(one) for one in meant.own),
        shared_numbers=len(set(meant.numbers) - meant.own),
        names=sum(bool(one.name) for one in meant.people),
        notes=len(words) + sum(one.reason in reasons for one in found[models.Hold]),
        decisions=decisions,
        callbacks=sum(one.closed_at is None for one in found[models.Callback]),
        cards=sum(one.ended_at is None for one in found[models.Lease]),
        stops=sum(is_in_force(one, at) for one in found[models.Suppression]),
        attempts=len(found[models.Attempt]),
        proofs=sum(len(found[held.table]) for held in HELD if held.said.is_proof),
        shown=len(found[models.ShownNumber]),
        rows=changed + decisions + len(digests),
        is_stop_added=is_stop_added,
    )


class _Facts:
    """Replaces numbers and quoted words in the JSON of stored decisions."""

    def __init__(self, stand_ins: Mapping[str, str], words: Collection[str] = ()) -> None:
        self._stand_ins, self._words = stand_ins, words
        any_of = "|".join(map(re.escape, stand_ins))
        self._numbers = re.compile(rf"(?:{any_of})(?!\d)") if any_of else None

    def rewrite(self, decisions: Collection[models.DecisionRecord]) -> None:
        for one in decisions:
            facts, findings = self.rewritten(one)
            if (facts, findings) != (one.facts, one.findings):
                one.sentences = one.sentences if findings == one.findings else None  # they would quote the words too
                one.facts, one.findings = facts, findings

    def rewritten(self, decision: models.DecisionRecord) -> list[Any]:
        said = [decision.facts, decision.findings]
        if self._numbers is not None:
            text = json.dumps(said, ensure_ascii=False)
            said = json.loads(self._numbers.sub(lambda found: self._stand_ins[found[0]], text))
        return [without_in_json(self._words, one) for one in said]


def stand_in(hashes: Hashes, number: str) -> str:
    """What stands in the place of an erased number in the facts of stored decisions."""
    return f"{ERASED_IN_FACTS}{int(hashes.of_number(number)[-16:], 16) % 10**_DIGITS:0{_DIGITS}d}"


class _Emptied:
    """What becomes of the words of a row about these people."""

    def __init__(self, meant: Meant, proofs: frozenset[int]) -> None:
        self.meant, self._proofs = meant, proofs
        self._names = [one.name for one in meant.people]

    def left(self, held: Held, row: Any, column: str) -> str:
        """What stays in a column; nothing, but for the words of a consent that must still be proved."""
        if held.table is models.Consent and row.id in self._proofs:
            return without_names(getattr(row, column), self._names, self.meant.numbers)
        return ""

    def words(self, held: Held, row: Any) -> Iterator[str]:
        said = ((getattr(row, column), self.left(held, row, column)) for column in held.emptied)
        yield from (was for was, left in said if was != left)


def _empty_row(held: Held, row: Any, emptied: _Emptied, hashes: Hashes) -> None:
    for column in held.emptied:
        setattr(row, column, emptied.left(held, row, column))
    if held.table is models.Person:
        row.key = f"{proof_rows.ERASED_KEY}{row.id}"
    for column in held.numbers:
        if _goes(held, getattr(row, column), emptied.meant):
            setattr(row, column, hashes.of_number(getattr(row, column)))


def _goes(held: Held, number: str | None, meant: Meant) -> bool:
    if not number or is_erased(number):
        return False
    return number in meant.own or held.table not in _OF_THE_NUMBER


def _is_changed(held: Held, row: Any, emptied: _Emptied) -> bool:
    if held.table is models.Person:
        return not row.key.startswith(proof_rows.ERASED_KEY)
    if held.table is models.Hold and words_of([row]):
        return True
    return any(emptied.words(held, row)) or any(
        _goes(held, getattr(row, column), emptied.meant) for column in held.numbers
    )


def _take_from_others(session: Session, meant: Meant, hashes: Hashes) -> None:
    """Rows about people at whom the number once stood wrongly lose it as well, and about whom they were parted from."""
    hashed = {hashes.of_number(one) for one in meant.own}
    others = {row.person_id for row, _ in persons_at(session, meant.organisation_id, hashed)}
    others = (others | list_imports.once_one_with(session, meant.ids)) - meant.ids
    if not others:
        return
    found = rows_of(session, scope_of(meant.organisation_id, others, ()))
    changed: dict[type[SQLModel], list[int]] = {models.DecisionRecord: [row.id for row in found[models.DecisionRecord]]}
    for held in HELD:
        for row in found[held.table]:
            for column in held.numbers:
                if getattr(row, column) in meant.own and not is_erased(getattr(row, column)):
                    setattr(row, column, hashes.of_number(getattr(row, column)))
                    changed.setdefault(held.table, []).append(row.id)
    forget_salts(session, changed)
    own = sorted(one for one in meant.own if not is_erased(one))
    _Facts({one: stand_in(hashes, one) for one in own}).rewrite(found[models.DecisionRecord])


ERASED_WORDS: Final = "erased"  # a reason must not be empty: rules read it
_OUTCOMES: Final = frozenset({*(one.value for one in Outcome), DATA_COMPLAINT, POSSIBLE_NO})
_QUOTED: Final = re.compile(r"\((.*)\)", re.DOTALL)  # the rule of holds quotes reasons so: (her own words, a complaint)


def words_of(holds: Sequence[models.Hold]) -> frozenset[str]:
    """The reasons of holds that a person wrote, without those that are outcomes."""
    return frozenset(one.reason for one in holds) - _OUTCOMES - {ERASED_WORDS}


def without_words(words: Collection[str], text: str) -> str:
    """A sentence without the words that it quotes."""

    def replaced(found: re.Match[str]) -> str:
        inside = found[1]
        for word in sorted(words, key=len, reverse=True):
            inside = re.sub(rf"(^|, ){re.escape(word)}(?=, |$)", rf"\1{ERASED_WORDS}", inside)
        return f"({inside})"

    return _QUOTED.sub(replaced, text) if words else text


def without_in_json(words: Collection[str], value: Any) -> Any:
    """JSON without the words: in every sentence, and as the reason of a hold among stored facts."""
    if isinstance(value, str):
        return without_words(words, value)
    if isinstance(value, list):
        return [without_in_json(words, one) for one in value]
    if not isinstance(value, Mapping):
        return value
    is_hold = value.get("event") == "hold" and value.get("reason") in words
    found = {name: without_in_json(words, one) for name, one in value.items()}
    if "sentence" in value and found != value:  # it would quote them too
        found["sentence"] = ""
    return {**found, "reason": ERASED_WORDS} if is_hold else found


def in_digests(
    session: Session, organisation_id: int, holds: Sequence[models.Hold], overrides: Sequence[models.Override]
) -> list[tuple[models.DigestRun, dict[str, Any]]]:
    """The digests that quote the words, each with its content without them."""
    moments = [one.placed_at for one in holds] + [one.approved_at for one in overrides]
    if not moments:
        return []
    words, contacts = words_of(holds), {one.contact_id for one in overrides}
    since = min(moments).date() - timedelta(days=1)  # a team's day may end before UTC's
    ours = models.DigestRun.organisation_id == organisation_id, models.DigestRun.on_date >= since
    told = []
    for run in every(session, models.DigestRun, *ours):
        content = without_in_json(words, run.content)
        if "overrides" in content:
            lines = [{**one, "words": ""} if one["contact_id"] in contacts else one for one in content["overrides"]]
            content = {**content, "overrides": lines}
        if json.dumps(content) != json.dumps(run.content):
            told.append((run, content))
    return told


_BLANK = "▮▮▮▮"


def kept(
    rules: Rulebook,
    consents: Iterable[models.Consent],
    contacts: Iterable[models.Contact],
    attempts: Iterable[models.Attempt],
    today: date,
) -> frozenset[int]:
    """The ids of the proved consents whose words must still be kept."""
    places, used = defaultdict[int, set[str]](set), defaultdict[int | None, list[models.Attempt]](list)
    for contact in contacts:
        places[contact.person_id] |= {*contact.places.split()}
    for attempt in attempts:
        used[attempt.person_id].append(attempt)
    proved = [one for one in consents if one.is_proved]
    last = {one.id or 0: _last_day(rules, one, places[one.person_id], used[one.person_id]) for one in proved}
    return frozenset(key for key, on in last.items() if today <= on)


def _last_day(
    rulebook: Rulebook, row: models.Consent, places: Iterable[str], attempts: Iterable[models.Attempt]
) -> date:
    uses = [row.given_at, *((row.first_used_at,) if row.first_used_at else ())]
    uses += [one.opened_at for one in attempts if one.principal == row.principal and one.opened_at >= row.given_at]
    consent = ConsentFact(
        row.given_at, kind=row.kind, principal=row.principal, ends_at=row.ends_at, withdrawn_at=row.withdrawn_at
    )
    places, last = tuple(places), max(uses).date()
    ends = (
        rule.parameters.proof_ends(consent, last)
        for pack in rulebook.packs.values()
        if pack.kind != "house" and any_within(places, pack.areas)
        for rule in pack.rules
        if rule.is_enabled and isinstance(rule.parameters, Basis)
    )
    return max((one for one in ends if one is not None), default=date.min)


def without_names(text: str, names: Iterable[str], numbers: Iterable[str]) -> str:
    """The words of a consent without the names and numbers of the person who gave it."""
    for name in sorted({part for one in names for part in (one, *one.split()) if len(part) > 1}, key=len, reverse=True):
        text = text.replace(name, _BLANK)
    for number in numbers:
        text = blank_about(text, number).text
    return text


def forget_ended(deps: Deps, at: datetime) -> int:
    """Empty the words of erased people's consents whose proof need no longer be kept. Returns how many."""
    with deps.unit_of_work() as uow:
        session: Session = uow.session
        consents = proof_rows.consents_with_words(session)
        people = {one.person_id for one in consents}
        contacts = every(session, models.Contact, col(models.Contact.person_id).in_(people))
        attempts = every(session, models.Attempt, col(models.Attempt.person_id).in_(people))
        still = kept(deps.rulebook(), consents, contacts, attempts, at.date())
        gone = [one for one in consents if one.id not in still]
        for one in gone:
            one.wording = one.source = ""
        session.flush()
        forget_salts(session, {models.Consent: [one.id or 0 for one in gone]})
    return len(gone)
