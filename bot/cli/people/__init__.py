"""What concerns one person: whether they may be called, what is held about them, erasing them, parting two."""
