"""Sentences about the record: the proof pack of a number, and how team leads ask for it."""
