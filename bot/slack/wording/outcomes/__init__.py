"""What is said of the organisation's own outcomes: on cards, in their forms, and where an admin sets them up."""
