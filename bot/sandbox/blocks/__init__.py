"""Block Kit: the blocks Slack refuses, and the form in which it stores the others."""
