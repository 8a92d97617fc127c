"""The scheduler. It only ticks: the database holds what is due, and a conditional update takes each row."""
