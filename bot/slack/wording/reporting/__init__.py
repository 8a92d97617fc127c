"""Sentences of what managers read: digests, and reports of what was done in a span."""
