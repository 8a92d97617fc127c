"""What team leads and managers can do."""
