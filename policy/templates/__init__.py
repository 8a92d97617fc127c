"""Templates of rule sentences: English and every other language are written from one and its values."""
