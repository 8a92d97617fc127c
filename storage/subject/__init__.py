"""Every row about a person: where it is, what of it names them, and the hashes that an erasure leaves."""
