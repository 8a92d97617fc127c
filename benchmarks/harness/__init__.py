"""What measurements share: workers, the databases, contacts in bulk, and the two contenders, ours and raw psycopg."""
