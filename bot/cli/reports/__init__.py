"""What was done and what came of it: a team's digest, the report of a span of days, and each list."""
