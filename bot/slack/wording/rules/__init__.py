"""What rules say, in the reader's language. English comes from `policy`: its templates, and the texts of packs."""
