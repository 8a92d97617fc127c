"""The kit of worked cases in policy/kit: made from tests/policy/packs, and kept in step with it."""
