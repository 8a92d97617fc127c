"""What concerns one person: whether they may be called, what is held about them, their erasure, and the parting of
two."""
