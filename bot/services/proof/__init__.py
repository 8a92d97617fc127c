"""The proof that the record was not changed: sequences statements into the log, signs checkpoints, proves and verifies.

For a proof pack: `proving.Proving(session, organisation_id)` has `published` (the newest checkpoint as a signed note,
and the public key) and `prove(table, row_id)`, which gives a `RowProof` for each leaf about the row: its number and
bytes, the statement, the `ColumnOpening` of each personal one, and the path to the root of the published checkpoint.
docs/background/proof.md says how another program checks it.
"""

from bot.services.proof.verifying import verify as verify
