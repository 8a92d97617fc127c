"""Digests of a day, a week or a month: counts, audits, draws and posts them. And reports of what was done in a span."""
