"""What is counted and checked of the record: a team's status, its digest, an audit's raw rows, what expires soon."""
