"""C1 to C8: how fast contacts are found and claimed, against queues and raw SQL, and that no contact is claimed
twice."""
