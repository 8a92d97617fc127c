"""The proof that the record was not changed: sequences statements into the log, signs checkpoints, proves and verifies.

For a proof pack: `proving.Proving(session, organisation_id)` has `published` (the newest checkpoint as a signed note,
and the public key) and `prove(table, row_id)`, which gives a `RowProof` for each leaf about the row: its number and
bytes, the statement, the `ColumnOpening` of each personal one, and the path to the root of the published checkpoint.
`merkle.leaf_hash` and `is_included` check it; docs/background/proof.md says how another program does.
"""

from bot.services.proof.verifying import verify as verify
