"""The road of a contact: what `/nextcall`, Call, an outcome and an imported list cost, and whether a change costs
more."""
