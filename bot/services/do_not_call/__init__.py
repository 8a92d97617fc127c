"""Who must not be called: opt-outs, the organisation's own lists, registers, and screenings against them."""
