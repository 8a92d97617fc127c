"""Measures Nextcall against its goals (`goals.py`), each in the room of what is measured: `python -m benchmarks`."""
