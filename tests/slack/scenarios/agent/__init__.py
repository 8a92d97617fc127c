"""What agents do: their cards, forms and days."""
