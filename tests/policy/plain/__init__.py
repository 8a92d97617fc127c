"""The engine written plainly, to compare with: see `reference`."""
