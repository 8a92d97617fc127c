"""Queries: functions of a session that never commit. Those that only ask change nothing."""
