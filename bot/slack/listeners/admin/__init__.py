"""What admins can do."""
