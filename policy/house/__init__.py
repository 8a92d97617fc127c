"""An organisation's own limits: values that become dated rules of its house packs, and what the packs already ask."""
