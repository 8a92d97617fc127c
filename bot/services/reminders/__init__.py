"""Tells agents which contacts are callable again, asks for missing outcomes, tells team leads what needs them now."""
