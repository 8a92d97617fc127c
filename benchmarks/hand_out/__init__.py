"""C1 to C8: how fast the next contacts are found and claimed, against queues and raw SQL, and that nobody gets one twice."""
