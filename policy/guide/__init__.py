"""The rules of a place as people read them."""
