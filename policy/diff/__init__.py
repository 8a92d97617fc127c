"""What changed between two rulebooks: rule by rule, in words."""
