"""What admins do: the first start, settings, rules, a person's data."""
