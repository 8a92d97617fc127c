"""One file per form: the button that opens it, and what becomes of what was filled in."""
