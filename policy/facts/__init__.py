"""What a decision may know, as frozen values, and its JSON form."""
