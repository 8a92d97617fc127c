"""The page: one user's screen as JSON, and its protection from other pages."""
