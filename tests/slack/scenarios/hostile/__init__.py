"""Forged, mistyped and hostile input."""
