"""The workspace's state: people, channels, messages, views, files, and faults to come."""
