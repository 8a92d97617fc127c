"""Tests of packs: the worked cases, and the small changes to a pack that no case detects."""
