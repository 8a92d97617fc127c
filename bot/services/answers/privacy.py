"""Answers about what is held on a person: who is meant, everything on record, and what an erasure did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """A person at a number. Without a person, `person_id` is 0: only the number itself is on record."""

    person_id: int
    name: str
    reference: str  # the customer's number in the organisation's own system; empty without one
    campaigns: tuple[str, ...] = ()
    is_wrong_number: bool = False  # the number proved to be another person's


@dataclass(frozen=True, slots=True)
class SubjectsFound:
    """Who is on record at a number. `is_erased`: the number was erased, and only its hash is left."""

    masked_number: str
    subjects: tuple[Subject, ...]
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class HeldRows:
    """The rows of one table about the person, each as column and value. `title`: what they are, in plain words."""

    table: str
    title: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SubjectExport:
    """Everything on record about one or more people, as of `at`."""

    organisation: str
    at: datetime
    people: tuple[Subject, ...]
    numbers: tuple[str, ...]
    tables: tuple[HeldRows, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed and kept; as a plan, what it would. Figures only, no names."""

    people: int
    numbers: int  # replaced by their hash
    shared_numbers: int  # left, because other people have them
    names: int
    notes: int  # notes, reasons and other free words
    decisions: int  # stored decisions whose numbers were replaced
    callbacks: int  # cancelled
    cards: int  # withdrawn from agents
    stops: int  # kept, in force
    attempts: int  # kept, without the person
    proofs: int  # consents, relationships, requests, hours, screenings: kept, without the person
    shown: int  # messages in Slack whose number is still to be hidden
    rows: int  # from which something was removed
    is_stop_added: bool = False
