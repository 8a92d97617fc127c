"""What an agent presses on a card, and the forms that open from it."""
