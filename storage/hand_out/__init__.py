"""The path that every agent waits for: search, claim, leases."""
