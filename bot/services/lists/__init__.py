"""Imports lists of contacts, checking every row, and says before what that would do; pauses, moves and counts lists.

A surface first asks `preview_list`, shows its answer and its questions, and then calls `import_contacts` with the same
arguments. Both take a `Reading`: what a person said of the columns.
"""
