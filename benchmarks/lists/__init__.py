"""I1 to I6: how fast lists are imported and screened, how much memory that takes, and how long agents wait
meanwhile."""
