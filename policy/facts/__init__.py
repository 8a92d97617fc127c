"""The facts a decision may use, as frozen values, and their JSON form."""
