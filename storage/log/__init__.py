"""The transparency log: what its leaves say of which rows, the tree over them, and the head that one bot moves on.

Nothing is written here while an agent waits: statements are read after their commit; triggers note changed ones."""
