"""What is done with a list after its import: pauses, ends, moves and withdraws it, and counts what came of it."""
