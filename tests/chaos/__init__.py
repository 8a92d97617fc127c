"""A centre of many agents on bad days, at length: `make chaos`. Everything is on loopback, and ends by itself."""
