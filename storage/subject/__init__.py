"""Every row about a person: where it is, what of it names them, and the hashes that an erasure leaves."""

from storage.subject import erased_keys
from storage.subject.held_tables import HELD, Held
from storage.subject.subject_rows import Scope, digests_since, persons_at, rows_of, scope_of

__all__ = ["HELD", "Held", "Scope", "digests_since", "erased_keys", "persons_at", "rows_of", "scope_of"]
