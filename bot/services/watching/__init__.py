"""What a process counts of its own work, and how what it works on stands: to be watched, without personal data."""
