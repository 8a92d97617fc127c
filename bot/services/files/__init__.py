"""Reads files that other people made: a part at a time, refused with a line and a reason, never trusted."""
