"""The clockwork: it only ticks. What is due is in the database, and each row is taken by conditional update."""
