"""E1 to E3: the audit of a day, and what the signed log takes from hand-outs and takes to verify."""
