"""The Home tab of each role, and direct messages."""
