"""Privacy: exports everything held about a person, and erases it at their request."""
