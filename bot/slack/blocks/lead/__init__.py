"""Team lead screens: team status, the team's work, and their buttons."""
