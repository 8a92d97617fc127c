"""The commands that import a file, and what they print about its faulty rows."""
