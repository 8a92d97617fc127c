"""What team leads and managers do: status, alerts, reports, proofs."""
