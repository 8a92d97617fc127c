"""What must hold in a simulated centre, judged from the raw rows and from what its people know."""
