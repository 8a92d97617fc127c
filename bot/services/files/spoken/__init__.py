"""What free words may say of calls: which notes and columns may say no, and what people said of the same words
before."""
