"""The proof that the record was not changed: sequences statements into the log, signs checkpoints, proves and verifies.

For a proof pack: `Proving(session, organisation_id)` has `published` (the newest checkpoint as a signed note, and the
public key) and `prove(table, row_id)`, which gives a `RowProof` for each leaf about the row: its number and bytes, the
statement, the `ColumnOpening` of each personal one, and the path to the root of the published checkpoint. `leaf_hash`
and `is_included` check it; docs/background/proof.md says how another program does.
"""

from bot.services.proof import notes, put_back, sequencing
from bot.services.proof.progress import LogProgress, mark_of, progress_of
from bot.services.proof.proving import Proving, Published, RowProof, published
from bot.services.proof.verifying import verify
from storage.log import merkle

is_consistent, is_included, leaf_hash = merkle.is_consistent, merkle.is_included, merkle.leaf_hash

__all__ = [
    "LogProgress",
    "Proving",
    "Published",
    "RowProof",
    "is_consistent",
    "is_included",
    "leaf_hash",
    "mark_of",
    "notes",
    "progress_of",
    "published",
    "put_back",
    "sequencing",
    "verify",
]
