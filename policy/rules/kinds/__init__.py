"""The kinds of rules. Each file opens with a rule as a pack writes it."""
