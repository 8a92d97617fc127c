"""Records what the rows of a list prove of their people. Existing records stay; only their ends are added."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot.services.lists.row_proofs import RowConsent, RowProofs
from storage.models import CallRequest, Consent, Relationship, Withdrawal
from storage.queries import proofs

Dated = TypeVar("Dated", Withdrawal, CallRequest)  # said at a moment
Told = Sequence[tuple[int, RowProofs]]  # person id and what the row says, in the order of the file


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records proofs for one organisation and the principal its campaign calls for."""

    session: Session
    organisation_id: int
    principal: str
    at: datetime
    # not written yet:
    fresh: list[Consent | Withdrawal | CallRequest | Relationship] = field(default_factory=list)
    withdrawn: list[tuple[Consent, datetime]] = field(default_factory=list)
    ended: list[tuple[Relationship, date]] = field(default_factory=list)

    def read(self, told: Iterable[tuple[int, RowProofs]]) -> set[int]:
        """Compare what rows say with the record. Returns the people with something new."""
        personal = [(person_id, one) for person_id, one in told if one.is_personal]
        if not personal:
            return set()
        consents = [(person_id, one.consent) for person_id, one in personal if one.consent]
        return (
            self._consents(consents)
            # A withdrawal without a consent in its row stands by itself: the consent may not be on record.
            | self._once(Withdrawal, [(one, {"at": said.withdrawn_at}) for one, said in consents if not said.given_at])
            | self._once(
                CallRequest,
                [(one, {"at": said.requested_at, "due_at": said.requested_for}) for one, said in personal],
            )
            | self._relationships(personal)
        )

    def write(self, at: datetime) -> None:
        """Write what is new, as known from `at`. An end that another import has added meanwhile stays."""
        for row in self.fresh:
            row.recorded_at = at
        self.session.add_all(self.fresh)
        self.session.flush()
        proofs.end(self.session, Consent, [(one.id or 0, since) for one, since in self.withdrawn], at)
        proofs.end(self.session, Relationship, [(one.id or 0, on) for one, on in self.ended], at)

    def _consents(self, told: Sequence[tuple[int, RowConsent]]) -> set[int]:
        standing = self._standing(Consent, told)
        changed: set[int] = set()
        for person_id, said in told:
            mine = standing.setdefault(person_id, [])
            if said.given_at is not None:
                new = self._consent(person_id, said, said.given_at)
                alike = [one for one in mine if _key(one) == _key(new)]
                if all(one.number != new.number for one in alike):
                    mine.append(new)
                    self.fresh.append(new)
                    changed.add(person_id)
                    alike.append(new)
                meant = alike  # a withdrawal on one number ends the consent on each number it was given for
            else:
                meant = [one for one in mine if one.principal == self.principal]
            if (since := said.withdrawn_at) is not None:  # a consent is withdrawn once
                ending = [(one, since) for one in meant if one.withdrawn_at is None and one.given_at <= since]
                self.withdrawn.extend(ending)
                changed |= {one.person_id for one, _ in ending}
        return changed

    def _consent(self, person_id: int, said: RowConsent, given_at: datetime) -> Consent:
        named = self.principal if said.named is None else said.named
        principal = self.principal if named.casefold() == self.principal.casefold() else named
        return Consent(
            organisation_id=self.organisation_id,
            person_id=person_id,
            number=said.number,
            principal=principal,
            given_at=given_at,
            wording=said.wording,
            source=said.source,
            is_proved=bool(said.wording and said.source and principal),
            is_third_party=said.is_third_party,
            recorded_at=self.at,
        )

    def _once(self, kind: type[Dated], told: Iterable[tuple[int, dict[str, Any]]]) -> set[int]:
        """Take what people said at a moment to the principal, unless it is on record. Without a moment nothing is."""
        dated = [(person_id, said) for person_id, said in told if said["at"] is not None]
        known = {_as_said(one) for mine in self._standing(kind, dated).values() for one in mine}
        changed: set[int] = set()
        for person_id, said in dated:
            new = kind(
                organisation_id=self.organisation_id,
                person_id=person_id,
                principal=self.principal,
                recorded_at=self.at,
                **said,
            )
            if (key := _as_said(new)) not in known:
                known.add(key)
                changed.add(person_id)
                self.fresh.append(new)
        return changed

    def _relationships(self, told: Told) -> set[int]:
        bound = [(person_id, one) for person_id, one in told if one.customer_since is not None]
        standing = self._standing(Relationship, bound)
        changed: set[int] = set()
        for person_id, one in bound:
            mine = standing.setdefault(person_id, [])
            same = (self.principal, "customer", one.customer_since)
            tie = next((tie for tie in mine if (tie.principal, tie.kind, tie.from_on) == same), None)
            if tie is None and one.customer_since is not None:
                tie = Relationship(
                    organisation_id=self.organisation_id,
                    person_id=person_id,
                    principal=self.principal,
                    kind="customer",
                    from_on=one.customer_since,
                    recorded_at=self.at,
                )
                mine.append(tie)
                self.fresh.append(tie)
                changed.add(person_id)
            if tie is not None and tie.ended_on is None and one.customer_until is not None:
                self.ended.append((tie, one.customer_until))
                changed.add(person_id)
        return changed

    def _standing(
        self, kind: type[proofs.OfPerson], told: Sequence[tuple[int, object]]
    ) -> dict[int, list[proofs.OfPerson]]:
        found: dict[int, list[proofs.OfPerson]] = {}
        people = {person_id for person_id, _ in told}
        for row in proofs.of_persons(self.session, kind, self.organisation_id, people) if people else ():
            found.setdefault(row.person_id, []).append(row)
        return found


def _key(one: Consent) -> tuple[object, ...]:
    """What makes two consents the same, apart from the number."""
    return (one.kind, one.principal, one.given_at, one.wording, one.source, one.is_third_party)


def _as_said(one: Any) -> tuple[object, ...]:
    return one.person_id, one.principal, one.at, getattr(one, "due_at", None)
