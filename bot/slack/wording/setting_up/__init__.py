"""What admins read before agents can work: the checklist and house rules."""
