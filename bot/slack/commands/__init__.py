"""One file per slash command: parse, call one service, render."""
