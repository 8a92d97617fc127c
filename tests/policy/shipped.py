"""The shipped packs, one of their rules by name and day, and the folder of the repository."""

from datetime import date
from pathlib import Path

from policy import Rule, load_rulebook

ROOT = Path(__file__).parents[2]
RULEBOOK = load_rulebook()


def rule(id: str, on: date = date(2026, 11, 24)) -> Rule:
    (found,) = (one for one in RULEBOOK.rules() if one.id == id and one.effective_from <= on and _lasts(one, on))
    return found


def _lasts(one: Rule, on: date) -> bool:
    return one.effective_until is None or one.effective_until >= on
