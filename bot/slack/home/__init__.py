"""The App Home: what its owner holds and owes, how to start, and for leads the state of their team."""
