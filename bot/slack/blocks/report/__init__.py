"""A team's digest of a day, week or month, the report of a span, and its audit."""
