"""D1 to D3: how fast the rules decide, against the same rules written by hand and against a rule engine."""
