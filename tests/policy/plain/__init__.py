"""The engine written simply, for comparison: see `reference`."""
