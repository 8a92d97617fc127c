"""What each role sees in a day, picture by picture."""
