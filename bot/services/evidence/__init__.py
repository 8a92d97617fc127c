"""What is shown of the record to managers and to those who ask from outside: audits and proof packs."""
