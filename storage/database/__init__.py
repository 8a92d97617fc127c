"""Engines, transactions, queues of waiting threads and bulk rows. Hides how SQLite and PostgreSQL differ."""
