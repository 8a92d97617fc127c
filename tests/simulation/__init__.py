"""A simulated centre: seeded days of work by two bots on one database, watched by an oracle of its own."""
