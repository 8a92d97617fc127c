"""The documents people read: their links, their commands, and the figures of the page kept by hand."""
