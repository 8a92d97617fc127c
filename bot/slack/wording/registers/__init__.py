"""What is said of registers' files and do-not-call lists that people share, of what a list leaves open, and of
screenings that grow old."""
