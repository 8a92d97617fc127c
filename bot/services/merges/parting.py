"""Shows which rows of lists became one person, and parts two whom lists gave as one: each gets their own rows, numbers,
calls, stops and promises.

One transaction. No import writes meanwhile; offered cards of either are withdrawn; every contact is decided again. The
statements say who parted them, when and why, and a later import of the same rows keeps them apart.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.calls import Withdrawn
from bot.services.answers.people import Actor
from bot.services.answers.privacy import MergedPerson, MergedRow, Parted
from bot.services.blanking import blank_about
from bot.services.calls import callback_changes, off_list
from bot.services.calls.statements import sync_people
from bot.services.deciding.refresh import Touched, redecide_touched, tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, CallInProgress, RoleNeeded
from bot.services.merges.splitting import Found, Side, Split, is_learned, split
from bot.services.names import PARTED_KEY, fold_name, reference_key
from bot.services.numbers.parsing import is_erased, mask
from policy.vocabulary import LeaseEnd, LeaseStage, Role, Verdict
from storage import models
from storage.hand_out import leases
from storage.queries import agents, compliance, contacts, list_imports, setup
from storage.subject import erased_keys
from storage.subject.subject_rows import rows_of, scope_of

PARTED = "parted"  # why a card was withdrawn
_log = logging.getLogger("nextcall.people")


def part(deps: Deps, actor: Actor, merge_id: int, reason: str) -> Parted:
    """Part the person whom a merged row names from the one it was taken for. A repeat changes nothing.

    Raises RoleNeeded for all but those who lead the row's campaign, AlreadyGone, NothingTellsApart, CallInProgress.
    """
    done = _part(deps, actor, merge_id, reason)
    if not done.is_repeat:
        _log.info("event=parted by=%s merge=%d rows=%d", actor.slack_user_id or "cli", merge_id, done.rows)
    return done


@retry_lost_turn
def _part(deps: Deps, actor: Actor, merge_id: int, reason: str) -> Parted:
    with deps.unit_of_work() as uow:
        session = uow.session
        setup.let_one_at_a_time(session, actor.organisation_id)
        erased_keys.let_no_import_write(session, actor.organisation_id)
        chosen = _found_merge(session, actor, merge_id)
        if chosen.parted_from is not None:
            other = session.get_one(models.Person, chosen.parted_from)
            return Parted(chosen.name, other.name, is_repeat=True)
        person = session.get_one(models.Person, chosen.person_id)
        # Locked: no card is handed out and no call opens before both are themselves.
        contacts.contacts_sharing(session, actor.organisation_id, (), [person.id or 0], for_update=True)
        at = deps.clock()
        found = rows_of(session, scope_of(actor.organisation_id, [person.id or 0], ()))
        numbers = {row.number for row in found[models.PersonNumber]}
        stops = [
            one
            for one in compliance.suppressions_on(session, actor.organisation_id, numbers, ())
            if one.person_id is None
        ]
        # The person who is parted. No import finds them by the key: `lists.people` asks which rows were parted.
        key = reference_key(chosen.reference) or f"name:{fold_name(chosen.name)}"
        new = models.Person(
            organisation_id=chosen.organisation_id, key=f"{key}{PARTED_KEY}{chosen.id}", name=chosen.name
        )
        session.add(new)
        session.flush()
        parting = _Parting(session, found, split(person, found, chosen, stops), person, new, at)
        withdrawn = parting.withdraw_cards()
        touched = parting.run()
        for row in parting.split.rows:
            row.person_id, row.parted_from = parting.new.id or 0, person.id
            row.parted_at, row.parted_by = at, actor.agent_id if actor.is_known else None
            row.parted_because = blank_about(reason, chosen.numbers.split()[0]).text
        session.flush()
        tell_withdrawn(session, (*withdrawn, *redecide_touched(deps, session, touched, at)), at)
        return parting.answer()


def _found_merge(session: Session, actor: Actor, merge_id: int) -> models.PersonMerge:
    """A merge whose campaign the actor leads; any for a manager. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    merge = session.get(models.PersonMerge, merge_id)
    if merge is None or merge.organisation_id != actor.organisation_id or not merge.name:
        raise AlreadyGone
    if merge.campaign_id not in _led_campaigns(session, actor):
        raise RoleNeeded(Role.MANAGER.value)
    return merge


def _led_campaigns(session: Session, actor: Actor) -> set[int]:
    if actor.role is Role.TEAM_LEAD:
        return {one.id or 0 for one in agents.campaigns_of_teams(session, actor.teams)}
    return {one.id or 0 for one in setup.campaigns(session, actor.organisation_id)}


@dataclass(slots=True)
class _Parting:
    """Gives each row to whom it is about. `person` stays who they were; `new` is parted from them."""

    session: Session
    found: Found
    split: Split
    person: models.Person
    new: models.Person
    at: datetime
    calls_moved: int = 0
    calls_shared: int = 0
    cards: int = 0

    def run(self) -> Touched:
        """Returns whose contacts are to be decided again."""
        if is_learned(self.person, self.split.rows):  # the reference is the other's
            learned, self.person.key = self.person.key, f"name:{fold_name(self.person.name)}{PARTED_KEY}{self.new.id}"
            self.session.flush()
            self.new.key = learned
        self._numbers()
        there = self._contacts()
        self.session.flush()
        self._attempts()
        for stop in self.found[models.Suppression]:
            if stop.person_id == self.person.id:
                self._give(stop, self.split.of_stop(stop))
        self._holds(there)
        self._proofs()
        self._callbacks(there)
        self.session.flush()
        numbers = self.split.theirs.union(row.number for row in self.found[models.PersonNumber])
        both = {self.person.id or 0, self._new_id}
        return sync_people(self.session, self.person.organisation_id, both, numbers, self.at)

    def withdraw_cards(self) -> tuple[Withdrawn, ...]:
        """End offered leases. Raises CallInProgress: whose call it is shows in its outcome."""
        live = [one for one in self.found[models.Lease] if one.ended_at is None]
        for lease in live:
            if lease.stage is LeaseStage.CALLING or not leases.end(self.session, lease, self.at, LeaseEnd.WITHDRAWN):
                raise CallInProgress(self.session.get_one(models.Agent, lease.agent_id).name)
        self.cards = len(live)
        holders = agents.agents_by_id(self.session, [one.agent_id for one in live])
        return tuple(
            Withdrawn(one.agent_id, holders[one.agent_id].slack_user_id, one.contact_id, PARTED) for one in live
        )

    def answer(self) -> Parted:
        return Parted(
            self.new.name,
            self.person.name,
            rows=len(self.split.rows),
            calls_moved=self.calls_moved,
            calls_shared=self.calls_shared,
            cards=self.cards,
        )

    @property
    def _new_id(self) -> int:
        return self.new.id or 0

    def _numbers(self) -> None:
        theirs = [row for row in self.found[models.PersonNumber] if row.number in self.split.theirs]
        for rank, row in enumerate(sorted(theirs, key=lambda one: (one.rank, one.id or 0))):
            self._give(row, self.split.of_number(row.number) or Side.BOTH).rank = rank
        for row in (*self.found[models.CorrectedLine], *self.found[models.ReopenedNumber]):
            if row.number in self.split.theirs:
                self._give(row, self.split.of_number(row.number) or Side.BOTH)

    def _contacts(self) -> dict[int, models.Contact]:
        """The new person's contacts, by campaign: those their rows made, and one beside each that both stood on."""
        there: dict[int, models.Contact] = {}
        for contact in self.found[models.Contact]:
            if contact.id in self.split.going:
                contact.person_id = self._new_id
                there[contact.campaign_id] = contact
        for lease in self.found[models.Lease]:
            if lease.contact_id in self.split.going:
                lease.person_id = self._new_id
        for details in self.found[models.ContactDetails]:
            if details.campaign_id in there:
                details.person_id = self._new_id
        for contact in self.found[models.Contact]:
            if contact.campaign_id in self.split.both_in:
                there[contact.campaign_id] = self._beside(contact)
        return there

    def _beside(self, contact: models.Contact) -> models.Contact:
        row = next(row for row in self.split.rows if row.campaign_id == contact.campaign_id)
        of_list = {"organisation_id", "campaign_id", "list_id", "priority", "owner_id", "added_at"}
        same = {
            **contact.model_dump(include=of_list),
            **row.model_dump(include={"name", "places", "zones", "known_by"}),
        }
        made = models.Contact(**same, person_id=self._new_id, verdict=Verdict.HELD)
        self.session.add(made)
        return made

    def _attempts(self) -> None:
        elsewhere = set[int | None]()
        for attempt in self.found[models.Attempt]:
            side = self.split.of_attempt(attempt) if attempt.person_id == self.person.id else Side.STAYS
            if side is Side.GOES:
                # Its contact stays: the call was made on that one, by its list and place.
                attempt.person_id = self._new_id
                self.calls_moved += 1
                if attempt.contact_id not in self.split.going:
                    elsewhere.add(attempt.lease_id)
            elif side is Side.BOTH:
                self._share(attempt.id or 0)
        # Their cards were for the other's contact: an undo opens the call again, without a card.
        for lease in self.found[models.Lease]:
            if lease.id in elsewhere and lease.ended_because == LeaseEnd.OUTCOME:
                lease.ended_because = LeaseEnd.WITHDRAWN.value
        for shared in self.found[models.SharedAttempt]:
            self._share(shared.attempt_id)

    def _share(self, attempt_id: int) -> None:
        self.session.add(
            models.SharedAttempt(
                organisation_id=self.new.organisation_id, attempt_id=attempt_id, person_id=self._new_id
            )
        )
        self.calls_shared += 1

    def _contact_there(self, contact_id: int | None, there: dict[int, models.Contact]) -> int | None:
        campaign = self.split.campaigns.get(contact_id or 0)
        return there[campaign].id if campaign in there else None

    def _holds(self, there: dict[int, models.Contact]) -> None:
        anywhere = next(iter(there.values())).id if there else None
        ours = next((one.id for one in self.found[models.Contact] if one.id not in self.split.going), None)
        for hold in self.found[models.Hold]:
            side, is_ours = self.split.of_hold(hold), hold.contact_id not in self.split.going
            theirs = (self._contact_there(hold.contact_id, there) or anywhere) if is_ours else hold.contact_id
            other = theirs if is_ours else ours
            if other is None or side is (Side.STAYS if is_ours else Side.GOES):
                continue
            if side is Side.BOTH:
                self.session.add(models.Hold(**hold.model_dump(exclude={"id", "contact_id"}), contact_id=other))
            else:
                hold.contact_id = other

    def _proofs(self) -> None:
        """What forbids calls binds both if it is unknown whose it is; what permits them stays with the first."""
        for consent in self.found[models.Consent]:
            side = self.split.of_number(consent.number) if consent.number else None
            if (side or self.split.of_list(consent.recorded_at)) is Side.GOES:
                consent.person_id = self._new_id
        for row in (*self.found[models.Relationship], *self.found[models.CallRequest]):
            if self.split.of_list(row.recorded_at) is Side.GOES:
                row.person_id = self._new_id
        for row in self.found[models.Withdrawal]:
            self._give(row, self.split.of_bar(row.recorded_at))
        for row in self.found[models.PersonalHours]:
            self._give(row, Side.BOTH)

    def _callbacks(self, there: dict[int, models.Contact]) -> None:
        """A promise goes with the person it was made to; one to somebody whom no list of its campaign names is off."""
        for callback in self.found[models.Callback]:
            goes = self.split.of_callback(callback) is Side.GOES
            theirs = self._contact_there(callback.contact_id, there)
            if goes and theirs is not None:
                callback.person_id, callback.contact_id = self._new_id, theirs
            elif (goes or callback.contact_id in self.split.going) and callback.closed_at is None:
                callback_changes.cancel(callback, self.at)

    def _give(self, row: Any, side: Side) -> Any:
        """Move a row to the new person, or copy it for them. Returns whichever is theirs."""
        if side is Side.STAYS:
            return row
        if side is Side.GOES:
            row.person_id = self._new_id
            return row
        copy = type(row)(**row.model_dump(exclude={"id", "person_id"}), person_id=self._new_id)
        self.session.add(copy)
        return copy


def of_number(deps: Deps, actor: Actor, number: str) -> tuple[MergedPerson, ...]:
    """The people at a number of whom a list gave more than one row; a team lead sees rows of their team's campaigns.

    Without rows: they stand on several lists, and no row says why, because all are older than such statements.

    Raises RoleNeeded for agents, BadNumber.
    """
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        recorded = off_list.number_said(uow.session, actor, number)
        if is_erased(recorded):
            return ()
        at = compliance.persons_at(uow.session, actor.organisation_id, recorded)
        return tuple(_people(uow.session, actor, [row.person_id for row in at]))


def _people(session: Session, actor: Actor, persons: Sequence[int]) -> Iterator[MergedPerson]:
    led = _led_campaigns(session, actor)
    names = {one.id or 0: one.name for one in setup.campaigns(session, actor.organisation_id)}
    every = [*list_imports.merges_of(session, persons), *list_imports.parted_from(session, persons)]
    merges = list({one.id: one for one in every if one.campaign_id in led and one.name}.values())
    explained = {one.person_id if one.parted_from is None else one.parted_from for one in every}
    listed = contacts.contacts_sharing(session, actor.organisation_id, (), persons)
    for person_id in dict.fromkeys(persons):
        person = session.get_one(models.Person, person_id)
        mine = [one for one in merges if person_id == (one.person_id if one.parted_from is None else one.parted_from)]
        apart = [one for one in merges if one.parted_from is not None and one.person_id == person_id]
        theirs = [one for one in listed if one.person_id == person_id]
        in_led = [one for one in theirs if one.campaign_id in led]
        is_of_before = len(theirs) > 1 and bool(in_led) and person_id not in explained
        if mine or apart or is_of_before:
            made = {one.contact_id for one in mine}
            oldest = next((one for one in theirs if one.id not in made), None)
            if oldest is None:
                first = "", ""
            else:
                found = contacts.lists(session, [oldest.list_id])[oldest.list_id]
                first = found.name, found.source
            rows = tuple(_row(session, one, names) for one in (*apart, *mine))
            yield MergedPerson(person.name, *first, rows)


def _row(session: Session, one: models.PersonMerge, names: dict[int, str]) -> MergedRow:
    by = None if one.parted_by is None else session.get(models.Agent, one.parted_by)
    said = {"name", "reference", "why", "source", "line", "earlier_line", "merged_at", "parted_at", "parted_because"}
    return MergedRow(
        **one.model_dump(include=said),
        merge_id=one.id or 0,
        masked_numbers=tuple(mask(number) for number in one.numbers.split()),
        campaign=names.get(one.campaign_id, ""),
        parted_by="" if by is None else by.name,
    )
