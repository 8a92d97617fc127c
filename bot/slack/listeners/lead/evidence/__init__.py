"""What leads and managers ask of the record: audits of any days, and proof packs of a number."""
