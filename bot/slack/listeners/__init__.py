"""One file for each command, button, form and event."""
